import { create } from 'zustand';
import type { ImportReport } from '../../../preload/contract/models.ts';
import { whenLocked } from '../../ui-state/index.ts';

/** What lasts while the app is open and the store is: names, tags and paths stay out of the page's storage. */
interface ModelsState {
  search: string;
  tags: readonly string[];
  folded: ReadonlySet<string>;
  selected: ReadonlySet<string>;
  /** Key of the row that the keyboard is on. */
  active: string | null;
  /** Counts how often the keyboard was sent to that row; it may have been there before. */
  sent: number;
  foundOpen: boolean;
  downloadOpen: boolean;
  importing: { found: number; read: number; looking: boolean } | null;
  report: ImportReport | null;
  /** Why the last import broke off. */
  problem: string | null;
}

const empty: ModelsState = {
  search: '',
  tags: [],
  folded: new Set(),
  selected: new Set(),
  active: null,
  sent: 0,
  foundOpen: false,
  downloadOpen: false,
  importing: null,
  report: null,
  problem: null,
};

export const useModelsState = create<ModelsState>(() => empty);

// Words, tags and paths of the store.
whenLocked(() => useModelsState.setState(empty, true));

export function change(part: Partial<ModelsState>): void {
  useModelsState.setState(part);
}

/** With or without one more. */
export function toggled<T>(set: ReadonlySet<T>, one: T): Set<T> {
  const next = new Set(set);
  if (!next.delete(one)) next.add(one);
  return next;
}
