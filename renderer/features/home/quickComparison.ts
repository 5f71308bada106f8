import type { ComparisonInput } from '../../../preload/contract/compare.ts';

/** The first thing a new user can do: three quantizations of the embedded model, one prompt, a few seconds. */
export const quickComparison = {
  models: ['sample', 'sample:Q4_K_M', 'sample:Q2_K'],
  prompts: ['Continue this story: Once a grey hen saw a key near the bridge.'],
  order: 'one at a time',
  alternatives: 5,
  sampler: { temperature: 0, maxTokens: 96 },
} satisfies ComparisonInput;
