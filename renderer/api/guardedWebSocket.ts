import { door } from '../../preload/contract/door.ts';
import { admit } from './oversize.ts';

/** The platform's WebSocket, except that it shows the secret, and that a frame the host would refuse as too large is answered here and the connection lives on. */
export function createGuardedWebSocketClass(
  secret: () => string | null,
  Base: typeof WebSocket = WebSocket,
): typeof WebSocket {
  return class GuardedWebSocket extends Base {
    constructor(url: string | URL) {
      const shown = secret();
      super(url, shown ? [door.protocol, shown] : [door.protocol]);
    }

    override send(data: Parameters<WebSocket['send']>[0]): void {
      if (typeof data !== 'string') {
        super.send(data);
        return;
      }
      const { pass, refusals } = admit(data);
      for (const one of pass) super.send(one);
      for (const answer of refusals)
        queueMicrotask(() => this.dispatchEvent(new MessageEvent('message', { data: answer })));
    }
  };
}
