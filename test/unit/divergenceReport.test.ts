import { describe, expect, it } from 'vitest';
import { scatter } from '../../main/services/divergence/charts.rules.ts';
import { contextNotes } from '../../main/services/divergence/columns.rules.ts';
import { divergenceDocument, labelsOf } from '../../main/services/divergence/index.ts';
import { markdownOf } from '../../main/services/divergence/markdown.rules.ts';
import { reportOf } from '../../main/services/divergence/report.rules.ts';
import { conversationsOf, plainText } from '../../main/services/divergence/text.rules.ts';
import { type CandidateNumbers, type DivergenceRun, divergenceRun } from '../../preload/contract/divergence.ts';
import type { DatasetItem } from '../../preload/contract/prompts.ts';

const hostile = '</style><script>alert(1)</script>"\'&| [x](http://example.test) <img src=x onerror=alert(1)>';

const numbers: CandidateNumbers = {
  ppl: 6.31,
  pplError: 0.1,
  pplInterval95: [6.1, 6.5],
  secondsDecode: 3,
  secondsMetrics: 0.4,
  tokensPerSecond: 900,
  lnPplRatio: 0.014,
  lnPplRatioError: 0.001,
  lnPplRatioInterval95: [0.011, 0.017],
  pplRatio: 1.0141,
  pplRatioError: 0.001,
  pplRatioInterval95: [1.011, 1.017],
  correlation: 0.99,
  kld: {
    mean: 0.0123,
    error: 0.0004,
    interval95: [0.0115, 0.0131],
    max: 3.2,
    p999: 0.9,
    p99: 0.12,
    p95: 0.05,
    p90: 0.03,
    median: 0.004,
    p10: 1e-4,
    p05: 5e-5,
    p01: 1e-6,
    p001: 0,
    min: -1e-5,
  },
  deltaP: {
    mean: -0.002,
    error: 0.0003,
    interval95: [-0.0026, -0.0014],
    max: 0.4,
    p999: 0.3,
    p99: 0.1,
    p95: 0.05,
    p90: 0.02,
    median: 0,
    p10: -0.03,
    p05: -0.06,
    p01: -0.12,
    p001: -0.4,
    min: -0.6,
    rms: 0.03,
    rmsError: 0.001,
    rmsInterval95: [0.028, 0.032],
    p75: 0.01,
    p25: -0.01,
  },
  sameTop: { share: 0.953, error: 0.003, interval95: [0.947, 0.959] },
  verdict: { kind: 'clear loss', sentence: 'Clear loss at n = 4,080 tokens in 16 chunks.' },
};

const column = {
  reference: 'a.gguf',
  modelId: 'a',
  file: '/models/a.gguf',
  name: hostile,
  quantization: 'F16',
  keyType: 'F16',
  valueType: 'F16',
  sizeBytes: 7_000_000,
  bitsPerWeight: 16.01,
  parameters: 3_475_712,
  vocabulary: 1280,
  trainedContext: 1024,
  memoryBytes: 220_000_000,
  chunksDone: 16,
  notes: [],
  error: null,
} as const;

const run: DivergenceRun = divergenceRun.parse({
  id: '0',
  name: null,
  createdAt: '2026-11-24T02:00:00.000Z',
  columns: [
    column,
    { ...column, quantization: 'Q4_K_M', sizeBytes: 2_200_000, bitsPerWeight: 5, notes: [hostile] },
    { ...column, quantization: 'Q2_K', sizeBytes: 1_460_000, bitsPerWeight: 3.3 },
    { ...column, quantization: 'Q8_0', error: { code: 'BAD_INPUT', message: `Another vocabulary: ${hostile}` } },
  ],
  textName: hostile,
  contextSize: 512,
  chunkCount: 16,
  chunksDone: 16,
  jobId: null,
  state: 'done',
  textKind: 'text',
  threads: 1,
  tokensScored: 4080,
  referenceNumbers: {
    ppl: 6.2,
    pplError: 0.1,
    pplInterval95: [6, 6.4],
    secondsDecode: 3,
    secondsMetrics: 0.2,
    tokensPerSecond: 1000,
  },
  candidates: [numbers, { ...numbers, pplRatio: 1.2, kld: { ...numbers.kld, mean: 0.2, interval95: null } }, null],
  smallest: { candidate: null, sentence: `Every variant shows a loss. ${hostile}` },
  peakRssBytes: 123,
  engineRelease: 'v0.4.0',
  systemInfo: 'CPU : AVX2 = 1',
  arrangement: 'together',
  referenceError: 1e-4,
  notes: [hostile],
});

const details = {
  histogram: {
    zeroOrBelow: 3,
    bins: [
      { from: 1e-6, to: 1e-3, count: 40 },
      { from: 1e-3, to: 3.2, count: 4 },
    ],
  },
  depths: [32, 64].map((from) => ({
    from,
    to: from + 31,
    tokens: 2016,
    kldMean: 0.0125,
    kldInterval95: null,
    pplRatio: 1.0142,
    pplRatioInterval95: [1.011, 1.017] satisfies [number, number],
    sameTop: 0.985,
    sameTopInterval95: null,
  })),
  worst: [
    {
      position: 17,
      chunk: 0,
      place: 274,
      id: 5,
      text: ` ${hostile}\n\u202e`,
      kld: 3.2,
      nll: 5,
      nllReference: 0.1,
      sameTop: false,
    },
  ],
};

