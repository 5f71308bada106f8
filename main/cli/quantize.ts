import { basename, resolve } from 'node:path';
import {
  type Quantization,
  type QuantizeEstimate,
  type QuantizeInput,
  quantizationType,
  quantizeInput,
} from '../../preload/contract/quantize.ts';
import { Fault } from '../base/fault.ts';
import { makeFolder, removeIfEmpty } from '../base/makeFolder.ts';
import { bytesText, significantText } from '../services/divergence/index.ts';
import { exitCode } from './exit.ts';
import { runJob, throwFailure } from './job.ts';
import { optionNamed, parseInput } from './parseInput.ts';
import type { Work } from './perform.ts';
import { readWhole } from './prompt.ts';
import type { QuantizeOptions } from './quantize.options.ts';
import { checkReference } from './reference.ts';
import { openSession } from './session.ts';

/** `assay quantize`: exit code 0 when every file is there; what was made before a failure is printed in any case. */
export async function quantize(model: string, options: QuantizeOptions, work: Work): Promise<number> {
  const { output, interruption } = work;
  const input = await readInput(model, options, work.interruption.signal);
  const session = await openSession(options, work);
  let folders: string[] = [];
  try {
    const available = await session.api.divergence.availability();
    if (!available.available) throw new Fault('ENGINE_UNAVAILABLE', `${available.reason} ${available.remedy}`);
    folders = makeOut(resolve(options.out));
    const { started, job } = await runJob(session, work, async () => {
      const before = await session.api.quantize.estimate(input);
      const begun = await session.api.quantize.start(input);
      for (const line of linesBefore(before)) output.say(line);
      return begun;
    });
    const made: Quantization[] = [];
    for (const { file } of started.files) {
      const [known] = await session.api.quantize.list({ file });
      if (known !== undefined && known.createdAt >= job.createdAt) made.push(known);
    }
    for (const one of made) output.print(lineOf(one));
    if (made.length > 0 || job.error === null) output.document(documentOf(made));
    if (job.error !== null && made.length > 0 && output.json) {
      output.say(`assay: ${job.error.message}`);
      return exitCode.failed;
    }
    throwFailure(job);
    return interruption.code() ?? exitCode.done;
  } finally {
    await session.close();
    // What was refused leaves no folder behind.
    removeIfEmpty(folders);
  }
}

/** BAD_INPUT, READ_ONLY. */
function makeOut(folder: string): string[] {
  try {
    return makeFolder(folder);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const facts = { path: folder };
    if (/EEXIST|ENOTDIR/.test(code))
      throw new Fault(
        'BAD_INPUT',
        `--out: ${folder} cannot be a folder: there is a file of that name, or above it. Name another one.`,
        { facts, cause },
      );
    throw new Fault('READ_ONLY', `--out: the folder ${folder} cannot be made (${code}). Name another one.`, {
      facts,
      cause,
    });
  }
}

async function readInput(model: string, options: QuantizeOptions, signal: AbortSignal): Promise<QuantizeInput> {
  const { to, out, imatrixText, threads, overwrite, allowRequantize, outputTensorType, tokenEmbeddingType } = options;
  const unknown = to.find((type) => !quantizationType.safeParse(type.toUpperCase()).success);
  if (unknown !== undefined)
    throw new Fault(
      'BAD_INPUT',
      `--to: there is no quantization called ${unknown}. \`assay quantize --help\` names them.`,
    );
  const given = {
    model: await checkReference(model, 'IN'),
    types: to.map((type) => type.toUpperCase()),
    folder: resolve(out),
    imatrixText:
      imatrixText === undefined
        ? undefined
        : { name: basename(imatrixText), text: await readWhole(imatrixText, '--imatrix-text', signal) },
    tensorTypes: options.tensorType?.map(tensorTypeOf),
    outputType: outputTensorType,
    embeddingType: tokenEmbeddingType,
    threads,
    overwrite,
    allowRequantize,
  };
  const names = {
    types: 'to',
    folder: 'out',
    tensorTypes: 'tensor-type',
    outputType: 'output-tensor-type',
    embeddingType: 'token-embedding-type',
  };
  return parseInput(quantizeInput, given, ([word]) => optionNamed(word, names));
}

/** `ffn_down=q6_k`, as llama-quantize takes it; the name may hold a `=`. */
function tensorTypeOf(given: string): { pattern: string; type: string } {
  const at = given.lastIndexOf('=');
  if (at < 1)
    throw new Fault('BAD_INPUT', `--tensor-type takes NAME=TYPE, e.g. ffn_down=q6_k, and was given ${given}.`);
  return { pattern: given.slice(0, at), type: given.slice(at + 1) };
}

/** What it will come to. */
function linesBefore({ files, imatrixSeconds, memoryBytes, freeBytes, notes }: QuantizeEstimate): string[] {
  const free = freeBytes === null ? '' : `; ${bytesText(freeBytes)} are free in the folder`;
  return [
    ...(imatrixSeconds === null
      ? []
      : [`Importance matrix, measured first: about ${significantText(imatrixSeconds, 2)} s (a first guess)`]),
    ...files.map(
      ({ type, sizeBytes, seconds, isFirstGuess }) =>
        `${type}: ${sizeBytes === null ? 'size not known' : `about ${bytesText(sizeBytes)}`}, ${significantText(seconds, 2)} s${isFirstGuess ? ' (a first guess)' : ''}`,
    ),
    `About ${bytesText(memoryBytes)} of memory while it works${free}.`,
    ...notes,
  ];
}

function documentOf(made: readonly Quantization[]) {
  const [first] = made;
  return {
    reference: first === undefined ? null : { file: first.referenceFile, sha256: first.referenceSha256 },
    imatrixSha256: first?.imatrixSha256 ?? null,
    engineRelease: first?.engineRelease ?? null,
    tensorTypes: first?.tensorTypes ?? [],
    outputType: first?.outputType ?? null,
    embeddingType: first?.embeddingType ?? null,
    files: made.map(({ type, file, sizeBytes, bitsPerWeight, sha256, fallbacks, seconds }) => ({
      type,
      file,
      sizeBytes,
      bitsPerWeight,
      sha256,
      fallbacks,
      seconds,
    })),
  };
}

function lineOf({ type, file, sizeBytes, bitsPerWeight, fallbacks, seconds }: Quantization): string {
  const bits = bitsPerWeight === null ? '' : `, ${significantText(bitsPerWeight)} bits per weight`;
  const fell = fallbacks.length === 0 ? '' : `, ${fallbacks.length} tensors fell back to another type`;
  return `${type}  ${bytesText(sizeBytes)}${bits}, ${significantText(seconds)} s${fell}\n  ${file}\n`;
}
