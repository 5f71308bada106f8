import type { ChatHistoryItem, ChatWrapper, LlamaModel, LlamaText, Token } from 'node-llama-cpp';
import type { GenerateSettings } from '../protocol.ts';
import { chatWrapperOf, contextOf } from './chatWrapper.ts';

type Library = typeof import('node-llama-cpp');

export interface ChatTemplate {
  render(settings: Pick<GenerateSettings, 'messages' | 'system'>): RenderedPrompt;
}

export interface RenderedPrompt {
  tokens: number[];
  /** Tokens besides the model's own end tokens that end the answer. */
  endTokens: Set<number>;
  /** Texts with which the template marks the end of an answer. */
  endTexts: string[];
}

/** The template of the file; a file without one gets role names and line breaks. MODEL_UNSUPPORTED where it cannot be used. */
export function chatTemplateOf(library: Library, model: LlamaModel, path: string): ChatTemplate {
  const wrapper = chatWrapperOf(library, path, model.fileInfo.metadata.tokenizer?.chat_template, (template) =>
    wrapperOf(library, model, template),
  );
  return {
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

/** node-llama-cpp's own wrapper for a template that it knows, where both render the same; else the template itself. */
function wrapperOf(library: Library, model: LlamaModel, template: string): ChatWrapper {
  const wrapper = library.resolveChatWrapper(model, {
    warningLogs: false,
    // What it would fall back to goes by names, and is the template of other models.
    fallbackToOtherWrappersOnJinjaError: false,
  });
  if (wrapper instanceof library.JinjaTemplateChatWrapper) return wrapper;
  const state = wrapper.generateContextState({
    chatHistory: [
      { type: 'user', text: 'Hello' },
      { type: 'model', response: [] },
    ],
  });
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
