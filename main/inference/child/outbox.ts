import type { Token } from '../../../preload/contract/engine.ts';

export interface Outbox {
  push(tokens: Token[]): void;
  /** Sends what is left. Nothing may be pushed afterwards. */
  close(): void;
}

/** Sends the first token at once and later ones together, one message in `interval` milliseconds at most. */
export function createOutbox(send: (tokens: Token[]) => void, interval = 16): Outbox {
  let waiting: Token[] = [];
  let sentAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    sentAt = performance.now();
    const tokens = waiting;
    waiting = [];
    send(tokens);
  };
  return {
    push(tokens) {
      if (tokens.length === 0) return;
      waiting.push(...tokens);
      const left = sentAt + interval - performance.now();
      if (left <= 0) flush();
      else timer ??= setTimeout(flush, left);
    },
    close: flush,
  };
}
