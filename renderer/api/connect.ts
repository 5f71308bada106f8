import { createTRPCClient, createWSClient, type TRPCClient, type TRPCWebSocketClient, wsLink } from '@trpc/client';
import type { AppRouter } from '../../preload/contract/api.ts';
import { door } from '../../preload/contract/door.ts';
import { type ConnectionStore, createConnectionStore } from './connection.ts';
import { createFrameSocketClass } from './frameSocket.ts';
import { createGuardedWebSocketClass } from './guardedWebSocket.ts';
import { patience } from './patience.ts';
import type { Transport } from './transport.ts';

export type Client = TRPCClient<AppRouter>;

export interface Line {
  connection: ConnectionStore;
  /** Ends the connection; open subscriptions complete, and nothing reconnects. */
  close(): Promise<void>;
}

export interface Connected extends Line {
  client: Client;
}

/** A typed client on a line of its own. */
export function connect(transport: Transport): Connected {
  const { socket, ...line } = openLine(transport);
  return {
    ...line,
    client: createTRPCClient<AppRouter>({
      links: [...patience<AppRouter>(line.connection), wsLink({ client: socket })],
    }),
  };
}

/**
 * A line that reconnects with back-off (100 ms, doubled up to 5 s). After a break subscriptions and queries are begun again with the
 * same input, mutations that were under way fail with DISCONNECTED, and what is asked meanwhile waits for the connection.
 */
export function openLine(transport: Transport): Line & { socket: TRPCWebSocketClient } {
  const connection = createConnectionStore();
  const web = transport.kind === 'web';
  /** When the line was opened last, and how often in a row it broke soon after: a bridge opens also while its host is down for good. */
  let openedAt: number | null = null;
  let shortLived = 0;
  const socket = createWSClient({
    url: web ? transport.socket : 'ws://bridge',
    WebSocket: web
      ? createGuardedWebSocketClass(transport.secret, transport.WebSocket)
      : createFrameSocketClass(transport.connect),
    retryDelayMs: (attempt) => backOff(attempt + shortLived),
    // A laptop that slept finds its socket dead without being told; a bridge ends together with its host.
    keepAlive: { enabled: web, intervalMs: 15_000, pongTimeoutMs: 10_000 },
    onOpen: () => {
      openedAt = performance.now();
      connection.setState(({ openings }) => ({ state: 'open', problem: null, openings: openings + 1 }));
    },
    onClose: (cause) => {
      if (openedAt !== null) shortLived = performance.now() - openedAt < shortMs ? shortLived + 1 : 0;
      openedAt = null;
      if (connection.getState().state === 'refused' || connection.getState().state === 'closed') return;
      // The first reason is the telling one; later attempts only say that nobody answers yet.
      connection.setState(({ openings, problem }) => ({
        state: openings > 0 ? 'reconnecting' : 'connecting',
        problem: reasonOf(cause) ?? problem ?? lost,
      }));
      if (web) void checkSession(transport);
    },
  });

  /** A browser does not tell why a WebSocket was refused, so ask by HTTP. */
  async function checkSession(home: Extract<Transport, { kind: 'web' }>): Promise<void> {
    const ask = home.fetch ?? fetch;
    const headers = { [door.header]: home.secret() ?? '' };
    const response = await ask(home.session, { cache: 'no-store', headers }).catch(() => null);
    if (response?.status !== 401) return;
    connection.setState({ state: 'refused', problem: refused });
    await socket.close();
  }

  return {
    socket,
    connection,
    async close() {
      connection.setState({ state: 'closed', problem: null });
      await socket.close();
    },
  };
}

const lost = 'The connection to the host is lost. Trying again; nothing that was stored is lost.';
const refused =
  'This browser is not signed in any longer: the server was started anew, or the data of this page was cleared. Open the address that `assay serve` has printed last, or start it again for a new one.';

function reasonOf(cause: unknown): string | null {
  return cause instanceof Event && 'reason' in cause && typeof cause.reason === 'string' && cause.reason !== ''
    ? cause.reason
    : null;
}

/** Milliseconds below which a line counts as never having worked. */
const shortMs = 2000;

function backOff(attempt: number): number {
  return Math.min(100 * 2 ** Math.min(attempt, 10), 5000);
}
