import { create } from 'zustand';
import { whenLocked } from './forgetting.ts';

/** What was typed into a saved prompt and is not saved: only the fields that were touched. */
export interface SavedDraft {
  name?: string;
  system?: string;
  text?: string;
  /** What is different, for the version that is saved next. */
  comment?: string;
  /** Filled in for the variables, by their names. */
  values?: Readonly<Record<string, string>>;
}

interface SavedDrafts {
  /** The prompt that is open, by its id; null: the first. */
  chosen: string | null;
  /** By the ids of their prompts. */
  drafts: Readonly<Record<string, SavedDraft>>;
}

/** In the place of an id: the prompt that is not saved yet. */
export const newPrompt = 'new';

const none: SavedDrafts = { chosen: null, drafts: {} };

/** Memory only, like every draft. */
export const useSavedDrafts = create<SavedDrafts>(() => none);

whenLocked(() => useSavedDrafts.setState(none, true));

export function chooseSaved(chosen: string | null): void {
  useSavedDrafts.setState({ chosen });
}

export function draftSaved(id: string, change: SavedDraft): void {
  useSavedDrafts.setState(({ drafts }) => ({ drafts: { ...drafts, [id]: { ...drafts[id], ...change } } }));
}

/** Forgets what was typed, but not what was filled in. */
export function dropDraft(id: string): void {
  useSavedDrafts.setState(({ drafts }) => ({ drafts: { ...drafts, [id]: { values: drafts[id]?.values ?? {} } } }));
}

/** A prompt was saved with this draft; what was typed since stays. A new one is open under its id, unless the person went elsewhere. */
export function settleDraft(key: string, draft: SavedDraft | undefined, id: string): void {
  const { chosen, drafts } = useSavedDrafts.getState();
  if (drafts[key] === draft) dropDraft(key);
  if (key !== id && chosen === key) chooseSaved(id);
}
