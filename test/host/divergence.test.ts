import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DivergenceRun } from '../../preload/contract/divergence.ts';
import golden from '../fixtures/divergence/llamaPerplexity.json' with { type: 'json' };
import { ask, tasks, tasksText } from '../helpers/divergenceInput.ts';
import { ended, type LabHost, measured, openLabHost } from '../helpers/labHost.ts';

describe('divergence on the real engine', { timeout: 300_000 }, () => {
  let lab: LabHost;
  beforeAll(async () => {
    lab = await openLabHost();
  });
  afterAll(async () => {
    await lab.close();
  });

  it('says whether it can be had, or what is missing and what to install', async () => {
    const available = await lab.api.divergence.availability();
    if (available.available) expect(available.release).toMatch(/^v\d/);
    else expect(available.remedy.length).toBeGreaterThan(10);
  });

  it('gives the numbers of llama-perplexity on the same chunks', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const run = await measured(lab, ask(['sample:Q4_K_M', 'sample:Q2_K'], { contextSize: golden.context }));
    expect([run.chunksDone, run.tokensScored]).toEqual([golden.chunks, golden.tokensScored]);
    // Kernels of another kind of processor round in other places; on those of the recordings the numbers are the same.
    const kinds = Object.entries(golden.processors);
    const own = kinds.find(([processor]) => run.systemInfo?.includes(processor));
    const [, peer] = own ?? kinds[0] ?? [];
    if (!peer) throw new Error('nothing recorded');
    const near = (found: number | null | undefined, wanted: number, printed: number, usual = 0) =>
      expect(Math.abs((found ?? Number.NaN) - wanted), `${found} for ${wanted}`).toBeLessThanOrEqual(
        (own ? 1e-3 * Math.abs(wanted) : 0.12 * Math.abs(wanted) + 0.05 * usual) + printed,
      );
    near(run.referenceNumbers?.ppl, peer.reference.ppl[0] ?? 0, 1e-4);
    near(run.referenceNumbers?.pplError, peer.reference.ppl[1] ?? 0, 1e-4);
    for (const [index, wanted] of [peer.Q4_K_M, peer.Q2_K].entries()) {
      const found = run.candidates[index];
      if (!found) throw new Error('no numbers');
      near(found.ppl, wanted.ppl[0] ?? 0, 1e-6);
      near(found.pplError, wanted.ppl[1] ?? 0, 1e-6);
      near(found.lnPplRatio, wanted.lnPplRatio[0] ?? 0, 1e-6);
      near(found.lnPplRatioError, wanted.lnPplRatio[1] ?? 0, 1e-6);
      near(found.kld.mean, wanted.kld.mean[0] ?? 0, 1e-6);
      near(found.kld.error, wanted.kld.mean[1] ?? 0, 1e-6);
      for (const name of ['max', 'p999', 'p99', 'p95', 'p90', 'median', 'p10', 'p05', 'p01', 'p001', 'min'] as const)
        near(found.kld[name], wanted.kld[name], 2e-6, wanted.kld.mean[0]);
      near(found.deltaP.rms, wanted.deltaP.rms[0] ?? 0, 1e-5);
      near(found.deltaP.rmsError, wanted.deltaP.rms[1] ?? 0, 1e-5);
      near(found.deltaP.mean, wanted.deltaP.mean[0] ?? 0, 1e-5, wanted.deltaP.rms[0]);
      for (const name of ['max', 'p999', 'p99', 'p95', 'p75', 'p25', 'p05', 'p01', 'p001', 'min'] as const)
        near(found.deltaP[name], wanted.deltaP[name], 1e-5, wanted.deltaP.rms[0]);
      near(found.sameTop.share, wanted.sameTop[0] ?? 0, 1e-5);
      near(found.sameTop.error, wanted.sameTop[1] ?? 0, 1e-5);
    }
  });

  it('calls a file identical to itself, and orders the ladder as it is', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const types = ['Q8_0', 'Q6_K', 'Q4_K_M', 'Q3_K_M', 'Q2_K'];
    const run = await measured(lab, ask(['sample', ...types.map((type) => `sample:${type}`)], { chunks: 7 }));
    const [same, ...ladder] = run.candidates;
    expect(same).toMatchObject({
      lnPplRatio: 0,
      pplRatio: 1,
      kld: { mean: 0, max: 0, min: 0 },
      deltaP: { mean: 0, rms: 0, max: 0 },
      sameTop: { share: 1 },
      verdict: { kind: 'identical' },
    });
    const means = ladder.map((one) => one?.kld.mean ?? 0);
    expect(means).toEqual(means.toSorted((one, other) => one - other));
    expect(new Set(means).size).toBe(types.length);
    // Seven chunks of a text that the model hardly knows do not even tell the reference's own PPL.
    for (const one of ladder) expect(one?.verdict.kind).toBe('text unsuited');
    expect(run.smallest).toMatchObject({ candidate: null, sentence: expect.stringContaining('by this text') });
    expect(run.columns.map(({ quantization }) => quantization)).toEqual(['F16', 'F16', ...types]);
    expect(run.peakRssBytes).toBeGreaterThan(1e6);
    expect(run).toMatchObject({ state: 'done', arrangement: 'together', engineRelease: expect.stringMatching(/^v/) });

    const known = await lab.api.divergence.measurements();
    expect(known.find(({ file }) => file === run.columns[6]?.file)).toMatchObject({
      run: run.id,
      kldMean: means.at(-1),
    });
    const used = await lab.api.divergence.list({ model: 'sample:Q2_K' });
    expect(used[0]?.id).toBe(run.id);
    expect(await lab.api.divergence.uses()).toContainEqual({ model: 'sample:Q2_K', count: used.length });
    expect(await lab.api.divergence.list({ model: 'sample:Q5_K_M' })).toEqual([]);
    await looksAtTokens(lab, run);
  });

  it('says how many tokens a text needs', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const { job } = await ended(lab, () =>
      lab.api.divergence.start(ask(['sample:Q4_K_M'], { text: { kind: 'text', name: 'short', text: 'Too short.' } })),
    );
    expect(job).toMatchObject({ state: 'failed', error: { code: 'BAD_INPUT' } });
    expect(job.error?.message).toMatch(/\b512\b/);
  });

  it('scores the answers of a data set in the chat format, and not the questions', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const dataset = { kind: 'dataset', dataset: 'sample:held-out-tasks', items: 20 } as const;
    const run = await measured(lab, ask(['sample:Q2_K'], { text: dataset }));
    expect(run.chunkCount).toBe(20);
    // The model was trained on this very format: what it says there it says with certainty.
    expect(run.referenceNumbers?.ppl).toBeLessThan(2);
    expect(run.candidates[0]?.pplRatio).toBeGreaterThan(1);
    const { tokens } = await lab.api.divergence.tokens({ id: run.id, candidate: 0 });
    expect(tokens.every(({ place }) => place > 4)).toBe(true);
    expect(tokens.length).toBe(run.tokensScored);
  });

  it('gives a verdict by the intervals on the sample’s answers, and names the smallest that loses nothing', async ({
    skip,
  }) => {
    skip(lab.why !== null, lab.why ?? '');
    const run = await measured(
      lab,
      ask(['sample', 'sample:Q8_0', 'sample:Q2_K'], { text: { kind: 'sample' }, chunks: 60 }),
    );
    const [same, ...ladder] = run.candidates;
    expect(run).toMatchObject({ textKind: 'dataset', textName: 'Sample answers' });
    expect(same?.verdict.kind).toBe('identical');
    for (const one of ladder) expectVerdictOfIntervals(one);
    expect(ladder[1]?.verdict.kind).toMatch(/loss$/);
    // The reference's own file is no variant to choose.
    expect(run.smallest?.candidate).not.toBe(0);
  });

  it('is cancelled at once, keeps its chunks, and comes to the same numbers when it goes on', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const input = ask(['sample:Q4_K_M'], { text: { ...tasksText, text: tasks.repeat(2) }, chunks: 24 });
    // Several batches of chunks, so that some are left however quick the machine is.
    let cancelledAt = 0;
    const { started, job } = await ended(
      lab,
      () => lab.api.divergence.start(input),
      ({ id, progress }) => {
        if (cancelledAt > 0 || progress === null || progress.done < 2) return;
        cancelledAt = performance.now();
        void lab.api.jobs.cancel({ id });
      },
    );
    const took = performance.now() - cancelledAt;
    const before = await lab.api.divergence.get({ id: started.id });
    expect(job.state).toBe('cancelled');
    expect(before.chunksDone).toBeGreaterThanOrEqual(2);
    expect(before.chunksDone).toBeLessThan(24);
    // Told, and bounded generously: a machine may be busy with other things.
    console.info(`cancelled ${took.toFixed(0)} ms after it was asked for`);
    expect(took).toBeLessThan(5000);

    const strip = await lab.api.divergence.tokens({ id: started.id, candidate: 0, count: 8192 });
    const { job: second } = await ended(lab, async () => {
      await lab.api.jobs.resume({ id: job.id });
      return { jobId: job.id };
    });
    expect(second.state).toBe('done');
    const after = await lab.api.divergence.get({ id: started.id });
    expect(after.chunksDone).toBe(24);
    const whole = await lab.api.divergence.tokens({ id: started.id, candidate: 0, count: 8192 });
    expect(whole.tokens.slice(0, strip.total)).toEqual(strip.tokens);
    const straight = await measured(lab, input);
    expect(straight.candidates[0]?.kld.mean).toBeCloseTo(after.candidates[0]?.kld.mean ?? 0, 6);
    expect(straight.candidates[0]?.ppl).toBeCloseTo(after.candidates[0]?.ppl ?? 0, 3);
  });

  it('writes a base file and reads it back to the same numbers; the cache of the context is an axis too', async ({
    skip,
  }) => {
    skip(lab.why !== null, lab.why ?? '');
    const file = join(lab.folder, 'base.bin');
    const written = await measured(lab, ask(['sample:Q4_K_M'], { chunks: 3, base: { file, use: 'write' } }));
    expect(readFileSync(file).subarray(0, 8).toString()).toBe('_logits_');
    const { items } = await lab.api.storage.used();
    expect(items.find(({ path }) => path === file)).toMatchObject({ kind: 'base files', removable: true });
    const read = await measured(lab, {
      ...ask([]),
      reference: null,
      candidates: [
        { model: 'sample:Q4_K_M' },
        { model: 'sample:Q4_K_M', keyType: 'Q8_0', valueType: 'Q8_0' },
        { model: 'sample' },
      ],
      base: { file, use: 'read' },
    });
    const [first, cached, same] = read.candidates;
    // The reference against its own base file: what the file cuts is no loss, though llama-perplexity's ratio makes one of it.
    expect(same?.verdict).toMatchObject({
      kind: 'identical',
      sentence: expect.stringContaining('within the 16 bits of the base file'),
    });
    expect(same?.lnPplRatio).toBeGreaterThan(0.01);
    expect(same?.pplRatio).toBeCloseTo(1, 3);
    expect(read.notes.join(' ')).toMatch(/tokens lie below what a base file surely holds/);
    expect(first?.kld.mean).toBeCloseTo(written.candidates[0]?.kld.mean ?? 0, 8);
    expect(first?.lnPplRatio).toBeCloseTo(written.candidates[0]?.lnPplRatio ?? 0, 8);
    expect(cached?.kld.mean).not.toBe(first?.kld.mean);
    const depth = await lab.api.divergence.depth({ id: read.id, candidate: 1 });
    expect(depth.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(read.tokensScored);
    expect([depth[0]?.from, depth.at(-1)?.to]).toEqual([129, 255]);
    expect(read).toMatchObject({
      textKind: 'base file',
      columns: [{ quantization: 'base file' }, {}, { keyType: 'Q8_0' }, {}],
    });
  });

  it('is kept under its name, exported, and removed for good', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const newest = (await lab.api.divergence.list({})).find(({ state }) => state === 'done');
    if (newest === undefined) throw new Error('no run');
    await lab.api.divergence.rename({ id: newest.id, name: 'A ladder' });
    for (const format of ['json', 'markdown', 'html', 'csv'] as const) {
      const { fileName, text: exported } = await lab.api.divergence.export({ id: newest.id, format });
      expect(fileName).toMatch(/^divergence-[\dT-]+\.(json|md|html|csv)$/);
      expect(exported.length).toBeGreaterThan(200);
    }
    await lab.api.divergence.remove({ id: newest.id });
    await expect(lab.api.divergence.get({ id: newest.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

function expectVerdictOfIntervals(one: DivergenceRun['candidates'][number] | undefined): void {
  const [low = 0, high = 0] = one?.pplRatioInterval95 ?? [];
  const [dropLow = 0, dropHigh = 0] = one?.deltaP.interval95 ?? [];
  const isLoss = low > 1 || dropHigh < 0;
  const isBounded = high < 1.01 && dropLow > -0.01;
  const wanted = isBounded
    ? ['equivalent', 'small loss', 'other answers', 'inconclusive']
    : isLoss
      ? [low >= 1.01 ? 'clear loss' : high < 1 ? 'mixed' : 'loss']
      : ['inconclusive'];
  expect(wanted).toContain(one?.verdict.kind);
}

/** Strip, histogram, worst tokens and a look at a position tell the same. */
async function looksAtTokens({ api }: LabHost, { id, tokensScored }: DivergenceRun): Promise<void> {
  const candidate = 5;
  const { total, tokens } = await api.divergence.tokens({ id, candidate, from: 0, count: 8192 });
  expect(total).toBe(tokensScored);
  expect(tokens.map(({ position }) => position)).toEqual(tokens.map((_, index) => index));
  const page = await api.divergence.tokens({ id, candidate, from: 200, count: 300 });
  expect(page.tokens).toEqual(tokens.slice(200, 500));
  expect(tasks.replaceAll(/\s/g, '')).toContain(
    tokens
      .slice(0, 20)
      .map(({ text: piece }) => piece)
      .join('')
      .replaceAll(/\s/g, ''),
  );

  const histogram = await api.divergence.histogram({ id, candidate, bins: 40 });
  expect(histogram.zeroOrBelow + histogram.bins.reduce((sum, { count }) => sum + count, 0)).toBe(tokensScored);

  const worst = await api.divergence.worst({ id, candidate, share: 0.001 });
  expect(worst.length).toBe(Math.max(1, Math.round(tokensScored / 1000)));
  expect(worst[0]?.kld).toBe(Math.max(...tokens.map(({ kld }) => kld)));

  const [at] = worst;
  if (at === undefined) throw new Error('no worst token');
  const events = [];
  for await (const event of await api.divergence.inspect({ id, candidate, position: at.position, continueTokens: 3 }))
    events.push(event);
  const last = events.at(-1);
  if (last?.type !== 'inspected') throw new Error('not inspected');
  const { reference, candidate: found, actual, continuation } = last.position;
  expect(reference).toHaveLength(10);
  expect(found).toHaveLength(10);
  expect(actual).toEqual(at);
  const known = found.find((one) => one.id === at.id);
  if (known !== undefined) expect(known.logprob).toBeCloseTo(-at.nll, 2);
  expect(continuation?.reference.startsWith(reference[0]?.text ?? '?')).toBe(true);
  expect(continuation?.candidate.startsWith(reference[0]?.text ?? '?')).toBe(true);
}
