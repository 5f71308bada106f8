import { acknowledgedPipe } from './acknowledgedPipe.ts';
import type { FramePipe } from './framePipe.ts';
import type { HandedPort } from './link.ts';

/** The host's end of a MessagePort that the shell handed over with `connection.open`. `ended` is told the reason when the host closes. */
export function portPipe(port: HandedPort, ended: (reason: string | null) => void = () => undefined): FramePipe {
  let open = true;
  const closeListeners: (() => void)[] = [];
  function end(): void {
    if (!open) return;
    open = false;
    for (const listener of closeListeners) listener();
  }
  port.on('close', end);
  return acknowledgedPipe({
    send(frame) {
      if (open) port.postMessage(frame);
    },
    onFrame(listener) {
      // Anything but text is handed on as a frame that cannot be parsed, and answered as such.
      port.on('message', ({ data }) => listener(typeof data === 'string' ? data : ''));
      port.start();
    },
    onClose(listener) {
      if (open) closeListeners.push(listener);
      else listener();
    },
    close(reason) {
      if (!open) return;
      ended(reason ?? null);
      port.close();
      end();
    },
  });
}