describe('the report', () => {
  const html = reportOf(run, [details, details, null]);

  it('is one file that loads nothing, runs nothing and knows light and dark', () => {
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toMatch(/<(script|img|link|iframe|object|base)\b/i);
    expect(html).not.toMatch(/<[^>]*\s(src|href|on\w+)=/i);
    expect(html).not.toMatch(/url\(|@import/i);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('prefers-color-scheme:dark');
    expect(html.match(/<svg /g)).toHaveLength(4);
  });

  it('shows names, notes, failures and tokens as text', () => {
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toContain('<script>');
    expect(html).not.toContain('\u202e');
    expect(html).toContain('Another vocabulary');
    expect(html).toContain('Clear loss at n = 4,080 tokens');
  });

  it('sets no name of a chart over another one or beyond its edge', () => {
    const label = 'F16 with keys in Q4_0 and values in F16';
    const points = [0.01, 0.0101, 0.0102, 0.5].map((y, index) => ({
      label: `${label} ${index}`,
      x: 6.8,
      y,
      interval: null,
    }));
    const chart = scatter(points, { title: 'KLD', xLabel: 'MiB', yLabel: 'KLD', logarithmic: true });
    const names = [...chart.matchAll(/class="name" x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)">([^<]+)</g)].map(
      ([, x = '', y = '', anchor = '', text = '']) => {
        const left = Number(x) - (anchor === 'start' ? 0 : anchor === 'middle' ? 3.5 : 7) * text.length;
        return { left, right: left + 7 * text.length, y: Number(y) };
      },
    );
    expect(names.length).toBeGreaterThanOrEqual(2);
    for (const [index, { left, right, y }] of names.entries()) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(720);
      for (const other of names.slice(index + 1))
        expect(left < other.right && other.left < right && Math.abs(y - other.y) < 14).toBe(false);
    }
    // Each point is named for whoever points at it.
    expect(chart.match(/<title>/g)).toHaveLength(4);
  });

  it('says what a candidate costs by the number of tokens before, if there is more than one band', () => {
    expect(html).toContain(
      '<tr><td>64–95</td><td>2,016</td><td>1.0142</td><td>1.0110 to 1.0170</td><td>0.0125</td><td>—</td>',
    );
    const alone = { ...details, depths: details.depths.slice(1) };
    expect(reportOf(run, [alone, alone, null])).not.toContain('tokens before');
  });

  it('has every tag closed', () => {
    const open: string[] = [];
    for (const [, end, name = '', rest = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)([^>]*)>/gi)) {
      if (['meta', 'line', 'rect', 'circle'].includes(name.toLowerCase())) continue;
      if (end) expect(open.pop()).toBe(name);
      else if (!rest.endsWith('/')) open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('draws every point within its picture', () => {
    for (const [, x = '', y = ''] of html.matchAll(/cx="([^"]+)" cy="([^"]+)"/g)) {
      expect(Number(x)).toBeGreaterThan(0);
      expect(Number(x)).toBeLessThan(720);
      expect(Number(y)).toBeGreaterThan(0);
      expect(Number(y)).toBeLessThan(300);
    }
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('Markdown and JSON', () => {
  it('tell two files of one type apart by their names, and no two of different types', () => {
    const [reference] = run.columns;
    const files = ['/models/made/one-Q4_K_M.gguf', '/models/other-Q4_K_M.gguf', '/models/Q2_K.gguf'];
    const columns = files.map((file) => ({
      ...column,
      notes: [],
      file,
      quantization: file.includes('Q4') ? 'Q4_K_M' : 'Q2_K',
    }));
    const two = { ...run, columns: reference ? [reference, ...columns] : [], candidates: [numbers, numbers, numbers] };
    expect(labelsOf(two.columns).slice(1)).toEqual(['Q4_K_M (one-Q4_K_M.gguf)', 'Q4_K_M (other-Q4_K_M.gguf)', 'Q2_K']);
    for (const shown of [markdownOf(two).replaceAll('\\', ''), reportOf(two, [null, null, null])])
      expect(shown).toMatch(/Q4_K_M \(one-Q4_K_M\.gguf\)[\s\S]*Q4_K_M \(other-Q4_K_M\.gguf\)/);
  });

  it('have an interval beside every mean, and call the largest of few tokens by its name', () => {
    const few = { ...run, tokensScored: 756 };
    for (const shown of [markdownOf(few), reportOf(few, [null, null, null])]) {
      // PPL, its ratio, mean KLD, RMS and mean Δp, same top: the ends as the numbers have them.
      for (const ends of [
        '6.1 to 6.5',
        '1.0110 to 1.0170',
        '0.0115 to 0.0131',
        '2.8 % to 3.2 %',
        '−0.26 to −0.14',
        '94.7 % to 95.9 %',
      ])
        expect(shown).toContain(ends);
      expect(shown).toContain('Largest KLD');
      expect(shown).not.toContain('99.9 % KLD');
    }
    expect(markdownOf(run)).toContain('99.9 % KLD');
  });

  it('give a script the ratio that verdicts rest on, and say where that of llama-perplexity tells another thing', () => {
    const first = (one: CandidateNumbers) => divergenceDocument({ ...run, candidates: [one] }).candidates[0];
    expect(first(numbers)).toMatchObject({
      pplRatio: 1.0141,
      pplRatioError: 0.001,
      pplRatioInterval95: [1.011, 1.017],
    });
    expect(first(numbers)).toMatchObject({ pplInterval95: [6.1, 6.5] });
    expect(first(numbers)).not.toHaveProperty('note');
    expect(first({ ...numbers, pplRatio: 1.0193, lnPplRatio: 0.2525 })).toMatchObject({
      note: expect.stringContaining('verdict rests on it'),
    });
  });

  it('keep a name from becoming markup', () => {
    const markdown = markdownOf(run);
    expect(markdown).not.toMatch(/(?<!\\)<script/);
    expect(markdown).not.toMatch(/(?<!\\)\[x/);
    const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
    const cells = rows.map((line) => line.replaceAll('\\|', '').split('|').length);
    expect(new Set(cells).size).toBe(1);
  });

  it('give a script what the issue of the numbers promises', () => {
    const document = divergenceDocument(run);
    expect(document).toMatchObject({
      context: 512,
      chunks: 16,
      tokensScored: 4080,
      reference: { file: '/models/a.gguf', ppl: 6.2, pplError: 0.1 },
      peakRssBytes: 123,
    });
    const [first, , failed] = document.candidates;
    expect(Object.keys(first ?? {})).toEqual(
      expect.arrayContaining([
        'file',
        'sizeBytes',
        'bitsPerWeight',
        'ppl',
        'pplError',
        'lnPplRatio',
        'lnPplRatioError',
        'kld',
        'deltaP',
        'sameTop',
        'secondsDecode',
        'secondsMetrics',
      ]),
    );
    expect(failed).toMatchObject({ file: '/models/a.gguf', error: { code: 'BAD_INPUT' } });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});

describe('a context beyond what the models were trained on', () => {
  it('is noted, and one within it is not', () => {
    const columns = [{ ...column, notes: [] }];
    expect(contextNotes(columns, 1024)).toEqual([]);
    expect(contextNotes(columns, 2048)[0]).toMatch(/2,048 tokens, and the models were trained on 1,024/);
    expect(contextNotes([{ ...column, notes: [], trainedContext: null }], 2048)).toEqual([]);
  });
});

describe('what is read of a data set', () => {
  const item = (id: string, more: Partial<DatasetItem>): DatasetItem => ({
    id,
    group: 'g',
    system: null,
    turns: [`question ${id}`],
    answers: null,
    expected: `answer ${id}`,
    match: 'exact',
    expectation: null,
    ...more,
  });
  const items = [
    item('1', {}),
    item('2', { system: 'Be short.' }),
    item('3', { turns: ['one', 'two'] }),
    item('4', { expected: ['part'], match: 'contains' }),
    item('5', { expected: 'ends so', match: 'ends' }),
    item('6', { expected: null, match: null }),
    item('7', { match: 'json', expected: '{"a":1}' }),
  ];

  it('are all turns of items whose every answer is known', () => {
    const talk = item('8', {
      system: 'Be kind.',
      turns: ['I am Ada.', 'Who am I?'],
      expected: ['Ada'],
      match: 'contains',
    });
    const known = conversationsOf([{ ...talk, answers: ['Hello, Ada.', 'You are Ada.'] }]);
    expect(known).toEqual([
      {
        item: 1,
        system: 'Be kind.',
        messages: [
          { role: 'user', text: 'I am Ada.' },
          { role: 'assistant', text: 'Hello, Ada.' },
          { role: 'user', text: 'Who am I?' },
          { role: 'assistant', text: 'You are Ada.' },
        ],
      },
    ]);
    expect(conversationsOf([talk, { ...talk, answers: ['Hello, Ada.'] }])).toEqual([]);
  });

  it('are the items with one whole answer to a single question', () => {
    expect(conversationsOf(items).map(({ messages }) => messages.at(-1)?.text)).toEqual([
      'answer 1',
      'answer 2',
      '{"a":1}',
    ]);
    expect(conversationsOf(items)[1]?.system).toBe('Be short.');
    expect(plainText(items)).toBe('question 1\nanswer 1\n\nquestion 2\nanswer 2\n\nquestion 7\n{"a":1}');
  });

  it('are spread evenly when fewer are wanted', () => {
    const many = Array.from({ length: 100 }, (_, index) => item(String(index), {}));
    const wanted = conversationsOf(many, 4).map(({ messages }) => messages[0]?.text);
    expect(wanted).toEqual(['question 0', 'question 25', 'question 50', 'question 75']);
  });
});
