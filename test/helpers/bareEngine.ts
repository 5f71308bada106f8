import { type ChatHistoryItem, getLlama, type Token } from 'node-llama-cpp';

type Messages = { role: 'user' | 'assistant'; text: string }[];

/** node-llama-cpp's public interface and nothing of ours, to compare with: one thread, on the CPU, in this process. */
export interface BareEngine {
  /** The tokens with which a chat session asks. */
  promptOf(messages: Messages, system?: string): Promise<Token[]>;
  greedy(prompt: Token[], count: number): Promise<number[]>;
  /** Before each of the answer's tokens: the probability of every token of the vocabulary. */
  distributions(prompt: Token[], answer: number[]): Promise<Map<number, number>[]>;
  textOf(tokens: number[]): string;
  close(): Promise<void>;
}

export async function openBareEngine(path: string, contextSize: number): Promise<BareEngine> {
  const { LlamaChat, resolveChatWrapper } = await import('node-llama-cpp');
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 0, progressLogs: false });
  const model = await llama.loadModel({ modelPath: path });
  const context = await model.createContext({ contextSize, threads: 1 });
  const sequence = context.getSequence();
  const asToken = (id: number) => id as Token;

  return {
    async promptOf(messages, system) {
      const history: ChatHistoryItem[] = system === undefined ? [] : [{ type: 'system', text: system }];
      for (const { role, text } of messages)
        history.push(role === 'user' ? { type: 'user', text } : { type: 'model', response: [text] });
      history.push({ type: 'model', response: [] });
      await sequence.clearHistory();
      const chat = new LlamaChat({
        contextSequence: sequence,
        chatWrapper: resolveChatWrapper(model),
        autoDisposeSequence: false,
      });
      await chat.generateResponse(history, { maxTokens: 1, temperature: 0 });
      const fed = sequence.contextTokens.slice();
      chat.dispose();
      return fed;
    },
    async greedy(prompt, count) {
      await sequence.clearHistory();
      const tokens: number[] = [];
      for await (const token of sequence.evaluate(prompt, { temperature: 0 })) {
        tokens.push(token);
        if (tokens.length === count) break;
      }
      return tokens;
    },
    async distributions(prompt, answer) {
      await sequence.clearHistory();
      const found: Map<number, number>[] = [];
      let fed: Token[] = prompt;
      for (const id of answer) {
        const iterator = sequence.evaluateWithMetadata(
          fed,
          { probabilities: true },
          { temperature: 0, yieldEogToken: true },
        );
        const { value } = await iterator.next();
        await iterator.return();
        found.push(value?.probabilities ?? new Map());
        fed = [asToken(id)];
      }
      return found;
    },
    textOf: (tokens) => model.detokenize(tokens.map(asToken)),
    async close() {
      await context.dispose();
      await model.dispose();
      await llama.dispose();
    },
  };
}
