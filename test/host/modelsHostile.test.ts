import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { processTitle } from '../../main/inference/starter.ts';
import { createInspector } from '../../main/services/models/inspector.ts';
import { answerOf, type EngineFixture, openEngineFixture, requestOf } from '../helpers/engineFixture.ts';
import { type GgufParts, ggufBytes } from '../helpers/ggufFile.ts';
import { randomLlama, testTemplate, writeModel } from '../helpers/ggufModel.ts';

const never = new AbortController().signal;
const escapes = '\u001b]0;pwned\u0007\u001b[2J\u009b\u202e';
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const dangerous = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
const u64 = (value: number) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
const text = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
const head = (tensors: number, values: number) => [Buffer.from('GGUF'), u32(3), u64(tensors), u64(values)];

describe('the header of a hostile file', { timeout: 120_000 }, () => {
  let fixture: EngineFixture;
  const write = (name: string, ...pieces: Buffer[]) => {
    const path = join(fixture.folder, name);
    writeFileSync(path, Buffer.concat(pieces));
    return path;
  };
  const changed = (name: string, change: (parts: GgufParts) => void) => {
    const parts = randomLlama();
    change(parts);
    return write(name, ggufBytes(parts));
  };
  const manyTensors = (name: string, count: number) => {
    const tensors = Array.from({ length: count }, (_, index) =>
      Buffer.concat([text(`blk.0.a${index}`), u32(1), u64(32), u32(0), u64(0)]),
    );
    const values = [text('general.architecture'), u32(8), text('llama'), text('llama.block_count'), u32(4), u32(1)];
    return write(name, ...head(count, 2), ...values, Buffer.concat(tensors), Buffer.alloc(4096));
  };

  beforeAll(async () => {
    fixture = await openEngineFixture();
  });
  afterAll(() => fixture.close());

  it('comes into a sentence in quotes, cut and without control characters', async () => {
    const key = `${escapes}${'k'.repeat(60_000)}`;
    const files = [
      write('key.gguf', ...head(0, 1), text(key), u32(77), Buffer.alloc(64)),
      write('list.gguf', ...head(0, 1), text(key), u32(9), u32(77), u64(1), Buffer.alloc(64)),
      write('length.gguf', ...head(0, 1), text(key), u32(8), u64(2 ** 40), Buffer.alloc(64)),
      write('dimensions.gguf', ...head(1, 0), text(key), u32(77), Buffer.alloc(64)),
      changed('format.gguf', ({ tensors }) => Object.assign(tensors[0] ?? {}, { name: key, shape: [2 ** 40, 1] })),
    ];
    for (const file of files) {
      const message = await fixture.models.inspect(file).then(
        () => '',
        (thrown: Error) => thrown.message,
      );
      expect(message, file).toContain('"\\u001b]0;pwned\\u0007');
      expect(message, file).not.toMatch(dangerous);
      expect(message.length, file).toBeLessThan(500);
    }
  });

  it('with 200,000 tensors is refused in words, and one with as many as may be overflows nothing', async () => {
    await expect(fixture.models.inspect(manyTensors('many.gguf', 200_000))).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
      message: expect.stringContaining('says that it holds 200000 tensors'),
    });
    await expect(fixture.models.inspect(manyTensors('most.gguf', 100_000))).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('no vocabulary'),
    });
  });

  it('whose tensor list is damaged so that a parser could spin is refused at once', async () => {
    const bytes = ggufBytes(randomLlama());
    const at = bytes.indexOf('token_embd.weight') + 'token_embd.weight'.length;
    bytes.writeUInt32LE(0xffff_fff0, at);
    const begun = performance.now();
    await expect(fixture.models.inspect(write('spin.gguf', bytes))).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
      message: expect.stringContaining('dimensions'),
    });
    expect(performance.now() - begun).toBeLessThan(3000);
  });

  it('that wants more experts for a token than there are is refused, and one that wants all of them is not', async () => {
    const experts = (name: string, used: number) =>
      changed(name, ({ metadata }) => {
        metadata.set('llama.expert_count', { type: 'u32', value: 4 });
        metadata.set('llama.expert_used_count', { type: 'u32', value: used });
      });
    const [five, four] = [experts('five.gguf', 5), experts('four.gguf', 4)];
    await expect(fixture.models.inspect(five)).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
      message: expect.stringContaining('is damaged: it uses 5 of 4 experts. Get the file anew.'),
    });
    await expect(fixture.models.inspect(four)).resolves.toMatchObject({ layers: 2 });
  });

  it('with texts of a mebibyte stays light in the list, loads and answers', async () => {
    const long = '模'.repeat(300_000);
    const file = changed('long.gguf', ({ metadata }) => {
      for (const key of ['general.name', 'general.author', 'general.license', 'tokenizer.chat_template'])
        metadata.set(key, { type: 'string', value: key === 'tokenizer.chat_template' ? ' '.repeat(300_000) : long });
    });
    const model = await fixture.models.add(file);
    expect(model.name).toHaveLength(200);
    expect(model.header?.author).toHaveLength(200);
    expect(model.header?.license).toHaveLength(200);
    expect(model.header?.chatTemplate?.length).toBeLessThanOrEqual(4096);
    expect(JSON.stringify(fixture.models.list()).length).toBeLessThan(8000);
    const { tokens } = await answerOf(fixture.engine.generate(requestOf(model, { sampler: { maxTokens: 2 } }), never));
    expect(tokens.length).toBeGreaterThan(0);
    for (const label of fixture.labels) expect(label).toMatch(/^[ -~]{0,64}$/);
    fixture.models.forget([model.id]);
  });

  it('whose chat template loops is named when its time is up, and costs no other file', async () => {
    const inspector = createInspector({ starter: forkStarter(), deadlineMs: 4000 });
    try {
      const loop =
        '{% for a in range(20000) %}{% for b in range(20000) %}{% if a == b + 99999 %}x{% endif %}{% endfor %}{% endfor %}';
      const file = changed('loop.gguf', ({ metadata }) =>
        metadata.set('tokenizer.chat_template', { type: 'string', value: loop }),
      );
      await expect(inspector.describe(file)).rejects.toMatchObject({
        code: 'ENGINE_HUNG',
        message: expect.stringMatching(
          /^Reading the header of loop\.gguf took longer than 4 s .*its chat template may loop/,
        ),
      });
      const other = writeModel(join(fixture.folder, 'other.gguf'), randomLlama());
      expect(await inspector.describe(other)).toMatchObject({ template: testTemplate });
    } finally {
      await inspector.close();
    }
  });

  it('gives a process a title that the system takes', async () => {
    expect(processTitle(`${escapes}${'n'.repeat(300_000)}`)).toMatch(/^[ -~]{64}$/);
    expect(processTitle('Qwen 3 (Q4_K_M)')).toBe('Qwen 3 (Q4_K_M)');
    const named = await fixture.models.resolve(
      writeModel(join(fixture.folder, 'named.gguf'), randomLlama({ name: escapes })),
    );
    await answerOf(fixture.engine.generate(requestOf(named, { sampler: { maxTokens: 1 } }), never));
    expect(fixture.labels.join('')).not.toMatch(dangerous);
  });
});
