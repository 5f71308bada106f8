/**
 * The fused divergence against llama-perplexity of the same release on the same libraries and threads, in rounds that take turns.
 * Targets: at most 1.05 of the peer's two passes for one candidate, 0.75 of its four passes for three; memory at most 64 MiB above
 * what the process and the files take, with a vocabulary of 128,256; a cancel in 100 ms. Processor time is told beside wall time: on a machine that does
 * other things, look at that.
 *
 *     npm run peers && npm run bench -- divergence
 *     npm run bench -- divergence --rounds=3     not seven
 *     npm run bench -- divergence --threads=1    not two
 *     npm run bench -- divergence --only=cancel  of sample, wide, large, cancel, memory
 *     npm run bench -- divergence --cancels=40   not twenty
 *     npm run bench -- divergence --chunks=40    of the sample model with three candidates, not 160
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { createLab, type DivergenceWork } from '../../main/inference/lab.ts';
import { finished, fixture, labModel, makeModel, sampleFile } from '../helpers/labModels.ts';
import { median, medianInterval } from './median.ts';
import { tell } from './summary.ts';

const option = (name: string, otherwise: number) =>
  Number(new RegExp(`^--${name}=(\\d+)$`, 'm').exec(process.argv.join('\n'))?.[1] ?? otherwise);
const rounds = option('rounds', 7);
const threads = option('threads', 2);
const cancels = option('cancels', 20);
/** Some 80,000 tokens, a third of what is usual: starting the processes weighs little, as it does there. */
const many = option('chunks', 160);
/** Parts of the bench, by a word of their names. */
const only = /^--only=(\w+)$/m.exec(process.argv.join('\n'))?.[1] ?? '';
const asked = (part: string) => part.includes(only);
const bin = join(import.meta.dirname, '../../.peers/bin');
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const at = (name: string) => join(folder, name);
/** The engine as it ships. */
const lab = createLab({ starter: forkStarter({ entry: join(import.meta.dirname, '../../out/main/engine.js') }) });

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
  const decodings: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    let decoding = 0;
    const one = await costOf(async () => {
      const { reference: first, candidates: others } = await finished(lab.divergence(work));
      for (const timings of [first, ...others]) decoding += timings?.decodeSeconds ?? 0;
    });
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
    decodings.push(decoding / other.wall);
  }
  const ratios = (of: (cost: Cost) => number) =>
    medianInterval(ours.map((cost, index) => of(cost) / of(theirs[index] ?? cost)));
  const target = candidates.length === 1 ? 1.05 : 0.75;
  const passes = candidates.length + 1;
  console.log(
    `divergence, ${name}, ${candidates.length} of the candidates: what of it is llama.cpp's own decoding on ${threads} threads, to ${passes} passes: ${median(decodings).toFixed(3)}`,
  );
  for (const [kind, of, atMost] of [
    ['wall time', (cost: Cost) => cost.wall, target],
    ['processor time', (cost: Cost) => cost.cpu, undefined],
  ] as const) {
    const ratio = ratios(of);
    const figure = `divergence, ${name}, ${candidates.length} of the candidates, ${chunks} chunks: ${kind} to ${passes} passes of llama-perplexity`;
    tell({ figure, value: ratio.median, unit: 'x', atMost, note: ratio.of((value) => value.toFixed(3)) });
    console.log(
      `${figure}: ${ratio.of((value) => value.toFixed(3))}; ours ${medianInterval(ours.map(of)).median.toFixed(2)} s, theirs ${medianInterval(theirs.map(of)).median.toFixed(2)} s`,
    );
  }
}

