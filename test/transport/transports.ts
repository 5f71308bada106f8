import { WebSocket as NodeSocket } from 'ws';
import type { Identity } from '../../main/base/procedure.ts';
import type { Connections } from '../../main/host/connections.ts';
import { startServer } from '../../main/server/startServer.ts';
import { door } from '../../preload/contract/door.ts';
import { acknowledgement } from '../../preload/contract/frames.ts';
import type { ShellFrame } from '../../preload/contract/shell.ts';
import { connectOver } from '../../preload/portConnection.ts';
import type { Transport } from '../../renderer/api/transport.ts';
import { admission } from '../helpers/admission.ts';
import { builtPage } from '../helpers/builtPage.ts';
import { memoryPipe } from '../helpers/memoryPipe.ts';
import { openDesktop, pagePort } from './desktop.ts';

/** A client that speaks in frames, for what a well-behaved one never does. */
export interface RawClient {
  frames: string[];
  /** Characters taken in. */
  taken(): number;
  send(frame: string): void;
  pause(): void;
  resume(): void;
  close(): void;
  /** Resolves with the reason (where the transport carries one) when the host ends the connection. */
  closed: Promise<string>;
}

export interface TransportUnderTest {
  transport: Transport;
  raw(): Promise<RawClient>;
  close(): Promise<void>;
}

const identity: Identity = { person: 'tester', role: 'owner', home: 'host' };

export const transports: Record<string, (connections: Connections) => Promise<TransportUnderTest>> = {
  async memory(connections) {
    const dial = () => {
      const pipe = memoryPipe();
      connections.connect(pipe.host, identity);
      return pipe.client;
    };
    return {
      transport: {
        kind: 'bridge',
        connect(listener) {
          const client = dial();
          client.onFrame((frame) => listener.frame(frame));
          client.onClose(() => listener.closed(null));
          return client;
        },
      },
      async raw() {
        const client = dial();
        const frames: string[] = [];
        client.onFrame((frame) => frames.push(frame));
        return {
          frames,
          taken: () => frames.reduce((sum, frame) => sum + frame.length, 0),
          send: client.send,
          pause: client.pause,
          resume: client.resume,
          close: () => client.close(),
          closed: new Promise((resolve) => client.onClose(() => resolve(''))),
        };
      },
      close: async () => undefined,
    };
  },

  async desktop(connections) {
    const desktop = openDesktop(connections);
    return {
      transport: { kind: 'bridge', connect: (listener) => connectOver(pagePort(desktop.dial()), listener) },
      async raw() {
        const frames: string[] = [];
        let taken = 0;
        let paused = false;
        const { promise: closed, resolve: close } = Promise.withResolvers<string>();
        const port = desktop.dial();
        // A page that hangs leaves what arrives unread, so it acknowledges nothing.
        const acknowledge = () => port.postMessage(acknowledgement(taken));
        port.on('message', (message: ShellFrame) => {
          if (typeof message !== 'string') return close(message.closed ?? '');
          frames.push(message);
          taken += message.length;
          if (!paused) acknowledge();
        });
        return {
          frames,
          taken: () => taken,
          send: (frame) => port.postMessage(frame),
          pause: () => {
            paused = true;
          },
          resume() {
            paused = false;
            acknowledge();
          },
          close: () => port.close(),
          closed,
        };
      },
      close: async () => desktop.close(),
    };
  },

  async WebSocket(connections) {
    const page = await builtPage();
    const server = await startServer({ host: connections, rendererFolder: page.folder });
    const { cookie, secret } = await admission(server.url);
    const headers = {
      cookie,
      origin: `http://127.0.0.1:${server.port}`,
    };
    const address = `ws://127.0.0.1:${server.port}/socket`;
    class SignedInWebSocket extends WebSocket {
      constructor(url: string | URL, given?: ConstructorParameters<typeof WebSocket>[1]) {
        // What a browser sends by itself. Node's WebSocket takes headers together with the list of protocols.
        super(url, { headers, ...(Array.isArray(given) && { protocols: given }) });
      }
    }
    return {
      transport: {
        kind: 'web',
        socket: address,
        session: `http://127.0.0.1:${server.port}/session`,
        fetch: (input, init) =>
          fetch(input, { ...init, headers: { ...headers, ...Object.fromEntries(new Headers(init?.headers)) } }),
        secret: () => secret,
        WebSocket: SignedInWebSocket,
      },
      async raw() {
        const frames: string[] = [];
        let taken = 0;
        const socket = new NodeSocket(address, [door.protocol, secret], { headers });
        socket.on('message', (data) => {
          frames.push(String(data));
          taken += String(data).length;
        });
        socket.on('error', () => undefined);
        const closed = new Promise<string>((resolve) => socket.on('close', (_code, reason) => resolve(String(reason))));
        await new Promise((resolve) => socket.once('open', resolve));
        return {
          frames,
          taken: () => taken,
          send: (frame) => socket.send(frame),
          pause: () => socket.pause(),
          resume: () => socket.resume(),
          close: () => socket.close(),
          closed,
        };
      },
      async close() {
        await server.close();
        await page.remove();
      },
    };
  },
};
