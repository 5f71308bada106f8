import { safeStorage } from 'electron';
import type { StartOptions } from '../host/link.ts';

type KeyRingStatus = StartOptions['keyRing'];

/** The key ring of the system, by the asynchronous API alone: it neither blocks the shell nor needs the one that Electron drops in 46. */
export interface ShellKeyRing {
  status(): Promise<KeyRingStatus>;
  /** Base64 of the sealed bytes. */
  encrypt(text: string): Promise<string>;
  /** `blob`: base64 of the sealed bytes. */
  decrypt(blob: string): Promise<string>;
}

/** Longer than this and the start goes on without: a key ring may wait for a person to open it. */
const patienceMs = 1_500;

export const keyRing: ShellKeyRing = {
  async status() {
    if (typeof safeStorage.isAsyncEncryptionAvailable !== 'function') {
      return {
        available: false,
        backend: 'none',
        reason: `This Electron (${process.versions.electron}) lacks the asynchronous key ring; Assay uses it from Electron 45 on.`,
      };
    }
    const backend = backendName();
    if (backend === 'basic_text') {
      return {
        available: false,
        backend,
        reason:
          'This desktop has no key ring (libsecret or KWallet); what Electron would use instead protects nothing.',
      };
    }
    const late = Symbol('late');
    const answer = await Promise.race([
      safeStorage.isAsyncEncryptionAvailable(),
      new Promise<symbol>((resolve) => setTimeout(resolve, patienceMs, late)),
    ]);
    if (answer === late)
      return {
        available: false,
        backend,
        reason: 'The key ring of the system did not answer in time. Open it and start Assay again.',
      };
    return answer
      ? { available: true, backend, reason: null }
      : { available: false, backend, reason: 'The key ring of the system is closed or refuses this app.' };
  },
  encrypt: async (text) => (await safeStorage.encryptStringAsync(text)).toString('base64'),
  decrypt: async (blob) => (await safeStorage.decryptStringAsync(Buffer.from(blob, 'base64'))).result,
};

function backendName(): string {
  if (process.platform === 'darwin') return 'keychain';
  if (process.platform === 'win32') return 'dpapi';
  return safeStorage.getSelectedStorageBackend();
}
