import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { GgufParts, GgufValue } from '../helpers/ggufFile.ts';
import { testTemplate } from '../helpers/ggufModel.ts';
import { type LibraryFixture, openLibraryFixture, writeModel } from '../helpers/libraryFixture.ts';

vi.setConfig({ testTimeout: 120_000 });

let fixture: LibraryFixture;
const place = () => fixture.place();
const text = (value: string): GgufValue => ({ type: 'string', value });

beforeAll(() => {
  fixture = openLibraryFixture();
});
afterAll(() => fixture.close());

it('forms families of one model, most bits first, and says in what a variant differs', async () => {
  const folder = place();
  const named =
    (name: string) =>
    ({ metadata }: GgufParts) => {
      metadata.set('general.basename', text('Tiny'));
      metadata.set('general.size_label', text('1M'));
      metadata.set('general.finetune', text('Instruct'));
      metadata.set('general.name', text(name));
    };
  writeModel(join(folder, 'tiny-F16.gguf'), named('Tiny 1M Instruct'), { type: 'F16' });
  writeModel(join(folder, 'tiny-F32.gguf'), named('Tiny 1M Instruct'), { type: 'F32' });
  writeModel(
    join(folder, 'tiny-1m-instruct-Q4_K_M.gguf'),
    ({ metadata }) => metadata.set('general.name', text('Tiny 1M Instruct')),
    {
      chatTemplate: `${testTemplate} `,
    },
  );
  writeModel(join(folder, 'other-F16.gguf'), undefined, { type: 'F16', name: 'Other' });
  await fixture.take([folder]);
  const families = (await fixture.library.list()).families.filter(({ variants }) =>
    variants.some(({ path }) => path.startsWith(folder)),
  );
  expect(families.map(({ name, variants }) => [name, variants.map(({ fileName }) => fileName)])).toEqual([
    ['Other', ['other-F16.gguf']],
    ['Tiny 1M Instruct', ['tiny-F32.gguf', 'tiny-1m-instruct-Q4_K_M.gguf', 'tiny-F16.gguf']],
  ]);
  expect(families[1]?.differs).toEqual(['chat template']);
  expect(families[1]?.variants.map(({ differs }) => differs)).toEqual([[], ['chat template'], []]);
  const [full, quant] = families[1]?.variants ?? [];
  const diff = await fixture.library.diff(full?.id ?? '', quant?.id ?? '');
  expect(diff.warnings).toEqual([{ kind: 'chat template', message: expect.stringContaining('back door') }]);
  expect(diff.templates).toEqual({ one: testTemplate, other: `${testTemplate} `, same: false });
  expect(diff.vocabulary).toMatchObject({ same: true, different: null });
  expect(diff.metadata.map(({ key }) => key)).toContain('general.basename');
  expect((await fixture.library.diff(full?.id ?? '', full?.id ?? '')).warnings).toEqual([]);
});

it('names the tokens in which two vocabularies differ', async () => {
  const folder = place();
  const one = writeModel(join(folder, 'one.gguf'));
  const other = writeModel(join(folder, 'other.gguf'), ({ metadata }) => {
    const tokens = metadata.get('tokenizer.ggml.tokens');
    if (tokens?.type === 'strings') tokens.value[300] = 'changed';
    metadata.set('tokenizer.ggml.eos_token_id', { type: 'u32', value: 1 });
  });
  const diff = await fixture.library.diff(one, other);
  expect(diff.warnings.map(({ kind }) => kind)).toEqual(['special tokens', 'vocabulary']);
  expect(diff.vocabulary).toMatchObject({
    same: false,
    sizes: [512, 512],
    different: 1,
    examples: [{ id: 300, other: 'changed' }],
  });
  expect(diff.specialTokens).toEqual([{ role: 'eos', one: '2 <|end|>', other: '1 <s>' }]);
});

it('shows all that a file says of itself, and its template on an example', async () => {
  const folder = place();
  const file = writeModel(join(folder, 'details.gguf'), ({ metadata }) => {
    metadata.set('general.base_model.count', { type: 'u32', value: 1 });
    metadata.set('general.base_model.0.repo_url', text('https://huggingface.co/someone/base'));
  });
  const details = await fixture.library.details(file);
  expect(details.example).toEqual({
    text: '<|system|>Answer in one sentence.<|end|><|user|>What is a quantization?<|end|><|assistant|>Weights kept with fewer bits.<|end|><|user|>Does it cost quality?<|end|><|assistant|>',
  });
  expect(details.specialTokens).toContainEqual({ role: 'bos', id: 1, text: '<s>' });
  expect(details.metadata).toContainEqual({ key: 'llama.block_count', type: 'u32', value: '1', length: null });
  expect(details.origin.baseModels).toEqual(['someone/base']);
  expect(details.tensorTypes[0]?.type).toBe('F32');
  const endless = writeModel(join(folder, 'endless.gguf'), ({ metadata }) =>
    metadata.set('tokenizer.chat_template', text("{{ raise_exception('never') }}")),
  );
  expect((await fixture.library.details(endless)).example).toEqual({ problem: expect.stringContaining('never') });
});
