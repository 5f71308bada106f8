import { expect, it } from 'vitest';
import { createConnections } from '../../main/host/connections.ts';
import type { ToShell } from '../../main/host/link.ts';
import { linkPipe } from '../../main/host/linkPipe.ts';
import { memoryPipe } from '../helpers/memoryPipe.ts';
import { createTestGate, createTestRouter } from './testRouter.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const identity = { person: 'tester', role: 'owner', home: 'host' } as const;

it('a connection that ended before the host took it is not kept', () => {
  const { router } = createTestRouter();
  const connections = createConnections({ router, gate: createTestGate().gate, log });
  const told: ToShell[] = [];
  const relayed = linkPipe({ send: (message) => told.push(message) }, 1, () => undefined);
  relayed.frame(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'wait' } }));
  relayed.closed();
  connections.connect(relayed.pipe, identity);
  const memory = memoryPipe();
  memory.host.close();
  connections.connect(memory.host, identity);
  expect(connections.count()).toBe(0);
  expect(told).toEqual([]);
});
