import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type StartOptions, type ToHost, type ToShell, toShell } from '../../main/host/link.ts';
import { sampleFolder } from '../../main/host/places.ts';
import { connect } from '../../renderer/api/connect.ts';

const root = join(import.meta.dirname, '..', '..');
const starts: ChildProcess[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-link-'));
});
afterEach(async () => {
  for (const child of starts.splice(0)) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** The shell's end, as small as it can be. */
function startHostProcess() {
  const child = fork(join(root, 'main/host/entry.ts'), [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  starts.push(child);
  const told: ToShell[] = [];
  const listeners = new Set<(message: ToShell) => void>();
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  child.on('message', (message) => {
    const parsed = toShell.parse(message);
    told.push(parsed);
    for (const listener of listeners) listener(parsed);
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const tell = (message: ToHost) => void child.send(message);
  return {
    child,
    told,
    exit,
    tell,
    listeners,
    errors: () => errors,
    heard: <T extends ToShell['type']>(type: T) =>
      vi.waitFor(() => expect(told.map((message) => message.type)).toContain(type), { timeout: 15_000 }),
    client() {
      let connections = 0;
      return connect({
        kind: 'bridge',
        connect(listener) {
          const connection = ++connections;
          const take = (message: ToShell) => {
            if (message.type === 'connection.frame' && message.connection === connection) listener.frame(message.data);
            if (message.type === 'connection.close' && message.connection === connection)
              listener.closed(message.reason);
          };
          listeners.add(take);
          tell({ type: 'connection.open', connection, identity: { person: 'owner', role: 'owner', home: 'desktop' } });
          return {
            send: (data) => tell({ type: 'connection.frame', connection, data }),
            close: () => {
              listeners.delete(take);
              tell({ type: 'connection.close', connection });
            },
          };
        },
      });
    },
  };
}

const options = (more: Partial<StartOptions> = {}): StartOptions => ({
  folder: null,
  sampleFolder: sampleFolder(),
  engines: { by: 'shell' },
  keyRing: { available: false, backend: 'none', reason: 'None here.' },
  logLevel: 'silent',
  ...more,
});

describe('the host as a process of its own', () => {
  it('starts when it is told to, serves connections, and ends in an orderly way', async () => {
    const host = startHostProcess();
    await host.heard('up');
    host.tell({ type: 'start', options: options() });
    await host.heard('started');
    const api = host.client();
    expect(await api.client.vault.status.query()).toMatchObject({ state: 'unlocked', ephemeral: true });
    await api.close();
    host.tell({ type: 'stop' });
    await host.heard('stopped');
    expect(await host.exit).toBe(0);
    expect(host.errors()).toBe('');
  });

  it('takes frames that come together with their connection', async () => {
    const host = startHostProcess();
    host.tell({ type: 'start', options: options() });
    await host.heard('started');
    host.tell({
      type: 'connection.open',
      connection: 9,
      identity: { person: 'owner', role: 'owner', home: 'desktop' },
    });
    for (const id of [1, 2, 3]) {
      const data = JSON.stringify({ id, method: 'query', params: { path: 'vault.status' } });
      host.tell({ type: 'connection.frame', connection: 9, data });
    }
    await vi.waitFor(() => expect(host.told.filter(({ type }) => type === 'connection.frame')).toHaveLength(3));
  });

  it('asks the shell for engine processes and relays what they say', async () => {
    const host = startHostProcess();
    host.tell({ type: 'start', options: options() });
    await host.heard('started');
    // The shell's part: no engine can be had here, and the host says so to who asked.
    host.listeners.add((message) => {
      if (message.type === 'engine.start') {
        host.tell({ type: 'engine.errorOutput', engine: message.engine, text: 'No engine here.' });
        host.tell({ type: 'engine.exit', engine: message.engine, code: null, signal: null });
      }
    });
    const api = host.client();
    const path = join(root, 'package.json');
    await expect(api.client.models.inspect.query({ path })).rejects.toMatchObject({
      data: { assay: { code: expect.stringMatching(/^(ENGINE|MODEL)_/) } },
    });
    expect(host.told.some(({ type }) => type === 'engine.start')).toBe(true);
    await api.close();
  });

  it('opens the store by the key ring that the shell has, and has it seal anew what it calls stale', async () => {
    const host = startHostProcess();
    host.listeners.add((message) => {
      const sealed = (text: string) => Buffer.from(`sealed ${text}`).toString('base64');
      if (message.type === 'keyRing.encrypt')
        host.tell({ type: 'keyRing.answer', request: message.request, result: sealed(message.text) });
      if (message.type === 'keyRing.decrypt') {
        host.tell({
          type: 'keyRing.answer',
          request: message.request,
          result: Buffer.from(message.blob, 'base64').toString().slice('sealed '.length),
          isStale: true,
        });
      }
    });
    host.tell({
      type: 'start',
      options: options({
        folder: join(folder, 'store'),
        keyRing: { available: true, backend: 'keychain', reason: null },
      }),
    });
    await host.heard('started');
    const { client, close } = host.client();
    const passphrase = 'a passphrase for this test';
    await client.vault.create.mutate({ passphrase });
    await client.vault.addKeyRingSlot.mutate({ passphrase });
    await client.vault.lock.mutate();
    await client.vault.unlock.mutate({ kind: 'os' });
    expect(await client.vault.status.query()).toMatchObject({ state: 'unlocked' });
    expect(host.told.filter(({ type }) => type === 'keyRing.encrypt')).toHaveLength(2);
    await close();
    host.tell({ type: 'stop' });
    expect(await host.exit).toBe(0);
  });

  it('ends by itself when the shell is gone', async () => {
    const host = startHostProcess();
    host.tell({ type: 'start', options: options() });
    await host.heard('started');
    host.child.disconnect();
    expect(await host.exit).toBe(0);
  });

  it('ends when it is told something of another build, without repeating it', async () => {
    const host = startHostProcess();
    await host.heard('up');
    host.child.send({ type: 'prompt', text: 'a canary' });
    expect(await host.exit).toBe(1);
    expect(host.told.at(-1)).toMatchObject({ type: 'failed', error: { code: 'INTERNAL' } });
    expect(host.errors()).not.toContain('canary');
    expect(host.errors()).toContain('ZodError');
  });
});
