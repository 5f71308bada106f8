import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCompare } from '../../main/services/compare/index.ts';
import type { ComparisonEvent } from '../../preload/contract/compare.ts';
import { characterModels, createCharacterEngine } from '../helpers/characterEngine.ts';
import { type Opened, openServices, passphrase } from '../helpers/openServices.ts';

let folder: string;
let services: Opened;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-locked-'));
});
afterEach(async () => {
  await services.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('locking the store', () => {
  it.each(['base', 'deaf'])(
    'interrupts what runs and what waits, keeps what is done, and a person lets it go on (%s)',
    async (name) => {
      services = openServices({ folder, graceMs: 100 });
      const { jobs, vault } = services;
      const engine = createCharacterEngine({ tokenMs: 1 });
      const compare = createCompare({ ...services, models: characterModels([name]), engine });
      await vault.create({ passphrase });
      const ask = { models: [name], prompts: ['short one', 'two'], sampler: { maxTokens: 1000 } };
      const running = compare.start(ask);
      const waiting = compare.start({ ...ask, prompts: ['three'] });
      jobs.cancel(waiting.jobId);
      const queued = compare.start({ ...ask, prompts: ['four', 'five'] });
      const view = { id: running.id, from: 0, count: 10 };
      const events: ComparisonEvent[] = [];
      let locked: Promise<void> | undefined;
      for await (const event of compare.watch(view, new AbortController().signal)) {
        events.push(event);
        if (event.type === 'tokens' && event.prompt === 1) locked ??= vault.lock();
      }
      expect(events.at(-1)).toEqual({ type: 'ended' });
      await locked;
      expect(vault.status().state).toBe('locked');
      for (const act of [
        () => jobs.list(),
        () => compare.list(),
        () => compare.start(ask),
        () => jobs.resume(running.jobId),
      ]) {
        expect(act).toThrow(expect.objectContaining({ code: 'LOCKED' }));
      }

      await vault.unlock({ kind: 'passphrase', passphrase });
      expect(jobs.get(running.jobId)).toMatchObject({ state: 'interrupted', resumable: true });
      expect(jobs.get(queued.jobId)).toMatchObject({ state: 'interrupted', resumable: true, startedAt: null });
      expect(jobs.get(waiting.jobId)).toMatchObject({ state: 'cancelled' });
      const cells = compare.get(view).cells;
      expect(cells.map(({ state }) => state)).toEqual(['done', 'cancelled']);
      expect(cells[1]?.tokens.length).toBeGreaterThan(0);
      const begun = engine.begun;
      jobs.resume(running.jobId);
      jobs.cancel(queued.jobId);
      expect(jobs.get(queued.jobId).state).toBe('cancelled');
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(engine.begun).toBe(begun + 1);
      jobs.cancel(running.jobId);
    },
  );

  it('leaves a job that a person may take off the list instead; what it left open is then settled', async () => {
    services = openServices({ folder });
    const { jobs, vault } = services;
    const engine = createCharacterEngine({ tokenMs: 1 });
    const compare = createCompare({ ...services, models: characterModels(['base']), engine });
    await vault.create({ passphrase });
    const { id, jobId } = compare.start({ models: ['base'], prompts: ['one', 'two'], sampler: { maxTokens: 500 } });
    const view = { id, from: 0, count: 10 };
    await vault.lock();
    await vault.unlock({ kind: 'passphrase', passphrase });
    expect(compare.get(view).cells[1]?.state).toBe('waiting');
    jobs.clear(jobId);
    expect(compare.get(view).cells.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    expect(jobs.list()).toEqual([]);
    compare.remove(id);
  });

  it('of a store with a finished comparison leaves nothing to recover', async () => {
    services = openServices({ folder });
    const { jobs, vault } = services;
    const compare = createCompare({ ...services, models: characterModels(['base']), engine: createCharacterEngine() });
    await vault.create({ passphrase });
    const { id, jobId } = compare.start({ models: ['base'], prompts: ['one'] });
    for await (const _ of compare.watch({ id, from: 0, count: 1 }, new AbortController().signal));
    await vault.lock();
    await vault.unlock({ kind: 'passphrase', passphrase });
    expect(jobs.get(jobId).state).toBe('done');
    expect(services.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
