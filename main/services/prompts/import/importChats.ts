import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, parse, relative, resolve, sep } from 'node:path';
import type { z } from 'zod';
import type { ImportResult, importInput } from '../../../../preload/contract/prompts.ts';
import { Fault } from '../../../base/fault.ts';
import { onStorage } from '../../../db/storageFault.ts';
import type { Store } from '../../../db/store.ts';
import { isKnown, selectPlaced } from '../history.queries.ts';
import type { History } from '../history.ts';
import { type ChatFile, readChats } from './readChats.ts';

/** Bytes of a file, and of all files of a folder together. */
const largest = 512 * 1024 * 1024;
const mostFiles = 20_000;
/** Files and folders of any kind that a folder is looked through for. */
const mostEntries = 40_000;
/** Answers written in one go: about a tenth of a second. */
const slice = 100;

export interface ImportDependencies {
  store(): Store;
  history: Pick<History, 'record' | 'annotate'>;
  now(): number;
}

/**
 * Takes in chats that other programs exported, each answer once however often the file comes. BAD_INPUT when nothing in it is known;
 * NOT_FOUND and TOO_LARGE of a path.
 */
export async function importChats(
  input: z.output<typeof importInput>,
  { store, history, now }: ImportDependencies,
): Promise<ImportResult> {
  const files =
    'path' in input
      ? await readPath(input.path)
      : input.files.map(({ name, base64 }) => ({ name, bytes: Buffer.from(base64, 'base64') }));
  const { chats, skipped } = readChats(files);
  if (chats.length === 0 && skipped.length > 0) throw new Fault('BAD_INPUT', skipped[0] ?? '');
  const arrived = now();
  const rows = chats
    .flatMap(({ format, chat }) => chat.answers.map((answer) => ({ format, chat, answer })))
    // In the order of time: the index takes rows in that order best.
    .sort((one, other) => (one.answer.at ?? arrived) - (other.answer.at ?? arrived));
  let added = 0;
  for (let from = 0; from < rows.length; from += slice) {
    const marked: { id: string; note: string | null; tags: string[] }[] = [];
    store().transaction((write) => {
      for (const { format, chat, answer } of rows.slice(from, from + slice)) {
        const origin = (chat.origin ?? `${format.key}:${chat.id}`).slice(0, 200);
        const id = answer.assay?.id ?? null;
        if (selectPlaced(write, origin, answer.place) !== undefined || (id !== null && isKnown(write, id))) continue;
        added += 1;
        history.record(write, {
          id,
          source: 'import',
          origin,
          place: answer.place,
          at: answer.at ?? arrived,
          title: answer.assay?.title ?? chat.title,
          model: { id: null, ...(answer.assay?.model ?? modelNamed(answer.model)) },
          system: answer.system,
          prompt: answer.prompt,
          messagesBefore: answer.messagesBefore,
          answer: answer.answer,
          settings: { ...answer.settings, importedFrom: format.name },
          state: answer.assay?.state ?? 'done',
          stats: answer.stats,
        });
        const { note = null, tags = [] } = answer;
        const placed = note === null && tags.length === 0 ? undefined : selectPlaced(write, origin, answer.place);
        if (placed) marked.push({ id: placed.id, note, tags });
      }
    });
    for (const { id, note, tags } of marked) {
      await history.annotate({
        ids: [id],
        note,
        addTags: tags
          .map(onOneLine)
          .filter((tag) => tag !== '' && tag.length <= 60)
          .slice(0, 200),
      });
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    formats: [...new Set(chats.map(({ format }) => format.name))],
    conversations: chats.length,
    added,
    known: rows.length - added,
    skipped,
  };
}

/** A tag as one can be written by hand: on one line, without control characters, with nothing around it. */
function onOneLine(tag: string): string {
  return tag.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** With the quantization as file names of GGUFs say it. */
function modelNamed(model: string | null): { name: string; quantization: string } {
  const quantization = /\b(I?Q\d(?:_[A-Z0-9]+)*|B?F16|F32|MXFP4)\b/i.exec(model ?? '')?.[0].toUpperCase() ?? 'unknown';
  return { name: model ?? 'unknown', quantization };
}

async function readPath(path: string): Promise<ChatFile[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new Fault('NOT_FOUND', `There is no readable file or folder ${path}. Check the path.`, { cause });
  });
  // A device can go on for ever.
  if (!found.isDirectory() && !found.isFile()) throw new Fault('BAD_INPUT', `${path} is no file and no folder.`);
  if (parse(resolve(path)).root === resolve(path))
    throw new Fault('BAD_INPUT', `${path} is a whole disk. Name the folder of the chats itself.`);
  const paths = found.isDirectory() ? await chatFilesBelow(path) : [path];
  if (paths.length === 0) throw new Fault('BAD_INPUT', `${path} holds no .json, .jsonl or .zip file.`);
  const files: ChatFile[] = [];
  let left = largest;
  for (const file of paths) {
    const size = await stat(file).then(
      (found) => found.size,
      () => null,
    );
    // What went away since the folder was read costs only itself.
    if (size === null && file !== path) continue;
    left -= size ?? 0;
    if (left < 0) throw new Fault('TOO_LARGE', `${path} holds more than 512 MiB. Import it in parts.`);
    const bytes = await readFile(file).catch((error: unknown) => onStorage(file, () => Promise.reject(error)));
    files.push({ name: file === path ? basename(file) : relative(path, file).replaceAll(sep, '/'), bytes });
  }
  return files;
}

/** Without following links, and no further than so many entries: a whole disk is no folder of chats. */
async function chatFilesBelow(folder: string): Promise<string[]> {
  const paths: string[] = [];
  let looked = 0;
  const waiting = [folder];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const entries = await readdir(place, { withFileTypes: true }).catch((cause: unknown) => {
      // A folder within that may not be read costs only itself.
      if (place === folder) throw new Fault('NOT_FOUND', `The folder ${folder} cannot be read.`, { cause });
      return [];
    });
    looked += entries.length;
    for (const entry of entries) {
      if (entry.isDirectory()) waiting.push(join(place, entry.name));
      else if (entry.isFile() && /\.(jsonl?|zip)$/i.test(entry.name)) paths.push(join(place, entry.name));
    }
    if (paths.length > mostFiles || looked > mostEntries)
      throw new Fault(
        'TOO_LARGE',
        `${folder} holds too many files to look through. Name the folder of the chats itself.`,
      );
  }
  return paths.sort();
}
