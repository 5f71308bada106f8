import type { AssayBridge } from '../../preload/contract/bridge.ts';
import { acknowledgeEvery, acknowledgement } from '../../preload/contract/frames.ts';
import { admit } from './oversize.ts';

/**
 * A class that looks like a browser's WebSocket to tRPC's client but whose frames go through `connect`: the desktop's bridge,
 * or whatever a test puts there. It acknowledges what it has taken in, so that the host can hold back when the page is slow.
 */
export function createFrameSocketClass(connect: AssayBridge['connect']): typeof WebSocket {
  class FrameSocket extends EventTarget {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    readonly CONNECTING = 0;
    readonly OPEN = 1;
    readonly CLOSING = 2;
    readonly CLOSED = 3;
    readyState = 0;
    binaryType = 'arraybuffer';
    readonly #connection;
    #taken = 0;
    #acknowledged = 0;

    constructor() {
      super();
      this.#connection = connect({
        frame: (text) => this.#take(text),
        closed: (reason) => this.#end(reason === null ? 1000 : 1011, reason ?? ''),
      });
      // The listeners of tRPC's client are added after construction, in a later microtask.
      setTimeout(() => {
        if (this.readyState !== this.CONNECTING) return;
        this.readyState = this.OPEN;
        this.dispatchEvent(new Event('open'));
      });
    }

    send(frame: string): void {
      const { pass, refusals } = admit(frame);
      for (const one of pass) this.#connection.send(one);
      for (const answer of refusals) queueMicrotask(() => this.#show(answer));
    }

    close(): void {
      if (this.readyState >= this.CLOSING) return;
      this.#connection.close();
      this.#end(1000, '');
    }

    #take(text: string): void {
      if (this.readyState >= this.CLOSING) return;
      this.#show(text);
      this.#taken += text.length;
      if (this.#taken - this.#acknowledged < acknowledgeEvery) return;
      this.#acknowledged = this.#taken;
      this.#connection.send(acknowledgement(this.#taken));
    }

    #show(text: string): void {
      this.dispatchEvent(new MessageEvent('message', { data: text }));
    }

    #end(code: number, reason: string): void {
      if (this.readyState === this.CLOSED) return;
      const opened = this.readyState !== this.CONNECTING;
      this.readyState = this.CLOSED;
      // A socket that never opened must fail, or tRPC's client waits for it for ever.
      if (!opened) this.dispatchEvent(new Event('error'));
      this.dispatchEvent(new CloseEvent('close', { code, reason, wasClean: code === 1000 }));
    }
  }
  // tRPC's client uses of a WebSocket only what stands above.
  return FrameSocket as unknown as typeof WebSocket;
}
