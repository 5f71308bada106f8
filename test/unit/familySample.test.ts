import { describe, expect, it } from 'vitest';
import { familiesOf, type Member } from '../../main/services/models/family.rules.ts';

/** A file of the weights that come with Assay, or of others by their base name. */
function member(path: string, bitsPerWeight: number, { sample = false, baseName = 'assay-sample' } = {}): Member {
  const identity = {
    baseName,
    sizeLabel: '3.5M',
    fineTune: null,
    version: '3.0',
    baseModels: [],
    templateHash: null,
    specialTokensHash: 's',
    vocabularyHash: 'v',
  };
  const header = { architecture: 'llama', layers: 8, embeddingLength: 192, parameters: 3_500_000, name: null };
  const variant = { id: path, path, fileName: path, sample, sizeBytes: bitsPerWeight * 1000, bitsPerWeight };
  return { variant, facts: { header, identity } } as unknown as Member;
}

describe('the family of the sample model', () => {
  it('holds what was made of it elsewhere as well, the sample itself before a copy of it', () => {
    const [family, ...others] = familiesOf([
      member('/a/copy-F16.gguf', 16),
      member('/models/z/made-Q4_K_M.gguf', 5),
      member('/models/sample/F16.gguf', 16, { sample: true }),
      member('/models/sample/Q2_K.gguf', 3, { sample: true }),
    ]);
    expect(others).toEqual([]);
    expect(family).toMatchObject({ key: 'sample', name: 'Assay sample' });
    expect(family?.variants.map(({ path }) => path)).toEqual([
      '/models/sample/F16.gguf',
      '/a/copy-F16.gguf',
      '/models/z/made-Q4_K_M.gguf',
      '/models/sample/Q2_K.gguf',
    ]);
  });

  it('leaves other weights to themselves', () => {
    const families = familiesOf([
      member('/models/sample/F16.gguf', 16, { sample: true }),
      member('/models/m/other.gguf', 16, { baseName: 'other' }),
    ]);
    expect(families.map(({ key }) => key === 'sample')).toEqual([true, false]);
  });
});
