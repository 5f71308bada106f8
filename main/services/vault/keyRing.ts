/** The key ring of the operating system, as a home offers it. */
export interface KeyRing {
  /** backend: what keeps the secrets, e.g. `keychain`, `dpapi`, `gnome_libsecret`. reason: why it is not available, in words. */
  status(): { available: boolean; backend: string; reason: string | null };
  encrypt(text: string): Promise<Buffer>;
  /** isStale: the key ring has a newer key of its own by now, so what it keeps is to be sealed anew. */
  decrypt(blob: Buffer): Promise<{ text: string; isStale: boolean }>;
}

/** For homes that have none: the browser's, the command line, tests. */
export const noKeyRing: KeyRing = {
  status: () => ({
    available: false,
    backend: 'none',
    reason: 'Only the desktop app can use the key ring of the system.',
  }),
  encrypt: () => Promise.reject(new Error('There is no key ring here.')),
  decrypt: () => Promise.reject(new Error('There is no key ring here.')),
};

/** basic_text is what the key ring of Linux falls back to: a password that is written in the program's source, so no protection. */
export function usableKeyRing(keyRing: KeyRing): { available: boolean; backend: string; reason: string | null } {
  const status = keyRing.status();
  if (status.available && status.backend === 'basic_text')
    return {
      available: false,
      backend: 'basic_text',
      reason:
        'This desktop has no key ring that protects a secret (only basic_text). Install and unlock GNOME Keyring or KWallet.',
    };
  return status;
}
