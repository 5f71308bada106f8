import { create } from 'zustand';

/** What is being written for the next comparison or turn. Memory only: it goes when the store is locked or the page closes. */
export interface Draft {
  text: string;
  system: string;
  stop: string[];
  schema: string;
  /** Columns of the open comparison to take over, by index. */
  pinned: number[];
  /** What is being written in the playground, and what stands around it. */
  chat: { text: string; system: string; schema: string; stop: string[] };
  /** Texts to measure divergence on: one read from a file, one typed or pasted. */
  fileText: { name: string; text: string } | null;
  pastedText: string;
  /** Paths of base files: one to measure against, one to write; empty for none. */
  baseFile: string;
  saveBaseTo: string;
}

const empty: Draft = {
  text: '',
  system: '',
  stop: [],
  schema: '',
  pinned: [],
  chat: { text: '', system: '', schema: '', stop: [] },
  fileText: null,
  pastedText: '',
  baseFile: '',
  saveBaseTo: '',
};

export const useDraft = create<Draft>(() => empty);

export function draft(change: Partial<Draft>): void {
  useDraft.setState(change);
}

export function draftChat(change: Partial<Draft['chat']>): void {
  useDraft.setState(({ chat }) => ({ chat: { ...chat, ...change } }));
}

export function forgetDraft(): void {
  useDraft.setState(empty, true);
}
