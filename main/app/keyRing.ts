import { safeStorage } from 'electron';
import { askKeyRing, type KeyRingStatus } from './keyRingStatus.ts';

/** The key ring of the system, by the asynchronous API alone: it neither blocks the shell nor needs the one that Electron drops in 46. */
export interface ShellKeyRing {
  /** Never fails: a key ring that cannot be asked is one that is not available. */
  status(): Promise<KeyRingStatus>;
  /** Base64 of the sealed bytes. */
  encrypt(text: string): Promise<string>;
  /** `blob`: base64 of the sealed bytes. */
  decrypt(blob: string): Promise<string>;
}

export const keyRing: ShellKeyRing = {
  status: () =>
    askKeyRing({
      electron: process.versions.electron,
      backend: backendName,
      isAvailable:
        typeof safeStorage.isAsyncEncryptionAvailable === 'function'
          ? () => safeStorage.isAsyncEncryptionAvailable()
          : undefined,
    }),
  encrypt: async (text) => (await safeStorage.encryptStringAsync(text)).toString('base64'),
  decrypt: async (blob) => (await safeStorage.decryptStringAsync(Buffer.from(blob, 'base64'))).result,
};

function backendName(): string {
  if (process.platform === 'darwin') return 'keychain';
  if (process.platform === 'win32') return 'dpapi';
  return safeStorage.getSelectedStorageBackend();
}
