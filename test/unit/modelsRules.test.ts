import { describe, expect, it } from 'vitest';
import { allParts, combinedHash, partOf } from '../../main/base/ggufParts.ts';
import { withoutQuantization } from '../../main/services/models/family.rules.ts';
import { huggingFaceName, ollamaName, placesOf } from '../../main/services/models/found.rules.ts';
import type { ModelFamily, Variant } from '../../preload/contract/models.ts';
import {
  differWords,
  rowsOf,
  sizeUnit,
  tagsOf,
  usesOf,
  type View,
  whole,
} from '../../renderer/features/models/view.ts';

describe('names of models', () => {
  it('lose their quantization, in whatever way it is written', () => {
    const names = {
      'Meta-Llama-3.1-8B-Instruct-Q4_K_M': 'Meta-Llama-3.1-8B-Instruct',
      'qwen2.5-7b-instruct-q8_0': 'qwen2.5-7b-instruct',
      'gemma-3-27b-it-UD-IQ2_XXS': 'gemma-3-27b-it',
      'Mistral-Nemo.i1-IQ3_M': 'Mistral-Nemo',
      'phi-4-BF16': 'phi-4',
      'model.fp16': 'model',
      'gpt-oss-20b-MXFP4': 'gpt-oss-20b',
      'big-Q6_K-00001-of-00003': 'big',
      'Qwen3-30B-A3B-UD-Q4_K_XL': 'Qwen3-30B-A3B',
      Q4_K_M: 'Q4_K_M',
      'Quill-4': 'Quill-4',
    };
    for (const [name, bare] of Object.entries(names)) expect(withoutQuantization(name), name).toBe(bare);
  });

  it('tell the parts of a split model', () => {
    expect(partOf('/models/big-00002-of-00003.gguf')).toEqual({ stem: '/models/big', part: 2, count: 3 });
    expect(allParts('/models/big-00002-of-00003.gguf')).toEqual(
      [1, 2, 3].map((part) => `/models/big-0000${part}-of-00003.gguf`),
    );
    for (const name of [
      'big.gguf',
      'big-00001-of-00001.gguf',
      'big-00004-of-00003.gguf',
      'big-00000-of-00003.gguf',
      'x-00001-of-99999.gguf',
    ])
      expect(allParts(name), name).toEqual([name]);
  });
});

describe('folders of other programs', () => {
  it('follow the variables that move them, and the system', () => {
    const join = (...parts: string[]) => parts.join('/');
    const of = (platform: NodeJS.Platform, environment = {}) =>
      Object.fromEntries(
        placesOf({ home: '/nowhere', platform, environment, join }).map(({ program, folders }) => [program, folders]),
      );
    expect(of('linux')['llama.cpp']).toEqual(['/nowhere/.cache/llama.cpp']);
    expect(of('darwin')['llama.cpp']).toEqual(['/nowhere/Library/Caches/llama.cpp']);
    expect(of('win32', { LOCALAPPDATA: 'C:/models' })['llama.cpp']).toEqual(['C:/models/llama.cpp']);
    expect(of('linux', { OLLAMA_MODELS: '/models/ollama' }).Ollama?.[0]).toBe('/models/ollama');
    expect(of('linux', { HF_HOME: '/models/hf' })['Hugging Face']?.[0]).toBe('/models/hf/hub');
    expect(of('linux')['Hugging Face']).toEqual(['/nowhere/.cache/huggingface/hub']);
  });

  it('give names as a person knows them', () => {
    expect(ollamaName(['registry.ollama.ai', 'library', 'llama3.1', '8b'])).toBe('llama3.1:8b');
    expect(ollamaName(['registry.ollama.ai', 'person', 'model', 'latest'])).toBe('person/model:latest');
    expect(ollamaName(['hf.co', 'org', 'repo', 'Q4_K_M'])).toBe('hf.co/org/repo:Q4_K_M');
    expect(huggingFaceName(['models--org--a--b', 'snapshots', 'rev', 'sub', 'm.gguf'])).toBe('org/a/b/sub/m.gguf');
  });
});

describe('the hash of a model', () => {
  it('is that of its file, or of the hashes of its parts, and nothing until all are read', () => {
    expect(combinedHash([{ sha256: 'aa' }])).toBe('aa');
    expect(combinedHash([{ sha256: 'aa' }, { sha256: null }])).toBeNull();
    expect(combinedHash([])).toBeNull();
    expect(combinedHash([{ sha256: 'aa' }, { sha256: 'bb' }])).toBe(
      '329d670e59ead1543a2d36865895972560bc434204c5f4a0c8219005dd312719',
    );
  });
});

