import { describe, expect, it } from 'vitest';
import { answersDocument } from '../../main/services/compare/answers.rules.ts';
import { auditedStart } from '../../main/services/compare/audited.rules.ts';
import { excerptOf, failureOf, losesColumn, waitingCell } from '../../main/services/compare/compare.rules.ts';
import { type ExportHead, exportName, jsonParts, markdownParts } from '../../main/services/compare/export.rules.ts';
import type { Cell } from '../../preload/contract/compare.ts';
import { sampler } from '../../preload/contract/engine.ts';

const column = {
  reference: 'sample:F16',
  modelId: 'sample:F16',
  name: 'Assay | sample',
  quantization: 'F16',
  sizeBytes: 3400,
};
const head: ExportHead = {
  id: '01hzy3v7q8m4k2n6p0r5s9t1w3',
  name: null,
  createdAt: '2026-11-23T22:45:00.000Z',
  columns: [
    column,
    { ...column, reference: '/models/tiny.gguf', modelId: null, name: 'tiny', quantization: 'Q4_K_M', sizeBytes: null },
  ],
  excerpt: 'Say ``` twice.',
  promptCount: 1,
  done: 1,
  total: 2,
  jobId: '01hzy3v7q8m4k2n6p0r5s9t1w4',
  settings: {
    models: ['sample:F16', '/models/tiny.gguf'],
    prompts: ['Say ``` twice.'],
    sampler: sampler.parse({ seed: 7, maxTokens: 4 }),
    order: 'one at a time',
    alternatives: 0,
    system: 'Be brief.',
  },
};
const cells: Cell[] = [
  {
    ...waitingCell(0, 0),
    state: 'done',
    text: '``` ```',
    tokens: [
      { text: '```', id: 5, logprob: -0.25, ms: 12.5, alternatives: [{ id: 6, text: 'x', logprob: -1 }] },
      { text: ' ```', id: 6, logprob: -0.5, ms: 14 },
    ],
    stats: { promptTokens: 9, tokenCount: 2, ttftMs: 12.5, tokensPerSecond: 666.667, totalMs: 14, stopReason: 'end' },
  },
  {
    ...waitingCell(0, 1),
    state: 'failed',
    text: '```',
    tokens: [{ text: '```', id: 5, logprob: -0.75, ms: 9 }],
    error: { code: 'ENGINE_CRASHED', message: 'The engine of tiny ended with SIGSEGV. Try again.' },
  },
];
const cellsOf = () => cells;

describe('the document of one prompt', () => {
  it('has the shape that `assay generate --json` prints', () => {
    expect(answersDocument({ cells, columns: head.columns })).toEqual({
      columns: [
        {
          model: 'sample:F16',
          text: '``` ```',
          tokens: [
            { text: '```', id: 5, logprob: -0.25, ms: 12.5, alternatives: [{ id: 6, text: 'x', logprob: -1 }] },
            { text: ' ```', id: 6, logprob: -0.5, ms: 14 },
          ],
          ttftMs: 12.5,
          tokensPerSecond: 666.667,
          stopReason: 'end',
        },
        {
          model: '/models/tiny.gguf',
          text: '```',
          tokens: [{ text: '```', id: 5, logprob: -0.75, ms: 9 }],
          ttftMs: null,
          tokensPerSecond: null,
          stopReason: 'failed',
          error: { code: 'ENGINE_CRASHED', message: 'The engine of tiny ended with SIGSEGV. Try again.' },
        },
      ],
      firstDivergence: [null],
    });
  });
});

describe('the JSON export', () => {
  it('is one document: the comparison, its settings, and a document a prompt', () => {
    const text = [...jsonParts(head, cellsOf)].join('');
    expect(JSON.parse(text)).toEqual({
      format: 'assay.comparison',
      version: 1,
      id: head.id,
      name: null,
      createdAt: head.createdAt,
      columns: head.columns,
      settings: {
        models: head.settings.models,
        sampler: head.settings.sampler,
        order: 'one at a time',
        alternatives: 0,
        system: 'Be brief.',
      },
      prompts: [
        { prompt: 'Say ``` twice.', states: ['done', 'failed'], ...answersDocument({ cells, columns: head.columns }) },
      ],
    });
    expect(text.endsWith('\n')).toBe(true);
  });

  it('leaves tokens out when asked to', () => {
    const document = JSON.parse([...jsonParts(head, cellsOf, false)].join(''));
    expect(
      document.prompts[0].columns.map((one: { tokens: unknown[]; text: string }) => [one.tokens, one.text]),
    ).toEqual([
      [[], '``` ```'],
      [[], '```'],
    ]);
  });
});

