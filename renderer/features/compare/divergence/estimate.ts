import type { DivergenceRun } from '../../../../preload/contract/divergence.ts';

/** Whether the addon is there changes with an installation, not while the app runs. */
export const loadingStale = Number.POSITIVE_INFINITY;

/** A model of the run to come. */
export interface Planned {
  modelId: string;
  parameters: number | null;
}

/** About so many chunks, at four characters a token; of a data set each item is one. Null: too short, or not known yet. */
export function chunksOf(
  text: { characters: number | null; items: number | null },
  contextSize: number,
  most: number | null,
): number | null {
  const cut = (chunks: number) => (most === null ? chunks : Math.min(chunks, most));
  if (text.items !== null) return cut(text.items);
  if (text.characters === null || text.characters / 4 < 2 * contextSize) return null;
  return cut(Math.floor(text.characters / 4 / contextSize));
}

/**
 * Seconds for all models one after the other on the same tokens: by the speed that was measured of each, else by that of another,
 * slower or faster by their numbers of weights. Null where nothing was ever measured.
 */
export function secondsFor(
  models: readonly Planned[],
  tokens: number,
  measured: readonly DivergenceRun[],
): number | null {
  const speeds = new Map<string, { perSecond: number; parameters: number | null }>();
  for (const run of measured) {
    run.columns.forEach((column, index) => {
      const numbers = index === 0 ? run.referenceNumbers : (run.candidates[index - 1] ?? null);
      if (column.modelId === null || !numbers?.tokensPerSecond || speeds.has(column.modelId)) return;
      speeds.set(column.modelId, { perSecond: numbers.tokensPerSecond, parameters: column.parameters });
    });
  }
  let seconds = 0;
  for (const { modelId, parameters } of models) {
    const own = speeds.get(modelId);
    const other = own ?? [...speeds.values()].find((speed) => speed.parameters !== null && speed.parameters > 0);
    if (other === undefined) return null;
    const scale = own || parameters === null || other.parameters === null ? 1 : parameters / other.parameters;
    seconds += (tokens / other.perSecond) * scale;
  }
  return seconds;
}
