/**
 * What Assay costs while it decodes: engine process, host, frames and a client that watches, against node-llama-cpp's own loop on the
 * same model and settings, in rounds that take turns. The target: at least 0.97 of the bare speed, at most 50 µs a token on top, and
 * an event loop of the host that keeps nobody waiting for more than 20 ms (p99). The client runs in the host's process here, so its
 * work is in those figures too.
 *
 *     npm run bench -- decode                the sample model, and one with a vocabulary of 32,000
 *     npm run bench -- decode --rounds=3     not eleven
 *     npm run bench -- decode --patience=300 seconds for each comparison, not 50
 *     ASSAY_ADDON=none npm run bench -- decode   as where the addon is not built
 */
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { z } from 'zod';
import { createHost } from '../../main/host/createHost.ts';
import { sampleFolder } from '../../main/host/places.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { type Connected, connect } from '../../renderer/api/connect.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { memoryTransport } from '../helpers/memoryTransport.ts';
import type { BareOrder } from './decodeBare.ts';
import { writeEndlessSample } from './endlessSample.ts';
import { median, medianInterval } from './median.ts';
import { tell } from './summary.ts';

const rounds = Number(/^--rounds=(\d+)$/m.exec(process.argv.join('\n'))?.[1] ?? 11);
/** Milliseconds after which a comparison begins no further round, if it has three. */
const patienceMs = 1000 * Number(/^--patience=(\d+)$/m.exec(process.argv.join('\n'))?.[1] ?? 50);
const target = { ratio: 0.97, onTopUs: 50, delayMs: 20 };
const contextSize = 2560;
const prompt = 'hello world, count to two thousand';

interface Subject {
  name: string;
  path: string;
  /** Tokens of an answer: enough for the last one's way to the client, a frame or two, to be small beside the whole. */
  count: number;
}

/** One answer: wall time from its first token to its last, and the processor time of all processes for the whole of it. */
interface Round {
  wallUs: number;
  cpuUs: number | null;
}
const bareAnswer = z.object({ at: z.array(z.number()), cpuUs: z.number() });

const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const subjects: Subject[] = [
  { name: 'sample model', path: writeEndlessSample(join(folder, 'sample.gguf'), contextSize), count: 600 },
];
const shape = { dim: 256, layers: 4, heads: 8, keyValueHeads: 4, feedForward: 768, context: contextSize } as const;
const large = randomLlama({ ...shape, type: 'F16', vocabulary: 32_000, endless: true });
subjects.push({ name: 'vocabulary of 32,000', path: writeModel(join(folder, 'large.gguf'), large), count: 600 });
const engines = new Set<number>();
const starter = forkStarter();
const host = await createHost({
  folder: null,
  engineStarter: {
    start(options) {
      const engine = starter.start(options);
      if (engine.pid !== undefined) engines.add(engine.pid);
      return engine;
    },
  },
  sampleFolder: sampleFolder(),
});
const app = connect(memoryTransport(host));
const missed: string[] = [];
try {
  for (const subject of subjects) for (const temperature of [0, 0.8]) await compare(subject, temperature);
} finally {
  await app.close();
  await host.close();
  rmSync(folder, { recursive: true });
}
if (missed.length > 0) console.log(`missed: ${missed.join('; ')}`);

