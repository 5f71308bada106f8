import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { createHost, type Host } from '../../main/host/createHost.ts';
import { sampleFolder } from '../../main/host/places.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { errorCode } from '../../preload/contract/errors.ts';
import { type FrameAnswer, openFrameClient } from '../helpers/frameClient.ts';
import { memoryPipe } from '../helpers/memoryPipe.ts';
import { arbitraryOf } from '../helpers/schemaArbitrary.ts';

/** The same inputs on each run, so that what fails fails again; FUZZ_SEED=N throws others. */
const seed = Number(process.env.FUZZ_SEED ?? 1);
const folder = mkdtempSync(join(tmpdir(), 'assay-fuzz-'));
const home = process.cwd();
// A guess at a path may be a good one.
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

/** Field names of the contract, so that what is thrown gets past the first check now and then. */
const fields = [
  'id',
  'path',
  'model',
  'models',
  'prompts',
  'system',
  'sampler',
  'order',
  'contextSize',
  'threads',
  'schema',
  'alternatives',
  'pinned',
  'comparison',
  'columns',
  'kind',
  'passphrase',
  'current',
  'next',
  'code',
  'recoveryCode',
  'minutes',
  'from',
  'to',
  'secret',
  'before',
  'limit',
  'count',
  'name',
  'format',
  'tokens',
  'gpu',
  'gpuLayers',
  'idleMinutes',
  'temperature',
  'seed',
  '__proto__',
  'constructor',
  'toString',
  'lastEventId',
];
const words = [
  'passphrase',
  'recovery',
  'os',
  'markdown',
  'json',
  'auto',
  'cpu',
  'all at once',
  '/nowhere/model.gguf',
  '/',
  '/dev/zero',
  '/proc/self',
  '.',
  '',
  '\0',
  '\uD800',
  'x'.repeat(5000),
];
const scalar = fc.oneof(
  fc.constantFrom(...words),
  fc.string({ unit: 'binary', maxLength: 30 }).filter((text) => !text.includes('/')),
  fc.integer(),
  fc.constantFrom(0, -1, 1, 2 ** 53, -(2 ** 31), 1e308, 0.5),
  fc.boolean(),
  fc.constant(null),
);
const { value: anything } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { arbitrary: scalar, weight: 3 },
    { arbitrary: fc.dictionary(fc.constantFrom(...fields), tie('value'), { maxKeys: 8 }), weight: 4 },
    { arbitrary: fc.array(tie('value'), { maxLength: 4 }), weight: 2 },
    { arbitrary: fc.jsonValue({ maxDepth: 3 }), weight: 1 },
  ),
}));

