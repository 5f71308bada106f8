import { acknowledgedPipe } from './acknowledgedPipe.ts';
import type { FramePipe } from './framePipe.ts';
import type { HostLink } from './link.ts';

/** A connection whose frames the shell relays. `frame` and `closed` take what the shell says of it. */
export function linkPipe(link: Pick<HostLink, 'send'>, connection: number, onEnd: () => void) {
  const closeListeners: (() => void)[] = [];
  /** Frames may come in the same turn as the connection, before the host listens. */
  const early: string[] = [];
  let listen: (frame: string) => void = (frame) => void early.push(frame);
  let open = true;
  function closed(): void {
    if (!open) return;
    open = false;
    onEnd();
    for (const listener of closeListeners) listener();
  }
  const pipe: FramePipe = acknowledgedPipe({
    send(data) {
      if (open) link.send({ type: 'connection.frame', connection, data });
    },
    onFrame(listener) {
      listen = listener;
      for (const frame of early.splice(0)) listener(frame);
    },
    onClose(listener) {
      if (open) closeListeners.push(listener);
      else listener();
    },
    close(reason) {
      if (!open) return;
      link.send({ type: 'connection.close', connection, reason: reason ?? null });
      closed();
    },
  });
  return { pipe, frame: (data: string) => listen(data), closed };
}
