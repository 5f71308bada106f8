import { MessageChannel } from 'node:worker_threads';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createRelay } from '../../main/app/relay.ts';
import type { ToHost } from '../../main/host/link.ts';
import { connectOver } from '../../preload/portConnection.ts';
import { pagePort, windowPort } from './desktop.ts';

const identity = { person: 'owner', role: 'owner', home: 'desktop' } as const;

/** The shell's relay with a link that only keeps what is said over it. */
function openShell() {
  const told: ToHost[] = [];
  const relay = createRelay({ tell: (message) => told.push(message), identity });
  return {
    told,
    relay,
    page() {
      const { port1, port2 } = new MessageChannel();
      onTestFinished(() => port1.close());
      const heard: (string | { closed: string | null })[] = [];
      const connection = connectOver(pagePort(port1), {
        frame: (text) => heard.push(text),
        closed: (closed) => heard.push({ closed }),
      });
      relay.connect(windowPort(port2));
      return { ...connection, heard };
    },
  };
}

/** Messages of ports take a few turns. */
const turns = () => new Promise((resolve) => setTimeout(resolve, 20));

it('what a page says before the host is up reaches it in order, after the opening of its connection', async () => {
  const { relay, told, page } = openShell();
  const early = page();
  early.send('one');
  early.send('two');
  await turns();
  expect(told).toEqual([]);
  relay.opened();
  early.send('three');
  await vi.waitFor(() => expect(told).toHaveLength(4));
  expect(told).toEqual([
    { type: 'connection.open', connection: 0, identity },
    ...['one', 'two', 'three'].map((data) => ({ type: 'connection.frame', connection: 0, data })),
  ]);
});

it('a page that leaves before the host is up is never spoken of', async () => {
  const { relay, told, page } = openShell();
  page().close();
  await turns();
  relay.opened();
  expect(told).toEqual([]);
});

it('a host that ends takes its connections with it, each told why once, and the next host has those that come after', async () => {
  const { relay, told, page } = openShell();
  relay.opened();
  const first = page();
  relay.broken('The host was ended by SIGKILL.');
  const second = page();
  second.send('hello');
  await vi.waitFor(() => expect(first.heard).toEqual([{ closed: 'The host was ended by SIGKILL.' }]));
  relay.take({ type: 'connection.frame', connection: 0, data: 'too late' });
  first.send('too late');
  await turns();
  expect(told.map(({ type }) => type)).toEqual(['connection.open']);
  relay.opened();
  relay.take({ type: 'connection.frame', connection: 1, data: 'welcome' });
  await vi.waitFor(() => expect(second.heard).toEqual(['welcome']));
  expect(told.slice(1).map((message) => ('connection' in message ? message.connection : null))).toEqual([1, 1]);
  expect(first.heard).toHaveLength(1);
});

it('where there will be no host any more, who waits and who comes is told why', async () => {
  const { relay, told, page } = openShell();
  const waiting = page();
  relay.refuse('The folder cannot be written.');
  const late = page();
  for (const { heard } of [waiting, late])
    await vi.waitFor(() => expect(heard).toEqual([{ closed: 'The folder cannot be written.' }]));
  expect(told).toEqual([]);
});

it('what is not text never reaches the host', async () => {
  const { relay, told } = openShell();
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  relay.connect(windowPort(port2));
  relay.opened();
  for (const nonsense of [null, 7, { data: 'x' }, new Uint8Array(8)]) port1.postMessage(nonsense);
  await turns();
  expect(told.map(({ type }) => type)).toEqual(['connection.open']);
});
