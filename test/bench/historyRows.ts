import type { Generation } from '../../main/services/prompts/index.ts';

const syllables =
  'ka lo mi re tu sen dor fal gri hun jo pel qua vis wen xo yar zim bran cle sta tho per con ver ing ter al en or'.split(
    ' ',
  );
const vocabularySize = 30_000;
const asked = [
  'Explain',
  'Summarise',
  'Translate',
  'Compare',
  'What is',
  'Write a story about',
  'Why does',
  'List five reasons for',
  'Rewrite',
  'Correct',
];
const models = ['Assay sample', 'Granite 4 Tiny', 'Qwen 3 4B', 'Gemma 3 4B', 'Llama 3.2 3B'];
const quantizations = ['F16', 'Q8_0', 'Q4_K_M', 'Q2_K'];
/** Two years of work. */
const span = 2 * 365 * 24 * 3600 * 1000;

/** Generations with a vocabulary as uneven as that of a language (Zipf), the same ones each time. */
export function* generatedRows(count: number, until: number): Generator<Generation> {
  let state = 20_261_124;
  // The minimal standard generator of Park and Miller (1988).
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const below = (bound: number) => Math.floor(random() * bound);
  const vocabulary = Array.from({ length: vocabularySize }, (_, rank) => wordOf(rank));
  const word = () => vocabulary[Math.floor(vocabularySize ** random()) - 1] ?? 'ka';
  const words = (least: number, most: number) =>
    Array.from({ length: least + below(most - least) }, (_, index) => (index % 13 === 12 ? `${word()}.` : word())).join(
      ' ',
    );
  for (let index = 0; index < count; index++) {
    const answer = words(40, 120);
    const tokenCount = Math.round(answer.length / 4);
    const speed = 20 + random() * 60;
    const quantization = quantizations[below(quantizations.length)] ?? 'F16';
    const name = models[below(models.length)] ?? 'Assay sample';
    yield {
      source: 'compare',
      origin: `comparison-${Math.floor(index / 4)}`,
      place: `0/${index % 4}`,
      at: until - span + Math.floor((index / count) * span),
      model: { id: `${name}:${quantization}`, name, quantization },
      system: index % 3 === 0 ? 'You are terse and exact.' : null,
      prompt: `${asked[below(asked.length)]} ${words(10, 50)}?`,
      answer,
      settings: {
        sampler: { temperature: 0, topK: 40, topP: 0.95, minP: 0.05, seed: index, maxTokens: 256, stop: [] },
      },
      state: 'done',
      stats: {
        promptTokens: 30,
        tokenCount,
        ttftMs: 20 + random() * 400,
        tokensPerSecond: speed,
        totalMs: (tokenCount / speed) * 1000,
        stopReason: 'end',
      },
    };
  }
}

/** Short words for the common ones. */
function wordOf(rank: number): string {
  let word = '';
  for (let left = rank + 3; left > 0; left = Math.floor(left / syllables.length)) {
    word += syllables[left % syllables.length] ?? '';
  }
  return word;
}
