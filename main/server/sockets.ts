import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { largestRequestBytes } from '../../preload/contract/frames.ts';
import type { Identity } from '../base/procedure.ts';
import type { FramePipe } from '../host/framePipe.ts';
import { socketPipe } from './socketPipe.ts';

export interface Sockets {
  /** Takes over a connection that may become a WebSocket. */
  accept(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

export interface SocketsOptions {
  connect(pipe: FramePipe, identity: Identity): void;
  identity: Identity;
  /** Milliseconds between pings; a client that has not answered the last one by then is gone. */
  pingMs: number;
}

export function createSockets({ connect, identity, pingMs }: SocketsOptions): Sockets {
  // A frame over the host's limit but within twice of it is still answered with a sentence; a larger one is cut off with code 1009.
  const server = new WebSocketServer({ noServer: true, maxPayload: 2 * largestRequestBytes, perMessageDeflate: false });
  const answered = new WeakSet<WebSocket>();
  const pinging = setInterval(() => {
    for (const socket of server.clients) {
      if (!answered.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, pingMs);
  pinging.unref();

  return {
    accept(request, stream, head) {
      server.handleUpgrade(request, stream, head, (socket) => {
        answered.add(socket);
        socket.on('pong', () => answered.add(socket));
        connect(socketPipe(socket), identity);
      });
    },
    async close() {
      clearInterval(pinging);
      for (const socket of server.clients)
        socket.close(
          closedAsGoingAway,
          'The server has ended. Run `assay serve` again and open the address that it prints.',
        );
      const stuck = setTimeout(() => {
        for (const socket of server.clients) socket.terminate();
      }, 1000);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all(
        [...server.clients].map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))),
      );
      clearTimeout(stuck);
    },
  };
}

const closedAsGoingAway = 1001;
