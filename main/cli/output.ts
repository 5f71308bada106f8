import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/**
 * Results go to stdout, messages to stderr; with `--json` stdout holds exactly one JSON document. Whatever is printed, said or shown goes
 * through `printable` first: names, answers and sentences about failures may hold text of a model file.
 */
export interface Output {
  readonly json: boolean;
  /** Whether `print` colours: where the terminal wants colours (NO_COLOR, FORCE_COLOR, not a terminal: Node's rules). */
  readonly coloured: boolean;
  /** Prints a part of the result for a person, in a style where it colours; nothing with `--json`. */
  print(text: string, style?: Style): void;
  /** Prints the result as JSON, on one line; nothing without `--json`. */
  document(value: unknown): void;
  /** Says something about the run, on stderr. */
  say(text: string): void;
  /** Shows a line that the next one replaces, on a terminal only; empty clears it. */
  progress(text: string): void;
}

export function createOutput(json: boolean): Output {
  let shown = false;
  const styled = (style: Style, text: string) => styleText(style, text, { stream: process.stdout });
  return {
    json,
    coloured: styled('bold', 'x') !== 'x',
    print(text, style) {
      if (json) return;
      const safe = printable(text);
      process.stdout.write(style === undefined ? safe : styled(style, safe));
    },
    document(value) {
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`);
    },
    say(text) {
      process.stderr.write(`${printable(text)}\n`);
    },
    progress(text) {
      if (!process.stderr.isTTY || (!shown && !text)) return;
      process.stderr.write(`\r\u001b[K${printable(text)}`);
      shown = text !== '';
    },
  };
}

/**
 * A model may say anything: control characters other than line breaks and tabs (C0, DEL, C1), and those that turn the direction of writing
 * (U+202A–202E, U+2066–2069), never reach the terminal.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** A name or value for one line of a table: a line break in it would pass for a line of its own. */
export function inLine(text: string): string {
  return printable(text).replace(/[\t\n\u2028\u2029]/g, '\ufffd');
}

let refusal: NodeJS.ErrnoException | null = null;

/** What stdout cannot take is kept for `flushOutput`; of what stderr cannot take nobody can be told. Neither ends the process by itself. */
export function guardOutput(): void {
  process.stdout.on('error', (error) => {
    refusal ??= error;
  });
  process.stderr.on('error', () => {});
}

/**
 * Waits until everything written has left the process; a pipe may be slower than we are. Resolves with what stdout refused it by, EPIPE
 * where its reader went away, or with null.
 */
export async function flushOutput(): Promise<NodeJS.ErrnoException | null> {
  await Promise.all([process.stdout, process.stderr].map(drained));
  // A failure of the last write is heard of after it.
  await new Promise(setImmediate);
  return refusal;
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  if (!stream.writable) return Promise.resolve();
  return new Promise((resolve) => stream.write('', () => resolve()));
}
