import { statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  belowBar,
  folder,
  fullFile,
  type HeldOutTask,
  isRight,
  readHeldOutTasks,
  readManifest,
  readTrainingTokens,
  SampleEngine,
  sha256,
} from '../../native/sample-model/heldOut.ts';
import { measureLate } from '../../native/sample-model/late.ts';

const manifest = readManifest();
const tasks = readHeldOutTasks();
const families = [...new Set(tasks.map(({ family }) => family))];
const PER_FAMILY = 8;

/** The first few tasks of each family: the order in the file is already random. */
function stratified(): HeldOutTask[] {
  return [...Map.groupBy(tasks, (task) => task.family).values()].flatMap((own) => own.slice(0, PER_FAMILY));
}

describe('the sample model', () => {
  let engine: SampleEngine;
  beforeAll(async () => {
    engine = await SampleEngine.open(join(folder, fullFile));
  });
  afterAll(() => engine.dispose());

  it('is the files that the manifest names, byte for byte', () => {
    expect(manifest.files.map(({ type }) => type)).toEqual(['F16', 'Q4_K_M', 'Q2_K']);
    for (const { file, bytes, sha256: digest } of manifest.files) {
      expect(sha256(join(folder, file)), file).toBe(digest);
      expect(statSync(join(folder, file)).size, file).toBe(bytes);
      expect(bytes).toBeLessThan(12 * 2 ** 20);
    }
  });

  it('meets its bar by the manifest: every family reported, no leak, and each step down costs more', () => {
    expect(families.length).toBeGreaterThanOrEqual(10);
    expect(Object.keys(manifest.heldOut.families)).toEqual(families);
    expect(belowBar(manifest, families)).toEqual([]);
    expect(manifest.ladder.map(({ type }) => type)).toEqual(['F16', 'Q8_0', 'Q6_K', 'Q4_K_M', 'Q3_K_M', 'Q2_K']);
    for (const [family, { total }] of Object.entries(manifest.heldOut.families)) {
      expect(total, family).toBe(tasks.filter((task) => task.family === family).length);
    }
  });

  it('says in its metadata what it is, whose it is and where it comes from, without an address', () => {
    const { general, llama, tokenizer } = engine.model.fileInfo.metadata;
    if (llama === undefined) throw new Error('no llama.* metadata');
    expect(general).toMatchObject({
      name: 'Assay sample',
      author: 'The Assay project',
      license: 'apache-2.0',
      file_type: 1,
    });
    expect(JSON.stringify(general)).not.toMatch(/https?:|www\./);
    expect(general.source).toMatchObject({ description: expect.stringContaining('invented') });
    expect(llama.context_length).toBeGreaterThanOrEqual(1024);
    expect([llama.embedding_length % 256, llama.feed_forward_length % 256]).toEqual([0, 0]);
    expect(tokenizer.chat_template).toContain('<|');
    expect(engine.model.tokens.eosString).toBe('<|end|>');
  });

  it('gives back any Unicode text from its tokens, NUL too, and U+2581 as a space', { timeout: 60_000 }, () => {
    const property = fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const whole = text.toWellFormed();
      // U+2581 is this kind of tokenizer's own sign for a space.
      expect(engine.model.detokenize(engine.model.tokenize(whole))).toBe(whole.replaceAll('\u2581', ' '));
    });
    fc.assert(property, { numRuns: 300, examples: [['a\0b'], ['\0'], ['a\u2581b'], ['\u2581\0 ']] });
  });

  it('is fed by a chat session exactly the tokens it was trained on', { timeout: 60_000 }, async () => {
    for (const conversation of readTrainingTokens()) {
      expect(await engine.fedTokens(conversation), conversation.last).toEqual(conversation.tokens);
    }
  });

  it('answers held-out tasks as well as the manifest says, and none of the families badly', {
    timeout: 60_000,
  }, async () => {
    const sample = stratified();
    const wrong: HeldOutTask[] = [];
    for (const task of sample) {
      const answer = (await engine.ask(task.system ?? '', task.turns)).answers.at(-1) ?? '';
      if (!isRight(task, answer)) wrong.push(task);
    }
    const ids = wrong.map(({ id }) => id).join(' ');
    // Five standard errors below what the manifest promises of these families: another CPU's rounding stays far above.
    const promises = sample.map(({ family }) => manifest.heldOut.families[family]?.accuracy ?? 0);
    const promised = Math.min(0.98, promises.reduce((sum, share) => sum + share, 0) / sample.length);
    const bound = promised - 5 * Math.sqrt((promised * (1 - promised)) / sample.length);
    expect((sample.length - wrong.length) / sample.length, ids).toBeGreaterThan(bound);
    for (const [family, own] of Map.groupBy(sample, (task) => task.family)) {
      const right = own.filter((task) => !wrong.includes(task)).length;
      // Four of them below, for a family of few tasks.
      const share = Math.min(0.95, manifest.heldOut.families[family]?.accuracy ?? 1);
      const floor = own.length * share - 4 * Math.sqrt(own.length * share * (1 - share));
      expect(right, `${family}: ${ids}`).toBeGreaterThan(floor);
    }
  });

  it('answers late in its context as it does at the start of a chat', { timeout: 120_000 }, async () => {
    const places = await measureLate(engine, [0, 300, 700], 2);
    for (const { tokens, right, total } of places) {
      const promised = Math.min(...manifest.heldOut.late.map(({ accuracy }) => accuracy));
      const bound = promised * total - 4 * Math.sqrt(promised * (1 - promised) * total);
      expect(right, `behind ${tokens} tokens`).toBeGreaterThan(bound);
    }
  });

  it('speaks no control token and decodes 64 tokens; how fast is printed', async () => {
    const started = performance.now();
    const { tokens } = await engine.ask('', [
      'Who are you?',
      'What can you do?',
      'Continue the story: A small fox found a lamp in the mill.',
      'Who are you?',
    ]);
    const milliseconds = performance.now() - started;
    console.log(
      `sample model: ${tokens.length} tokens in ${milliseconds.toFixed(0)} ms, one thread (64 tokens: ${((milliseconds / tokens.length) * 64).toFixed(0)} ms)`,
    );
    expect(tokens.length).toBeGreaterThanOrEqual(64);
    expect(tokens.filter((token) => engine.model.isSpecialToken(token) && !engine.model.isEogToken(token))).toEqual([]);
  });
});
