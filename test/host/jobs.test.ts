import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Fault } from '../../main/base/fault.ts';
import { type Migration, migrations } from '../../main/db/index.ts';
import { closeServices, ended, kind, services } from '../helpers/jobKinds.ts';

afterEach(closeServices);

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
