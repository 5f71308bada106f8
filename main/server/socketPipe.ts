import type { WebSocket } from 'ws';
import type { FramePipe } from '../host/framePipe.ts';

/** A WebSocket as the host sees it. */
export function socketPipe(socket: WebSocket): FramePipe {
  const drainListeners: (() => void)[] = [];
  const drained = () => {
    for (const listener of drainListeners) listener();
  };
  // Its close event follows; a frame over maxPayload ends with 1009 here.
  socket.on('error', () => undefined);
  return {
    send(frame) {
      if (socket.readyState === socket.OPEN) socket.send(frame, drained);
    },
    onFrame(listener) {
      socket.on('message', (data, isBinary) => {
        if (isBinary) socket.close(closedForBinary, 'Frames are text.');
        else listener(String(data));
      });
    },
    onClose: (listener) => void socket.once('close', listener),
    close(reason) {
      socket.close(reason === undefined ? closedNormally : closedByHost, cut(reason ?? ''));
      // A client that has stopped reading never answers the close.
      setTimeout(() => socket.terminate(), 2000).unref();
    },
    bufferedBytes: () => socket.bufferedAmount,
    onDrained: (listener) => void drainListeners.push(listener),
  };
}

const closedNormally = 1000;
const closedForBinary = 1003;
const closedByHost = 1011;

/** The protocol gives a reason 123 bytes. */
function cut(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > 123) text = text.slice(0, -1);
  return text;
}
