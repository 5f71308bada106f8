import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Fault } from '../../main/base/fault.ts';
import type { JobKind, JobWork } from '../../main/base/job.ts';
import { type Migration, migrations } from '../../main/db/index.ts';
import type { Job } from '../../preload/contract/jobs.ts';
import { type Opened, openServices } from '../helpers/openServices.ts';

const open = new Set<Opened>();
afterEach(async () => {
  for (const one of open) await one.close();
  open.clear();
});

function services(options: Parameters<typeof openServices>[0] = {}): Opened {
  const opened = openServices(options);
  open.add(opened);
  return opened;
}

const input = z.object({ name: z.string() });
type Input = z.infer<typeof input>;
type Work = JobWork<Input>;

function kind(name: string, run: (work: Work) => Promise<void>, rest: Partial<JobKind<Input>> = {}): JobKind<Input> {
  return { kind: name, lane: 'batch', recovery: 'resume', input, title: (of) => `Do ${of.name}`, run, ...rest };
}

const ends = new Set(['done', 'failed', 'cancelled', 'interrupted']);
async function ended({ jobs }: Opened, id: string): Promise<Job> {
  const stop = new AbortController();
  try {
    if (ends.has(jobs.get(id).state)) return jobs.get(id);
    for await (const job of jobs.watch(stop.signal)) if (job.id === id && ends.has(job.state)) return job;
    throw new Error('the watch ended before the job did');
  } finally {
    stop.abort();
  }
}

