import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { CacheType } from '../../preload/contract/divergence.ts';
import type { CompareTab } from './navigation.ts';

export type AnswerView = 'plain' | 'surprise' | 'difference';

export interface SamplerPreferences {
  temperature: number;
  topK: number;
  topP: number;
  minP: number;
  repeatPenalty: number;
  seed: number;
  maxTokens: number;
}

/** What the app remembers of how a person likes to work. It lies in clear in the page's storage: never a prompt, an answer or a secret. */
export interface Preferences {
  theme: 'system' | 'light' | 'dark';
  historyOpen: boolean;
  /** The tab of Compare that was looked at last. */
  compareTab: CompareTab;
  view: AnswerView;
  order: 'one at a time' | 'all at once';
  splitting: 'one' | 'lines' | 'separator';
  /** Models of the last comparison, by id; the first is the reference. */
  models: string[];
  sampler: SamplerPreferences;
  alternatives: number;
  /** How the playground asks and is looked at. */
  playground: {
    /** By id. */
    model: string | null;
    sampler: SamplerPreferences;
    /** Each answer that is sampled draws a seed of its own; it is kept with the answer. */
    newSeeds: boolean;
    alternatives: number;
    /** Tokens; null: as the engine's settings have it. */
    contextSize: number | null;
    view: 'plain' | 'surprise';
    settingsOpen: boolean;
    /** The conversation that was open last, by id. */
    conversation: string | null;
  };
  /** How divergence is measured. `dataset`: an id; null: the first. `cacheTypes`: each candidate is measured with each of them. */
  divergence: {
    text: 'sample' | 'dataset' | 'file' | 'pasted' | 'base';
    dataset: string | null;
    contextSize: number;
    chunks: number | null;
    cacheTypes: CacheType[];
  };
  /** What a loss is weighed against, and as what it counts. */
  tradeOff: { x: 'size' | 'memory' | 'speed'; y: 'kld' | 'ppl' | 'top' };
  /** How many pairs a blind test asks; null: all. */
  blindPairs: number | null;
  /** How the list of models is looked at. */
  library: {
    sort: 'name' | 'size' | 'bits' | 'parameters' | 'context' | 'memory' | 'used' | 'added';
    descending: boolean;
    flags: ('fits' | 'differs' | 'duplicates' | 'trouble' | 'unhashed')[];
  };
  /** The place in the palette of variants of each model id, in the order of their first use. */
  variants: Record<string, number>;
}

const sampler: SamplerPreferences = {
  temperature: 0,
  topK: 40,
  topP: 0.95,
  minP: 0.05,
  repeatPenalty: 1,
  seed: 0,
  maxTokens: 128,
};

export const defaultPreferences: Preferences = {
  theme: 'system',
  historyOpen: true,
  compareTab: 'answers',
  view: 'plain',
  order: 'one at a time',
  splitting: 'one',
  models: [],
  sampler,
  alternatives: 0,
  playground: {
    model: null,
    sampler: { ...sampler, temperature: 0.8, maxTokens: 512 },
    newSeeds: true,
    alternatives: 5,
    contextSize: null,
    view: 'plain',
    settingsOpen: true,
    conversation: null,
  },
  divergence: { text: 'sample', dataset: null, contextSize: 512, chunks: null, cacheTypes: ['F16'] },
  tradeOff: { x: 'size', y: 'kld' },
  blindPairs: 20,
  library: { sort: 'name', descending: false, flags: [] },
  variants: {},
};

export const usePreferences = create<Preferences>()(
  persist(() => defaultPreferences, {
    name: 'assay-preferences',
    version: 1,
    storage: createJSONStorage(() => localStorage),
    partialize: ({ models, variants, playground, ...rest }) => ({
      ...rest,
      playground: { ...playground, model: playground.model && isNameless(playground.model) ? playground.model : null },
      models: models.filter(isNameless),
      variants: Object.fromEntries(Object.entries(variants).filter(([id]) => isNameless(id))),
    }),
  }),
);

/** An id of the library or of a sample. A model outside the library goes by its path, which belongs in the encrypted store alone. */
function isNameless(reference: string): boolean {
  return /^(sample(:\w+)?|[0-9a-z]{26})$/.test(reference);
}

export function prefer(change: Partial<Preferences>): void {
  usePreferences.setState(change);
}

export function preferInPlayground(change: Partial<Preferences['playground']>): void {
  usePreferences.setState(({ playground }) => ({ playground: { ...playground, ...change } }));
}
