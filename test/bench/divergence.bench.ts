/**
 * The fused divergence against llama-perplexity of the same release on the same libraries and threads, in rounds that take turns.
 * Targets: at most 1.05 of the peer's two passes for one candidate, 0.75 of its four passes for three; memory at most 64 MiB above
 * what the process and the files take, with a vocabulary of 128,256; a cancel in 100 ms. Processor time is told beside wall time: on a machine that does
 * other things, look at that.
 *
 *     npm run peers && npm run bench -- divergence
 *     npm run bench -- divergence --rounds=3     not seven
 *     npm run bench -- divergence --threads=1    not two
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { createLab, type DivergenceWork } from '../../main/inference/lab.ts';
import { finished, fixture, labModel, makeModel, sampleFile } from '../helpers/labModels.ts';
import { medianInterval } from './median.ts';
import { tell } from './summary.ts';

const option = (name: string, otherwise: number) =>
  Number(new RegExp(`^--${name}=(\\d+)$`, 'm').exec(process.argv.join('\n'))?.[1] ?? otherwise);
const rounds = option('rounds', 7);
const threads = option('threads', 2);
const bin = join(import.meta.dirname, '../../.peers/bin');
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const at = (name: string) => join(folder, name);
const lab = createLab({ starter: forkStarter() });

interface Cost {
  wall: number;
  cpu: number;
}

/** Seconds of all children that have ended, as Linux counts them in ticks of 10 ms. */
function childSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

async function costOf(work: () => Promise<void> | void): Promise<Cost> {
  const cpu = childSeconds();
  const begun = performance.now();
  await work();
  return { wall: (performance.now() - begun) / 1000, cpu: childSeconds() - cpu };
}

function peer(...args: string[]): void {
  const { status, stderr } = spawnSync(join(bin, 'llama-perplexity'), ['-t', String(threads), ...args]);
  if (status !== 0) throw new Error(stderr.toString().slice(-1000));
}

async function compare(name: string, reference: string, candidates: string[], text: string, chunks: number) {
  const work: DivergenceWork = {
    reference: labModel(reference),
    candidates: candidates.map((path) => labModel(path)),
    input: { kind: 'file', path: text },
    chunks,
    threads,
  };
  const ours: Cost[] = [];
  const theirs: Cost[] = [];
  for (let round = 0; round <= rounds; round++) {
    const one = await costOf(async () => void (await finished(lab.divergence(work))));
    const other = await costOf(() => {
      const shared = ['-c', '512', '--chunks', String(chunks), '--kl-divergence-base', at('base.kld')];
      peer('-m', reference, '-f', text, ...shared);
      for (const candidate of candidates) peer('-m', candidate, ...shared, '--kl-divergence');
    });
    rmSync(at('base.kld'));
    // The first round warms the caches of files.
    if (round === 0) continue;
    ours.push(one);
    theirs.push(other);
  }
  const ratios = (of: (cost: Cost) => number) =>
    medianInterval(ours.map((cost, index) => of(cost) / of(theirs[index] ?? cost)));
  const target = candidates.length === 1 ? 1.05 : 0.75;
  const passes = candidates.length + 1;
  for (const [kind, of] of [
    ['wall time', (cost: Cost) => cost.wall],
    ['processor time', (cost: Cost) => cost.cpu],
  ] as const) {
    const ratio = ratios(of);
    const figure = `divergence, ${name}, ${candidates.length} of the candidates: ${kind} to ${passes} passes of llama-perplexity`;
    tell({ figure, value: ratio.median, unit: 'x', atMost: target, note: ratio.of((value) => value.toFixed(3)) });
    console.log(
      `${figure}: ${ratio.of((value) => value.toFixed(3))}; ours ${medianInterval(ours.map(of)).median.toFixed(2)} s, theirs ${medianInterval(theirs.map(of)).median.toFixed(2)} s`,
    );
  }
}

/** From the abort to the word of it, in the middle of a batch. */
async function cancel(name: string, reference: string, candidates: string[], text: string): Promise<void> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const stop = new AbortController();
    const running = lab.divergence(
      {
        reference: labModel(reference),
        candidates: candidates.map((path) => labModel(path)),
        input: { kind: 'file', path: text },
        threads,
      },
      stop.signal,
    );
    let abortedAt = 0;
    const ended = finished(running, (event) => {
      if (event.type !== 'chunk' || abortedAt > 0) return;
      abortedAt = Number.POSITIVE_INFINITY;
      setTimeout(
        () => {
          abortedAt = performance.now();
          stop.abort();
        },
        10 + 7 * round,
      );
    });
    await ended.catch(() => undefined);
    took.push(performance.now() - abortedAt);
  }
  const figure = `divergence, ${name}: from a cancel to the word of it, longest of ${rounds}`;
  const longest = Math.max(...took);
  tell({ figure, value: longest, unit: 'ms', atMost: 100 });
  console.log(`${figure}: ${longest.toFixed(1)} ms (${took.map((one) => one.toFixed(1)).join(', ')})`);
}

async function ladder(source: string, name: string): Promise<string[]> {
  const paths: string[] = [];
  for (const type of ['Q4_K_M', 'Q8_0', 'Q3_K_M'] as const) {
    const output = at(`${name}-${type}.gguf`);
    await finished(lab.quantize({ input: source, output, type, threads }));
    paths.push(output);
  }
  return paths;
}

if (!existsSync(bin)) {
  console.log('There are no peers to compare with: run npm run peers first (Linux).');
} else {
  try {
    console.log(`load ${loadavg()[0]?.toFixed(1)}, ${threads} threads, ${rounds} rounds`);
    const text = at('text.txt');
    writeFileSync(text, readFileSync(fixture('text.txt'), 'utf8').repeat(12));
    const sample = await ladder(sampleFile('F16'), 'sample');
    await compare('sample model', sampleFile('F16'), sample.slice(0, 1), text, 40);
    await compare('sample model', sampleFile('F16'), sample, text, 40);
    const shape = { dim: 512, heads: 8, keyValueHeads: 4, feedForward: 1536, layers: 6, seed: 3, peak: 2 };
    const wide = makeModel(at('wide.gguf'), { ...shape, vocabulary: 32_000, type: 'F16' });
    const wides = await ladder(wide, 'wide');
    await compare('32,000 tokens', wide, wides.slice(0, 1), text, 8);
    await compare('32,000 tokens', wide, wides, text, 8);
    await cancel('sample model', sampleFile('F16'), sample, text);
    await cancel('32,000 tokens', wide, wides, text);
    const huge = makeModel(at('huge.gguf'), {
      vocabulary: 128_256,
      dim: 256,
      heads: 4,
      feedForward: 512,
      type: 'F16',
      seed: 5,
    });
    const [quantized = ''] = await ladder(huge, 'huge');
    const { peakRssBytes, idleRssBytes = 0 } = await finished(
      lab.divergence({
        reference: labModel(huge),
        candidates: [labModel(quantized)],
        input: { kind: 'file', path: text },
        chunks: 2,
        threads,
      }),
    );
    const files = statSync(huge).size + statSync(quantized).size;
    const above = (peakRssBytes - idleRssBytes - files) / 2 ** 20;
    const figure = 'divergence, 128,256 tokens: peak memory above the files and the idle process';
    tell({ figure, value: above, unit: 'MiB', atMost: 64 });
    console.log(
      `${figure}: ${above.toFixed(1)} MiB (peak ${(peakRssBytes / 2 ** 20).toFixed(0)}, idle ${(idleRssBytes / 2 ** 20).toFixed(0)}, files ${(files / 2 ** 20).toFixed(0)})`,
    );
  } finally {
    await lab.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
