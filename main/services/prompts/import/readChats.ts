import { posix } from 'node:path';
import { Fault } from '../../../base/fault.ts';
import { assay } from './assay.ts';
import type { ChatFormat, ImportedChat } from './chat.ts';
import { jan } from './jan.ts';
import { llamaCpp } from './llamaCpp.ts';
import { lmStudio } from './lmStudio.ts';
import { openWebUi } from './openWebUi.ts';
import { type Reading, sayUnread } from './reading.ts';
import { readZip } from './zip.ts';

export interface ChatFile {
  /** With its folders, parted by `/`. */
  name: string;
  bytes: Buffer;
}

export interface ReadChats {
  chats: { format: ChatFormat; chat: ImportedChat }[];
  /** A sentence for each file that could not be taken in, or of which something was left out. */
  skipped: string[];
}

const formats: readonly ChatFormat[] = [assay, openWebUi, llamaCpp, lmStudio, jan];
/** Bytes that all archives of an import may unpack to. */
const mostUnpacked = 512 * 1024 * 1024;
/** Values in one file: 500,000 messages have as many, and what has more needs gigabytes once it is read. */
const mostValues = 5_000_000;

/** Recognises each file by what is in it. Files that are no chats of a known program are named in `skipped`. */
export function readChats(files: readonly ChatFile[]): ReadChats {
  const result: ReadChats = { chats: [], skipped: [] };
  const room = { bytes: mostUnpacked };
  const all = files.flatMap((file) => unpacked(file, room, result.skipped));
  const threads = new Map(
    all.filter(({ name }) => isNamed(name, 'thread.json')).map((file) => [folderOf(file.name), file]),
  );
  for (const file of all) {
    if (isNamed(file.name, 'thread.json')) continue;
    try {
      const value = parse(file);
      const thread = isNamed(file.name, 'messages.jsonl') ? threads.get(folderOf(file.name)) : undefined;
      const whole = thread === undefined ? value : { thread: parse(thread), messages: value };
      const { format, chats, unread } = recognise(whole, file.name);
      for (const chat of chats) result.chats.push({ format, chat });
      if (unread.count > 0) result.skipped.push(sayUnread(file.name, unread));
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      result.skipped.push(thrown.message);
    }
  }
  return result;
}

function recognise(value: unknown, name: string): Reading & { format: ChatFormat } {
  for (const format of formats) {
    const reading = format.read(value, name);
    if (reading !== null) return { format, ...reading };
  }
  throw new Fault(
    'BAD_INPUT',
    `${name} is no export that is known here. Assay reads chats of LM Studio, Jan, Open WebUI and llama.cpp’s web UI, and its own JSONL.`,
  );
}

function unpacked(file: ChatFile, room: { bytes: number }, skipped: string[]): ChatFile[] {
  if (file.bytes.length < 4 || file.bytes.readUInt32BE(0) !== 0x504b0304) return [file];
  try {
    const inside = readZip(file.bytes, file.name, room.bytes);
    room.bytes -= inside.reduce((sum, { bytes }) => sum + bytes.length, 0);
    return inside
      .filter(({ name }) => /\.jsonl?$/i.test(name) && !name.startsWith('__MACOSX/'))
      .map(({ name, bytes }) => ({ name: `${file.name}/${name}`, bytes }));
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    skipped.push(thrown.message);
    return [];
  }
}

/** JSON, or a list of it line by line. */
function parse({ name, bytes }: ChatFile): unknown {
  if (countValues(bytes) > mostValues)
    throw new Fault(
      'TOO_LARGE',
      `${name} holds more than 5 million values, far more than chats have. Import it in parts.`,
    );
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Fault('BAD_INPUT', `${name} is not text in UTF-8, so it is no export of chats.`, { cause });
  }
  if (text.trim() === '') throw new Fault('BAD_INPUT', `${name} is empty.`);
  try {
    const value: unknown = JSON.parse(text);
    // One line of JSON is a list, too, where lists come line by line.
    return /\.jsonl$/i.test(name) && !Array.isArray(value) ? [value] : value;
  } catch {
    return parseLines(text, name);
  }
}

/** How many values JSON in these bytes has, about: what begins or parts them, outside of texts. */
function countValues(bytes: Buffer): number {
  let count = 0;
  let inText = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (inText && byte === 0x5c) index++;
    else if (byte === 0x22) inText = !inText;
    else if (!inText && (byte === 0x2c || byte === 0x7b || byte === 0x5b)) count++;
  }
  return count;
}

function parseLines(text: string, name: string): unknown[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line)];
    } catch (cause) {
      const where = lines.length === 1 ? '' : ` (line ${index + 1})`;
      throw new Fault('BAD_INPUT', `${name} is neither JSON nor JSON line by line${where}. Export it again.`, {
        cause,
      });
    }
  });
}

function isNamed(name: string, wanted: string): boolean {
  return posix.basename(name).toLowerCase() === wanted;
}

function folderOf(name: string): string {
  return posix.dirname(name);
}
