import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { command, createCallerFactory, type Facts, type Identity, router } from '../../main/base/procedure.ts';
import { createHost } from '../../main/host/createHost.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { createTestGate } from '../transport/testRouter.ts';

const owner: Identity = { person: 'owner', role: 'owner', home: 'host' };

/** What is logged of an input when a procedure, by mistake, takes over whatever it holds. */
async function factsOf(input: Facts): Promise<object | undefined> {
  const careless = router({
    act: command.meta({ facts: (given: Facts) => ({ ...given }) }).mutation(() => undefined),
  });
  const { gate, records } = createTestGate();
  // @ts-expect-error it declares no input
  await createCallerFactory(careless)({ identity: owner, gate }).act(input);
  return records[0]?.facts;
}

const many = (count: number): Facts =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`fact ${index}`, index]));

describe('the facts of one entry', () => {
  it('are 32 at most', async () => {
    expect(await factsOf(many(32))).toEqual(many(32));
    expect(await factsOf(many(33))).toEqual({ malformed: true });
  });

  it('have names of 64 characters at most', async () => {
    expect(await factsOf({ ['n'.repeat(64)]: 1 })).toEqual({ ['n'.repeat(64)]: 1 });
    expect(await factsOf({ fine: 1, ['n'.repeat(65)]: 1 })).toEqual({ malformed: true });
  });

  it('are cut at 4096 characters', async () => {
    expect(await factsOf({ long: 'x'.repeat(5000) })).toEqual({ long: 'x'.repeat(4096) });
  });
});

describe('what a client invents beside the input that a command knows', () => {
  it('does not come into the log', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-test-facts-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const host = await createHost({
      folder: null,
      engineStarter: forkStarter(),
      sampleFolder: join(folder, 'none'),
    });
    onTestFinished(() => host.close());
    const api = host.caller(owner);
    const invented = { secret: 'an answer of the model', [`k${'x'.repeat(30)}`]: 1, password: 'p' };
    const attempts: [string, () => Promise<unknown>, Facts][] = [
      [
        'engine.updateSettings',
        () => api.engine.updateSettings({ threads: 1, idleMinutes: 5, ...invented }),
        { threads: 1, idleMinutes: 5 },
      ],
      ['engine.unload', () => api.engine.unload({ id: 'm', ...invented }), { model: 'm' }],
      ['models.add', () => api.models.add({ path: '/no', ...invented }), { path: '/no' }],
      ['models.forget', () => api.models.forget({ ids: ['m'], ...invented }), { models: 1, model: 'm' }],
      ['jobs.cancel', () => api.jobs.cancel({ id: 'j', ...invented }), { job: 'j' }],
      ['jobs.resume', () => api.jobs.resume({ id: 'j', ...invented }), { job: 'j' }],
      ['jobs.clear', () => api.jobs.clear({ id: 'j', ...invented }), { job: 'j' }],
      ['compare.remove', () => api.compare.remove({ id: 'c', ...invented }), { comparison: 'c' }],
      [
        'compare.rename',
        () => api.compare.rename({ id: 'c', name: 'a name', ...invented }),
        { comparison: 'c', named: true },
      ],
      ['vault.setLockAfter', () => api.vault.setLockAfter({ minutes: 9, ...invented }), { minutes: 9 }],
      ['vault.backup', () => api.vault.backup({ to: '/no', ...invented }), { to: '/no' }],
    ];
    for (const [action, attempt, facts] of attempts) {
      // Most have nothing to act on; what counts is what was kept of the attempt.
      await attempt().catch(() => undefined);
      const intent = (await api.audit.list({ limit: 5 })).find(({ phase }) => phase === 'intent');
      expect(intent).toMatchObject({ action });
      expect(intent?.facts, action).toEqual(facts);
    }
  });
});
