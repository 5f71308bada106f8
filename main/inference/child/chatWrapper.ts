import type { ChatHistoryItem, ChatWrapper } from 'node-llama-cpp';
import { Fault } from '../../base/fault.ts';
import { clipped } from './quoted.ts';

type Library = typeof import('node-llama-cpp');

/**
 * What sets messages the way a model reads them: what `own` makes of the template of its file, or role names and line breaks where the
 * file has none. A template that cannot be used is MODEL_UNSUPPORTED; no other is put in its place.
 */
export function chatWrapperOf(
  library: Library,
  path: string,
  template: unknown,
  own: (template: string) => ChatWrapper,
): ChatWrapper {
  if (typeof template !== 'string' || template.trim() === '') return new library.GeneralChatWrapper();
  try {
    return own(template);
  } catch (thrown) {
    throw new Fault(
      'MODEL_UNSUPPORTED',
      `The chat template of ${path} cannot be used: ${reasonOf(thrown)}. Take a file of this model with another template.`,
      { cause: thrown, facts: { path } },
    );
  }
}

/** A conversation as the template sets it. BAD_INPUT where the template refuses it, as some do a system prompt or two turns of one side. */
export function contextOf(wrapper: ChatWrapper, chatHistory: ChatHistoryItem[]) {
  try {
    return wrapper.generateContextState({ chatHistory });
  } catch (thrown) {
    throw new Fault(
      'BAD_INPUT',
      `The chat template of the model cannot render this conversation: ${reasonOf(thrown)}. Add a system prompt or leave it out, or let the turns alternate.`,
      { cause: thrown },
    );
  }
}

/** In the words of the template or of the library, without what the library says around them. */
function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const inner = /failed the sanity test: (?:\w*Error: )?(.*)\. Inspect the Jinja template/s.exec(text)?.[1] ?? text;
  // It tries two renderers, and says both reasons; the first one is enough.
  const [, first = inner] = /^Jinja renderer failed\. (.*?)\.*\s+AddonJinjaRenderer: /s.exec(inner) ?? [];
  return clipped(first.replaceAll(/\s+/g, ' ').replace(/[.\s]+$/, ''), 300);
}
