import { describe, expect, it } from 'vitest';
import { createColumnPrinter } from '../../main/cli/columns.ts';
import { printable } from '../../main/cli/output.ts';
import type { Cell, Comparison, ComparisonEvent } from '../../preload/contract/compare.ts';

function cell(column: number, more: Partial<Cell> = {}): Cell {
  return {
    prompt: 0,
    column,
    state: 'waiting',
    loadProgress: null,
    text: '',
    tokens: [],
    stats: null,
    error: null,
    firstDivergence: null,
    pinned: false,
    ...more,
  };
}

function comparison(...cells: Cell[]): Comparison {
  return {
    id: 'x',
    name: null,
    createdAt: '2026-11-23T00:00:00.000Z',
    columns: cells.map((_, index) => ({
      reference: `m${index}.gguf`,
      modelId: null,
      name: `m${index}`,
      quantization: index === 0 ? 'F16' : 'Q4_K_M',
      sizeBytes: null,
    })),
    excerpt: 'x',
    promptCount: 1,
    done: 0,
    total: cells.length,
    jobId: null,
    settings: { models: ['m0.gguf'], prompts: ['x'] },
    cells,
  } as Comparison;
}

function tokens(column: number, from: number, texts: string[], firstDivergence: number | null = null): ComparisonEvent {
  return {
    type: 'tokens',
    prompt: 0,
    column,
    from,
    tokens: texts.map((text, index) => ({ text, id: from + index + text.length * 1000, logprob: 0, ms: 1 })),
    firstDivergence,
  };
}

const stats = {
  promptTokens: 3,
  tokenCount: 2,
  ttftMs: 12.345,
  tokensPerSecond: 456.7,
  totalMs: 20,
  stopReason: 'end',
} as const;

function ended(column: number, more: Partial<Cell> = {}): ComparisonEvent {
  const { tokens: _, text: __, ...rest } = cell(column, { state: 'done', stats, ...more });
  return { type: 'cell', cell: rest };
}

function print(events: ComparisonEvent[]): string {
  let printed = '';
  const printer = createColumnPrinter({
    print: (text) => (printed += text),
    progress: () => {},
    coloured: false,
  });
  for (const event of events) printer.take(event);
  printer.finish();
  return printed;
}

describe('columns on a terminal', () => {
  it('come one after another, each with its measures, the first diverging token marked', () => {
    const printed = print([
      { type: 'snapshot', comparison: comparison(cell(0), cell(1)) },
      tokens(0, 0, ['One', ' two']),
      ended(0),
      tokens(1, 0, ['One', ' three'], 1),
      ended(1, { firstDivergence: 1 }),
    ]);
    expect(printed).toBe(
      [
        'm0 F16 (reference)',
        'One two',
        '2 tokens · TTFT 12.3 ms · 457 tokens/s · ended by itself',
        '',
        'm1 Q4_K_M',
        'One>> three<<',
        '2 tokens · TTFT 12.3 ms · 457 tokens/s · ended by itself',
        'differs from the reference from token 2 on, where the reference says " two"',
        '',
      ].join('\n'),
    );
  });

  it('wait for their turn when a later one is quicker', () => {
    const printed = print([
      { type: 'snapshot', comparison: comparison(cell(0), cell(1)) },
      tokens(1, 0, ['second']),
      ended(1),
      tokens(0, 0, ['first']),
      ended(0),
    ]);
    expect(printed.indexOf('first')).toBeGreaterThan(0);
    expect(printed.indexOf('first')).toBeLessThan(printed.indexOf('second'));
  });

  it('say so when the tokens are the same, and when an answer ends where the reference goes on', () => {
    const same = print([
      { type: 'snapshot', comparison: comparison(cell(0), cell(1)) },
      tokens(0, 0, ['a']),
      ended(0),
      tokens(1, 0, ['a']),
      ended(1),
    ]);
    expect(same).toContain('same tokens as the reference');
    const short = print([
      { type: 'snapshot', comparison: comparison(cell(0), cell(1)) },
      tokens(0, 0, ['a', 'b']),
      ended(0),
      tokens(1, 0, ['a'], 1),
      ended(1, { firstDivergence: 1 }),
    ]);
    expect(short).toContain('ends after token 1, where the reference goes on');
  });

  it('tell the failure of one column in its place, and go on', () => {
    const printed = print([
      { type: 'snapshot', comparison: comparison(cell(0), cell(1)) },
      ended(0, { state: 'failed', stats: null, error: { code: 'ENGINE_CRASHED', message: 'The engine crashed.' } }),
      tokens(1, 0, ['still here']),
      ended(1),
    ]);
    expect(printed).toContain('failed: The engine crashed.');
    expect(printed).toContain('still here');
    expect(printed).toContain('no reference answer to compare with');
    expect(printed).not.toContain('same tokens');
  });

  it('say of no answer that it has the same tokens when the reference did not come to its end', () => {
    const cancelled = print([
      { type: 'snapshot', comparison: comparison(cell(0), cell(1)) },
      tokens(0, 0, ['a']),
      ended(0, { state: 'cancelled', stats: null }),
      tokens(1, 0, ['a']),
      ended(1),
    ]);
    expect(cancelled).not.toContain('same tokens');
  });

  it('never carry control characters of a model to the terminal', () => {
    expect(printable('a\u001b[2Jb\u0007c\r\nd\te\u009bf')).toBe('a\ufffd[2Jb\ufffdc\ufffd\nd\te\ufffdf');
  });
});
