import { existsSync } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Model } from '../../../preload/contract/models.ts';
import {
  type Quantization,
  type QuantizationType,
  type QuantizeEstimate,
  type QuantizeInput,
  type QuantizeSettings,
  quantizeInput,
} from '../../../preload/contract/quantize.ts';
import type { Changes } from '../../base/changes.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault, toErrorData } from '../../base/fault.ts';
import { newId } from '../../base/ids.ts';
import type { JobQueue } from '../../base/job.ts';
import { sizeText } from '../../base/sizes.ts';
import type { Store } from '../../db/store.ts';
import type { Lab, QuantizeResult } from '../../inference/lab.ts';
import { createHasher, type HasherOptions } from './hasher.ts';
import type { Models } from './models.ts';
import { imatrixPlace, partialPlace, quantizeJob } from './quantize.job.ts';
import * as queries from './quantize.queries.ts';
import {
  imatrixSeconds,
  isOriginal,
  needsDryRun,
  quantizedName,
  quantizeMemoryBytes,
  quantizeSeconds,
} from './quantize.rules.ts';
import { freeBytesIn } from './quantizeFile.ts';
import { requantizing, requireFree, requireImportance } from './quantizeRefusals.ts';
import type { SampleLadder } from './quantizeSample.ts';

export interface QuantizeDependencies extends HasherOptions {
  vault: { store(): Store; unfinished(files: readonly string[]): void };
  jobs: JobQueue;
  models: Pick<Models, 'resolve' | 'facts' | 'add'>;
  lab: Pick<Lab, 'probe' | 'quantize' | 'imatrix' | 'divergence'>;
  ladder: SampleLadder;
  changes: Pick<Changes, 'announce'>;
  clock: Clock;
  /** Threads when nobody names a number. */
  threads(): number;
}

/** Makes quantizations of a model and remembers where they came from. */
export interface Quantize {
  /** What the files would come to, by dry runs. Faults: those of `models.resolve`; ENGINE_UNAVAILABLE; READ_ONLY of the folder. */
  estimate(input: QuantizeInput): Promise<QuantizeEstimate>;
  /** Begins a job. CONFLICT names files that are there; BAD_INPUT; DISK_FULL; READ_ONLY; ENGINE_UNAVAILABLE; those of `models.resolve`. */
  start(input: QuantizeInput): Promise<{ jobId: string; files: { type: QuantizationType; file: string }[] }>;
  /** Where files came from, newest first; all of them, or of one file. */
  list(file?: string): Quantization[];
}

/** Room that is left for other things when files are written. */
const reserveBytes = 64 * 2 ** 20;

