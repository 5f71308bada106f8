import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Results go to stdout, messages to stderr; with `--json` stdout holds exactly one JSON document. */
export interface Output {
  readonly json: boolean;
  /** Prints a part of the result for a person; nothing with `--json`. */
  print(text: string): void;
  /** Prints the result as JSON, on one line; nothing without `--json`. */
  document(value: unknown): void;
  /** Says something about the run, on stderr. */
  say(text: string): void;
  /** Shows a line that the next one replaces, on a terminal only; empty clears it. */
  progress(text: string): void;
  /** Colours text where the terminal wants colours (NO_COLOR, FORCE_COLOR, not a terminal: Node's rules). */
  style(style: Style, text: string): string;
}

export function createOutput(json: boolean): Output {
  let shown = false;
  return {
    json,
    print(text) {
      if (!json) process.stdout.write(text);
    },
    document(value) {
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`);
    },
    say(text) {
      process.stderr.write(`${text}\n`);
    },
    progress(text) {
      if (!process.stderr.isTTY || (!shown && !text)) return;
      process.stderr.write(`\r\u001b[K${text}`);
      shown = text !== '';
    },
    style: (style, text) => styleText(style, text, { stream: process.stdout }),
  };
}

/** A model may say anything: control characters other than line breaks and tabs never reach the terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/gu, '\ufffd');
}

/** Waits until everything written has left the process; a pipe may be slower than we are. */
export async function flushOutput(): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map(drained));
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  if (!stream.writable) return Promise.resolve();
  return new Promise((resolve) => stream.write('', () => resolve()));
}
