import { afterEach, describe, expect, it } from 'vitest';
import { chatSettings } from '../../preload/contract/playground.ts';
import {
  ask,
  closePlaygrounds,
  last,
  playgroundBench,
  settings,
  settled,
  tokensCame,
} from '../helpers/playgroundBench.ts';

afterEach(closePlaygrounds);

describe('an answer', () => {
  it('that was stopped goes on exactly as if it had never stopped, in the same message', async () => {
    const one = playgroundBench({ tokenMs: 2 });
    const wanted = settings('base', { sampler: { maxTokens: 60 } });
    const whole = last(await settled(one, one.playground.ask({ ...ask('one'), settings: wanted })));

    const begun = one.playground.ask({ ...ask('one'), settings: wanted });
    await tokensCame(one, begun);
    one.jobs.cancel(begun.jobId);
    const stopped = last(await settled(one, begun));
    expect(stopped.answer.state).toBe('cancelled');
    expect(stopped.answer.tokens.length).toBeGreaterThan(4);
    expect(whole.text.startsWith(stopped.text)).toBe(true);

    const gone = last(
      await settled(one, one.playground.goOn({ conversation: begun.conversation, message: begun.answer })),
    );
    expect(gone.id).toBe(stopped.id);
    expect(gone.text).toBe(whole.text);
    expect(gone.answer.tokens.map(({ id }) => id)).toEqual(whole.answer.tokens.map(({ id }) => id));
    expect(gone.answer.continuedAt).toEqual([stopped.answer.tokens.length]);
    expect(gone.answer.stats).toMatchObject({ tokenCount: 60, stopReason: 'length' });
    // Its times go on, too.
    const times = gone.answer.tokens.map(({ ms }) => ms);
    expect(times).toEqual(times.toSorted((left, right) => left - right));
  });

  it('that its limit has cut goes on by as many tokens, and one that is whole does not', async () => {
    const one = playgroundBench();
    const begun = one.playground.ask(ask('one'));
    const cut = last(await settled(one, begun));
    const longer = last(
      await settled(one, one.playground.goOn({ conversation: begun.conversation, message: begun.answer })),
    );
    expect(longer.answer.tokens).toHaveLength(16);
    expect(longer.text.startsWith(cut.text)).toBe(true);
    const short = one.playground.ask(ask('a short one'));
    expect(last(await settled(one, short)).answer.stats?.stopReason).toBe('end');
    expect(() => one.playground.goOn({ conversation: short.conversation, message: short.answer })).toThrow(
      expect.objectContaining({ code: 'CONFLICT' }),
    );
  });

  it('whose engine crashes keeps what was said and its error, and can go on', async () => {
    const one = playgroundBench();
    const begun = one.playground.ask(ask('one', { model: 'crash' }));
    const broken = last(await settled(one, begun));
    expect(broken.answer).toMatchObject({ state: 'failed', error: { code: 'ENGINE_CRASHED' } });
    expect(broken.answer.tokens).toHaveLength(3);
    expect(broken.text).toHaveLength(3);
    expect(one.jobs.get(begun.jobId)).toMatchObject({ state: 'failed', error: { code: 'ENGINE_CRASHED' } });
    const further = last(
      await settled(one, one.playground.goOn({ conversation: begun.conversation, message: begun.answer })),
    );
    expect(further.answer.tokens).toHaveLength(6);
  });

  it('whose model cannot be had says so in its place, and is tried again there', async () => {
    const one = playgroundBench();
    const begun = one.playground.ask(ask('one', { model: 'absent' }));
    expect(last(await settled(one, begun)).answer).toMatchObject({
      state: 'failed',
      error: { code: 'MODEL_NOT_FOUND' },
    });
    const goOn = { conversation: begun.conversation, message: begun.answer };
    expect(last(await settled(one, one.playground.goOn(goOn))).answer.state).toBe('failed');
    // Nothing was answered yet, so another model can be asked in the same place.
    const again = last(
      await settled(one, one.playground.goOn({ ...goOn, settings: chatSettings.parse(settings('base')) })),
    );
    expect(again.answer).toMatchObject({ state: 'done', model: { name: 'base' }, error: null });
    // What each answer leaves on the list of jobs goes with the next.
    expect(one.jobs.list()).toHaveLength(1);
  });

  it('to a conversation that no longer fits says so, and nothing is left out by itself', async () => {
    const one = playgroundBench();
    const first = await settled(one, one.playground.ask(ask('x'.repeat(4000))));
    const next = await settled(
      one,
      one.playground.ask(ask('y'.repeat(200), { conversation: first.id, parent: last(first).id })),
    );
    expect(last(next).answer.error).toMatchObject({
      code: 'TOO_LARGE',
      message: expect.stringContaining('The conversation up to here has 4208 tokens and the context holds 4096'),
    });
  });
});