async function compare({ name, path, count }: Subject, temperature: number): Promise<void> {
  const bare = fork(join(import.meta.dirname, 'decodeBare.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const order: BareOrder = { path, contextSize, threads: 1, prompt, count, temperature };
  const delays: { p99: number; max: number }[] = [];
  const floor: Round[] = [];
  const ours: Round[] = [];
  const deadline = performance.now() + patienceMs;
  try {
    // The first round loads both and does not count.
    for (let round = 0; round <= rounds && (round < 4 || performance.now() < deadline); round++) {
      const bareRound = await runBare(bare, order);
      // One for each round: a monitor that pauses counts the pause as a delay.
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const ourRound = await runApp(app.client, order);
      delay.disable();
      if (round === 0) continue;
      floor.push(bareRound);
      ours.push(ourRound);
      delays.push({ p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 });
    }
  } finally {
    bare.disconnect();
  }
  const what = `decode, ${name}, ${temperature === 0 ? 'greedy' : `temperature ${temperature}`}`;
  const pairs = floor.flatMap((one, index) => (ours[index] === undefined ? [] : [{ bare: one, app: ours[index] }]));
  const ratio = medianInterval(pairs.map((pair) => pair.bare.wallUs / pair.app.wallUs));
  const onTop = medianInterval(pairs.map((pair) => pair.app.wallUs - pair.bare.wallUs));
  const p99 = median(delays.map((one) => one.p99));
  const longest = Math.max(...delays.map(({ max }) => max));
  console.log(`${what}: ${pairs.length} rounds of ${count} tokens, load average ${loadavg()[0]?.toFixed(1)}`);
  console.log(`  of the bare speed: ${ratio.of((value) => value.toFixed(3))}`);
  console.log(`  on top of a token: ${onTop.of((value) => `${value.toFixed(1)} µs`)}`);
  console.log(`  wall time: ${median(floor.map(({ wallUs }) => wallUs)).toFixed(1)} µs a token bare, ${timeOf(ours)}`);
  console.log(`  processor time: ${cpuOf(floor, count)} a token bare, ${cpuOf(ours, count)} by all of Assay`);
  console.log(
    `  event loop of host and client: p99 ${p99.toFixed(1)} ms (median of the rounds), longest ${longest.toFixed(1)} ms`,
  );
  const bareUs = median(floor.map(({ wallUs }) => wallUs));
  const interval = (values: typeof ratio, digits: number) =>
    `95 % interval ${values.low.toFixed(digits)} to ${values.high.toFixed(digits)}`;
  tell({
    figure: `${what}: of the bare speed`,
    value: ratio.median,
    unit: '',
    atLeast: target.ratio,
    note: interval(ratio, 3),
  });
  tell({
    figure: `${what}: on top of a token`,
    value: onTop.median,
    unit: 'µs',
    atMost: target.onTopUs,
    note: `${bareUs.toFixed(0)} µs bare; ${interval(onTop, 0)}`,
  });
  // Of one processor: it says more than wall time where the machine has other work.
  const cpuRatio = medianInterval(
    pairs.flatMap(({ bare, app }) => (bare.cpuUs === null || app.cpuUs === null ? [] : [app.cpuUs / bare.cpuUs])),
  );
  if (!Number.isNaN(cpuRatio.median))
    tell({
      figure: `${what}: processor time of all of Assay against the bare loop`,
      value: cpuRatio.median,
      unit: 'times',
      note: interval(cpuRatio, 3),
    });
  tell({ figure: `${what}: event loop of host and client, p99`, value: p99, unit: 'ms', atMost: target.delayMs });
  if (ratio.median < target.ratio) missed.push(`${what}: ratio below ${target.ratio}`);
  if (onTop.median > target.onTopUs) missed.push(`${what}: more than ${target.onTopUs} µs on top`);
  if (p99 > target.delayMs) missed.push(`${what}: event loop above ${target.delayMs} ms`);
}

/** As a page does it: a comparison of one model is started and watched to its end. */
async function runApp(client: Connected['client'], order: BareOrder): Promise<Round> {
  const cpuBefore = cpuOfApp();
  const { id } = await client.compare.start.mutate({
    models: [order.path],
    prompts: [order.prompt],
    sampler: { temperature: order.temperature, seed: 7, maxTokens: order.count },
    contextSize: order.contextSize,
    threads: order.threads,
  });
  let [first, last, tokens] = [0, 0, 0];
  const take = (more: number) => {
    if (more === 0) return;
    last = performance.now();
    if (tokens === 0) first = last;
    tokens += more;
  };
  await new Promise<void>((resolve, reject) => {
    client.compare.watch.subscribe(
      { id },
      {
        onData(event) {
          if (event.type === 'snapshot') take(event.comparison.cells[0]?.tokens.length ?? 0);
          if (event.type === 'tokens') take(event.tokens.length);
          if (event.type === 'cell' && event.cell.error !== null) reject(new Error(event.cell.error.message));
        },
        onError: reject,
        onComplete: resolve,
      },
    );
  });
  if (tokens !== order.count) throw new Error(`${tokens} tokens came to the client, not ${order.count}.`);
  const cpuAfter = cpuOfApp();
  return {
    wallUs: ((last - first) * 1000) / (tokens - 1),
    cpuUs: cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore,
  };
}

function runBare(bare: ReturnType<typeof fork>, order: BareOrder): Promise<Round> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`The bare loop ended with ${code}.`));
    bare.once('exit', ended);
    bare.once('message', (message) => {
      bare.off('exit', ended);
      const { at, cpuUs } = bareAnswer.parse(message);
      if (at.length !== order.count) {
        return reject(new Error(`The bare loop made ${at.length} tokens, not ${order.count}.`));
      }
      resolve({ wallUs: (((at.at(-1) ?? 0) - (at[0] ?? 0)) * 1000) / (at.length - 1), cpuUs });
    });
    bare.send(order);
  });
}

/** Microseconds of processor that this process and the engines have used; null where the engines' use is not to be had. */
function cpuOfApp(): number | null {
  if (process.platform !== 'linux') return null;
  const { user, system } = process.cpuUsage();
  let ticks = 0;
  for (const pid of engines) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      engines.delete(pid); // It ended; only the round that loads the model sees that.
    }
  }
  return user + system + ticks * 10_000;
}

function timeOf(some: Round[]): string {
  return `${median(some.map(({ wallUs }) => wallUs)).toFixed(1)} µs through Assay`;
}

function cpuOf(some: Round[], count: number): string {
  const known = some.flatMap(({ cpuUs }) => (cpuUs === null ? [] : [cpuUs / count]));
  return known.length === 0 ? 'not known here' : `${median(known).toFixed(1)} µs`;
}
