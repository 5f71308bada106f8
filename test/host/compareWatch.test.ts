import { afterEach, describe, expect, it } from 'vitest';
import type { ComparisonEvent } from '../../preload/contract/compare.ts';
import { ask, bench, closeBenches, follow, replay, states, view } from '../helpers/compareBench.ts';

afterEach(closeBenches);

describe('cancelling', () => {
  it('keeps the part of the answer that was there and settles what never began', async () => {
    const one = bench({ tokenMs: 2 });
    const { id, jobId } = one.compare.start(
      ask(['base', 'q4'], { prompts: ['one', 'two'], sampler: { maxTokens: 500 } }),
    );
    const events = await follow(one, id, (event) => {
      if (event.type === 'tokens') one.jobs.cancel(jobId);
    });
    const result = one.compare.get(view(id));
    expect(states(result)).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled']);
    expect(result.cells[0]?.tokens.length).toBeGreaterThan(0);
    expect(result.cells[0]?.tokens.length).toBeLessThan(500);
    expect(replay(events)).toEqual(result);
    expect(one.jobs.get(jobId)).toMatchObject({ state: 'cancelled', resumable: true });
    one.jobs.resume(jobId);
    one.jobs.cancel(jobId);
    expect(states(one.compare.get(view(id)))).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled']);
  });

  it('works while it waits in the queue', async () => {
    const one = bench({ tokenMs: 2 });
    const first = one.compare.start(ask(['base'], { sampler: { maxTokens: 400 } }));
    const second = one.compare.start(ask(['q4']));
    const watched = follow(one, second.id);
    one.jobs.cancel(second.jobId);
    expect((await watched).at(-1)).toEqual({ type: 'ended' });
    expect(states(one.compare.get(view(second.id)))).toEqual(['cancelled']);
    one.jobs.cancel(first.jobId);
    await follow(one, first.id);
  });

  it('settles the comparison also when the engine ignores it, and hears nothing of it later', async () => {
    const one = bench({ tokenMs: 1, graceMs: 20 });
    const { id, jobId } = one.compare.start(ask(['deaf'], { sampler: { maxTokens: 200 } }));
    await follow(one, id, (event) => {
      if (event.type === 'tokens') one.jobs.cancel(jobId);
    });
    const kept = one.compare.get(view(id));
    expect(states(kept)).toEqual(['cancelled']);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(one.compare.get(view(id))).toEqual(kept);
  });
});

describe('watching', () => {
  it('shows every watcher the same, early or late, and what is stored in the end', async () => {
    const one = bench({ tokenMs: 2 });
    const { id } = one.compare.start(
      ask(['base', 'q4', 'crash'], { order: 'all at once', sampler: { maxTokens: 60 } }),
    );
    const late = Promise.withResolvers<ComparisonEvent[]>();
    let tokens = 0;
    const early = await follow(one, id, (event) => {
      if (event.type === 'tokens' && ++tokens === 5) follow(one, id).then(late.resolve, late.reject);
    });
    const stored = one.compare.get(view(id));
    expect(replay(early)).toEqual(stored);
    const lateEvents = await late.promise;
    expect(lateEvents[0]?.type === 'snapshot' && lateEvents[0].comparison.cells[0]?.tokens.length).toBeGreaterThan(0);
    expect(replay(lateEvents)).toEqual(stored);
    expect(early.at(-1)).toEqual({ type: 'ended' });
    const after = await follow(one, id);
    expect(after).toEqual([{ type: 'snapshot', comparison: stored }, { type: 'ended' }]);
  });

  it('sends at most one message of tokens a frame and cell', async () => {
    const one = bench();
    const { id } = one.compare.start(ask(['base'], { sampler: { maxTokens: 900 } }));
    const from = performance.now();
    const events = await follow(one, id);
    const frames = (performance.now() - from) / (1000 / 60);
    expect(events.filter(({ type }) => type === 'tokens').length).toBeLessThanOrEqual(frames + 1);
    expect(replay(events).cells[0]?.tokens).toHaveLength(900);
  });

  it('costs nothing once the client is gone', async () => {
    const one = bench({ tokenMs: 1 });
    const { id } = one.compare.start(ask(['base', 'q4'], { sampler: { maxTokens: 60 } }));
    const gone = new AbortController();
    const events = one.compare.watch(view(id), gone.signal)[Symbol.asyncIterator]();
    await events.next();
    await events.next();
    gone.abort();
    expect((await events.next()).done).toBe(true);
    await follow(one, id);
    expect(one.compare.get(view(id)).done).toBe(2);
  });

  it('of a part of a list sends tokens of that part alone, and the state of everything', async () => {
    const one = bench();
    const { id } = one.compare.start(
      ask(['base', 'q4'], { prompts: Array.from({ length: 6 }, (_, index) => `prompt ${index}`) }),
    );
    const events: ComparisonEvent[] = [];
    for await (const event of one.compare.watch({ id, from: 2, count: 2 }, new AbortController().signal))
      events.push(event);
    const shown = replay(events);
    expect(shown).toEqual(one.compare.get({ id, from: 2, count: 2 }));
    expect(shown.cells.map(({ prompt, text }) => [prompt, text !== ''])).toEqual(
      [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5].map((prompt) => [prompt, prompt === 2 || prompt === 3]),
    );
    expect(shown.done).toBe(12);
  });

  it('of a comparison that is not there says so', async () => {
    const one = bench();
    await expect(follow(one, 'nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
