import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { Fault } from '../base/fault.ts';

/** The prompt of `--prompt` or `--prompt-file`; `-` stands for standard input. As in llama.cpp, one line break at the end of a file is not part of it. */
export async function readPrompt(options: { prompt?: string; promptFile?: string }): Promise<string> {
  const { prompt, promptFile } = options;
  if (prompt === undefined && promptFile === undefined) {
    throw new Fault('BAD_INPUT', 'There is no prompt. Give one with --prompt TEXT or --prompt-file FILE.');
  }
  const text =
    prompt !== undefined && prompt !== '-'
      ? prompt
      : prompt === '-' || promptFile === '-'
        ? await readInput()
        : await readText(promptFile ?? '', '--prompt-file');
  if (text === '') throw new Fault('BAD_INPUT', 'The prompt is empty.');
  return text;
}

/** A text file in UTF-8. `option` names it in the sentence of a failure. */
export async function readText(file: string, option: string): Promise<string> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Fault('BAD_INPUT', `The file ${file} of ${option} cannot be read: ${reasonInWords(error)}.`, {
      cause: error,
    });
  });
  return decode(bytes, `The file ${file} of ${option}`);
}

async function readInput(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Type the prompt, then Ctrl-D.\n');
  return decode(await buffer(process.stdin), 'The prompt on standard input');
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
