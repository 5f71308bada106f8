import { existsSync } from 'node:fs';
import type { VaultStatus } from '../../../preload/contract/vault.ts';
import { Fault } from '../../base/fault.ts';
import { type KeyFile, readKeyFile } from './keyFile.ts';
import { type KeyRing, usableKeyRing } from './keyRing.ts';
import type { Session } from './session.ts';
import { storeSize } from './storeFolder.ts';

/** Never fails: a store that is damaged is `locked`, and its unlock says what is wrong. */
export function statusOf(session: Session, keyRing: KeyRing): VaultStatus {
  const { paths, ephemeral } = session;
  const opened = session.current();
  const keys = opened ? opened.keys : readableKeys(paths.keys);
  const exists = existsSync(paths.keys) || existsSync(paths.database);
  return {
    state: opened ? 'unlocked' : exists ? 'locked' : 'none',
    folder: paths.folder,
    ephemeral,
    storeId: opened?.storeId ?? keys?.storeId ?? null,
    slots: (keys?.slots ?? []).map((slot) => ({
      kind: slot.kind,
      createdAt: slot.createdAt,
      ...(slot.kind === 'os' ? { backend: slot.backend } : {}),
    })),
    keyFileExchangedAt: opened?.keyFileExchangedAt ?? null,
    lockAfterMinutes: keys?.settings.lockAfterMinutes ?? null,
    keyRing: usableKeyRing(keyRing),
    sizeBytes: storeSize(paths),
  };
}

function readableKeys(path: string): KeyFile | null {
  try {
    return readKeyFile(path);
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}
