import type { BridgeConnection, BridgeListener } from './contract/bridge.ts';
import type { ShellFrame } from './contract/shell.ts';

/** The part of a MessagePort that the page's end needs. */
export interface PagePort {
  postMessage(frame: string): void;
  addEventListener(type: 'message', listener: (event: { data: ShellFrame }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
  start(): void;
  close(): void;
}

/** The page's end of a port whose other end the shell relays to the host. */
export function connectOver(port: PagePort, listener: BridgeListener): BridgeConnection {
  let ended = false;
  const end = (reason: string | null) => {
    if (ended) return;
    ended = true;
    port.close();
    listener.closed(reason);
  };
  port.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') listener.frame(data);
    else end(data.closed);
  });
  port.addEventListener('close', () => end(null));
  port.start();
  return { send: (frame) => port.postMessage(frame), close: () => end(null) };
}
