import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createConnections } from '../../main/host/connections.ts';
import { type Server, startServer } from '../../main/server/startServer.ts';
import { openLine } from '../../renderer/api/connect.ts';
import { chooseTransport } from '../../renderer/api/transport.ts';
import { builtPage } from '../helpers/builtPage.ts';
import { createTestGate, createTestRouter } from './testRouter.ts';

let page: Awaited<ReturnType<typeof builtPage>>;
let server: Server;
const empty = { getItem: () => null };
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

beforeEach(async () => {
  page = await builtPage();
  server = await startServer({
    host: createConnections({ router: createTestRouter().router, gate: createTestGate().gate, log }),
    rendererFolder: page.folder,
  });
});
afterEach(async () => {
  await server.close();
  await page.remove();
});

it('a browser that is not signed in stops trying and says what to do', async () => {
  const transport = chooseTransport(undefined, `http://127.0.0.1:${server.port}/compare/1?x=1`, empty);
  expect(transport).toEqual({
    kind: 'web',
    socket: `ws://127.0.0.1:${server.port}/socket`,
    session: `http://127.0.0.1:${server.port}/session`,
    secret: expect.any(Function),
  });
  const line = openLine(transport);
  await vi.waitFor(() => expect(line.connection.getState().state).toBe('refused'));
  expect(line.connection.getState().problem).toContain('assay serve');
  await line.close();
});

it('a browser whose server is gone keeps trying, and says so', async () => {
  const port = server.port;
  await server.close();
  const line = openLine(chooseTransport(undefined, `http://127.0.0.1:${port}/`, empty));
  await vi.waitFor(() => expect(line.connection.getState().problem).toContain('Trying again'));
  expect(line.connection.getState()).toMatchObject({ state: 'connecting', openings: 0 });
  await line.close();
  server = await startServer({
    host: createConnections({ router: createTestRouter().router, gate: createTestGate().gate, log }),
    rendererFolder: page.folder,
  });
});
