import type { ChatHistoryItem, ChatWrapper, LlamaText, Token } from 'node-llama-cpp';
import type { Addon } from '../../../native/addon/types.d.ts';
import { Fault } from '../../base/fault.ts';
import { readParts, wholeOf } from './inspect.ts';
import type { LabChunk, OpenVocabulary } from './labInput.ts';

interface Conversation {
  system?: string;
  messages: { role: 'user' | 'assistant'; text: string }[];
}

/** node-llama-cpp's kind of tokenizer, on our own vocabulary. */
type Tokenizer = Parameters<LlamaText['tokenize']>[0];

/** One chunk a conversation; its last message and the token that ends it are scored. */
export async function conversationTokens(
  addon: Addon,
  vocabulary: OpenVocabulary,
  chats: Conversation[],
): Promise<LabChunk[]> {
  const library = await import('node-llama-cpp');
  const template = wholeOf(readParts(vocabulary.path)).values.get('tokenizer.chat_template');
  const plain = typeof template !== 'string' || template.trim() === '';
  const wrapper: ChatWrapper = plain
    ? new library.GeneralChatWrapper()
    : rendered(() => new library.JinjaTemplateChatWrapper({ template }));
  const tokenizer = tokenizerOf(addon, vocabulary);
  return chats.map((chat) => chunkOf(chat, wrapper, tokenizer, vocabulary));
}

function chunkOf(chat: Conversation, wrapper: ChatWrapper, tokenizer: Tokenizer, vocabulary: OpenVocabulary): LabChunk {
  const answer = chat.messages.at(-1);
  if (answer?.role !== 'assistant')
    throw new Fault('BAD_INPUT', 'A conversation without an answer at its end has nothing to score.');
  const before = historyOf({ ...chat, messages: chat.messages.slice(0, -1) });
  const asked = rendered(() =>
    wrapper.generateContextState({ chatHistory: [...before, { type: 'model', response: [] }] }),
  );
  const answered = rendered(() =>
    wrapper.generateContextState({ chatHistory: [...before, { type: 'model', response: [answer.text] }] }),
  );
  const prompt = asked.contextText.tokenize(tokenizer);
  const whole: number[] = answered.contextText.tokenize(tokenizer);
  let first = 0;
  while (first < prompt.length && first < whole.length - 1 && prompt[first] === whole[first]) first += 1;
  // The end of the answer is part of it: a model that does not stop is worse.
  const [end] = answered.stopGenerationTriggers.map((trigger) => trigger.tokenize(tokenizer));
  if (end?.length === 1 && end[0] !== undefined && whole.at(-1) !== end[0]) whole.push(end[0]);
  if (vocabulary.bos !== null && whole[0] !== vocabulary.bos) {
    whole.unshift(vocabulary.bos);
    first += 1;
  }
  const start = Math.max(1, first);
  return {
    tokens: Int32Array.from(whole),
    targets: Int32Array.from({ length: Math.max(0, whole.length - start) }, (_, index) => start + index),
  };
}

function historyOf({ system, messages }: Conversation): ChatHistoryItem[] {
  const history: ChatHistoryItem[] = system === undefined ? [] : [{ type: 'system', text: system }];
  for (const { role, text } of messages)
    history.push(role === 'user' ? { type: 'user', text } : { type: 'model', response: [text] });
  return history;
}

function rendered<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Fault(
      'BAD_INPUT',
      `The chat template of the reference cannot render this conversation: ${reason}. Leave out the system prompt, or let the turns alternate.`,
      { cause: thrown },
    );
  }
}

function tokenizerOf(addon: Addon, vocabulary: OpenVocabulary): Tokenizer {
  const cut = (text: string, special: boolean): number[] =>
    text === '' ? [] : [...addon.tokenizeNow(vocabulary.handle, text, false, special)];
  const lineBreak = cut('\n', false);
  const names = ['BOS', 'EOS', 'EOT', 'NL', 'SEP'] as const;
  const tokenize = (text: string, special: boolean | 'builtin' = false, options?: 'trimLeadingSpace'): Token[] => {
    if (special === 'builtin') {
      const name = names.find((one) => one === text);
      const token = name === undefined ? null : addon.namedToken(vocabulary.handle, name);
      return token === null ? [] : asTokens([token]);
    }
    if (options !== 'trimLeadingSpace' || text === '') return asTokens(cut(text, special));
    // SentencePiece puts a space before a text; after a line break it does not, and the line break is then taken away.
    const behind = cut(`\n${text}`, special);
    const kept = lineBreak.every((token, index) => behind[index] === token);
    return asTokens(kept ? behind.slice(lineBreak.length) : cut(text, special));
  };
  return Object.assign(tokenize, {
    detokenize: () => '',
    isSpecialToken: () => false,
    isEogToken: () => false,
  }) as unknown as Tokenizer;
}

const asTokens = (ids: number[]) => ids.map((id) => id as Token);
