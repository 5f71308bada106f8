import { describe, expect, it } from 'vitest';
import { contextNotes } from '../../main/services/divergence/columns.rules.ts';
import { column } from '../helpers/divergenceRun.ts';

describe('a context beyond what the models were trained on', () => {
  it('is noted, and one within it is not', () => {
    const columns = [{ ...column, notes: [] }];
    expect(contextNotes(columns, 1024)).toEqual([]);
    expect(contextNotes(columns, 2048)[0]).toMatch(/2,048 tokens, and the models were trained on 1,024/);
    expect(contextNotes([{ ...column, notes: [], trainedContext: null }], 2048)).toEqual([]);
  });
});
