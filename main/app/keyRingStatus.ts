import type { StartOptions } from '../host/link.ts';

export type KeyRingStatus = StartOptions['keyRing'];

/** What of Electron's safeStorage tells whether there is a key ring. */
export interface KeyRingSource {
  electron: string;
  /** As Electron names it, e.g. `gnome_libsecret`, `keychain`, `dpapi`; `basic_text` where there is none. */
  backend(): string;
  /** Undefined in an Electron that is too old. */
  isAvailable: (() => Promise<boolean>) | undefined;
}

/** Longer than this and the start goes on without: a key ring may wait for a person to open it. */
const usualPatienceMs = 1_500;

/** Never fails and never hangs: the host is not started before this has answered. */
export async function askKeyRing(source: KeyRingSource, patienceMs = usualPatienceMs): Promise<KeyRingStatus> {
  const { electron, isAvailable } = source;
  if (!isAvailable) {
    const reason = `This Electron (${electron}) lacks the asynchronous key ring; Assay uses it from Electron 45 on.`;
    return { available: false, backend: 'none', reason };
  }
  let backend = 'none';
  const without = (reason: string): KeyRingStatus => ({ available: false, backend, reason });
  try {
    backend = source.backend();
    if (backend === 'basic_text')
      return without(
        'This desktop has no key ring (libsecret or KWallet); what Electron would use instead protects nothing.',
      );
    const answer = await within(patienceMs, isAvailable());
    if (answer === 'late')
      return without('The key ring of the system did not answer in time. Open it and start Assay again.');
    return answer
      ? { available: true, backend, reason: null }
      : without('The key ring of the system is closed or refuses this app.');
  } catch (error) {
    return without(
      `The key ring of the system failed: ${error instanceof Error ? error.message : String(error)}. Unlock by the passphrase, or mend it and start Assay again.`,
    );
  }
}

async function within<T>(patienceMs: number, work: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, patienceMs, 'late');
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
