import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../main/base/fault.ts';
import { type GoldenLab, openGoldenLab } from '../helpers/labGolden.ts';
import {
  addonStands,
  finished,
  fixture,
  labModel,
  makeModel,
  measured,
  printedNumbers,
  sampleFile,
  smallModel,
  wideModel,
} from '../helpers/labModels.ts';

const file = { kind: 'file', path: fixture('text.txt') } as const;
const reference = labModel(sampleFile('F16'));

describe.skipIf(!addonStands)('divergence against the numbers of llama-perplexity', { timeout: 300_000 }, () => {
  let fixtureOfLab: GoldenLab;
  const lab = () => fixtureOfLab.lab;
  const at = (name: string) => fixtureOfLab.path(name);
  const golden = () => fixtureOfLab.golden;

  beforeAll(async () => {
    fixtureOfLab = await openGoldenLab();
  });
  afterAll(() => fixtureOfLab.close());

  it('agrees on the sample model, for two candidates at once, and finds nothing between a file and itself', async () => {
    expect(
      createHash('sha256')
        .update(readFileSync(sampleFile('F16')))
        .digest('hex'),
    ).toBe(golden().sampleSha256);
    const found = await measured(lab(), {
      reference,
      candidates: [labModel(sampleFile('Q4_K_M')), labModel(sampleFile('Q2_K')), reference],
      input: file,
      chunks: golden().sample.chunks,
      threads: 1,
    });
    for (const [index, name] of ['Q4_K_M', 'Q2_K'].entries())
      fixtureOfLab.expectAgreement(printedNumbers(found, index), golden().sample.candidates[name] ?? {});
    expect(found.chunks.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(found.chunks[0]?.tokens).toHaveLength(255);
    const same = found.candidates[2];
    expect(new Set(same?.kld)).toEqual(new Set([0]));
    expect(new Set(same?.deltaP)).toEqual(new Set([0]));
    expect(new Set(same?.sameTop)).toEqual(new Set([1]));
    expect(same?.nll).toEqual(found.reference.nll);
    const [q4] = found.result.candidates;
    expect(q4).toMatchObject({ parameters: 3541248, fileBytes: statSync(sampleFile('Q4_K_M')).size });
    expect(q4?.decodeSeconds).toBeGreaterThan(0);
    expect(q4?.perf.promptTokens).toBeGreaterThan(0);
    expect(found.result.peakRssBytes).toBeGreaterThan(10 ** 7);
  });

  it('gives the same numbers to the last bit with one thread and two, side by side and in one group', async () => {
    const types = ['Q4_K_M', 'Q2_K', 'F16'].map((type) => labModel(sampleFile(type)));
    const text = readFileSync(fixture('text.txt'), 'utf8').repeat(2);
    // Two groups, of sixteen chunks and of four.
    const work = { reference, input: { kind: 'text' as const, text }, context: 128, chunks: 20 };
    const one = await measured(lab(), { ...work, candidates: types, threads: 1 });
    const two = await measured(lab(), { ...work, candidates: types, threads: 2 });
    expect(two.reference).toEqual(one.reference);
    expect(two.candidates).toEqual(one.candidates);
    const few = { ...work, chunks: 4, candidates: types.slice(1, 2) };
    const alone = await measured(lab(), { ...few, threads: 1 });
    expect((await measured(lab(), { ...few, threads: 2 })).candidates).toEqual(alone.candidates);
  });

  it('agrees on a model with 32,000 tokens, in blocks of rows', async () => {
    makeModel(at('wide.gguf'), wideModel);
    await finished(lab().quantize({ input: at('wide.gguf'), output: at('wideQ.gguf'), type: 'Q4_K_M', threads: 1 }));
    const work = {
      reference: labModel(at('wide.gguf')),
      candidates: [labModel(at('wideQ.gguf'))],
      input: file,
      chunks: golden().wide.chunks,
    };
    const found = await measured(lab(), { ...work, threads: 1 });
    fixtureOfLab.expectAgreement(printedNumbers(found), golden().wide.candidates.Q4_K_M ?? {});
    // Side by side too.
    expect((await measured(lab(), { ...work, threads: 2 })).candidates).toEqual(found.candidates);
    // A whole batch of sixteen and one alone, of which other kernels compute the attention.
    const { context, chunks, candidates } = golden().short;
    const short = await measured(lab(), { ...work, context, chunks, threads: 2 });
    fixtureOfLab.expectAgreement(printedNumbers(short), candidates.Q4_K_M ?? {});
  });

  it('goes on from a chunk with the numbers of a whole run, and gives them in turns too', async () => {
    const work = {
      reference: labModel(at('small.gguf')),
      candidates: [labModel(at('small-Q4_0.gguf')), labModel(at('small.gguf'))],
      input: file,
      context: 256,
      chunks: 12,
      threads: 1,
    };
    const whole = await measured(lab(), work);
    const rest = await measured(lab(), { ...work, fromChunk: 9 });
    expect(rest.chunks.map(({ index }) => index)).toEqual([9, 10, 11]);
    expect(rest.candidates[0]?.kld).toEqual(whole.candidates[0]?.kld.slice(9 * 127));
    expect(rest.reference.nll).toEqual(whole.reference.nll.slice(9 * 127));
    // One byte of memory: the models cannot be held together, and what is kept goes to disk.
    const turns = await measured(lab(), { ...work, memoryBytes: 1, scratchFolder: fixtureOfLab.folder });
    expect(turns.arrangement).toBe('turns');
    expect(turns.notes[0]).toMatch(/run in turns/);
    expect(turns.notes[1]).toMatch(/off by at most 0\.00012, and tokens below e\^-16 of the likeliest count as that/);
    expect(turns.reference.nll).toEqual(whole.reference.nll);
    for (const [index, value] of (whole.candidates[0]?.kld ?? []).entries())
      expect(turns.candidates[0]?.kld[index]).toBeCloseTo(value, 6);
    expect(turns.candidates[0]?.sameTop).toEqual(whole.candidates[0]?.sameTop);
    expect(new Set(turns.candidates[1]?.kld)).toEqual(new Set([0]));
    expect(await readdir(fixtureOfLab.folder)).not.toContainEqual(expect.stringContaining('.tmp'));
  });

  it('measures exactly where that is asked, and another kind of cache as another candidate', async () => {
    const found = await measured(lab(), {
      reference,
      candidates: [
        labModel(sampleFile('Q4_K_M')),
        labModel(sampleFile('F16'), { cacheKeyType: 'Q8_0', cacheValueType: 'Q8_0' }),
      ],
      input: file,
      chunks: 1,
      threads: 1,
      definition: 'exact',
    });
    expect(found.reference.baseNll).toEqual(found.reference.nll);
    expect(Math.min(...(found.candidates[0]?.kld ?? []))).toBeGreaterThan(-1e-6);
    const cache = found.candidates[1]?.kld ?? [];
    const mean = cache.reduce((sum, value) => sum + value, 0) / cache.length;
    expect(mean).toBeGreaterThan(0);
    expect(mean).toBeLessThan(0.1);
  });

  it('says of a kind of cache that a model cannot have that it cannot, and not that memory ran out', async () => {
    const path = at('small.gguf');
    const candidates = [labModel(path, { cacheKeyType: 'Q8_0' })];
    await expect(
      measured(lab(), { reference: labModel(path), candidates, input: file, chunks: 1, threads: 1 }),
    ).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED', message: expect.stringMatching(/No context .* q8_0/i) });
  });

  it('scores the answer of a conversation and the token that ends it', async () => {
    const chats = [
      {
        messages: [
          { role: 'user' as const, text: 'What is 75 plus 30?' },
          { role: 'assistant' as const, text: '105' },
        ],
      },
    ];
    const found = await measured(lab(), {
      reference,
      candidates: [labModel(sampleFile('Q4_K_M'))],
      input: { kind: 'chats', chats },
      threads: 1,
    });
    expect(found.chunks[0]?.pieces.join('')).toBe('105<|end|>');
    // The sample model knows its sums.
    expect(Math.max(...found.reference.nll)).toBeLessThan(0.7);
    const plan = await lab().plan({ model: sampleFile('F16'), input: { kind: 'chats', chats } });
    expect(plan).toMatchObject({ chunks: 1, tokensScored: found.chunks[0]?.tokens.length, vocabulary: 1536 });
  });

  it('scores every answer of a conversation with its system prompt, in the template of the model', async () => {
    const chats = [
      {
        system: 'You are a kind tutor.',
        messages: [
          { role: 'user' as const, text: 'My name is Tobu.' },
          { role: 'assistant' as const, text: 'Nice to meet you, Tobu.' },
          { role: 'user' as const, text: 'What is my name?' },
          { role: 'assistant' as const, text: 'Your name is Tobu.' },
        ],
      },
    ];
    const found = await measured(lab(), { reference, candidates: [], input: { kind: 'chats', chats }, threads: 1 });
    expect(found.chunks[0]?.pieces.join('')).toBe('Nice to meet you, Tobu.<|end|>Your name is Tobu.<|end|>');
    // Its own kind of talk: what it says is no surprise to it.
    const mean = found.reference.nll.reduce((sum, value) => sum + value, 0) / found.reference.nll.length;
    expect(mean).toBeLessThan(0.3);
  });

  it('looks into a position with both models and goes on from the token of the reference', async () => {
    const inspector = await lab().inspector({
      models: [reference, labModel(sampleFile('Q4_K_M'))],
      input: file,
      threads: 1,
    });
    const answer = await inspector.at({ chunk: 1, position: 300, top: 10, follow: 2 });
    expect(answer.steps).toHaveLength(3);
    const [step] = answer.steps;
    expect(step?.models).toHaveLength(2);
    expect(step?.models[0]?.top).toHaveLength(10);
    expect(step?.token).toBe(step?.models[0]?.top[0]?.token);
    expect(step?.kld[0]).toBe(0);
    await expect(inspector.at({ chunk: 99, position: 1 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await inspector.close();
  });

  it.each([
    [512, 6],
    [128, 20],
    [64, 40],
  ])('tells at a position of a chunk of %i the numbers of the run of %i chunks', async (context, chunks) => {
    const models = [reference, labModel(sampleFile('Q4_K_M'))];
    const work = { reference, candidates: models.slice(1), input: file, context, chunks, threads: 1 };
    const found = await measured(lab(), work);
    const inspector = await lab().inspector({ models, input: file, context, chunks, threads: 1 });
    let furthest = 0;
    for (const index of [0, 1, found.chunks.length - 1]) {
      const chunk = found.chunks[index];
      for (const place of [context / 2 - 2, 0, 1, Math.floor(context / 3)]) {
        const { target, steps } = await inspector.at({ chunk: index, position: chunk?.positions[place] ?? 0 });
        expect(target.token).toBe(chunk?.tokens[place]);
        const [own, its] = steps[0]?.models ?? [];
        const nll = [chunk?.reference?.nll[place], chunk?.candidates[0]?.nll[place]] as number[];
        for (const [at, one] of [own, its].entries())
          furthest = Math.max(furthest, Math.abs((nll[at] ?? Number.NaN) + (one?.targetLogProbability ?? 0)));
      }
    }
    expect(furthest).toBeLessThan(1e-5);
    await inspector.close();
  });

  it('refuses another vocabulary, a text too short and a base file that is none', async () => {
    const work = { reference, candidates: [labModel(at('small.gguf'))], input: file, threads: 1 };
    await expect(measured(lab(), work)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(/the reference has 1536 tokens and the candidate 512/),
      facts: { model: at('small.gguf') },
    });
    makeModel(at('other.gguf'), { ...smallModel, pieces: ['▁strange'] });
    await expect(
      measured(lab(), { ...work, reference: labModel(at('small.gguf')), candidates: [labModel(at('other.gguf'))] }),
    ).rejects.toMatchObject({ message: expect.stringMatching(/token 262 is "▁" in the reference and "▁strange"/) });
    const short = lab().plan({ model: sampleFile('F16'), input: { kind: 'text', text: 'What is 1 plus 1?' } });
    await expect(short).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(/need at least 1024/),
      facts: { needed: 1024 },
    });
    await expect(
      measured(lab(), { ...work, reference: null, input: { kind: 'base', path: fixture('text.txt') } }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringMatching(/does not begin with _logits_/) });
    await expect(measured(lab(), { ...work, candidates: [labModel(at('nothing.gguf'))] })).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
  });

  it('leaves nothing behind when it is cancelled or killed', async () => {
    const work = {
      reference,
      candidates: [labModel(sampleFile('Q4_K_M'))],
      input: { kind: 'text' as const, text: readFileSync(fixture('text.txt'), 'utf8').repeat(40) },
      threads: 1,
      saveBase: at('unfinished.kld'),
    };
    const stop = new AbortController();
    const running = lab().divergence(work, stop.signal);
    const cancelled = finished(running, (event) => {
      if (event.type === 'chunk') stop.abort();
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });

    let seen = false;
    const before = new Set(fixtureOfLab.pids);
    const killed = finished(lab().divergence(work), (event) => {
      if (event.type !== 'chunk' || seen) return;
      seen = true;
      for (const pid of fixtureOfLab.pids) if (!before.has(pid)) process.kill(pid, 'SIGKILL');
    });
    await expect(killed).rejects.toBeInstanceOf(Fault);
    await expect(killed).rejects.toMatchObject({ code: 'ENGINE_CRASHED' });
    expect(existsSync(work.saveBase)).toBe(false);
    expect(await readdir(fixtureOfLab.folder)).not.toContainEqual(expect.stringContaining('.partial'));
  });
});
