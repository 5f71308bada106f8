import { safeStorage } from 'electron';
import { createShellKeyRing } from './shellKeyRing.ts';

/** By the asynchronous API alone: it neither blocks the shell nor needs the one that Electron drops in 46. */
export const keyRing = createShellKeyRing({
  electron: process.versions.electron,
  backend: backendName,
  isAvailable:
    typeof safeStorage.isAsyncEncryptionAvailable === 'function'
      ? () => safeStorage.isAsyncEncryptionAvailable()
      : undefined,
  encrypt: (text) => safeStorage.encryptStringAsync(text),
  decrypt: (sealed) => safeStorage.decryptStringAsync(sealed),
});

function backendName(): string {
  if (process.platform === 'darwin') return 'keychain';
  if (process.platform === 'win32') return 'dpapi';
  return safeStorage.getSelectedStorageBackend();
}
