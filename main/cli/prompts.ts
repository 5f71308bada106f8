import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { HistoryEntry, HistoryModel } from '../../preload/contract/prompts.ts';
import { historySort } from '../../preload/contract/prompts.ts';
import { Fault } from '../base/fault.ts';
import { exitCode } from './exit.ts';
import { significant } from './numbers.ts';
import type { VaultOptions } from './options.ts';
import { inLine, printable } from './output.ts';
import type { Work } from './perform.ts';
import type { ExportOptions, FindOptions, SearchOptions } from './prompts.options.ts';
import { openSession, type Session } from './session.ts';

/** Models that a filter takes. */
const mostModels = 200;

/** `assay prompts search`: newest first; with `--json` one document { count, exact, entries }. */
export async function searchPrompts(text: string, options: SearchOptions, work: Work): Promise<number> {
  const session = await openSession(options, work);
  try {
    const filter = { search: text, ...(await filterOf(options, session)) };
    const limit = Math.min(500, Math.max(1, options.limit));
    const { entries } = await session.api.prompts.list({
      ...filter,
      sort: historySort.parse(options.sort ?? 'newest'),
      limit,
    });
    const { count, exact } = await session.api.prompts.count(filter);
    const { output } = work;
    for (const entry of entries) printEntry(entry, work);
    output.print(
      count === 0
        ? 'Nothing was found.\n'
        : `${exact ? '' : 'More than '}${count} ${count === 1 ? 'answer' : 'answers'}${count > entries.length ? `, the first ${entries.length} are shown` : ''}.\n`,
    );
    output.document({
      count,
      exact,
      entries: entries.map(({ prompt, answer, ...entry }) => ({
        ...entry,
        prompt: textOf(prompt),
        answer: textOf(answer),
      })),
    });
    return exitCode.done;
  } finally {
    await session.close();
  }
}

function printEntry(
  { at, model, prompt, answer, tokenCount, tokensPerSecond, tags, id }: HistoryEntry,
  { output }: Work,
): void {
  const name = `${model.name}${model.quantization === 'unknown' ? '' : ` ${model.quantization}`}`;
  const numbers = [
    ...(tokenCount === null ? [] : [`${tokenCount} tokens`]),
    ...(tokensPerSecond === null ? [] : [`${significant(tokensPerSecond)} tokens/s`]),
    ...tags.map((tag) => `#${tag}`),
  ];
  output.print(`${at}  ${inLine(name)}`, 'bold');
  output.print(`  ${inLine([id, ...numbers].join(' · '))}\n`, 'dim');
  for (const [lead, parts] of [
    ['> ', prompt],
    ['  ', answer],
  ] as const) {
    output.print(`${lead}`);
    for (const { text, hit } of parts) {
      if (hit) output.print(text, ['bold', 'yellow']);
      else output.print(text);
    }
    output.print('\n');
  }
  output.print('\n');
}

/** `assay prompts export`: in parts, so that a long history is never held whole. A file that was begun and failed is removed by the person. */
export async function exportPrompts(options: ExportOptions, work: Work): Promise<number> {
  if (options.json && options.out === undefined) {
    throw new Fault(
      'BAD_INPUT',
      'With --json the export itself needs --out FILE: standard output holds the one document.',
    );
  }
  const session = await openSession(options, work);
  const path = options.out === undefined ? null : resolve(options.out);
  try {
    const format = options.markdown ? 'markdown' : 'jsonl';
    const matching = { search: options.search ?? '', ...(await filterOf(options, session)) };
    const file = path === null ? null : await create(path);
    let entries = 0;
    try {
      let after: string | undefined;
      do {
        work.interruption.signal.throwIfAborted();
        const part = await session.api.prompts.export({ format, matching, ...(after === undefined ? {} : { after }) });
        await write(file, part.text);
        entries += part.count;
        after = part.next ?? undefined;
      } while (after !== undefined);
    } finally {
      await file?.close();
    }
    if (path !== null)
      work.output.print(`${entries} ${entries === 1 ? 'answer' : 'answers'} in ${path}, not encrypted\n`);
    work.output.document({ path, format, entries });
    return exitCode.done;
  } finally {
    await session.close();
  }
}

/** `assay prompts import`: each answer once, however often a file comes. */
export async function importPrompts(path: string, options: VaultOptions, work: Work): Promise<number> {
  const session = await openSession(options, work);
  try {
    const result = await session.api.prompts.import({ path: resolve(path) });
    const { formats, conversations, added, known, skipped } = result;
    work.output.print(
      `${added} answers of ${conversations} chats (${formats.join(', ')}) taken in; ${known} were here already.\n`,
    );
    for (const sentence of skipped) work.output.say(`assay: ${sentence}`);
    work.output.document(result);
    return exitCode.done;
  } finally {
    await session.close();
  }
}

async function filterOf({ model, tag, withNote, from, to }: FindOptions, session: Session) {
  return {
    ...(model === undefined ? {} : { models: await keysOf(model, session) }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(withNote ? { hasNote: true } : {}),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

/** BAD_INPUT, with the names that there are, where no model of the history is meant by one of these. */
async function keysOf(wanted: readonly string[], { api }: Session): Promise<number[]> {
  const { models } = await api.prompts.facets();
  const nameOf = ({ name, quantization }: HistoryModel) => `${name} ${quantization}`;
  const keys = wanted.map((text) => {
    const meant = models.filter((one) => nameOf(one).toLowerCase().includes(text.toLowerCase()) || one.sha256 === text);
    if (meant.length > 0) return meant.map(({ key }) => key);
    const names = [...new Set(models.map(nameOf))].slice(0, 20).map(inLine);
    throw new Fault(
      'BAD_INPUT',
      `No model that was asked is called ${inLine(text)}. ${names.length === 0 ? 'None was asked yet.' : `Asked were: ${names.join(', ')}.`}`,
    );
  });
  return [...new Set(keys.flat())].slice(0, mostModels);
}

function textOf(parts: readonly { text: string }[]): string {
  return parts.map(({ text }) => text).join('');
}

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (cause) {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    if (exists) throw new Fault('CONFLICT', `${path} exists already. Name another file with --out.`, { cause });
    throw new Fault('BAD_INPUT', `${path} cannot be written. Check the folder given with --out.`, { cause });
  }
}

/** To a terminal without what could command it; to a file or another program as it is. */
async function write(file: FileHandle | null, text: string): Promise<void> {
  if (file !== null) await file.writeFile(text);
  else if (!process.stdout.write(process.stdout.isTTY ? printable(text) : text)) await once(process.stdout, 'drain');
}
