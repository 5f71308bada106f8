import type { SavedPrompt } from './shapes.ts';

/** What was typed into a prompt; the rest is as it is saved. */
interface Typed {
  name?: string;
  system?: string;
  text?: string;
  comment?: string;
}

/** A saved prompt as it stands in the editor: what was typed, else what is saved. `prompt` null: a new one. */
export function written(prompt: Pick<SavedPrompt, 'name' | 'system' | 'text'> | null, typed: Typed = {}) {
  const saved = { name: prompt?.name ?? '', system: prompt?.system ?? '', text: prompt?.text ?? '' };
  const { name = saved.name, system = saved.system, text = saved.text, comment = '' } = typed;
  const isChanged = text !== saved.text || system !== saved.system;
  const isRenamed = name.trim() !== saved.name;
  return { name, system, text, comment, isChanged, isRenamed, isUnsaved: isChanged || isRenamed };
}
