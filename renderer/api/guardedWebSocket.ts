import { admit } from './oversize.ts';

/** The platform's WebSocket, except that a frame the host would refuse as too large is answered here and the connection lives on. */
export function createGuardedWebSocketClass(Base: typeof WebSocket = WebSocket): typeof WebSocket {
  return class GuardedWebSocket extends Base {
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