describe('the Markdown export', () => {
  it('reads well, and nothing in a prompt or an answer can break out of its block', () => {
    expect([...markdownParts(head, cellsOf)].join('')).toMatchInlineSnapshot(`
      "# Comparison

      2026-11-23T22:45:00.000Z · 1 of 2 answers done · comparison 01hzy3v7q8m4k2n6p0r5s9t1w3

      ## Models

      |  | Model | Quantization | Bytes | Id |
      | --- | --- | --- | --- | --- |
      | Reference | Assay \\| sample | F16 | 3400 | sample:F16 |
      | Candidate 1 | tiny | Q4\\_K\\_M |  | /models/tiny.gguf |

      ## Settings

      - Sampler: temperature 0, topK 40, topP 0.95, minP 0.05, repeatPenalty 1, seed 7, maxTokens 4, stop \\[\\]
      - Order: one at a time

      System prompt:

      \`\`\`text
      Be brief.
      \`\`\`

      ## Prompt 1

      \`\`\`\`text
      Say \`\`\` twice.
      \`\`\`\`

      ### Reference: Assay \\| sample F16

      \`\`\`\`text
      \`\`\` \`\`\`
      \`\`\`\`

      ### Candidate 1: tiny Q4\\_K\\_M

      Failed. The engine of tiny ended with SIGSEGV. Try again.

      \`\`\`\`text
      \`\`\`
      \`\`\`\`

      |  | State | TTFT \\(ms\\) | Tokens/s | Tokens | Prompt tokens | Stop reason | First divergence |
      | --- | --- | --- | --- | --- | --- | --- | --- |
      | Reference: Assay \\| sample F16 | done | 12.5 | 667 | 2 | 9 | end |  |
      | Candidate 1: tiny Q4\\_K\\_M | failed |  |  |  |  |  |  |

      TTFT: from the submit to the first non-empty token, loading of the model not included. Tokens/s: (tokens - 1) / (last token - first token).
      First divergence: index (from 0) of the first token that differs from the reference; by token id within one vocabulary, else by text.
      "
    `);
  });
});

describe('the first divergence in the Markdown export', () => {
  const shown = (reference: Partial<Cell>, candidate: Partial<Cell>) => {
    const both = [
      { ...waitingCell(0, 0), ...reference },
      { ...waitingCell(0, 1), ...candidate },
    ];
    const rows = [...markdownParts(head, () => both)].join('').split('\n');
    return rows
      .findLast((row) => row.startsWith('| Candidate 1'))
      ?.split(' | ')
      .at(-1);
  };

  it('is none only between two answers that are done', () => {
    expect(shown({ state: 'done' }, { state: 'done' })).toBe('none |');
    expect(shown({ state: 'done' }, { state: 'done', firstDivergence: 3 })).toBe('3 |');
    expect(shown({ state: 'failed' }, { state: 'done' })).toBe(' |');
    expect(shown({ state: 'done' }, { state: 'waiting' })).toBe(' |');
    expect(shown({ state: 'done' }, { state: 'failed' })).toBe(' |');
  });
});

describe('the name of an export', () => {
  it('is safe on every file system', () => {
    expect(exportName(head, 'md')).toBe('comparison-2026-11-23-s9t1w3.md');
    expect(exportName({ ...head, name: '../Größe: "F16"/Q4?\\' }, 'json')).toBe('Größe-F16-Q4-2026-11-23-s9t1w3.json');
    expect(exportName({ ...head, name: '///' }, 'json')).toBe('comparison-2026-11-23-s9t1w3.json');
  });
});

describe('small rules', () => {
  it('the excerpt is one line of at most 160 characters', () => {
    expect(excerptOf(['  one\n\ttwo  '])).toBe('one two');
    expect([...excerptOf(['😀'.repeat(500)])]).toHaveLength(160);
  });

  it('a column is lost when its model cannot be had or did not load, not when one prompt is too long or one answer crashes', () => {
    expect(losesColumn('MODEL_UNREADABLE', 'waiting')).toBe(true);
    expect(losesColumn('ENGINE_DOWN', 'running')).toBe(true);
    expect(losesColumn('ENGINE_CRASHED', 'loading')).toBe(true);
    expect(losesColumn('ENGINE_CRASHED', 'running')).toBe(false);
    expect(losesColumn('CONTEXT_TOO_LARGE', 'loading')).toBe(false);
  });

  it('a job says how many answers failed and why the first did', () => {
    const error = { code: 'ENGINE_CRASHED' as const, message: 'It crashed.' };
    expect(failureOf(0, 5, null)).toBeNull();
    expect(failureOf(1, 1, error)).toEqual(error);
    expect(failureOf(2, 5, error)?.message).toBe(
      '2 of 5 answers failed. The first: It crashed. Resume to try them again.',
    );
    expect(failureOf(5, 5, error)?.message).toMatch(/^All 5 answers failed\./);
  });

  it('the audit log learns of models and numbers, and of no word of a prompt', () => {
    const facts = auditedStart({
      models: ['sample', 'b'],
      prompts: ['CANARY'],
      system: 'CANARY',
      sampler: { seed: 4, stop: ['CANARY'] },
    });
    expect(facts).toEqual({
      models: 'sample, b',
      columns: 2,
      prompts: 1,
      order: 'one at a time',
      temperature: 0,
      seed: 4,
      maxTokens: 128,
      pinnedFrom: null,
    });
  });
});