/** Resolves when the signal aborts, as a well-behaved kind does. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

describe('a job', () => {
  it('is committed before its id is given out, and begins after that', async () => {
    const opened = services();
    const seen: string[] = [];
    const quick = kind('test.quick', async () => void seen.push('ran'));
    opened.jobs.register(quick);
    const id = opened.jobs.start(quick, { name: 'this' });
    expect(seen).toEqual([]);
    expect(opened.vault.store().read.get('SELECT state FROM jobs WHERE id = ?', id)).toEqual({ state: 'queued' });
    const job = await ended(opened, id);
    expect(seen).toEqual(['ran']);
    expect(job).toMatchObject({ id, state: 'done', title: 'Do this', error: null, resumable: false, lane: 'batch' });
    expect(Date.parse(job.endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(job.createdAt));
  });

  it('that a rolled back transaction started neither stays nor runs', async () => {
    const { jobs, vault } = services();
    let ran = false;
    const quick = kind('test.quick', async () => {
      ran = true;
    });
    jobs.register(quick);
    const store = vault.store();
    expect(() =>
      store.transaction(() => {
        jobs.start(quick, { name: 'this' });
        throw new Error('no');
      }),
    ).toThrow('no');
    await sleep(20);
    expect(ran).toBe(false);
    expect(jobs.list()).toEqual([]);
  });

  it('that fails keeps its error as code and sentence, and of an unforeseen one the words', async () => {
    const opened = services();
    const known = kind('test.known', () =>
      Promise.reject(new Fault('DISK_FULL', 'The disk is full. Free some space.', { facts: { bytes: 5 } })),
    );
    const unknown = kind('test.unknown', () => Promise.reject(new Error('boom')));
    opened.jobs.register(known);
    opened.jobs.register(unknown);
    const [first, second] = [opened.jobs.start(known, { name: 'a' }), opened.jobs.start(unknown, { name: 'b' })];
    expect(await ended(opened, first)).toMatchObject({
      state: 'failed',
      resumable: true,
      error: { code: 'DISK_FULL', message: 'The disk is full. Free some space.', facts: { bytes: 5 } },
    });
    expect((await ended(opened, second)).error).toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('boom'),
    });
  });

  it('reports progress with rate and time left, and goes on from its checkpoint', async () => {
    const opened = services();
    const resumed: unknown[] = [];
    const steps = kind('test.steps', async (work) => {
      resumed.push(work.resumed);
      const from = z.number().nullable().parse(work.resumed) ?? 0;
      for (let done = from + 1; done <= 6; done++) {
        await sleep(5);
        work.report({ done, total: 6, unit: 'steps' });
        work.checkpoint(done);
        if (done === 3 && from === 0) throw new Error('tripped');
      }
    });
    opened.jobs.register(steps);
    const id = opened.jobs.start(steps, { name: 'stairs' });
    const failed = await ended(opened, id);
    expect(failed).toMatchObject({ state: 'failed', progress: { done: 3, total: 6, unit: 'steps' } });
    expect(failed.progress?.rate).toBeGreaterThan(0);
    expect(failed.progress?.secondsLeft).toBeGreaterThan(0);
    opened.jobs.resume(id);
    expect(await ended(opened, id)).toMatchObject({
      state: 'done',
      progress: { done: 6, secondsLeft: 0 },
      error: null,
    });
    expect(resumed).toEqual([null, 3]);
  });

  it('of a kind that starts over gets no checkpoint when a person starts it again', async () => {
    const opened = services();
    const resumed: unknown[] = [];
    const over = kind(
      'test.over',
      async (work) => {
        resumed.push(work.resumed);
        work.checkpoint('half');
        if (resumed.length === 1) throw new Error('tripped');
      },
      { recovery: 'retry' },
    );
    opened.jobs.register(over);
    const id = opened.jobs.start(over, { name: 'x' });
    await ended(opened, id);
    opened.jobs.resume(id);
    expect((await ended(opened, id)).state).toBe('done');
    expect(resumed).toEqual([null, null]);
  });

  it('whose stored input no longer fits its kind fails and says so', async () => {
    const opened = services();
    const quick = kind('test.quick', async () => undefined);
    opened.jobs.register(quick);
    const id = opened.jobs.start(quick, { name: 'x' });
    opened.vault.store().transaction((write) => write.run(`UPDATE jobs SET input_json = '{"name": 5}'`));
    expect((await ended(opened, id)).error?.code).toBe('BAD_INPUT');
  });
});

/** A store that refuses to change a job while `refusing` has a row, as a full disk does. */
const refusing: Migration = {
  number: 9999,
  name: 'jobs-refusing',
  up: (schema) =>
    schema.script(`
      CREATE TABLE refusing (reason TEXT) STRICT;
      CREATE TRIGGER refuse BEFORE UPDATE ON jobs WHEN EXISTS (SELECT 1 FROM refusing)
        BEGIN SELECT RAISE(ABORT, 'there is no room'); END;
    `),
};

describe('a store that takes no more', () => {
  it('fails the job that needs it, shows that at once, and gets the end of the job when there is room again', async () => {
    const opened = services({ migrations: [...migrations, refusing] });
    const { jobs, vault, log } = opened;
    const store = vault.store();
    const fill = () => store.transaction((write) => write.run("INSERT INTO refusing VALUES ('full')"));
    const greedy = kind('test.greedy', async (work) => {
      fill();
      work.checkpoint('something');
    });
    const quick = kind('test.quick', async () => undefined);
    jobs.register(greedy);
    jobs.register(quick);
    const stateStored = (id: string) => store.read.get('SELECT state FROM jobs WHERE id = ?', id);
    const id = jobs.start(greedy, { name: 'much' });
    expect(await ended(opened, id)).toMatchObject({ state: 'failed', resumable: true });
    expect(jobs.list()[0]).toMatchObject({ id, state: 'failed', error: { code: 'INTERNAL' } });
    expect(stateStored(id)).toEqual({ state: 'running' });
    expect(log.lines).toContainEqual(expect.objectContaining({ message: 'the end of a job could not be written' }));
    store.transaction((write) => write.run('DELETE FROM refusing'));
    await ended(opened, jobs.start(quick, { name: 'little' }));
    expect(stateStored(id)).toEqual({ state: 'failed' });
  });
});

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
