import { describe, expect, it } from 'vitest';
import { waitingCell } from '../../main/services/compare/compare.rules.ts';
import { type ExportHead, escaped, markdownParts } from '../../main/services/compare/export.rules.ts';
import type { Cell } from '../../preload/contract/compare.ts';
import { sampler } from '../../preload/contract/engine.ts';

const hostile =
  '![x](https://evil.example/beacon.png) <img src=https://evil.example/b> [click](javascript:alert(1)) &lt; \\| `code` \u001b[2J\u009b\u202e\n# heading\u2028> quote';
const column = { reference: hostile, modelId: null, name: hostile, quantization: hostile, sizeBytes: null };
const head: ExportHead = {
  id: '01hzy3v7q8m4k2n6p0r5s9t1w3',
  name: hostile,
  createdAt: '2026-11-23T22:45:00.000Z',
  columns: [column, { ...column, modelId: hostile }],
  excerpt: 'x',
  promptCount: 1,
  done: 1,
  total: 2,
  jobId: null,
  settings: {
    models: [hostile, hostile],
    prompts: [hostile],
    sampler: sampler.parse({ stop: [hostile] }),
    order: 'one at a time',
    alternatives: 0,
    pinned: { comparison: hostile, columns: [0] },
  },
};
const cells: Cell[] = [
  { ...waitingCell(0, 0), state: 'done', text: `\`\`\`\`\`\n${hostile}\n~~~` },
  { ...waitingCell(0, 1), state: 'failed', error: { code: 'MODEL_UNREADABLE', message: hostile } },
];
const markdown = () => [...markdownParts(head, () => cells)].join('');

/** The lines outside of fenced blocks. */
function unfenced(text: string): string[] {
  let fence = '';
  return text.split('\n').filter((line) => {
    const run = /^`{3,}/.exec(line)?.[0] ?? '';
    if (fence === '' && run !== '') fence = run;
    else if (fence === '') return true;
    else if (line === fence) fence = '';
    return false;
  });
}

describe('the Markdown export of a hostile model', () => {
  it('holds no live markup outside of its blocks', () => {
    const lines = unfenced(markdown());
    expect(lines.filter((line) => line.includes('evil.example')).length).toBeGreaterThan(8);
    for (const line of lines) {
      // Without the export's own heading marks, table bars and what is escaped.
      const rest = line
        .replace(/^#{1,3} /, '')
        .replaceAll(/\\[\\`*_{}[\]()<>#!|&:]/g, '')
        .replaceAll(' | ', ' ')
        .replaceAll(/^\||\|$/g, '');
      if (line.includes('evil.example')) expect(rest).not.toMatch(/[`*_{}[\]()<>#!|&]|:\/\//);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
    }
  });

  it('fences an answer with more backticks than any run of it', () => {
    expect(markdown()).toContain('``````text\n`````\n');
    const runs = Array.from({ length: 300_000 }, () => '` ').join('');
    const long = [...markdownParts(head, () => [{ ...waitingCell(0, 0), state: 'done', text: runs }])].join('');
    expect(long).toContain('```text\n` ` `');
  });

  it('leaves ordinary names as they are', () => {
    expect(escaped('Qwen 3.5 (4B), "quick"')).toBe('Qwen 3.5 \\(4B\\), "quick"');
    expect(escaped(' a\n\tb ')).toBe('a b');
  });
});
