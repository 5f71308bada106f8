import type { AssayBridge } from '../../preload/contract/bridge.ts';
import { door } from '../../preload/contract/door.ts';

/** How the page reaches its host. Both speak the same frames and come back by themselves after a break. */
export type Transport =
  | {
      kind: 'web';
      /** `ws://127.0.0.1:1234/socket` */
      socket: string;
      /** Answers 204 while this browser may connect and 401 when it may not (any longer). */
      session: string;
      /** What the server has put into the storage of this origin when it let this browser in; null when it has not. */
      secret(): string | null;
      /** Default: the platform's own. */
      WebSocket?: typeof WebSocket;
      /** Default: the platform's own. */
      fetch?: typeof fetch;
    }
  | { kind: 'bridge'; connect: AssayBridge['connect'] };

/** The bridge where the desktop has put one on the page, else the server that the page came from. `storage`: of the page's origin. */
export function chooseTransport(
  bridge: AssayBridge | undefined,
  pageAddress: string,
  storage: Pick<Storage, 'getItem'>,
): Transport {
  if (bridge) return { kind: 'bridge', connect: (listener) => bridge.connect(listener) };
  const socket = new URL('/socket', pageAddress);
  socket.protocol = socket.protocol === 'https:' ? 'wss:' : 'ws:';
  return {
    kind: 'web',
    socket: socket.href,
    session: new URL('/session', pageAddress).href,
    secret: () => storage.getItem(door.storage),
  };
}
