import { describe, expect, it } from 'vitest';
import { divergenceDocument, labelsOf } from '../../main/services/divergence/index.ts';
import { markdownOf } from '../../main/services/divergence/markdown.rules.ts';
import { reportOf } from '../../main/services/divergence/report.rules.ts';
import type { CandidateNumbers } from '../../preload/contract/divergence.ts';
import { column, numbers, run } from '../helpers/divergenceRun.ts';

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
    const columns = run.columns.map((column) => ({ ...column, notes: [] }));
    const first = (one: CandidateNumbers) => divergenceDocument({ ...run, columns, candidates: [one] }).candidates[0];
    expect(first(numbers)).toMatchObject({
      pplRatio: 1.0141,
      pplRatioError: 0.001,
      pplRatioInterval95: [1.011, 1.017],
    });
    expect(first(numbers)).toMatchObject({ pplInterval95: [6.1, 6.5] });
    expect(first(numbers)).not.toHaveProperty('notes');
    expect(first({ ...numbers, pplRatio: 1.0193, lnPplRatio: 0.2525 })).toMatchObject({
      notes: [expect.stringContaining('verdict rests on it')],
    });
  });

  it('tell what is to be known about a candidate', () => {
    const note = 'The special tokens of this are not those of the reference.';
    const columns = run.columns.map((column, index) => (index === 1 ? { ...column, notes: [note] } : column));
    expect(divergenceDocument({ ...run, columns }).candidates[0]).toMatchObject({ notes: [note] });
    expect(markdownOf({ ...run, columns })).toContain(`\n  - ${note}\n`);
  });

  it('say of a run that was cut short how far it came', () => {
    const cut = { ...run, chunksDone: 8, chunkCount: 1232, state: 'cancelled' as const, textKind: 'dataset' as const };
    for (const shown of [markdownOf(cut), reportOf(cut, [null, null, null])]) {
      expect(shown).toContain('8 of 1,232 chunks (cancelled), up to 512 tokens each');
      expect(shown).not.toContain('16 chunks,');
    }
    expect(divergenceDocument(cut)).toMatchObject({ chunks: 8, chunkCount: 1232, state: 'cancelled' });
    expect(markdownOf(run)).toContain('in 16 chunks, 512 tokens each');
  });

  it('tell no error of a perplexity that has none', () => {
    const one = { ...run, referenceNumbers: { ...numbers, pplError: 0 } };
    expect(reportOf(one, [null, null, null])).not.toMatch(/± 0\b(?!\.)/);
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
      idleRssBytes: 23,
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
