import type { TRPCError } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Fault } from '../../main/base/fault.ts';
import {
  command,
  createCallerFactory,
  errorDataOf,
  type Identity,
  open,
  query,
  router,
} from '../../main/base/procedure.ts';
import { givenName } from '../../preload/contract/names.ts';
import { createTestGate } from '../transport/testRouter.ts';

const input = z.object({ id: z.string() });
const subject = router({
  rename: command
    .meta({
      facts: ({ id, tags }: { id: string; tags: string[] }) => ({ id, first: tags[0] ?? null, count: tags.length }),
    })
    .input(input.extend({ tags: z.array(z.string()) }))
    .mutation(({ input }) => input.id),
  odd: command
    .meta({ facts: (given: { id: string }) => ({ id: given.id, long: 'x'.repeat(10_000) }) })
    .mutation(() => 1),
  plain: command.mutation(() => 1),
  reviewed: command.meta({ roles: ['owner', 'reviewer'] }).mutation(() => 1),
  fails: command.mutation(() => {
    throw new Fault('CONFLICT', 'It is in use. Close it first.');
  }),
  stream: command.input(z.number()).subscription(async function* ({ input }) {
    for (let index = 0; index < input; index++) yield index;
    if (input === 0) throw new Fault('ENGINE_HUNG', 'It hangs.');
  }),
  look: query.query(() => 1),
  status: open.query(() => 1),
});

const callerOf = createCallerFactory(subject);
const as = (role: Identity['role']) => {
  const test = createTestGate();
  return { ...test, call: callerOf({ identity: { person: 'p', role, home: 'host' }, gate: test.gate }) };
};

describe('a command', () => {
  it('writes its intent with the named facts, and its outcome', async () => {
    const { call, records } = as('owner');
    await call.rename({ id: 'a', tags: ['x', 'y'] });
    expect(records).toEqual([{ action: 'rename', facts: { id: 'a', first: 'x', count: 2 }, outcome: 'ok' }]);
  });

  it('is logged with its error code when it fails', async () => {
    const { call, records } = as('owner');
    await expect(call.fails()).rejects.toThrow('in use');
    expect(records).toEqual([{ action: 'fails', facts: {}, outcome: 'CONFLICT' }]);
  });

  it.each([undefined, null, 7, 'text', [], { id: {} }, { id: 'a', tags: null }])(
    'answers the malformed input %j with BAD_INPUT, logged as such',
    async (malformed) => {
      const { call, records } = as('owner');
      // @ts-expect-error malformed on purpose
      await expect(call.rename(malformed)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
      expect(records).toEqual([{ action: 'rename', facts: { malformed: true }, outcome: 'BAD_INPUT' }]);
    },
  );

  it.each([
    [{ name: 'x'.repeat(201) }, '“name” has at most 200 characters. Shorten it.'],
    [{ name: ' ' }, '“name” is empty. Fill it in.'],
    [{ name: 7 }, 'The request was not understood. name: Invalid input: expected string, received number'],
  ])('says in a sentence what is too long or empty in %j', async (given, sentence) => {
    const named = router({ name: command.input(z.object({ name: givenName })).mutation(() => 1) });
    const call = createCallerFactory(named)({
      identity: { person: 'p', role: 'owner', home: 'host' },
      gate: createTestGate().gate,
    });
    // @ts-expect-error malformed on purpose
    const error = await call.name(given).catch((thrown: unknown) => thrown);
    expect(errorDataOf(error as TRPCError)).toEqual({ code: 'BAD_INPUT', message: sentence });
  });

  it('brings only scalars of bounded length into the log', async () => {
    const { call, records } = as('owner');
    // @ts-expect-error it takes no input
    await call.odd({ id: { secret: 'object' } });
    expect(records[0]?.facts).toEqual({ long: 'x'.repeat(4096) });
  });

  it('does not run when its intent cannot be written', async () => {
    const { gate } = as('owner');
    const full = {
      ...gate,
      record: () => {
        throw new Fault('DISK_FULL', 'The disk is full. Free some space.');
      },
    };
    await expect(
      callerOf({ identity: { person: 'p', role: 'owner', home: 'host' }, gate: full }).plain(),
    ).rejects.toThrow('disk is full');
  });

  it('that streams is settled when it ends, not when it begins', async () => {
    const { call, records } = as('owner');
    const stream = await call.stream(3);
    expect(records[0]?.outcome).toBeNull();
    const items = [];
    for await (const item of stream) items.push(item);
    expect(items).toEqual([0, 1, 2]);
    expect(records[0]?.outcome).toBe('ok');
  });

  it('that streams has the outcome CANCELLED when its reader stops, and its error code when it fails', async () => {
    const { call, records } = as('owner');
    for await (const item of await call.stream(1000)) if (item === 5) break;
    expect(records[0]?.outcome).toBe('CANCELLED');
    const failing = await call.stream(0);
    await expect(
      (async () => {
        for await (const _ of failing);
      })(),
    ).rejects.toThrow('It hangs.');
    expect(records[1]?.outcome).toBe('ENGINE_HUNG');
  });
});

describe('roles', () => {
  it.each(['reviewer', 'auditor'] as const)('a %s looks, and does not command', async (role) => {
    const { call, records } = as(role);
    expect(await call.look()).toBe(1);
    await expect(call.plain()).rejects.toMatchObject({ cause: { code: 'FORBIDDEN' } });
    expect(records).toEqual([]);
  });

  it('a command may name who may use it', async () => {
    expect(await as('reviewer').call.reviewed()).toBe(1);
    await expect(as('auditor').call.reviewed()).rejects.toMatchObject({ cause: { code: 'FORBIDDEN' } });
    await expect(as('engineer').call.reviewed()).rejects.toMatchObject({ cause: { code: 'FORBIDDEN' } });
  });
});

describe('a locked store', () => {
  it('answers LOCKED to queries and commands, and nothing is logged', async () => {
    const { call, lock, records } = as('owner');
    lock();
    await expect(call.look()).rejects.toMatchObject({ cause: { code: 'LOCKED' } });
    await expect(call.plain()).rejects.toMatchObject({ cause: { code: 'LOCKED' } });
    expect(await call.status()).toBe(1);
    expect(records).toEqual([]);
  });

  it('ends a streaming command, which is settled', async () => {
    const { call, lock, records } = as('owner');
    const stream = (await call.stream(1000))[Symbol.asyncIterator]();
    await stream.next();
    lock();
    await expect(stream.next()).rejects.toMatchObject({ code: 'LOCKED' });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(records[0]?.outcome).not.toBeNull();
  });
});
