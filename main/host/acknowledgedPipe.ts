import { readAcknowledgement } from '../../preload/contract/frames.ts';
import type { FramePipe } from './framePipe.ts';

/** Adds to a pipe that cannot tell what its client still has to read the count of what the client has not acknowledged yet. */
export function acknowledgedPipe(pipe: FramePipe): FramePipe {
  let sent = 0;
  let acknowledged = 0;
  const drainListeners: (() => void)[] = [];
  return {
    send(frame) {
      sent += frame.length;
      pipe.send(frame);
    },
    onFrame(listener) {
      pipe.onFrame((frame) => {
        const count = readAcknowledgement(frame);
        if (count === null) {
          listener(frame);
          return;
        }
        acknowledged = Math.min(sent, Math.max(acknowledged, count));
        for (const drained of drainListeners) drained();
      });
    },
    onClose: (listener) => pipe.onClose(listener),
    close: (reason) => pipe.close(reason),
    bufferedBytes: () => sent - acknowledged,
    onDrained: (listener) => void drainListeners.push(listener),
  };
}
