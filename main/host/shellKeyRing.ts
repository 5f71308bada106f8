import type { z } from 'zod';
import { fromErrorData } from '../base/fault.ts';
import type { KeyRing } from '../services/vault/index.ts';
import type { HostLink, keyRingStatus, toHost } from './link.ts';

type FromShell = Extract<z.output<typeof toHost>, { type: `keyRing.${string}` }>;
type Answer = Extract<FromShell, { type: 'keyRing.answer' }>;

/** The key ring of the system, which only Electron's main process can ask. */
export interface ShellKeyRing extends KeyRing {
  /** Takes the shell's answer. */
  take(message: FromShell): void;
}

export function createShellKeyRing(link: Pick<HostLink, 'send'>, status: z.output<typeof keyRingStatus>): ShellKeyRing {
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  let requests = 0;

  function ask(
    question: { type: 'keyRing.encrypt'; text: string } | { type: 'keyRing.decrypt'; blob: string },
  ): Promise<Answer> {
    const request = ++requests;
    return new Promise((resolve, reject) => {
      waiting.set(request, { resolve, reject });
      link.send({ ...question, request });
    });
  }

  return {
    status: () => status,
    async encrypt(text) {
      const { result } = await ask({ type: 'keyRing.encrypt', text });
      return Buffer.from(result, 'base64');
    },
    async decrypt(blob) {
      const { result, isStale } = await ask({ type: 'keyRing.decrypt', blob: blob.toString('base64') });
      return { text: result, isStale };
    },
    take(message) {
      const asked = waiting.get(message.request);
      waiting.delete(message.request);
      if (message.type === 'keyRing.answer') asked?.resolve(message);
      else asked?.reject(fromErrorData(message.error));
    },
  };
}
