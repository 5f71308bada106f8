/**
 * What Assay costs while it decodes: engine process, supervisor and a reader of the stream, against node-llama-cpp's own loop on the
 * same model and settings, in rounds that take turns. The target: at least 0.97 of the bare speed, at most 50 µs a token on top.
 *
 *     npm run bench -- decode                the shape of the sample model
 *     npm run bench -- decode --large        a vocabulary of 32,000 too
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { z } from 'zod';
import { sampler } from '../../preload/contract/engine.ts';
import { openEngineFixture } from '../helpers/engineFixture.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import type { BareOrder } from './decodeBare.ts';

const rounds = 9;
const count = 700;
/** Milliseconds after which a comparison begins no further round, if it has three. */
const patienceMs = 40_000;
const prompt = 'hello world, count to seven hundred';
const sampleShape = {
  dim: 256,
  layers: 4,
  heads: 8,
  keyValueHeads: 4,
  feedForward: 768,
  type: 'F16',
  vocabulary: 1280,
  endless: true,
} as const;

interface Way {
  name: string;
  temperature: number;
  alternatives: number;
}
const ways: Way[] = [
  { name: 'greedy', temperature: 0, alternatives: 0 },
  { name: 'temperature 0.8', temperature: 0.8, alternatives: 0 },
  { name: 'greedy, 5 alternatives', temperature: 0, alternatives: 5 },
];

const fixture = await openEngineFixture();
const shapes: [string, typeof sampleShape | (Omit<typeof sampleShape, 'vocabulary'> & { vocabulary: number })][] = [
  ['sample shape, 1,280 tokens', sampleShape],
];
if (process.argv.includes('--large')) shapes.push(['vocabulary of 32,000', { ...sampleShape, vocabulary: 32_000 }]);
for (const [name, shape] of shapes) {
  const path = writeModel(join(fixture.folder, `${shape.vocabulary}.gguf`), randomLlama(shape));
  for (const way of ways) await compare(name, path, way);
}
await fixture.close();

async function compare(shape: string, path: string, { name, temperature, alternatives }: Way): Promise<void> {
  const model = await fixture.models.resolve(path);
  const bare = fork(join(import.meta.dirname, 'decodeBare.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const order: BareOrder = { path, contextSize: 1024, threads: 1, prompt, count, temperature };
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const floor: Round[] = [];
  const ours: Round[] = [];
  const deadline = performance.now() + patienceMs;
  try {
    // The first round loads both and does not count.
    for (let round = 0; round <= rounds && (round < 4 || performance.now() < deadline); round++) {
      floor.push(await runBare(bare, order));
      delay.enable();
      ours.push(await runOurs());
      delay.disable();
      if (round === 0) delay.reset();
    }
  } finally {
    bare.disconnect();
  }
  const [, ...bareRounds] = floor;
  const [, ...ourRounds] = ours;
  report('wall', (round) => round.wallUs);
  report('undisturbed', (round) => round.quietUs);
  console.log(
    `  event loop of the reader: p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, max ${(delay.max / 1e6).toFixed(1)} ms`,
  );

  function report(what: string, of: (round: Round) => number): void {
    const ratios = bareRounds.map((round, index) => of(round) / of(ourRounds[index] ?? round));
    const [one, other] = [median(bareRounds.map(of)), median(ourRounds.map(of))];
    console.log(
      `decode, ${shape}, ${name}, ${what}: ratio ${median(ratios).toFixed(3)} (${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}), ` +
        `bare ${one.toFixed(1)} µs a token, Assay ${other.toFixed(1)}, on top ${(other - one).toFixed(1)} µs`,
    );
  }

  async function runOurs(): Promise<Round> {
    const request = {
      model,
      messages: [{ role: 'user' as const, text: prompt }],
      sampler: sampler.parse({ temperature, seed: 7, maxTokens: count }),
      alternatives,
      contextSize: 1024,
      threads: 1,
    };
    let first = 0;
    let last = 0;
    const onEngine: number[] = [];
    for await (const event of fixture.engine.generate(request, new AbortController().signal)) {
      if (event.type !== 'tokens') continue;
      last = performance.now();
      if (onEngine.length === 0) first = last;
      for (const token of event.tokens) onEngine.push(token.ms);
    }
    if (onEngine.length !== count) throw new Error(`${onEngine.length} tokens came, not ${count}.`);
    return { wallUs: ((last - first) * 1000) / (count - 1), quietUs: quiet(onEngine) };
  }
}

/** Microseconds a token: over the whole answer, and the lower fifth of the gaps, which other work on the machine disturbs less. */
interface Round {
  wallUs: number;
  quietUs: number;
}

function runBare(bare: ReturnType<typeof fork>, order: BareOrder): Promise<Round> {
  return new Promise((resolve, reject) => {
    bare.once('message', (message) => {
      const at = z.array(z.number()).parse(message);
      if (at.length !== order.count)
        return reject(new Error(`The bare loop made ${at.length} tokens, not ${order.count}.`));
      resolve({ wallUs: (((at.at(-1) ?? 0) - (at[0] ?? 0)) * 1000) / (at.length - 1), quietUs: quiet(at) });
    });
    bare.send(order);
  });
}

function quiet(at: number[]): number {
  const gaps = at.slice(1).map((time, index) => (time - (at[index] ?? time)) * 1000);
  return gaps.toSorted((one, other) => one - other)[Math.floor(gaps.length / 5)] ?? Number.NaN;
}

function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
