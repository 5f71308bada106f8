import { EventEmitter } from 'node:events';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { AnyRouter } from '@trpc/server';
import { getWSConnectionHandler } from '@trpc/server/adapters/ws';
import type { WebSocket } from 'ws';
import type { AssayErrorData } from '../../preload/contract/errors.ts';
import { largestAnswerBytes, largestRequestBytes } from '../../preload/contract/frames.ts';
import type { Log } from '../base/log.ts';
import { type Context, errorDataOf, type Gate, type Identity } from '../base/procedure.ts';
import { createFlow } from './flow.ts';
import type { FramePipe } from './framePipe.ts';
import { placesOf } from './placesOf.ts';

export interface Connections {
  /** Serves a client until either side closes the pipe. */
  connect(pipe: FramePipe, identity: Identity): void;
  /** How many are open. */
  count(): number;
  /** Ends all of them; `reason` is a sentence for the clients. */
  close(reason: string): void;
}

/** Serves a router over frame pipes. The same for every transport: limits, pace and errors live here. */
export function createConnections({ router, gate, log }: { router: AnyRouter; gate: Gate; log: Log }): Connections {
  const open = new Set<FramePipe>();
  return {
    connect(pipe, identity) {
      open.add(pipe);
      const flow = createFlow(pipe);
      const socket = new PipeSocket(pipe, flow.sent);
      const context: Context = { identity, gate, ready: flow.ready };
      getWSConnectionHandler<AnyRouter>({
        router,
        createContext: () => context,
        // tRPC asks of a server of sockets only that it is not there.
        wss: undefined as never,
        experimental_encoder: { encode: encodeAnswer, decode: (frame) => JSON.parse(String(frame)) },
        onError({ error, path, type }) {
          const { code } = errorDataOf(error);
          if (code === 'INTERNAL')
            log.error({ path, type, at: placesOf(error.cause ?? error) }, 'A procedure failed in an unforeseen way.');
        },
        // tRPC uses of a socket what PipeSocket has, and of the request only its address.
      })(socket as unknown as WebSocket, Object.assign(new IncomingMessage(new Socket()), { url: '/' }));
      pipe.onFrame((frame) => {
        if (byteLengthExceeds(frame, largestRequestBytes)) {
          pipe.send(JSON.stringify(errorAnswer(null, tooLargeToTake)));
          pipe.close(tooLargeToTake.message);
          return;
        }
        socket.emit('message', Buffer.from(frame), false);
      });
      pipe.onClose(() => {
        open.delete(pipe);
        flow.end();
        socket.end();
      });
    },
    count: () => open.size,
    close(reason) {
      for (const pipe of open) pipe.close(reason);
    },
  };
}

/** What tRPC's handler takes for a WebSocket of `ws`. */
class PipeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  readonly #pipe: FramePipe;
  readonly #sent: () => void;

  constructor(pipe: FramePipe, sent: () => void) {
    super();
    this.#pipe = pipe;
    this.#sent = sent;
  }

  send(frame: string): void {
    if (this.readyState !== this.OPEN) return;
    this.#pipe.send(frame);
    this.#sent();
  }

  close(): void {
    this.#pipe.close();
  }

  terminate(): void {
    this.#pipe.close();
  }

  end(): void {
    if (this.readyState !== this.OPEN) return;
    this.readyState = 3;
    this.emit('close');
  }
}

const mebibytes = (bytes: number) => `${bytes / 1024 / 1024} MiB`;
const tooLargeToTake: AssayErrorData = {
  code: 'TOO_LARGE',
  message: `The connection was closed because a request was larger than ${mebibytes(largestRequestBytes)}. Split it into smaller parts.`,
};
const tooLargeToSend: AssayErrorData = {
  code: 'TOO_LARGE',
  message: `The answer is larger than ${mebibytes(largestAnswerBytes)} and was not sent. Ask for less of it at a time, or export it.`,
};

function encodeAnswer(message: unknown): string {
  const frame = JSON.stringify(message);
  if (!byteLengthExceeds(frame, largestAnswerBytes)) return frame;
  const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : null;
  return JSON.stringify(errorAnswer(id, tooLargeToSend));
}

function errorAnswer(id: unknown, assay: AssayErrorData) {
  return { id, error: { code: -32600, message: assay.message, data: { code: 'PAYLOAD_TOO_LARGE', assay } } };
}

/** A UTF-16 unit takes one to three bytes in UTF-8, so most frames need no count. */
function byteLengthExceeds(frame: string, limit: number): boolean {
  return frame.length > limit || (frame.length * 3 > limit && Buffer.byteLength(frame) > limit);
}
