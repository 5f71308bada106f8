import { describe, expect, it } from 'vitest';
import { ladderOf } from '../../main/services/divergence/measurements.ts';
import type { ModelMeasurement } from '../../preload/contract/divergence.ts';

const run = (id: string, textName: string, files: readonly string[], reference = 'F16'): ModelMeasurement[] =>
  files.map((file) => ({
    file,
    modelId: file,
    run: id,
    measuredAt: '2026-11-27T12:00:00.000Z',
    referenceFile: reference,
    reference,
    textName,
    tokensScored: 6630,
    ppl: 6,
    pplRatio: file === reference ? 1 : 1.01,
    pplRatioInterval95: null,
    kldMean: 0,
    kldInterval95: null,
    sameTop: 1,
    sameTopInterval95: null,
    tokensPerSecond: 900,
    tokensPerSecondInterval95: null,
    isLadder: true,
  }));

describe('the ladder of a family of models', () => {
  it('is filled by one run, and what another text gave is marked', () => {
    const newest = run('3', 'chat', ['F16', 'Q5_K_M']);
    const wide = run('2', 'wikitext', ['F16', 'Q8_0', 'Q4_K_M']);
    const same = run('1', 'older', ['F16', 'Q8_0', 'Q4_K_M']);
    const found = new Map(ladderOf([newest, wide, same]).map((one) => [one.file, one]));
    // Of equally large ones the newest; the reference has its own row.
    for (const file of ['F16', 'Q8_0', 'Q4_K_M']) expect(found.get(file)).toMatchObject({ run: '2', isLadder: true });
    expect(found.get('Q5_K_M')).toMatchObject({ run: '3', textName: 'chat', isLadder: false });
    expect(found.size).toBe(4);
  });

  it('is one for each reference', () => {
    const found = ladderOf([run('2', 'text', ['A', 'B'], 'A'), run('1', 'text', ['C', 'D'], 'C')]);
    expect(found.every(({ isLadder }) => isLadder)).toBe(true);
  });
});