function variant(over: Partial<Variant>): Variant {
  return {
    id: over.path ?? 'id',
    path: '/models/x.gguf',
    fileName: 'x.gguf',
    name: 'x',
    source: null,
    label: null,
    sample: false,
    addedAt: '2026-01-01T00:00:00Z',
    sizeBytes: 1,
    parts: 1,
    quantization: 'Q8_0',
    bitsPerWeight: 8.5,
    parameters: 1e9,
    contextLength: 4096,
    architecture: 'llama',
    state: 'ready',
    problem: null,
    notes: [],
    differs: [],
    sha256: 'aa',
    hashProblem: null,
    duplicates: [],
    tags: [],
    memory: { totalBytes: 1, contextSize: 4096, fits: true },
    ...over,
  };
}
const family = (key: string, variants: Variant[]): ModelFamily => ({
  key,
  name: key,
  architecture: 'llama',
  parameters: 1e9,
  baseModels: [],
  differs: [],
  variants,
});
const plain: View = { search: '', flags: [], tags: [], sort: 'name', descending: false };

describe('the list of models', () => {
  const big = variant({
    id: 'big',
    path: '/models/big-F16.gguf',
    quantization: 'F16',
    sizeBytes: 100,
    bitsPerWeight: 16,
    memory: { totalBytes: 9, contextSize: 1, fits: false },
  });
  const small = variant({
    id: 'small',
    path: '/models/big-Q4.gguf',
    quantization: 'Q4_K_M',
    sizeBytes: 30,
    bitsPerWeight: 4.8,
    tags: ['good', 'daily'],
  });
  const other = variant({
    id: 'other',
    path: '/nowhere/other.gguf',
    sizeBytes: 50,
    bitsPerWeight: null,
    duplicates: ['x'],
  });
  const families = [family('alpha', [big, small]), family('beta', [other])];
  const keys = (view: Partial<View>, folded: string[] = [], uses = new Map<string, { count: number }>()) =>
    rowsOf(families, { ...plain, ...view }, new Set(folded), uses).map(({ key }) => key);

  it('stands by families, each with its ladder in the order that it came in', () => {
    expect(keys({})).toEqual(['family alpha', 'big', 'small', 'family beta', 'other']);
    expect(keys({ descending: true })).toEqual(['family beta', 'other', 'family alpha', 'big', 'small']);
    expect(keys({}, ['alpha'])).toEqual(['family alpha', 'family beta', 'other']);
  });

  it('is sorted by any column, families by their first variant, what is not known last', () => {
    expect(keys({ sort: 'size' })).toEqual(['family alpha', 'small', 'big', 'family beta', 'other']);
    expect(keys({ sort: 'size', descending: true })).toEqual(['family alpha', 'big', 'small', 'family beta', 'other']);
    for (const descending of [true, false]) expect(keys({ sort: 'bits', descending }).at(-1)).toBe('other');
    expect(keys({ sort: 'used', descending: true }, [], new Map([['other', { count: 3 }]]))[0]).toBe('family beta');
  });

  it('counts in what a model was used, whatever that was', () => {
    const uses = usesOf({
      comparison: [
        { model: 'big', count: 2 },
        { model: 'small', count: 1 },
      ],
      conversation: undefined,
      'divergence run': [{ model: 'big', count: 1 }],
    });
    expect(uses.get('big')).toEqual({ count: 3, words: '2 comparisons, 1 divergence run' });
    expect([uses.get('small')?.count, uses.get('other')]).toEqual([1, undefined]);
  });

  it('is narrowed by words, flags and tags together; a search opens what is folded', () => {
    expect(keys({ search: 'ALPHA q4' }, ['alpha'])).toEqual(['family alpha', 'small']);
    expect(keys({ search: '/nowhere/' })).toEqual(['family beta', 'other']);
    expect(keys({ flags: ['fits'] })).toEqual(['family alpha', 'small', 'family beta', 'other']);
    expect(keys({ flags: ['fits', 'duplicates'] })).toEqual(['family beta', 'other']);
    expect(keys({ tags: ['good', 'daily'] })).toEqual(['family alpha', 'small']);
    expect(keys({ tags: ['none'] })).toEqual([]);
    expect(tagsOf(families)).toEqual(['daily', 'good']);
  });

  it('says numbers and differences as people do', () => {
    expect([0, 7, 1024, 131_072, 10_000_000].map(whole)).toEqual(['0', '7', '1,024', '131,072', '10,000,000']);
    expect(sizeUnit([2 ** 20, 2 ** 28]).unit).toBe('MiB');
    expect(sizeUnit([2 ** 20, 2 ** 30]).unit).toBe('GiB');
    expect(differWords(['chat template'])).toBe('chat template differs');
    expect(differWords(['special tokens'])).toBe('special tokens differ');
    expect(differWords(['chat template', 'vocabulary'])).toBe('chat template and vocabulary differ');
  });
});
