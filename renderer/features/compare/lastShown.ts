import type { CompareTab } from '../../ui-state/index.ts';

/** Divergence and trade-off show the same runs. */
const kinds = {
  answers: 'comparison',
  divergence: 'run',
  'trade-off': 'run',
  blind: 'blind test',
  playground: 'conversation',
} as const;
const shown = new Map<(typeof kinds)[CompareTab], string | null>();

/** What a tab showed last, so that coming back to it finds it again. Memory only. */
export function lastShown(tab: CompareTab): string | null {
  return shown.get(kinds[tab]) ?? null;
}

export function remember(tab: CompareTab, id: string | null): void {
  shown.set(kinds[tab], id);
}
