import { resolve } from 'node:path';
import type { ImportReport, Variant } from '../../preload/contract/models.ts';
import { Fault } from '../base/fault.ts';
import { bytesText } from '../services/divergence/index.ts';
import { exitCode } from './exit.ts';
import type { AddModelsOptions } from './models.options.ts';
import { significant } from './numbers.ts';
import type { VaultOptions } from './options.ts';
import { inLine } from './output.ts';
import type { Work } from './perform.ts';
import { openSession, type Session } from './session.ts';

const nothingFound = 'Nothing was found in the usual folders of LM Studio, Ollama, Hugging Face and llama.cpp.';

/** Exit code 2 when nothing of what was named came in, and something was left out. */
export async function addModels(paths: string[], options: AddModelsOptions, work: Work): Promise<number> {
  const { output, interruption } = work;
  if (paths.length === 0 && !options.found)
    throw new Fault('BAD_INPUT', 'Nothing is named. Name GGUF files or folders, or say --found.');
  return await within(options, work, async ({ api }) => {
    const places = options.found ? await api.models.found() : [];
    if (options.found && places.length === 0) output.say(`assay: ${nothingFound}`);
    for (const sentence of places.flatMap(({ problems }) => problems)) output.say(`assay: ${inLine(sentence)}`);
    const input = { paths: paths.map((path) => resolve(path)), found: places.map(({ folder }) => folder) };
    let report: ImportReport | undefined;
    for await (const event of await api.models.import(input)) {
      if (event.type === 'done') report = event.report;
      else output.progress(`${event.found} model files found, ${event.read} read`);
      if (interruption.signal.aborted) break;
    }
    output.progress('');
    if (report === undefined) return interruption.code() ?? exitCode.failed;
    if (options.hash && report.jobId !== null) await followHashing({ api }, report.jobId, work);
    const { families } = await api.models.library();
    const variants = families.flatMap((family) => family.variants);
    const of = (ids: readonly string[]) => variants.filter(({ id }) => ids.includes(id));
    const added = of(report.added);
    output.document({ ...report, added, known: of(report.known) });
    for (const variant of added) output.print(line(variant));
    for (const { from, to } of report.moved) output.print(`found again: ${inLine(from)} is ${inLine(to)} now\n`);
    output.print(
      `${added.length} added, ${report.known.length} known already, ${report.left.length} left out. Nothing was copied or moved.\n`,
    );
    for (const { message } of report.left) output.say(`assay: ${inLine(message)}`);
    const nothing = report.added.length + report.known.length + report.moved.length === 0;
    return interruption.code() ?? (nothing && report.left.length > 0 ? exitCode.badInput : exitCode.done);
  });
}

/** An interruption leaves the rest to the app: what is hashed stays hashed. */
async function followHashing(
  { api }: Pick<Session, 'api'>,
  jobId: string,
  { output, interruption }: Work,
): Promise<void> {
  for await (const job of await api.jobs.watch()) {
    if (job.id !== jobId) continue;
    const { progress } = job;
    if (progress !== null)
      output.progress(
        `SHA-256: ${significant(progress.done)} of ${significant(progress.total)} MiB, ${inLine(progress.note ?? '')}`,
      );
    if (interruption.signal.aborted || !['queued', 'running'].includes(job.state)) break;
  }
  output.progress('');
}

export async function listModels(options: VaultOptions, work: Work): Promise<number> {
  const { output } = work;
  return await within(options, work, async ({ api }) => {
    const library = await api.models.library();
    output.document(library);
    for (const { name, architecture, differs, variants } of library.families) {
      output.print(inLine(name), 'bold');
      output.print(`  ${inLine(architecture ?? '')}\n`);
      if (differs.length > 0) output.print(`  not all of these share their ${differs.join(' and ')}\n`, 'yellow');
      for (const variant of variants) output.print(line(variant));
    }
    return exitCode.done;
  });
}

