import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QueryObserver } from '@tanstack/react-query';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createHost, type Host } from '../../main/host/createHost.ts';
import { sampleFolder } from '../../main/host/places.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import type { ComparisonEvent } from '../../preload/contract/compare.ts';
import { type Api, createApi } from '../../renderer/api/api.ts';
import { failureOf } from '../../renderer/api/failure.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { memoryTransport } from '../helpers/memoryTransport.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-host-'));
const passphrase = 'a passphrase for this test';
const prompt = 'a prompt that must not reach the log';
let host: Host;
let api: Api;
let models: string[];

beforeAll(async () => {
  models = [1, 2].map((seed) =>
    writeModel(join(folder, `model-${seed}.gguf`), randomLlama({ seed, name: `model ${seed}` })),
  );
  host = await createHost({
    folder: join(folder, 'store'),
    engineStarter: forkStarter(),
    sampleFolder: sampleFolder(),
  });
  api = createApi(memoryTransport(host));
});
afterAll(async () => {
  await api.close();
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a page and a host, from an empty folder to answers side by side', () => {
  let id: string;

  it('says that there is no store, and makes one', async () => {
    expect(await api.client.vault.status.query()).toMatchObject({ state: 'none' });
    expect(failureOf(await api.client.models.list.query().catch((error: unknown) => error))).toMatchObject({
      code: 'NO_STORE',
    });
    const { recoveryCode } = await api.client.vault.create.mutate({ passphrase });
    expect(recoveryCode.length).toBeGreaterThan(30);
    expect(await api.client.vault.status.query()).toMatchObject({ state: 'unlocked' });
  });

  it('compares two models, streaming', async () => {
    const started = await api.client.compare.start.mutate({
      models,
      prompts: [prompt],
      sampler: { maxTokens: 12 },
      threads: 1,
    });
    id = started.id;
    const events = await watchToTheEnd(id);
    expect(events[0]?.type).toBe('snapshot');
    expect(events.at(-1)?.type).toBe('ended');
    const { cells } = await api.client.compare.get.query({ id });
    expect(cells.map(({ state, error }) => [state, error])).toEqual([
      ['done', null],
      ['done', null],
    ]);
    expect(cells.every(({ tokens }) => tokens.length > 0)).toBe(true);
    await vi.waitFor(async () =>
      expect((await api.client.jobs.list.query())[0]).toMatchObject({ id: started.jobId, state: 'done' }),
    );
  }, 60_000);

  it('has logged what was done, without what was asked', async () => {
    const entries = await api.client.audit.list.query({ limit: 100 });
    const outcome = entries.find(({ action, phase }) => action === 'compare.start' && phase === 'outcome');
    expect(outcome).toMatchObject({ outcome: 'ok', person: 'tester', home: 'host' });
    expect(JSON.stringify(entries)).not.toContain(prompt);
    expect(await api.client.audit.verify.query()).toMatchObject({ holds: true });
  });

  it('has queries asked again when their topic changes', async () => {
    const watched = new QueryObserver(api.queries, api.options.compare.list.queryOptions());
    const stop = watched.subscribe(() => undefined);
    await vi.waitFor(() => expect(watched.getCurrentResult().data).toHaveLength(1));
    await api.client.compare.rename.mutate({ id, name: 'Renamed' });
    await vi.waitFor(() => expect(watched.getCurrentResult().data?.[0]?.name).toBe('Renamed'));
    stop();
  });

  it('drops from memory what the store held when it locks, and brings it back when it is unlocked', async () => {
    const watched = new QueryObserver(api.queries, api.options.compare.list.queryOptions());
    const stop = watched.subscribe(() => undefined);
    await vi.waitFor(() => expect(watched.getCurrentResult().data).toHaveLength(1));
    await api.client.vault.lock.mutate();
    await vi.waitFor(() => expect(failureOf(watched.getCurrentResult().error)).toMatchObject({ code: 'LOCKED' }));
    expect(watched.getCurrentResult().data).toBeUndefined();
    const held = api.queries
      .getQueryCache()
      .getAll()
      .filter(({ state }) => state.data !== undefined);
    expect(JSON.stringify(held.map(({ queryKey }) => queryKey))).not.toContain('compare');
    await api.client.vault.unlock.mutate({ kind: 'passphrase', passphrase });
    await vi.waitFor(() => expect(watched.getCurrentResult().data).toHaveLength(1));
    stop();
  });

  it('answers the same in process, with Faults', async () => {
    const caller = host.caller({ person: 'tester', role: 'auditor', home: 'command line' });
    expect((await caller.compare.get({ id })).name).toBe('Renamed');
    await expect(caller.compare.remove({ id })).rejects.toMatchObject({ name: 'Fault', code: 'FORBIDDEN' });
    await expect(caller.compare.get({ id: 'nothing' })).rejects.toMatchObject({ name: 'Fault', code: 'NOT_FOUND' });
  });
});

function watchToTheEnd(id: string): Promise<ComparisonEvent[]> {
  return new Promise((resolve, reject) => {
    const events: ComparisonEvent[] = [];
    api.client.compare.watch.subscribe(
      { id },
      { onData: (event) => events.push(event), onError: reject, onComplete: () => resolve(events) },
    );
  });
}
