import type { z } from 'zod';
import { fromErrorData } from '../base/fault.ts';
import type { KeyRing } from '../services/vault/index.ts';
import type { HostLink, keyRingStatus, toHost } from './link.ts';

type FromShell = Extract<z.output<typeof toHost>, { type: `keyRing.${string}` }>;

/** The key ring of the system, which only Electron's main process can ask. */
export interface ShellKeyRing extends KeyRing {
  /** Takes the shell's answer. */
  take(message: FromShell): void;
}

export function createShellKeyRing(link: Pick<HostLink, 'send'>, status: z.output<typeof keyRingStatus>): ShellKeyRing {
  const waiting = new Map<number, { resolve(result: string): void; reject(error: Error): void }>();
  let requests = 0;

  function ask(
    question: { type: 'keyRing.encrypt'; text: string } | { type: 'keyRing.decrypt'; blob: string },
  ): Promise<string> {
    const request = ++requests;
    return new Promise((resolve, reject) => {
      waiting.set(request, { resolve, reject });
      link.send({ ...question, request });
    });
  }

  return {
    status: () => status,
    encrypt: async (text) => Buffer.from(await ask({ type: 'keyRing.encrypt', text }), 'base64'),
    decrypt: (blob) => ask({ type: 'keyRing.decrypt', blob: blob.toString('base64') }),
    take(message) {
      const asked = waiting.get(message.request);
      waiting.delete(message.request);
      if (message.type === 'keyRing.answer') asked?.resolve(message.result);
      else asked?.reject(fromErrorData(message.error));
    },
  };
}