export async function inspectModel(file: string, work: Work): Promise<number> {
  const { output } = work;
  return await within({ ephemeral: true }, work, async ({ api }) => {
    const details = await api.models.details({ model: referenceOf(file) });
    const { header, hashes, memory } = details;
    output.document(details);
    const facts: [string, string | number | null][] = [
      ['name', header.name],
      ['architecture', header.architecture],
      ['quantization', header.quantization],
      ['weights', header.parameters],
      ['bits a weight', header.bitsPerWeight === null ? null : significant(header.bitsPerWeight)],
      ['context', `${header.contextLength} tokens`],
      ['layers', header.layers],
      ['embedding', header.embeddingLength],
      ['vocabulary', `${header.vocabularySize} tokens, ${header.tokenizer ?? 'kind not told'}`],
      ['licence', header.license],
      ['made from', details.origin.baseModels.join(', ') || null],
      [
        'size',
        `${bytesText(details.variant.sizeBytes)} in ${details.variant.parts === 1 ? '1 file' : `${details.variant.parts} files`}`,
      ],
      [
        'memory',
        `about ${bytesText(memory.totalBytes)}, ${memory.fits ? 'fits' : 'does not fit'} into what is free now`,
      ],
      ['template', hashes.template === null ? 'none' : `SHA-256 ${hashes.template}`],
      ['special tokens', `SHA-256 ${hashes.specialTokens}`],
      ['vocabulary', `SHA-256 ${hashes.vocabulary}`],
    ];
    for (const [name, value] of facts)
      if (value !== null) output.print(`${`${name}:`.padEnd(16)}${inLine(String(value))}\n`);
    for (const { type, tensors } of details.tensorTypes) output.print(`${'tensors:'.padEnd(16)}${tensors} ${type}\n`);
    for (const { key, value } of details.metadata)
      output.print(`${inLine(key)} = ${value.replaceAll('\n', '\n    ')}\n`, 'dim');
    return exitCode.done;
  });
}

export async function diffModels(file: string, other: string, work: Work): Promise<number> {
  const { output } = work;
  return await within({ ephemeral: true }, work, async ({ api }) => {
    const diff = await api.models.diff({ one: referenceOf(file), other: referenceOf(other) });
    output.document(diff);
    for (const { message } of diff.warnings) output.print(`${message}\n`, 'red');
    if (diff.warnings.length === 0) output.print('Chat template, special tokens and vocabulary are the same.\n');
    for (const { role, one, other: theirs } of diff.specialTokens)
      output.print(pair(`special token ${role}`, one, theirs));
    for (const { id, one, other: theirs } of diff.vocabulary.examples) output.print(pair(`token ${id}`, one, theirs));
    for (const { key, one, other: theirs } of diff.metadata) output.print(pair(key, one, theirs));
    for (const { one, other: theirs, tensors } of diff.tensors.types)
      if (one !== theirs) output.print(`${tensors} tensors: ${one} | ${theirs}\n`);
    for (const name of diff.tensors.unlike) output.print(`unlike: ${inLine(name)}\n`);
    return diff.warnings.length > 0 ? exitCode.checkFailed : exitCode.done;
  });
}

export async function forgetModel(id: string, options: VaultOptions, work: Work): Promise<number> {
  const { output } = work;
  return await within(options, work, async ({ api }) => {
    const known = (await api.models.list()).find((model) => model.id === id || model.path === resolve(id));
    if (known === undefined)
      throw new Fault('NOT_FOUND', `There is no model ${id} on the list. \`assay models list\` prints the ids.`);
    await api.models.forget({ ids: [known.id] });
    output.document({ id: known.id, path: known.path, deleted: false });
    output.print(`${inLine(known.path)} is off the list. The file was not deleted.\n`);
    return exitCode.done;
  });
}

export async function listFound(options: VaultOptions, work: Work): Promise<number> {
  const { output } = work;
  return await within(options, work, async ({ api }) => {
    const places = await api.models.found();
    output.document(places);
    if (places.length === 0) output.print(`${nothingFound}\n`);
    for (const { program, folder, models, problems } of places) {
      output.print(program, 'bold');
      output.print(`  ${inLine(folder)}\n`);
      for (const { name, path, sizeBytes, inLibrary } of models)
        output.print(
          `  ${bytesText(sizeBytes).padStart(12)}  ${inLibrary ? 'listed' : '      '}  ${inLine(name)}\n${' '.repeat(24)}${inLine(path)}\n`,
        );
      for (const sentence of problems) output.say(`assay: ${inLine(sentence)}`);
    }
    return exitCode.done;
  });
}

async function within(
  options: Parameters<typeof openSession>[0],
  work: Work,
  perform: (session: Session) => Promise<number>,
): Promise<number> {
  const session = await openSession(options, work);
  try {
    return await perform(session);
  } finally {
    await session.close();
  }
}

function line({ id, quantization, sizeBytes, bitsPerWeight, sha256, problem, path, tags }: Variant): string {
  const cells = [
    id.padEnd(26),
    (quantization ?? '–').padEnd(8),
    bytesText(sizeBytes).padStart(12),
    `${bitsPerWeight === null ? '–' : significant(bitsPerWeight)} bits`.padStart(9),
    (sha256?.slice(0, 12) ?? 'no hash').padEnd(12),
    path,
  ];
  const more = [...tags.map((tag) => `#${tag}`), ...(problem === null ? [] : [problem])];
  return `  ${inLine([...cells, ...more].join('  '))}\n`;
}

/** A path is made whole, so that the library knows it; names of the sample stay. */
const referenceOf = (file: string) => (/^sample(:|$)/.test(file) ? file : resolve(file));
const pair = (name: string, one: string | null, other: string | null) =>
  `${inLine(`${name}: ${one ?? 'absent'} | ${other ?? 'absent'}`)}\n`;
