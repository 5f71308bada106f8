import { askKeyRing, type KeyRingSource, type KeyRingStatus } from './keyRingStatus.ts';

/** What of Electron's safeStorage seals and opens; both only work where `isAvailable` has said yes. */
export interface KeyRingCalls extends KeyRingSource {
  encrypt(text: string): Promise<Buffer>;
  /** `shouldReEncrypt`: the key that sealed it was followed by a newer one. */
  decrypt(sealed: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }>;
}

/** The key ring of the system, as the shell offers it to the host. */
export interface ShellKeyRing {
  /** Never fails: a key ring that cannot be asked is one that is not available. */
  status(): Promise<KeyRingStatus>;
  /** `result`: base64 of the sealed bytes. */
  encrypt(text: string): Promise<{ result: string }>;
  /** `blob`: base64 of the sealed bytes; `result`: the text; `isStale`: it is to be sealed anew. */
  decrypt(blob: string): Promise<{ result: string; isStale: boolean }>;
}

export function createShellKeyRing(calls: KeyRingCalls): ShellKeyRing {
  return {
    status: () => askKeyRing(calls),
    encrypt: async (text) => ({ result: (await calls.encrypt(text)).toString('base64') }),
    async decrypt(blob) {
      const { result, shouldReEncrypt } = await calls.decrypt(Buffer.from(blob, 'base64'));
      return { result, isStale: shouldReEncrypt };
    },
  };
}
