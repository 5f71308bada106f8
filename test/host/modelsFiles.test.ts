import { copyFileSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../main/base/fault.ts';
import { answerOf, type EngineFixture, openEngineFixture, requestOf } from '../helpers/engineFixture.ts';
import { type GgufParts, type GgufValue, ggufBytes } from '../helpers/ggufFile.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';

const never = new AbortController().signal;
const good = ggufBytes(randomLlama());
const goodWeightsBytes = randomLlama().tensors.reduce((sum, { data }) => sum + data.length * 4, 0);

describe('a model file', { timeout: 120_000 }, () => {
  let fixture: EngineFixture;
  const path = (name: string) => join(fixture.folder, name);
  const write = (name: string, bytes: Buffer) => {
    writeFileSync(path(name), bytes);
    return path(name);
  };
  const changed = (name: string, change: (parts: GgufParts) => void) => {
    const parts = randomLlama();
    change(parts);
    return writeModel(path(name), parts);
  };
  const withValue = (name: string, key: string, value: GgufValue) =>
    changed(name, ({ metadata }) => metadata.set(key, value));

  beforeAll(async () => {
    fixture = await openEngineFixture({ deadlineMs: 4000 });
  });
  afterAll(() => fixture.close());

  it('tells what it is', async () => {
    const file = writeModel(path('good.gguf'), randomLlama({ type: 'F16', name: 'Good' }));
    const model = await fixture.models.add(file);
    expect(model).toMatchObject({
      name: 'Good',
      path: file,
      sample: false,
      problem: null,
      sizeBytes: readFileSync(file).length,
    });
    expect(model.header).toMatchObject({
      architecture: 'llama',
      quantization: 'F16',
      contextLength: 1024,
      layers: 2,
      embeddingLength: 64,
      vocabularySize: 512,
      tokenizer: 'llama',
      license: 'cc0-1.0',
    });
    expect(model.header?.bitsPerWeight).toBeCloseTo(16, 0);
    expect(fixture.models.list()).toEqual([model]);
    expect(await fixture.models.add(file)).toEqual(model);
    expect(await fixture.models.resolve(model.id)).toMatchObject(model);
    fixture.models.forget([model.id]);
    expect(fixture.models.list()).toEqual([]);
    expect(() => fixture.models.forget([model.id])).toThrow('not in the list');
    // Its id is no path of a file that would have been moved.
    await expect(fixture.models.resolve(model.id)).rejects.toThrow('it was taken off');
  });

  it('that is no model is refused in words', async () => {
    const cases: [file: string, code: string, words: RegExp][] = [
      [path('missing.gguf'), 'MODEL_NOT_FOUND', /There is no file at .*missing\.gguf/],
      [fixture.folder, 'MODEL_UNREADABLE', /is not a file/],
      [write('empty.gguf', Buffer.alloc(0)), 'MODEL_UNREADABLE', /is empty/],
      [write('three.gguf', Buffer.from('GGU')), 'MODEL_UNREADABLE', /does not begin with the letters GGUF/],
      [write('picture.gguf', Buffer.from('\x89PNG and so on')), 'MODEL_UNREADABLE', /not a GGUF file/],
      [
        write('header.gguf', good.subarray(0, 700)),
        'MODEL_UNREADABLE',
        /ends within its header|bytes and the file has/,
      ],
      [
        write('data.gguf', good.subarray(0, good.length - 5000)),
        'MODEL_UNREADABLE',
        /is cut off: the tensor .* ends at byte/,
      ],
      [changed('old.gguf', (parts) => Object.assign(parts, { version: 1 })), 'MODEL_UNSUPPORTED', /GGUF of version 1/],
      [
        changed('new.gguf', (parts) => Object.assign(parts, { version: 9 })),
        'MODEL_UNSUPPORTED',
        /version 9.*Update Assay/,
      ],
      [
        withValue('blocks.gguf', 'llama.block_count', { type: 'u32', value: 1000 }),
        'MODEL_UNREADABLE',
        /says that it has 1000 layers and holds 2/,
      ],
      [
        withValue('heads.gguf', 'llama.attention.head_count', { type: 'u32', value: 0 }),
        'MODEL_UNREADABLE',
        /0 attention heads/,
      ],
      [
        withValue('kv.gguf', 'llama.attention.head_count_kv', { type: 'u32', value: 0 }),
        'MODEL_UNREADABLE',
        /0 key-value heads/,
      ],
      [
        withValue('epsilon.gguf', 'llama.attention.layer_norm_rms_epsilon', { type: 'f32', value: -1 }),
        'MODEL_UNREADABLE',
        /its layer_norm_rms_epsilon is -1/,
      ],
      [
        withValue('bert.gguf', 'general.architecture', { type: 'string', value: 'bert' }),
        'MODEL_UNSUPPORTED',
        /makes embeddings/,
      ],
      [withValue('split.gguf', 'split.count', { type: 'u32', value: 3 }), 'MODEL_UNSUPPORTED', /Merge them first/],
      [
        changed('vocabulary.gguf', ({ tensors }) => tensors.splice(0)),
        'MODEL_UNSUPPORTED',
        /a vocabulary and no weights/,
      ],
      [
        changed('bytes.gguf', ({ metadata }) => {
          const tokens = metadata.get('tokenizer.ggml.tokens');
          if (tokens?.type === 'strings')
            tokens.value = tokens.value.map((token) => (token.startsWith('<0x') ? `x${token}` : token));
        }),
        'MODEL_UNSUPPORTED',
        /without byte tokens/,
      ],
    ];
    for (const [file, code, words] of cases) {
      await expect(fixture.models.add(file), basename(file)).rejects.toMatchObject({
        code,
        message: expect.stringMatching(words),
      });
      await expect(fixture.models.resolve(file), basename(file)).rejects.toMatchObject({ code });
    }
    expect(fixture.models.list()).toEqual([]);
  });

  it('with any bytes of its header changed is read or refused, in little time', async () => {
    const property = fc.asyncProperty(headerChanges(), async (changes) => {
      try {
        await fixture.models.inspect(write('fuzzed.gguf', headerChanged(changes)));
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Fault);
        if (thrown instanceof Fault) expect(['MODEL_UNREADABLE', 'MODEL_UNSUPPORTED']).toContain(thrown.code);
      }
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it('with changed bytes that inspection lets through answers or fails in words, and never takes the host along', async () => {
    const request = { sampler: { maxTokens: 1 }, contextSize: undefined };
    const outcomes: string[] = [];
    /** Each is a process of its own. */
    const loaded = 14;
    // The same changes on each run: what llama.cpp makes of them must not depend on the day.
    for (const [index, changes] of fc.sample(headerChanges(), { seed: 20261124, numRuns: 300 }).entries()) {
      const bytes = headerChanged(changes);
      const model = await fixture.models.resolve(write(`loaded-${index}.gguf`, bytes)).catch(() => null);
      if (model === null) continue;
      const outcome = await answerOf(fixture.engine.generate(requestOf(model, request), never)).then(
        () => 'answer',
        (thrown) => (thrown instanceof Fault ? thrown.code : String(thrown)),
      );
      outcomes.push(outcome);
      await fixture.engine.unload(model.id).catch((thrown) => expect(thrown).toMatchObject({ code: 'NOT_FOUND' }));
      if (outcomes.length === loaded) break;
    }
    expect(outcomes).toHaveLength(loaded);
    expect(outcomes).toContain('answer');
    const typed = [
      'answer',
      'MODEL_UNREADABLE',
      'MODEL_UNSUPPORTED',
      'ENGINE_CRASHED',
      'CONTEXT_TOO_LARGE',
      'NOT_ENOUGH_MEMORY',
    ];
    expect(outcomes.filter((outcome) => !typed.includes(outcome))).toEqual([]);
    const whole = await fixture.models.resolve(write('unchanged.gguf', good));
    expect((await answerOf(fixture.engine.generate(requestOf(whole, request), never))).tokens).toHaveLength(1);
  });

  it('that was split loads and answers from its first file, and is named whole by any of its parts', async () => {
    const whole = randomLlama({ seed: 5, name: 'Split' });
    const half = Math.ceil(whole.tensors.length / 2);
    const files = [whole.tensors.slice(0, half), whole.tensors.slice(half)].map((tensors, index) => {
      const metadata = index === 0 ? new Map(whole.metadata) : new Map<string, GgufValue>();
      metadata.set('split.no', { type: 'u16', value: index });
      metadata.set('split.count', { type: 'u16', value: 2 });
      metadata.set('split.tensors.count', { type: 'i32', value: whole.tensors.length });
      return writeModel(path(`split-0000${index + 1}-of-00002.gguf`), { version: 3, metadata, tensors });
    });
    const model = await fixture.models.resolve(files[1] ?? '');
    expect(model).toMatchObject({ path: files[0], name: 'Split' });
    const parts = await answerOf(fixture.engine.generate(requestOf(model), never));
    const one = await fixture.models.resolve(writeModel(path('whole.gguf'), whole));
    const { text } = await answerOf(fixture.engine.generate(requestOf(one), never));
    expect(parts.text).toBe(text);
    expect(parts.tokens.length).toBeGreaterThan(0);
  });

  it('with NaN in its weights is an error, not an answer', async () => {
    const file = changed('nan.gguf', ({ tensors }) =>
      tensors.find(({ name }) => name === 'blk.0.ffn_up.weight')?.data.fill(Number.NaN, 0, 40),
    );
    const model = await fixture.models.resolve(file);
    await expect(answerOf(fixture.engine.generate(requestOf(model), never))).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
    });
  });

  it('of an architecture that llama.cpp does not know is refused when it is loaded', async () => {
    const file = changed('strange.gguf', ({ metadata }) => {
      for (const [key, value] of [...metadata]) {
        if (!key.startsWith('llama.')) continue;
        metadata.delete(key);
        metadata.set(key.replace('llama.', 'strange.'), value);
      }
      metadata.set('general.architecture', { type: 'string', value: 'strange' });
    });
    const model = await fixture.models.resolve(file);
    await expect(answerOf(fixture.engine.generate(requestOf(model), never))).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('strange'),
    });
  });

  it('with an absurd context is loaded with a sane one, and refused with the absurd one before llama.cpp is asked', async () => {
    const file = withValue('absurd.gguf', 'llama.context_length', { type: 'u32', value: 2_000_000_000 });
    const model = await fixture.models.resolve(file);
    const { tokens } = await answerOf(fixture.engine.generate(requestOf(model, { contextSize: undefined }), never));
    expect(tokens.length).toBeGreaterThan(0);
    expect((await fixture.engine.status()).loaded.find(({ modelId }) => modelId === model.id)?.contextSize).toBe(4096);
    const loads = () => fixture.labels.filter((label) => label.startsWith('random llama')).length;
    const before = loads();
    for (const contextSize of [2_000_000_000, 10_000_001]) {
      await expect(answerOf(fixture.engine.generate(requestOf(model, { contextSize }), never))).rejects.toMatchObject({
        code: 'CONTEXT_TOO_LARGE',
      });
    }
    const estimate = await fixture.models.estimate({ model: file, contextSize: 10_000_000 });
    expect(estimate.contextBytes).toBeGreaterThan(10_000_000 * 2 * 2 * 32 * 2);
    const trained = await fixture.models.resolve(writeModel(path('small.gguf'), randomLlama()));
    await expect(
      answerOf(fixture.engine.generate(requestOf(trained, { contextSize: 1025 }), never)),
    ).rejects.toMatchObject({
      code: 'CONTEXT_TOO_LARGE',
      message: expect.stringContaining('trained on 1024 tokens'),
    });
    expect(loads()).toBe(before);
  });

  it('that is moved away is missed and found again; one that is replaced is read anew', async () => {
    const file = writeModel(path('moving.gguf'), randomLlama({ name: 'before' }));
    const model = await fixture.models.add(file);
    renameSync(file, path('elsewhere.gguf'));
    await expect(fixture.models.resolve(model.id)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    fixture.models.list();
    await expect
      .poll(() => fixture.models.list()[0])
      .toMatchObject({ header: null, problem: expect.stringContaining('There is no file at') });
    copyFileSync(path('elsewhere.gguf'), file);
    await expect.poll(() => fixture.models.list()[0]?.problem).toBeNull();
    writeModel(file, randomLlama({ name: 'after', layers: 3 }));
    expect(await fixture.models.resolve(model.id)).toMatchObject({
      id: model.id,
      name: 'after',
      header: { layers: 3 },
    });
    truncateSync(file, 5000);
    await expect(fixture.models.resolve(model.id)).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
    fixture.models.forget([model.id]);
  });

  it('is estimated: weights, context, what is free and the largest context that fits', async () => {
    const file = writeModel(path('estimate.gguf'), randomLlama());
    const small = await fixture.models.estimate({ model: file, contextSize: 100 });
    const large = await fixture.models.estimate({ model: file, contextSize: 1100 });
    // 2 layers, 2 key-value heads of 16, keys and values, 2 bytes.
    expect(large.contextBytes - small.contextBytes).toBe(1000 * 2 * 2 * 32 * 2);
    expect(small.weightsBytes).toBe(goodWeightsBytes);
    expect(small.totalBytes).toBe(small.weightsBytes + small.contextBytes);
    expect(small).toMatchObject({ fits: true, largestContext: 1024 });
    expect(small.availableBytes).toBeGreaterThan(0);
  });
});

/** Up to eight bytes of the header of a good model, each with what it becomes; `headerChanged` makes the file. */
function headerChanges() {
  const at = fc.nat(good.length - goodWeightsBytes - 1);
  return fc.array(fc.tuple(at, fc.nat(255)), { minLength: 1, maxLength: 8 });
}

function headerChanged(changes: readonly (readonly [at: number, value: number])[]): Buffer {
  const bytes = Buffer.from(good);
  for (const [at, value] of changes) bytes[at] = value;
  return bytes;
}
