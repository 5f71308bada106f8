import type { ChatHistoryItem, ChatWrapper, LlamaModel, LlamaText, Token } from 'node-llama-cpp';
import { Fault } from '../../base/fault.ts';
import type { GenerateSettings } from '../protocol.ts';

type Library = typeof import('node-llama-cpp');

export interface ChatTemplate {
  kind: 'model' | 'plain';
  render(settings: Pick<GenerateSettings, 'messages' | 'system'>): RenderedPrompt;
}

export interface RenderedPrompt {
  tokens: number[];
  /** Tokens besides the model's own end tokens that end the answer. */
  endTokens: Set<number>;
  /** Texts with which the template marks the end of an answer. */
  endTexts: string[];
}

/** The template of the file; a file without one gets role names and line breaks. */
export function chatTemplateOf(library: Library, model: LlamaModel): ChatTemplate {
  const own = model.fileInfo.metadata.tokenizer?.chat_template;
  const plain = own === undefined || own.trim() === '';
  const wrapper = plain ? new library.GeneralChatWrapper() : wrapperOf(library, model, own);
  return {
    kind: plain ? 'plain' : 'model',
    render({ messages, system }) {
      const chatHistory: ChatHistoryItem[] = system === undefined ? [] : [{ type: 'system', text: system }];
      for (const message of messages) {
        chatHistory.push(
          message.role === 'user' ? { type: 'user', text: message.text } : { type: 'model', response: [message.text] },
        );
      }
      // An answer to be written is an empty one; a last message of the assistant is written on.
      if (messages.at(-1)?.role === 'user') chatHistory.push({ type: 'model', response: [] });
      const { contextText, stopGenerationTriggers } = contextOf(wrapper, chatHistory);
      const endTokens = new Set<number>();
      const endTexts: string[] = [];
      for (const trigger of stopGenerationTriggers) addTrigger(trigger, model, endTokens, endTexts);
      return { tokens: contextText.tokenize(model.tokenizer), endTokens, endTexts };
    },
  };
}

function contextOf(wrapper: ChatWrapper, chatHistory: ChatHistoryItem[]) {
  try {
    return wrapper.generateContextState({ chatHistory });
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Fault(
      'BAD_INPUT',
      `The chat template of the model cannot render this conversation: ${reason}. Leave out the system prompt, or let the turns alternate.`,
      { cause: thrown },
    );
  }
}

function wrapperOf(library: Library, model: LlamaModel, template: string): ChatWrapper {
  const wrapper = library.resolveChatWrapper(model, { warningLogs: false });
  const state = contextOf(wrapper, [
    { type: 'user', text: 'Hello' },
    { type: 'model', response: [] },
  ]);
  // Wrappers that steer what the model writes first would change the answer; the bare template does not.
  if (state.prefixTriggers === undefined && state.noPrefixTrigger === undefined) return wrapper;
  return new library.JinjaTemplateChatWrapper({ template, tokenizer: model.tokenizer });
}

function addTrigger(trigger: LlamaText, model: LlamaModel, endTokens: Set<number>, endTexts: string[]): void {
  const tokens: Token[] = trigger.tokenize(model.tokenizer);
  const [first] = tokens;
  if (first === undefined) return;
  if (tokens.length === 1 && model.isSpecialToken(first)) endTokens.add(first);
  else if (trigger.values.every((value) => typeof value === 'string')) endTexts.push(trigger.values.join(''));
}
