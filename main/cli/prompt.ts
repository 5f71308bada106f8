import { constants, createReadStream, openSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { addAbortSignal, type Readable } from 'node:stream';
import { Fault } from '../base/fault.ts';

/** The prompt of `--prompt` or `--prompt-file`; `-` stands for standard input. As in llama.cpp, one line break at the end of a file is not part of it. */
export async function readPrompt(
  options: { prompt?: string; promptFile?: string },
  signal: AbortSignal,
): Promise<string> {
  const { prompt, promptFile } = options;
  if (prompt === undefined && promptFile === undefined) {
    throw new Fault('BAD_INPUT', 'There is no prompt. Give one with --prompt TEXT or --prompt-file FILE.');
  }
  const text =
    prompt !== undefined && prompt !== '-'
      ? prompt
      : prompt === '-' || promptFile === '-'
        ? await readInput(signal)
        : await readText(promptFile ?? '', '--prompt-file', signal);
  if (text === '') throw new Fault('BAD_INPUT', 'The prompt is empty.');
  return text;
}

/** A text file in UTF-8. `option` names it in the sentence of a failure. */
export async function readText(file: string, option: string, signal: AbortSignal): Promise<string> {
  const what = `The file ${file} of ${option}`;
  const bytes = await bytesOf(file, what, signal).catch((error: NodeJS.ErrnoException) => {
    signal.throwIfAborted();
    if (error instanceof Fault) throw error;
    throw new Fault('BAD_INPUT', `${what} cannot be read: ${reasonInWords(error)}.`, { cause: error });
  });
  return decode(bytes, what);
}

/** One that has something in it. */
export async function readWhole(file: string, option: string, signal: AbortSignal): Promise<string> {
  const content = await readText(file, option, signal);
  if (content === '') throw new Fault('BAD_INPUT', `The file ${file} of ${option} is empty. Name another one.`);
  return content;
}

/** A named pipe is opened without waiting for who writes: such a wait could not be ended. */
async function bytesOf(file: string, what: string, signal: AbortSignal): Promise<Buffer> {
  const isPipe = statSync(file, { throwIfNoEntry: false })?.isFIFO() === true;
  const source = isPipe
    ? new Socket({ fd: openSync(file, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false })
    : createReadStream(file);
  return wholeOf(source, what, signal);
}

/** The largest text that is taken: 64 million characters of four bytes. */
const mostBytes = 256_000_000;

/** A device or a pipe may go on for ever. */
async function wholeOf(source: Readable, what: string, signal: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of addAbortSignal(signal, source)) {
    bytes += part.length;
    if (bytes > mostBytes) throw new Fault('TOO_LARGE', `${what} is larger than 256 MB. Take a part of it.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function readInput(signal: AbortSignal): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Type the prompt, then Ctrl-D.\n');
  return decode(await wholeOf(process.stdin, 'The prompt on standard input', signal), 'The prompt on standard input');
}

function decode(bytes: Buffer, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '');
  } catch (error) {
    throw new Fault('BAD_INPUT', `${what} is not text in UTF-8.`, { cause: error });
  }
}

function reasonInWords(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'there is no such file';
  if (error.code === 'EISDIR') return 'it is a folder';
  if (error.code === 'EACCES') return 'it may not be read';
  return error.message;
}