describe.each(['unlocked', 'locked', 'without a store'])('a host that is %s', (state) => {
  let host: Host;
  let client: ReturnType<typeof openFrameClient>;

  beforeAll(async () => {
    const place = state === 'unlocked' ? null : join(folder, state.replaceAll(' ', '-'));
    host = await createHost({ folder: place, engineStarter: forkStarter(), sampleFolder: sampleFolder() });
    if (state === 'locked') {
      const api = host.caller({ person: 'tester', role: 'owner', home: 'host' });
      await api.vault.create({ passphrase: 'a passphrase for fuzzing' });
      await api.vault.lock();
    }
    client = openFrameClient(host);
  });
  afterAll(async () => {
    client.close();
    await host.close();
  });

  it('answers whatever is thrown at any procedure with a result or a typed error that was foreseen, and lives', async () => {
    // At run time this is one flat record, by path.
    const procedures = Object.entries<unknown>(host.router._def.procedures).filter(isProcedureEntry);
    expect(procedures.length).toBeGreaterThan(25);
    const answered = new Map<string, Set<string>>();
    for (const [path, { _def: procedure }] of procedures) {
      const schema = procedure.inputs[0];
      const codes = new Set<string>();
      answered.set(path, codes);
      const inputs = schema ? fc.oneof(anything, arbitraryOf(schema, anything)) : anything;
      await fc.assert(
        fc.asyncProperty(inputs, async (input) => {
          const answer = await withinAMinute(client.ask(procedure.type, path, input), path);
          if (answer.error) {
            const { code, message } = answer.error.data.assay;
            expect(errorCode.options).toContain(code);
            expect(code, `${path}: ${message}`).not.toBe('INTERNAL');
            expect(message.length).toBeGreaterThan(5);
            codes.add(code);
          } else {
            expect(answer.result?.type).toMatch(/^(data|started|stopped)$/);
            codes.add('ok');
          }
          expect(client.isOpen()).toBe(true);
        }),
        // Each guess at a secret takes half a second by design, each look into a file a process.
        { numRuns: path.startsWith('vault.') ? 12 : 60, endOnFailure: true, seed },
      );
    }
    // Not all of it may end at the first check: then this test would say little.
    if (state === 'unlocked') for (const [path, codes] of answered) expect([...codes], path).not.toEqual(['BAD_INPUT']);
    expect((await client.ask('query', 'vault.status', undefined)).result?.type).toBe('data');
  }, 240_000);

  it('answers procedures that do not exist, and existing ones by another method, with NOT_FOUND', async () => {
    for (const path of [
      '',
      '.',
      'vault',
      'vault.',
      'vault.nothing',
      '__proto__',
      'vault.__proto__',
      'constructor.name',
      'toString',
      'hasOwnProperty',
    ]) {
      const answer = await client.ask('query', path, {});
      expect(answer.error?.data.assay.code, path).toBe('NOT_FOUND');
    }
    expect((await client.ask('mutation', 'vault.status', {})).error?.data.assay.code).toBe('NOT_FOUND');
    expect((await client.ask('query', 'events.changes', {})).error?.data.assay.code).toBe('NOT_FOUND');
  });
});

/** A procedure that stays silent is named, with the input that made it so. */
async function withinAMinute<T>(answer: Promise<T>, path: string): Promise<T> {
  let late: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new Error(`${path} did not answer within a minute`)), 60_000);
  });
  return Promise.race([answer, silence]).finally(() => clearTimeout(late));
}

it('any text and any JSON as a frame is answered with a typed error or not at all, and the connection lives', async () => {
  const host = await createHost({ folder: null, engineStarter: forkStarter(), sampleFolder: sampleFolder() });
  const { host: end, client } = memoryPipe();
  const answers: string[] = [];
  let open = true;
  client.onFrame((frame) => answers.push(frame));
  client.onClose(() => {
    open = false;
  });
  host.connect(end, { person: 'tester', role: 'owner', home: 'host' });
  const envelope = fc.record(
    {
      id: fc.oneof(fc.integer(), fc.string(), scalar),
      jsonrpc: fc.constantFrom('2.0', '1.0', null),
      method: fc.constantFrom('query', 'mutation', 'subscription', 'subscription.stop', 'reconnect', ''),
      params: fc.oneof(
        anything,
        fc.record(
          {
            path: fc.oneof(fc.constantFrom('vault.status', 'events.changes', 'jobs.list'), scalar),
            input: anything,
            lastEventId: scalar,
          },
          { requiredKeys: [] },
        ),
      ),
    },
    { requiredKeys: [] },
  );
  const frame = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.json(),
    envelope.map((one) => JSON.stringify(one)),
    fc.array(envelope, { maxLength: 5 }).map((batch) => JSON.stringify(batch)),
  );
  for (const one of fc.sample(frame, 3000)) client.send(one);
  client.send(JSON.stringify({ id: 'last', method: 'query', params: { path: 'vault.status' } }));
  await vi.waitFor(() => expect(answers.some((answer) => answer.includes('"id":"last"'))).toBe(true), {
    timeout: 20_000,
  });
  expect(open).toBe(true);
  for (const answer of answers) {
    if (answer === 'PONG') continue;
    const { error }: FrameAnswer = JSON.parse(answer);
    if (error) expect(error.data.assay.code, answer).not.toBe('INTERNAL');
  }
  await host.close();
}, 60_000);

function isProcedureEntry(
  entry: [string, unknown],
): entry is [string, { _def: { type: string; inputs: z.ZodType[] } }] {
  return typeof entry[1] === 'function' && '_def' in entry[1];
}
