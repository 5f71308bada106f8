import { describe, expect, it } from 'vitest';
import { cacheDifference, contextNotes } from '../../main/services/divergence/columns.rules.ts';
import { column } from '../helpers/divergenceRun.ts';

describe('the memory of a candidate', () => {
  it('goes by the types of its cache: 34 bytes for 32 numbers of Q8_0 where half precision takes 64', () => {
    const facts = { attentionLayers: 4, keyValueHeads: 2, keyLength: 64, valueLength: 64 };
    const plain = 1024 * 4 * 2 * 128 * 2;
    expect(cacheDifference(facts, { keyType: 'F16', valueType: 'F16' }, 1024)).toBe(0);
    expect(plain + cacheDifference(facts, { keyType: 'Q8_0', valueType: 'Q8_0' }, 1024)).toBe((plain * 34) / 64);
    expect(cacheDifference(facts, { keyType: 'F32', valueType: 'F16' }, 1024)).toBe(plain / 2);
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
