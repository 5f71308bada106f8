import type { ComparisonInput } from '../../../preload/contract/compare.ts';

/** The first thing a new user can do: three quantizations of the embedded model on a few unlike tasks, in well under a minute. */
export const quickComparison = {
  models: ['sample', 'sample:Q4_K_M', 'sample:Q2_K'],
  prompts: [
    'Continue this story: Once a grey hen saw a key near the bridge.',
    'Tell me the sum of 90 and 37.',
    'Spell this word backwards: o m u z a s',
    'Which weekday is 20 days before Monday?',
    'Extract JSON with name, age and city: Sivuse comes from Dolidale and is 48 years old.',
    'Do you know the capital city of Norway?',
  ],
  order: 'one at a time',
  alternatives: 5,
  sampler: { temperature: 0, maxTokens: 96 },
} satisfies ComparisonInput;
