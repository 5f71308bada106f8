import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Job } from '../../preload/contract/jobs.ts';
import { closeServices, ended, kind, services, untilAborted, type Work } from '../helpers/jobKinds.ts';

afterEach(closeServices);

describe('the queue', () => {
  it('runs interactive before exclusive before batch, and each lane in order', async () => {
    const opened = services();
    const ran: string[] = [];
    const note = async (work: Work) => void ran.push(work.input.name);
    const gate = Promise.withResolvers<void>();
    const kinds = {
      gate: kind('test.gate', () => gate.promise),
      batch: kind('test.batch', note),
      exclusive: kind('test.exclusive', note, { lane: 'exclusive' }),
      interactive: kind('test.interactive', note, { lane: 'interactive' }),
    };
    for (const one of Object.values(kinds)) opened.jobs.register(one);
    opened.jobs.start(kinds.gate, { name: 'gate' });
    await sleep(5);
    const last = [
      opened.jobs.start(kinds.batch, { name: 'batch 1' }),
      opened.jobs.start(kinds.batch, { name: 'batch 2' }),
      opened.jobs.start(kinds.exclusive, { name: 'exclusive' }),
      opened.jobs.start(kinds.interactive, { name: 'interactive 1' }),
      opened.jobs.start(kinds.interactive, { name: 'interactive 2' }),
    ];
    gate.resolve();
    await Promise.all(last.map((id) => ended(opened, id)));
    expect(ran).toEqual(['interactive 1', 'interactive 2', 'exclusive', 'batch 1', 'batch 2']);
  });

  it('lets interactive work in after one item of a batch, and the batch go on where it was', async () => {
    const opened = services();
    const trace: string[] = [];
    const begun = Promise.withResolvers<void>();
    const batch = kind('test.batch', async (work) => {
      for (let item = 1; item <= 4; item++) {
        await work.yield();
        trace.push(`item ${item}`);
        begun.resolve();
        await sleep(10);
      }
    });
    const quick = kind('test.quick', async () => void trace.push('interactive'), { lane: 'interactive' });
    opened.jobs.register(batch);
    opened.jobs.register(quick);
    const long = opened.jobs.start(batch, { name: 'long' });
    await begun.promise;
    opened.jobs.start(quick, { name: 'quick' });
    expect((await ended(opened, long)).state).toBe('done');
    expect(trace).toEqual(['item 1', 'interactive', 'item 2', 'item 3', 'item 4']);
  });

  it('lets workspaces take turns at the batch lane', async () => {
    let at = 0;
    const opened = services({ clock: { now: () => at } });
    const trace: string[] = [];
    const batch = kind('test.batch', async (work) => {
      for (let item = 1; item <= 3; item++) {
        await work.yield();
        trace.push(`${work.input.name}${item}`);
        at += 10_000;
        await sleep(2);
      }
    });
    opened.jobs.register(batch);
    const ids = [
      opened.jobs.start(batch, { name: 'a' }, { workspace: 'a' }),
      opened.jobs.start(batch, { name: 'b' }, { workspace: 'b' }),
    ];
    await Promise.all(ids.map((id) => ended(opened, id)));
    expect(trace).toEqual(['a1', 'b1', 'b2', 'a2', 'a3', 'b3']);
  });

  it('takes ended jobs off the list when asked, and nothing else', async () => {
    const opened = services();
    const { jobs } = opened;
    const quick = kind('test.quick', async () => undefined);
    const long = kind('test.long', (work) => untilAborted(work.signal), { lane: 'interactive' });
    jobs.register(quick);
    jobs.register(long);
    const first = jobs.start(quick, { name: 'a' });
    await ended(opened, first);
    const running = jobs.start(long, { name: 'b' });
    const waiting = jobs.start(quick, { name: 'c' });
    await sleep(5);
    expect(jobs.list().map(({ id, state }) => [id, state])).toEqual([
      [waiting, 'queued'],
      [running, 'running'],
      [first, 'done'],
    ]);
    expect(() => jobs.clear(running)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    jobs.clear();
    expect(jobs.list().map(({ id }) => id)).toEqual([waiting, running]);
    jobs.cancel(running);
    await ended(opened, running);
    jobs.clear(running);
    expect(() => jobs.get(running)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    for (const act of [jobs.cancel, jobs.resume, jobs.clear])
      expect(() => act('nothing')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});

describe('cancelling', () => {
  it('ends a queued job before it begins and a running one by its signal, and both can be resumed', async () => {
    const opened = services();
    const settled: string[] = [];
    let abiding = true;
    const long = kind('test.long', (work) => (abiding ? untilAborted(work.signal) : Promise.resolve()), {
      settled: (of, state) => void settled.push(`${of.name} ${state}`),
    });
    opened.jobs.register(long);
    const [running, queued] = [opened.jobs.start(long, { name: 'one' }), opened.jobs.start(long, { name: 'two' })];
    await sleep(5);
    opened.jobs.cancel(queued);
    opened.jobs.cancel(running);
    expect(await ended(opened, queued)).toMatchObject({ state: 'cancelled', startedAt: null, resumable: true });
    expect(await ended(opened, running)).toMatchObject({ state: 'cancelled', error: null, resumable: true });
    abiding = false;
    opened.jobs.resume(running);
    expect((await ended(opened, running)).state).toBe('done');
    expect(settled).toEqual(['two cancelled', 'one cancelled', 'one done']);
    opened.jobs.cancel(running);
    expect(opened.jobs.get(running).state).toBe('done');
    expect(() => opened.jobs.resume(running)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
  });

  it('settles a job whose kind ignores the signal, frees its lane, and hears nothing of it later', async () => {
    const opened = services({ graceMs: 30 });
    const late = Promise.withResolvers<void>();
    let work: Work | undefined;
    const deaf = kind('test.deaf', async (given) => {
      work = given;
      await late.promise;
      given.report({ done: 9, total: 9, unit: 'lies' });
      given.checkpoint('late');
    });
    const quick = kind('test.quick', async () => undefined);
    opened.jobs.register(deaf);
    opened.jobs.register(quick);
    const id = opened.jobs.start(deaf, { name: 'deaf' });
    const next = opened.jobs.start(quick, { name: 'next' });
    await sleep(5);
    opened.jobs.cancel(id);
    expect((await ended(opened, id)).state).toBe('cancelled');
    expect((await ended(opened, next)).state).toBe('done');
    late.resolve();
    await sleep(5);
    expect(work?.signal.aborted).toBe(true);
    expect(opened.jobs.get(id)).toMatchObject({ state: 'cancelled', progress: null });
    expect(opened.log.lines.some(({ level, message }) => level === 'warn' && message.includes('given up'))).toBe(true);
  });

  it('wakes a job that is parked', async () => {
    const opened = services();
    const batch = kind('test.batch', async (work) => {
      for (;;) {
        await work.yield();
        await sleep(2);
      }
    });
    const long = kind('test.long', (work) => untilAborted(work.signal), { lane: 'interactive' });
    opened.jobs.register(batch);
    opened.jobs.register(long);
    const parked = opened.jobs.start(batch, { name: 'parked' });
    await sleep(10);
    const urgent = opened.jobs.start(long, { name: 'urgent' });
    await sleep(20);
    expect(opened.jobs.get(urgent).state).toBe('running');
    opened.jobs.cancel(parked);
    expect((await ended(opened, parked)).state).toBe('cancelled');
    opened.jobs.cancel(urgent);
    await ended(opened, urgent);
  });
});

describe('watching', () => {
  it('starts with what is under way and sends at most one message a frame and job', async () => {
    const opened = services();
    let reports = 0;
    const busy = kind('test.busy', async (work) => {
      const until = performance.now() + 300;
      while (performance.now() < until) {
        for (let some = 0; some < 50; some++) work.report({ done: ++reports, total: 1e9, unit: 'steps' });
        await sleep(1);
      }
    });
    opened.jobs.register(busy);
    const id = opened.jobs.start(busy, { name: 'busy' });
    const stop = new AbortController();
    const got: Job[] = [];
    const from = performance.now();
    for await (const job of opened.jobs.watch(stop.signal)) {
      got.push(job);
      if (job.state === 'done') break;
    }
    const frames = (performance.now() - from) / (1000 / 60);
    expect(got[0]?.id).toBe(id);
    expect(got.at(-1)?.progress?.done).toBe(reports);
    expect(reports).toBeGreaterThan(1000);
    expect(got.length).toBeLessThanOrEqual(frames + 2);
    expect(got.length).toBeGreaterThan(3);
  });

  it('ends with its signal, also when nobody pulls, and with the queue', async () => {
    const opened = services();
    const stop = new AbortController();
    const watched = opened.jobs.watch(stop.signal)[Symbol.asyncIterator]();
    const pulled = watched.next();
    stop.abort();
    expect((await pulled).done).toBe(true);
    const other = opened.jobs.watch(new AbortController().signal)[Symbol.asyncIterator]();
    const waiting = other.next();
    await opened.jobs.close();
    expect((await waiting).done).toBe(true);
  });
});