export function createQuantize(dependencies: QuantizeDependencies): Quantize {
  const { vault, jobs, models, lab, ladder, changes, clock, threads } = dependencies;
  const hasher = createHasher(dependencies);
  const kind = quantizeJob({
    vault,
    lab,
    hasher,
    changes,
    clock,
    async made(file, type, sha256) {
      const rung = file === ladderFile(file, type) ? await models.resolve(`sample:${type}`) : null;
      // A type that comes with Assay keeps its name; what was made beside it is a file like any other.
      if (rung?.path !== file) await models.add(file, new Map([[file, sha256]]));
    },
  });
  jobs.register(kind);
  /** Results of dry runs; a file of another size or time is asked about anew. */
  const dryRuns = new Map<string, QuantizeResult>();
  /** Files by the job that makes them, as far as jobs were begun since this process began. */
  const making = new Map<string, string[]>();

  /** The place of a rung of the sample's ladder, when the file lies in its folder. */
  function ladderFile(file: string, type: QuantizationType): string {
    return dirname(file) === ladder.folder() ? join(ladder.folder(), `assay-sample-${type}.gguf`) : '';
  }

  async function requireLab(): Promise<void> {
    const available = await lab.probe();
    if (!available.available) throw new Fault('ENGINE_UNAVAILABLE', `${available.reason} ${available.remedy}`);
  }

  function filesOf(
    settings: QuantizeSettings,
    source: Model,
  ): { folder: string; files: { type: QuantizationType; file: string }[] } {
    const usual = source.sample ? ladder.folder() : dirname(source.path);
    const folder = settings.folder === undefined ? usual : resolve(settings.folder);
    const types = [...new Set(settings.types)];
    return { folder, files: types.map((type) => ({ type, file: join(folder, quantizedName(source.path, type)) })) };
  }

  async function requireFolder(folder: string): Promise<void> {
    const found = await stat(folder).catch(() => null);
    if (found === null || !found.isDirectory())
      throw new Fault('BAD_INPUT', `There is no folder ${folder}. Make it first, or choose another one.`, {
        facts: { path: folder },
      });
    await access(folder, constants.W_OK).catch((cause) => {
      throw new Fault('READ_ONLY', `Nothing can be written to ${folder}. Choose another folder.`, {
        facts: { path: folder },
        cause,
      });
    });
  }

  async function dryRun(settings: QuantizeSettings, source: Model, type: QuantizationType): Promise<QuantizeResult> {
    const { mtimeMs, size } = await stat(source.path);
    const { tensorTypes, outputType, embeddingType } = settings;
    const key = JSON.stringify([source.path, mtimeMs, size, type, tensorTypes, outputType, embeddingType]);
    const known = dryRuns.get(key);
    if (known !== undefined) return known;
    const running = lab.quantize({
      input: source.path,
      output: join(dirname(source.path), quantizedName(source.path, type)),
      type,
      threads: 1,
      tensorTypes: tensorTypes.length === 0 ? undefined : tensorTypes,
      outputType,
      embeddingType,
      allowRequantize: true,
      dryRun: true,
    });
    for (;;) {
      const next = await running.next();
      if (next.done !== true) continue;
      dryRuns.set(key, next.value);
      return next.value;
    }
  }

  async function estimateOne(
    settings: QuantizeSettings,
    source: Model,
    { type, file }: { type: QuantizationType; file: string },
  ): Promise<QuantizeEstimate['files'][number]> {
    const past = queries.selectQuantizations(vault.store().read);
    const time = quantizeSeconds(
      past,
      (one) => past.find((other) => other === one)?.sourceBytes ?? 0,
      type,
      source.sizeBytes,
      settings.threads ?? threads(),
    );
    const head = { type, file, exists: existsSync(file), ...time };
    const none = { sizeBytes: null, bitsPerWeight: null, fallbacks: [] };
    try {
      requireImportance(settings, [type]);
      const { tensorBytes, bitsPerWeight, fallbacks, needsImportance: needs } = await dryRun(settings, source, type);
      if (needs) requireImportance(settings, [type], [type]);
      // Metadata is copied as it is: what the source has beside its tensors.
      const { tensorBytes: sourceTensors, fileBytes } = await models.facts(source);
      const sizeBytes = tensorBytes + Math.max(0, fileBytes - sourceTensors);
      return { ...head, sizeBytes, bitsPerWeight, fallbacks, error: null };
    } catch (thrown) {
      return { ...head, ...none, error: toErrorData(thrown) };
    }
  }

  async function estimate(input: QuantizeInput): Promise<QuantizeEstimate> {
    const settings = quantizeInput.parse(input);
    const { imatrixText, threads: asked } = settings;
    await requireLab();
    const source = await models.resolve(settings.model);
    const { folder, files } = filesOf(settings, source);
    await requireFolder(folder);
    const facts = await models.facts(source);
    const estimated: QuantizeEstimate['files'] = [];
    for (const one of files) estimated.push(await estimateOne(settings, source, one));
    const freeBytes = await freeBytesIn(folder);
    const neededBytes = estimated.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
    const notes = [
      ...(isOriginal(facts.header.quantization) ? [] : [requantizing(source.name, facts.header.quantization)]),
      ...estimated.flatMap(({ type, fallbacks }) =>
        fallbacks.length === 0
          ? []
          : [`${type}: ${fallbacks.length} tensors have rows that do not fit it and get another type.`],
      ),
    ];
    return {
      folder,
      freeBytes,
      fits: freeBytes === null || neededBytes + reserveBytes <= freeBytes,
      memoryBytes: quantizeMemoryBytes(facts, imatrixText !== undefined),
      imatrixSeconds:
        imatrixText === undefined ? null : imatrixSeconds(facts.header.parameters, imatrixText, asked ?? threads()),
      notes,
      files: estimated,
    };
  }

  async function start(input: QuantizeInput): Promise<Awaited<ReturnType<Quantize['start']>>> {
    const settings = quantizeInput.parse(input);
    await requireLab();
    requireImportance(settings, settings.types);
    const source = await models.resolve(settings.model);
    const facts = await models.facts(source);
    if (!settings.allowRequantize && !isOriginal(facts.header.quantization)) {
      throw new Fault(
        'BAD_INPUT',
        `${requantizing(source.name, facts.header.quantization)} Choose the original, or allow it (--allow-requantize).`,
      );
    }
    const { folder, files } = filesOf(settings, source);
    await requireFolder(folder);
    requireFree(settings, source, files, openFiles());
    await requireRoom(folder, settings, source, files);
    await requireDryRuns(settings, source, files);
    const id = newId(clock.now());
    // Nothing is waited for between this look and the start.
    requireFree(settings, source, files, openFiles());
    const jobId = jobs.start(kind, {
      source: source.path,
      name: `${source.name} (${facts.header.quantization})`,
      sourceBytes: facts.fileBytes,
      files: files.map((one) => ({ ...one, partial: partialPlace(one.file, id) })),
      imatrixText: settings.imatrixText ?? null,
      imatrixFile: settings.imatrixText === undefined ? null : imatrixPlace(folder, id),
      tensorTypes: settings.tensorTypes,
      outputType: settings.outputType ?? null,
      embeddingType: settings.embeddingType ?? null,
      allowRequantize: settings.allowRequantize,
      overwrite: settings.overwrite,
      threads: settings.threads ?? threads(),
    });
    making.set(
      jobId,
      files.map(({ file }) => file),
    );
    return { jobId, files };
  }

  /** What jobs that wait or run will make. */
  function openFiles(): string[] {
    for (const job of making.keys()) {
      const state = jobs.stateOf(job);
      if (state !== 'queued' && state !== 'running') making.delete(job);
    }
    return [...making.values()].flat();
  }

  async function requireRoom(
    folder: string,
    settings: QuantizeSettings,
    source: Model,
    files: readonly { type: QuantizationType; file: string }[],
  ): Promise<void> {
    const freeBytes = await freeBytesIn(folder);
    // What the source itself takes is more than any quantization of it: then nothing need be counted.
    if (freeBytes === null || source.sizeBytes * files.length + reserveBytes <= freeBytes) return;
    let bytes = 0;
    for (const { type } of files) bytes += (await dryRun(settings, source, type)).tensorBytes;
    const neededBytes = bytes + reserveBytes;
    if (neededBytes <= freeBytes) return;
    throw new Fault(
      'DISK_FULL',
      `${folder} has ${sizeText(freeBytes)} free, and these files take ${sizeText(bytes)} beside ${sizeText(reserveBytes)} that stay free. Make room or choose another folder.`,
      { facts: { path: folder, freeBytes, neededBytes } },
    );
  }

  /** What only a dry run knows, and one is cheap: tensor types that there are not, mixtures that need an importance matrix. */
  async function requireDryRuns(
    settings: QuantizeSettings,
    source: Model,
    files: readonly { type: QuantizationType }[],
  ): Promise<void> {
    const bare: QuantizationType[] = [];
    for (const { type } of files)
      if (needsDryRun(type, settings) && (await dryRun(settings, source, type)).needsImportance) bare.push(type);
    requireImportance(settings, bare, bare);
  }

  return {
    estimate,
    start,
    list: (file) =>
      queries
        .selectQuantizations(vault.store().read, file === undefined ? undefined : resolve(file))
        .map(({ sourceBytes: _sourceBytes, ...shown }) => shown),
  };
}
