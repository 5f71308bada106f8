/**
 * The library of models: a folder of 1,000 small GGUF files from the command to the whole list, its hashes, the list once more, and the
 * fields of a large vocabulary. An encrypted store on the disk, the real header reader.
 * Run: node test/bench/library.bench.ts [files, default 1000]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { createChanges } from '../../main/base/changes.ts';
import { systemClock } from '../../main/base/clock.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { createJobs } from '../../main/services/jobs/index.ts';
import { createLibrary, createModels } from '../../main/services/models/index.ts';
import { createVault, noKeyRing } from '../../main/services/vault/index.ts';
import { type GgufValue, ggufBytes } from '../helpers/ggufFile.ts';
import { randomLlama } from '../helpers/ggufModel.ts';
import { median } from './median.ts';
import { type Figure, tell } from './summary.ts';

const count = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 1000);
const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-library-'));
const files = join(folder, 'models');
writeFiles();

const changes = createChanges();
const vault = createVault({ folder: join(folder, 'store'), keyRing: noKeyRing, changes, clock: systemClock });
const starter = forkStarter();
const models = createModels({ vault, changes, clock: systemClock, starter, sampleFolder: folder });
const jobs = createJobs({ vault, changes, log: { info: ignore, warn: ignore, error: ignore } });
const library = createLibrary({ vault, models, jobs, clock: systemClock, starter });
try {
  mkdirSync(join(folder, 'store'), { recursive: true });
  await vault.create({ passphrase: 'a passphrase for the bench' });
  const imports: number[] = [];
  const firsts: number[] = [];
  const processor: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  for (let round = 0; round < 3; round++) {
    for (const { id } of models.list()) models.forget([id]);
    const began = performance.now();
    const cpu = process.cpuUsage();
    delay.enable();
    let first = 0;
    for await (const event of library.import({ paths: [files], found: [] }, never)) {
      if (first === 0 && event.type === 'progress' && event.read > 0) first = performance.now() - began;
      if (event.type === 'done' && event.report.added.length !== count)
        throw new Error(`${event.report.added.length} of ${count} came in: ${event.report.left[0]?.message}`);
    }
    const listed = await library.list();
    imports.push(performance.now() - began);
    const { user, system } = process.cpuUsage(cpu);
    processor.push((user + system) / 1e6);
    firsts.push(first);
    delay.disable();
    if (listed.families.flatMap(({ variants }) => variants).length !== count) throw new Error('The list is not whole.');
    if (round < 2) for (const job of jobs.list()) jobs.cancel(job.id);
    while (round < 2 && jobs.isBusy()) await sleep(20);
  }
  say({
    figure: `library: a folder of ${count} files, from the command to the whole list`,
    value: median(imports) / 1000,
    unit: 's',
    atMost: 2,
  });
  say({ figure: 'library: processor time of the host for that', value: median(processor), unit: 's' });
  say({ figure: 'library: until the first of them are listed', value: median(firsts) / 1000, unit: 's' });
  say({
    figure: 'library: event loop of the host meanwhile, p99',
    value: delay.percentile(99) / 1e6,
    unit: 'ms',
    atMost: 20,
  });

  const hashing = performance.now();
  while (jobs.isBusy()) await sleep(20);
  say({
    figure: `library: hashes of ${count} files that follow`,
    value: (performance.now() - hashing) / 1000,
    unit: 's',
  });

  const lists: number[] = [];
  for (let round = 0; round < 20; round++) {
    const began = performance.now();
    await library.list();
    lists.push(performance.now() - began);
  }
  say({ figure: `library: the list of ${count} once more`, value: median(lists), unit: 'ms', atMost: 150 });

  const large = join(folder, 'large.gguf');
  writeLargeVocabulary(large);
  const headers: number[] = [];
  await models.inspector.inspect(large);
  for (let round = 0; round < 10; round++) {
    const began = performance.now();
    await models.inspector.inspect(large);
    headers.push(performance.now() - began);
  }
  say({
    figure: 'library: the header of a file with 128,000 tokens and 280,000 merges, fingerprints included',
    value: median(headers),
    unit: 'ms',
  });
} finally {
  await jobs.close();
  await library.close();
  await models.close();
  await vault.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Families of five quantizations each, in folders as publishers have them. */
function writeFiles(): void {
  const parts = randomLlama({ dim: 32, layers: 1, feedForward: 32 });
  for (let index = 0; index < count; index++) {
    const family = Math.floor(index / 5);
    const place = join(files, `publisher-${family % 20}`, `model-${family}`);
    mkdirSync(place, { recursive: true });
    const text = (value: string): GgufValue => ({ type: 'string', value });
    parts.metadata.set('general.name', text(`Model ${family}`));
    parts.metadata.set('general.basename', text(`Model-${family}`));
    writeFileSync(
      join(place, `model-${family}-${['F16', 'Q8_0', 'Q6_K', 'Q4_K_M', 'Q2_K'][index % 5]}.gguf`),
      ggufBytes(parts),
    );
  }
}

function writeLargeVocabulary(path: string): void {
  const parts = randomLlama({ dim: 32, layers: 1, feedForward: 32 });
  const tokens = parts.metadata.get('tokenizer.ggml.tokens');
  if (tokens?.type !== 'strings') throw new Error('The model has no vocabulary.');
  for (let index = tokens.value.length; index < 128_000; index++) tokens.value.push(`token${index}`);
  parts.metadata.set('tokenizer.ggml.scores', { type: 'f32s', value: tokens.value.map(() => 0) });
  parts.metadata.set('tokenizer.ggml.token_type', { type: 'i32s', value: tokens.value.map(() => 1) });
  const merges = Array.from({ length: 280_000 }, (_, index) => `tok ${index}`);
  parts.metadata.set('tokenizer.ggml.merges', { type: 'strings', value: merges });
  writeFileSync(path, ggufBytes(parts));
}

/** For the table of all benches, and here. */
function say(figure: Figure): void {
  tell(figure);
  console.log(`${figure.figure}: ${Number(figure.value.toPrecision(3))} ${figure.unit}`);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
function ignore(): void {}
