import { createTRPCClient, type TRPCClient, wsLink } from '@trpc/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Connections, createConnections } from '../../main/host/connections.ts';
import { largestAnswerBytes, largestRequestBytes } from '../../preload/contract/frames.ts';
import { type Line, openLine } from '../../renderer/api/connect.ts';
import { failureOf } from '../../renderer/api/failure.ts';
import { patience } from '../../renderer/api/patience.ts';
import { createTestGate, createTestRouter, type TestRouter } from './testRouter.ts';
import { type TransportUnderTest, transports } from './transports.ts';

describe.each(Object.entries(transports))('over %s', (name, start) => {
  let test: ReturnType<typeof createTestRouter>;
  let gate: ReturnType<typeof createTestGate>;
  let connections: Connections;
  let under: TransportUnderTest;
  let api: Line & { client: TRPCClient<TestRouter> };
  const logged: object[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: (facts: object) => void logged.push(facts) };

  beforeEach(async () => {
    test = createTestRouter();
    gate = createTestGate();
    connections = createConnections({ router: test.router, gate: gate.gate, log });
    under = await start(connections);
    const { socket, ...line } = openLine(under.transport);
    api = {
      ...line,
      client: createTRPCClient<TestRouter>({
        links: [...patience<TestRouter>(line.connection), wsLink({ client: socket })],
      }),
    };
  });
  afterEach(async () => {
    await api.close();
    connections.close('The test has ended.');
    await under.close();
    await vi.waitFor(() => expect(connections.count()).toBe(0));
    logged.length = 0;
  });

  it('carries a call and its answer, whatever characters they hold', async () => {
    const text = 'grüße \u{1F9EA} \u2028 \0 "quoted" \\ 漢字';
    expect(await api.client.echo.query({ text })).toEqual({ text, length: text.length });
  });

  it('answers many calls at once, each to its caller', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => api.client.echo.query({ text: `call ${index}` })),
    );
    expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 200 }, (_, index) => `call ${index}`));
  });

  it('tells failures apart by code, with a sentence and facts', async () => {
    expect(failureOf(await thrownBy(api.client.fail.query()))).toEqual({
      code: 'MODEL_NOT_FOUND',
      message: 'There is no model at /nowhere. Choose another.',
      facts: { path: '/nowhere' },
    });
    expect(failureOf(await thrownBy(api.client.crash.query()))).toMatchObject({ code: 'INTERNAL' });
    // @ts-expect-error a number where a text belongs
    expect(failureOf(await thrownBy(api.client.echo.query({ text: 1 })))).toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('text'),
    });
    // @ts-expect-error no such procedure
    expect(failureOf(await thrownBy(api.client.nothing.query()))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('logs an unforeseen failure with its place and without its words', async () => {
    await thrownBy(api.client.crash.query());
    expect(logged).toHaveLength(1);
    expect(JSON.stringify(logged)).toContain('testRouter');
    expect(JSON.stringify(logged)).not.toContain('not a function');
  });

  it('brings a failure in the middle of a subscription to its reader', async () => {
    const read = await readAll<number>((handlers) => api.client.failLater.subscribe(undefined, handlers));
    expect(read.items).toEqual([1]);
    expect(failureOf(read.error)).toMatchObject({ code: 'ENGINE_CRASHED' });
  });

  it('carries 20,000 items in order and then completes', async () => {
    const read = await readAll<{ index: number }>((handlers) =>
      api.client.count.subscribe({ count: 20_000 }, handlers),
    );
    expect(read.error).toBeNull();
    expect(read.items.length).toBe(20_000);
    expect(read.items.every(({ index }, place) => index === place)).toBe(true);
  });

  it('a reader that stops aborts the signal of its subscription', async () => {
    const { promise: first, resolve } = Promise.withResolvers<void>();
    const subscription = api.client.wait.subscribe(undefined, { onData: () => resolve() });
    await first;
    expect(test.seen.aborted).toBe(0);
    subscription.unsubscribe();
    await vi.waitFor(() => expect(test.seen.aborted).toBe(1));
    expect(await api.client.echo.query({ text: 'still here' })).toMatchObject({ text: 'still here' });
  });

  it('a client that goes away aborts what it had subscribed to', async () => {
    const raw = await under.raw();
    raw.send(request(1, 'subscription', 'wait'));
    raw.send(request(2, 'subscription', 'wait'));
    await vi.waitFor(() => expect(test.seen.started).toBe(2));
    raw.close();
    await vi.waitFor(() => expect(test.seen.aborted).toBe(2));
  });

  it('does not run ahead of a client that has stopped reading, and goes on when it reads again', async () => {
    const raw = await under.raw();
    raw.pause();
    const count = 60_000;
    raw.send(request(1, 'subscription', 'count', { count, size: 1000 }));
    const pulled = await settled(() => test.seen.pulled);
    // 60 MB were asked for. The kernel's socket buffers hold some; the host holds 256 KiB.
    expect(pulled).toBeGreaterThan(100);
    expect(pulled).toBeLessThan(name === 'WebSocket' ? 20_000 : 400);
    expect(test.seen.ended).toBe(0);
    raw.resume();
    await vi.waitFor(() => expect(test.seen.ended).toBe(1), { timeout: 20_000, interval: 50 });
    expect(test.seen.pulled).toBe(count);
    await vi.waitFor(() => expect(raw.frames.at(-1)).toContain('"stopped"'));
    raw.close();
  });

  it('stops a subscription of a client that has stopped reading when the client goes', async () => {
    const raw = await under.raw();
    raw.pause();
    raw.send(request(1, 'subscription', 'count', { count: 1_000_000, size: 1000 }));
    await settled(() => test.seen.pulled);
    raw.resume();
    raw.close();
    await vi.waitFor(() => expect(test.seen.ended).toBe(1), { timeout: 10_000 });
    expect(test.seen.pulled).toBeLessThan(1_000_000);
  });

  it('tells a slow client of a topic once, with its latest version', async () => {
    const raw = await under.raw();
    raw.send(request(1, 'subscription', 'events.changes'));
    await vi.waitFor(() => expect(raw.frames.join()).toContain('started'));
    raw.pause();
    raw.send(request(2, 'subscription', 'count', { count: 60_000, size: 1000 }));
    await settled(() => test.seen.pulled);
    for (let index = 0; index < 5000; index++) test.changes.announce('models');
    test.changes.announce('jobs');
    raw.resume();
    await vi.waitFor(() => expect(raw.frames.join()).toContain('"topic":"jobs"'), { timeout: 20_000, interval: 100 });
    const told = raw.frames.filter((frame) => frame.includes('"topic":"models"'));
    expect(told.length).toBeLessThan(5);
    expect(told.at(-1)).toContain('"version":5000');
    raw.close();
  });

  it('a client comes back after a break: subscriptions begin anew, queries are asked again, commands under way fail as disconnected', async () => {
    const items: string[] = [];
    api.client.wait.subscribe(undefined, { onData: (item) => items.push(item) });
    await vi.waitFor(() => expect(items).toHaveLength(1));
    const pending = thrownBy(api.client.never.mutate());
    const asked = api.client.secondTime.query();
    await vi.waitFor(() => expect(gate.records.length + test.seen.asked).toBe(2));
    connections.close('The host was started anew.');
    expect(failureOf(await pending)).toMatchObject({ code: 'DISCONNECTED' });
    expect(await asked).toBe('answered');
    await vi.waitFor(() => expect(items).toHaveLength(2), { timeout: 5000 });
    expect(await api.client.echo.query({ text: 'again' })).toMatchObject({ text: 'again' });
    expect(api.connection.getState()).toEqual({ state: 'open', problem: null, openings: 2 });
    expect(test.seen.aborted).toBe(1);
  });

  it('answers calls made during a break when it is over', async () => {
    await api.client.echo.query({ text: 'before' });
    connections.close('The host was started anew.');
    expect(await api.client.echo.query({ text: 'meanwhile' })).toMatchObject({ text: 'meanwhile' });
  });

  it('refuses a request that is too large before it is sent, and the others go on', async () => {
    const text = 'x'.repeat(largestRequestBytes);
    const [large, small] = await Promise.all([
      thrownBy(api.client.echo.query({ text })),
      api.client.echo.query({ text: 'small' }),
    ]);
    expect(failureOf(large)).toMatchObject({ code: 'TOO_LARGE', message: expect.stringContaining('16 MiB') });
    expect(small).toMatchObject({ text: 'small' });
    expect(api.connection.getState().openings).toBe(1);
  });

  it('ends the connection of a client that sends too large a frame, and says why', async () => {
    const raw = await under.raw();
    raw.send(request(1, 'query', 'echo', { text: 'ü'.repeat(largestRequestBytes / 2) }));
    const reason = await raw.closed;
    if (name !== 'memory') expect(reason).toContain('larger than 16 MiB');
    expect(raw.frames.join()).toContain('TOO_LARGE');
    expect(await api.client.echo.query({ text: 'others live' })).toMatchObject({ text: 'others live' });
  });

  it('replaces an answer that is too large by an error', async () => {
    expect(failureOf(await thrownBy(api.client.huge.query(largestAnswerBytes)))).toMatchObject({
      code: 'TOO_LARGE',
      message: expect.stringContaining('64 MiB'),
    });
  });

  it.each(malformed)('answers the malformed frame %s with a typed error and lives on', async (frame) => {
    const raw = await under.raw();
    raw.send(frame);
    await vi.waitFor(() => expect(raw.frames).toHaveLength(1));
    expect(JSON.parse(raw.frames[0] ?? '')).toMatchObject({
      error: { data: { assay: { code: expect.stringMatching(/^(BAD_INPUT|NOT_FOUND)$/) } } },
    });
    raw.send(request(7, 'query', 'echo', { text: 'fine' }));
    await vi.waitFor(() => expect(raw.frames.join()).toContain('fine'));
    raw.close();
  });

  it('ends what is watched when the store locks, even while it waits', async () => {
    const read = readAll<{ index: number }>((handlers) => api.client.count.subscribe({ count: 10_000_000 }, handlers));
    await vi.waitFor(() => expect(test.seen.pulled).toBeGreaterThan(100));
    gate.lock();
    expect(failureOf((await read).error)).toMatchObject({ code: 'LOCKED' });
    expect(failureOf(await thrownBy(api.client.echo.query({ text: 'locked' })))).toMatchObject({ code: 'LOCKED' });
    expect(gate.listeners.size).toBe(0);
  });
});

