import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../main/base/fault.ts';
import type { GenerateEvent, GenerateRequest, Generating } from '../../main/base/generation.ts';
import type { Token } from '../../preload/contract/engine.ts';
import type { Model } from '../../preload/contract/models.ts';

/**
 * A small engine in its own right: each model is a deterministic chain of characters, so answers depend on the prompt, the seed and
 * the model, and nothing else. The name of a model says how it behaves.
 */
export interface CharacterEngine extends Generating {
  /** Names of the models in the order in which they were loaded. */
  loads: string[];
  /** How many answers were begun. */
  begun: number;
  /** The most answers that were under way at once. */
  most: number;
}

/** `ids`: one vocabulary for all models that do not name another. */
export function characterModel(name: string, { vocabulary = 256 } = {}): Model {
  return {
    id: `sha256-${name}`,
    path: `/models/${name}.gguf`,
    name,
    sizeBytes: 1000 + name.length,
    sample: false,
    addedAt: '2026-11-01T00:00:00.000Z',
    header: {
      architecture: 'characters',
      name,
      quantization: /q4/i.test(name) ? 'Q4_K_M' : 'F16',
      parameters: 256,
      bitsPerWeight: 16,
      contextLength: 4096,
      layers: 1,
      embeddingLength: 1,
      vocabularySize: vocabulary,
      tokenizer: 'characters',
      chatTemplate: null,
      license: null,
      author: null,
    },
    problem: null,
  };
}

/**
 * Words in a name: `crash` dies at the fourth token, `broken` while loading, `absent` is not found by `models`, `q4` says something
 * else from the sixth token on, `deaf` ignores the signal, `pairs` spells two characters a token. `tokenMs`: time for each token.
 */
export function createCharacterEngine({ tokenMs = 0 }: { tokenMs?: number } = {}): CharacterEngine {
  let loaded: string | null = null;
  let underWay = 0;
  const engine: CharacterEngine = { loads: [], begun: 0, most: 0, generate };

  async function* generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent> {
    const { name } = request.model;
    engine.begun++;
    engine.most = Math.max(engine.most, ++underWay);
    try {
      if (loaded !== name) {
        yield { type: 'loading', progress: 0 };
        if (name.includes('broken')) throw new Fault('MODEL_UNREADABLE', `${name} is damaged. Get the file again.`);
        yield { type: 'loading', progress: 1 };
        loaded = name;
        engine.loads.push(name);
      }
      yield* answer(request, name.includes('deaf') ? new AbortController().signal : signal);
    } finally {
      underWay--;
    }
  }

  async function* answer(
    { model, messages, written = [], sampler }: GenerateRequest,
    signal: AbortSignal,
  ): AsyncGenerator<GenerateEvent> {
    const prompt = messages.at(-1)?.text ?? '';
    const promptTokens = messages.reduce((sum, { text }) => sum + text.length, 0) + written.length;
    if (promptTokens >= 4096) throw tooLong(promptTokens);
    yield { type: 'started', promptTokens, keptTokens: 0, contextSize: 4096 };
    const whole = prompt.includes('short') ? 3 : 1000;
    const count = Math.min(sampler.maxTokens, Math.max(0, whole - written.length));
    let ms = 0;
    let made = 0;
    for (; made < count && !signal.aborted; made++) {
      if (tokenMs > 0) await sleep(tokenMs);
      else if (made % 64 === 63) await sleep(0);
      if (model.name.includes('crash') && made === 3) {
        loaded = null;
        throw new Fault(
          'ENGINE_CRASHED',
          `The engine of ${model.name} ended with SIGSEGV. Its other answers are kept.`,
        );
      }
      ms += 1.25;
      yield { type: 'tokens', tokens: [token(model, prompt, sampler.seed, written.length + made, ms)] };
    }
    const stopReason = signal.aborted ? 'cancelled' : made === sampler.maxTokens ? 'length' : 'end';
    yield {
      type: 'done',
      stats: {
        promptTokens,
        tokenCount: made,
        ttftMs: made > 0 ? 1.25 : null,
        tokensPerSecond: made > 1 ? 800 : null,
        totalMs: ms,
        stopReason,
      },
    };
  }
  return engine;
}

function tooLong(promptTokens: number): Fault {
  return new Fault('TOO_LARGE', 'The prompt is too long.', { facts: { promptTokens, contextSize: 4096 } });
}

function token({ name }: Model, prompt: string, seed: number, index: number, ms: number): Token {
  const letter = (place: number) => {
    const shift = /q4/i.test(name) && place >= 5 ? 1 : 0;
    return String.fromCharCode(97 + ((prompt.length * 7 + seed * 3 + place * (place + 5) + shift) % 26));
  };
  const text = name.includes('pairs') ? letter(index * 2) + letter(index * 2 + 1) : letter(index);
  return { text, id: name.includes('pairs') ? 10_000 + index : text.charCodeAt(0), logprob: -0.001 * (index + 1), ms };
}

/** The library that goes with the engine: every name is there but those with `absent`. */
export function characterModels(names: readonly string[]): {
  list(): Model[];
  resolve(reference: string): Promise<Model>;
} {
  const known = names.map((name) => characterModel(name, { vocabulary: name.includes('pairs') ? 512 : 256 }));
  return {
    list: () => known.filter(({ name }) => !name.includes('absent')),
    async resolve(reference) {
      const model = known.find(({ id, name }) => id === reference || name === reference);
      if (model && !model.name.includes('absent')) return model;
      throw new Fault('MODEL_NOT_FOUND', `There is no model ${reference}. Add its file again.`);
    },
  };
}