/** From the abort to the word of it, at moments spread over a step of all models. */
async function cancel(name: string, reference: string, candidates: string[], text: string): Promise<void> {
  const took: number[] = [];
  for (let round = 0; round < cancels; round++) {
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
    let abortedAt = Number.NaN;
    let begun = false;
    const ended = finished(running, (event) => {
      if (event.type !== 'chunk' || begun) return;
      begun = true;
      const cancelNow = () => {
        abortedAt = performance.now();
        stop.abort();
      };
      setTimeout(cancelNow, (1000 * round) / cancels);
    });
    await ended.catch(() => undefined);
    took.push(performance.now() - abortedAt);
  }
  const figure = `divergence, ${name}, ${candidates.length} candidates: from a cancel to the word of it, p95 of ${cancels}`;
  const sorted = took.toSorted((one, other) => one - other);
  const p95 = sorted[Math.ceil(0.95 * cancels) - 1] ?? Number.NaN;
  const spread = `median ${median(took).toFixed(1)}, longest ${Math.max(...took).toFixed(1)}`;
  tell({ figure, value: p95, unit: 'ms', atMost: 100, note: spread });
  console.log(`${figure}: ${p95.toFixed(1)} ms (${spread})`);
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

async function sampleModel(text: string): Promise<void> {
  const reference = sampleFile('F16');
  const candidates = await ladder(reference, 'sample');
  if (asked('sample')) {
    await compare('sample model', reference, candidates.slice(0, 1), text, 40);
    await compare('sample model', reference, candidates, text, many);
  }
  if (asked('cancel')) await cancel('sample model', reference, candidates, text);
}

async function wideModel(text: string): Promise<void> {
  const shape = { dim: 512, heads: 8, keyValueHeads: 4, feedForward: 1536, layers: 6, seed: 3, peak: 2 };
  const reference = makeModel(at('wide.gguf'), { ...shape, vocabulary: 32_000, type: 'F16' });
  const candidates = await ladder(reference, 'wide');
  if (asked('wide')) {
    await compare('32,000 tokens', reference, candidates.slice(0, 1), text, 8);
    await compare('32,000 tokens', reference, candidates, text, 24);
  }
  if (asked('cancel')) await cancel('32,000 tokens', reference, candidates, text);
}

/** As many tokens as Llama 3 has: a base file of 66 MB a chunk, 37 GiB for a text of 560. */
const large = {
  vocabulary: 128_256,
  dim: 512,
  heads: 8,
  keyValueHeads: 4,
  feedForward: 1536,
  layers: 6,
  seed: 9,
  peak: 2,
};

async function largeVocabulary(text: string): Promise<void> {
  const reference = makeModel(at('large.gguf'), { ...large, type: 'F16' });
  await compare('128,256 tokens', reference, await ladder(reference, 'large'), text, 8);
}

/** Of a small model what llama.cpp computes with weighs most; of a larger one, rows of logits, keys and values. */
async function memory(text: string): Promise<void> {
  const shallow = { vocabulary: 128_256, heads: 4, layers: 2, seed: 5 };
  const deeper = { ...shallow, dim: 256, feedForward: 512 };
  const shapes = [{ ...shallow, dim: 64, feedForward: 128 }, deeper, large];
  for (const shape of shapes.flatMap((one) => [one, { ...one, tied: true }])) {
    const tied = 'tied' in shape;
    const name = `${shape.layers} layers of ${shape.dim}${tied ? ', tokens and logits with one matrix' : ''}`;
    const file = `memory-${shape.dim}${tied ? '-tied' : ''}`;
    const reference = makeModel(at(`${file}.gguf`), { ...shape, type: 'F16' });
    const quantized = await ladder(reference, file);
    const four = [...quantized, reference];
    // The last two leave something over of the fours of kernels, so their chunks are read together.
    for (const { candidates, context, chunks } of [
      { candidates: quantized.slice(0, 1), context: 512, chunks: 12 },
      { candidates: quantized, context: 512, chunks: 12 },
      { candidates: four, context: 512, chunks: 12 },
      { candidates: four, context: 512, chunks: 7 },
      { candidates: four, context: 100, chunks: 27 },
    ]) {
      const { peakRssBytes, idleRssBytes = 0 } = await finished(
        lab.divergence({
          reference: labModel(reference),
          candidates: candidates.map((path) => labModel(path)),
          input: { kind: 'file', path: text },
          context,
          chunks,
          threads,
        }),
      );
      const files = [reference, ...candidates].reduce((sum, path) => sum + statSync(path).size, 0);
      const above = (peakRssBytes - idleRssBytes - files) / 2 ** 20;
      const figure = `divergence, 128,256 tokens, ${name}, ${candidates.length} of the candidates, ${chunks} chunks of ${context}: peak memory above the files and the idle process`;
      tell({ figure, value: above, unit: 'MiB', atMost: 64 });
      console.log(
        `${figure}: ${above.toFixed(1)} MiB (peak ${(peakRssBytes / 2 ** 20).toFixed(0)}, idle ${(idleRssBytes / 2 ** 20).toFixed(0)}, files ${(files / 2 ** 20).toFixed(0)})`,
      );
    }
  }
}

if (!existsSync(bin)) {
  console.log('There are no peers to compare with: run npm run peers first (Linux).');
} else {
  try {
    console.log(`load ${loadavg()[0]?.toFixed(1)}, ${threads} threads, ${rounds} rounds`);
    const text = at('text.txt');
    writeFileSync(text, readFileSync(fixture('text.txt'), 'utf8').repeat(42));
    if (asked('sample') || asked('cancel')) await sampleModel(text);
    if (asked('wide') || asked('cancel')) await wideModel(text);
    if (asked('large')) await largeVocabulary(text);
    if (asked('memory')) await memory(text);
  } finally {
    await lab.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