const malformed = [
  '',
  '{',
  'null',
  '7',
  '"text"',
  '{}',
  '[1]',
  '{"id":1}',
  '{"id":{},"method":"query","params":{"path":"echo"}}',
  '{"id":1,"method":"destroy","params":{"path":"echo"}}',
  '{"id":1,"method":"query"}',
  '{"id":1,"method":"query","params":{"path":7}}',
  '{"id":null,"method":"query","params":{"path":"echo"}}',
  '{"id":1,"method":"query","params":{"path":"__proto__"}}',
  '{"id":1,"method":"query","params":{"path":"constructor"}}',
  '{"id":1,"method":"mutation","params":{"path":"echo"}}',
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
];

function request(id: number, method: string, path: string, input?: unknown): string {
  return JSON.stringify({ id, method, params: { path, input } });
}

function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('It was expected to fail.');
    },
    (error: unknown) => error,
  );
}

interface Handlers<T> {
  onData(item: T): void;
  onError(error: unknown): void;
  onComplete(): void;
}

function readAll<T>(subscribe: (handlers: Handlers<T>) => unknown): Promise<{ items: T[]; error: unknown }> {
  return new Promise((resolve) => {
    const items: T[] = [];
    subscribe({
      onData: (item) => items.push(item),
      onError: (error) => resolve({ items, error }),
      onComplete: () => resolve({ items, error: null }),
    });
  });
}

/** The value once it has stood still for half a second. */
async function settled(value: () => number): Promise<number> {
  for (;;) {
    const before = value();
    await new Promise((resolve) => setTimeout(resolve, 500));
    if (before > 0 && value() === before) return before;
  }
}
