import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createColumnPrinter } from '../../main/cli/columns.ts';
import { createOutput, printable } from '../../main/cli/output.ts';
import type { Cell, Comparison } from '../../preload/contract/compare.ts';
import { runCommand, temporaryFolder } from '../helpers/command.ts';

const introducer = '\u001b';
/** Sets the title, clears the screen, colours, a C1 introducer, and turns the direction of writing. */
const hostile = '\u001b]0;pwned\u0007\u001b[2J\u001b[31mfine\u009b2J\u202eabc\u2066';
/** What no terminal should ever get of it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const dangerous = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** Without what `styleText` puts around a text. */
const withoutColours = (text: string) =>
  text.replaceAll(new RegExp(`${introducer}\\[(?:1|2|4|22|24|31|33|39)m`, 'g'), '');

/** What is written to the real streams meanwhile. */
function written(work: () => void): { stdout: string; stderr: string } {
  const got = { stdout: '', stderr: '' };
  const streams = ['stdout', 'stderr'] as const;
  const originals = streams.map((name) => process[name].write);
  for (const name of streams)
    process[name].write = (piece: string | Uint8Array) => {
      got[name] += String(piece);
      return true;
    };
  try {
    work();
  } finally {
    for (const [index, name] of streams.entries()) Object.assign(process[name], { write: originals[index] });
  }
  return got;
}

describe('a terminal', () => {
  it('gets no control character and no turn of direction, whichever way text is written', () => {
    expect(printable(hostile)).not.toMatch(dangerous);
    const output = createOutput(false);
    const { stdout, stderr } = written(() => {
      output.print(hostile);
      output.print(`${hostile}\n`, 'red');
      output.say(hostile);
      output.progress(hostile);
    });
    expect(withoutColours(stdout)).not.toMatch(dangerous);
    expect(stderr).not.toMatch(dangerous);
    expect(stdout).toContain('fine');
    expect(stderr).toContain('fine');
  });

  it('gets none through the title, the failure or the divergence of a column', () => {
    const { stdout } = written(() => {
      const printer = createColumnPrinter(createOutput(false));
      printer.take({ type: 'snapshot', comparison: hostileComparison() });
      printer.finish();
    });
    expect(withoutColours(stdout)).not.toMatch(dangerous);
    expect(stdout).toContain('failed: ');
    expect(stdout).toContain('where the reference says');
  });

  it('JSON keeps every character', () => {
    const { stdout } = written(() => createOutput(true).document({ text: hostile }));
    expect(JSON.parse(stdout)).toEqual({ text: hostile });
  });
});

describe('assay generate', { timeout: 60_000 }, () => {
  it('says what failed without the escape sequences of a file name; with --json the document has them exactly', async () => {
    const file = join(temporaryFolder(), `${hostile}.gguf`);
    const words = ['generate', '--ephemeral', '--model', file, '--prompt', 'hi'];
    const shown = await runCommand(words);
    expect(shown.code).toBe(2);
    expect(shown.stderr).toContain('There is no readable file');
    expect(`${shown.stdout}${shown.stderr}`).not.toMatch(dangerous);
    const json = await runCommand([...words, '--json']);
    expect(json.stderr).not.toMatch(dangerous);
    expect(JSON.parse(json.stdout).error.message).toContain(hostile);
  });
});

function hostileComparison(): Comparison {
  const cell = (column: number, more: Partial<Cell>): Cell => ({
    prompt: 0,
    column,
    state: 'done',
    loadProgress: null,
    text: '',
    tokens: [],
    stats: null,
    error: null,
    firstDivergence: null,
    pinned: false,
    ...more,
  });
  const column = { reference: 'm.gguf', modelId: null, name: hostile, quantization: 'F16', sizeBytes: null };
  return {
    id: 'x',
    name: null,
    createdAt: '2026-11-23T00:00:00.000Z',
    columns: [column, column],
    excerpt: 'x',
    promptCount: 1,
    done: 2,
    total: 2,
    jobId: null,
    settings: { models: ['m.gguf', 'm.gguf'], prompts: ['x'] },
    cells: [
      cell(0, { tokens: [{ id: 1, text: hostile, logprob: 0, ms: 1 }] }),
      cell(1, {
        state: 'failed',
        tokens: [{ id: 2, text: hostile, logprob: 0, ms: 1 }],
        firstDivergence: 0,
        error: { code: 'MODEL_UNREADABLE', message: hostile },
      }),
    ],
  } as Comparison;
}
