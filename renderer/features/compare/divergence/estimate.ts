import type { ModelMeasurement } from '../../../../preload/contract/divergence.ts';

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
  measured: readonly Pick<ModelMeasurement, 'modelId' | 'tokensPerSecond'>[],
  parametersOf: (modelId: string) => number | null,
): number | null {
  const speeds = measured.flatMap(({ modelId, tokensPerSecond }) =>
    modelId === null || !tokensPerSecond ? [] : [{ modelId, tokensPerSecond, parameters: parametersOf(modelId) }],
  );
  let seconds = 0;
  for (const { modelId, parameters } of models) {
    const own = speeds.find((one) => one.modelId === modelId);
    const speed = own ?? speeds.find((one) => one.parameters !== null && one.parameters > 0);
    if (speed === undefined) return null;
    const scale = own || parameters === null || speed.parameters === null ? 1 : parameters / speed.parameters;
    seconds += (tokens / speed.tokensPerSecond) * scale;
  }
  return seconds;
}

/** Of a `_logits_` file: for each token its id, and for each scored one scale, minimum and 16 bits a token of the vocabulary. */
export function baseFileBytes(chunks: number, contextSize: number, vocabulary: number): number {
  const scored = contextSize - 1 - Math.floor(contextSize / 2);
  return 20 + chunks * (contextSize * 4 + scored * (2 * Math.floor((vocabulary + 1) / 2) + 4) * 2);
}
