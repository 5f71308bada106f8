import type { FileVersion } from '../../../preload/contract/models.ts';
import type { Changes } from '../../base/changes.ts';
import { toErrorData } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Store } from '../../db/store.ts';
import * as queries from './models.queries.ts';

/** After the library has changed: it often does so several times in a row. */
const fillAfterMs = 500;

export interface ModelHashesDependencies {
  vault: { store(): Store; onUnlocked(listener: () => void): () => void };
  changes: Pick<Changes, 'listen'>;
  /** What the library knows of a model's file now. */
  versionOf(modelId: string): FileVersion | null;
  changed(): void;
  log: Pick<Log, 'error'>;
}

/**
 * The hashes of the files that answered. A file is hashed in the background, often after its first answer: the entry of that learns the
 * hash as long as the library means the same file, and never that of another one under its name.
 */
export function createModelHashes({ vault, changes, versionOf, changed, log }: ModelHashesDependencies) {
  let timer: NodeJS.Timeout | undefined;
  const leave = [
    vault.onUnlocked(fill),
    changes.listen(({ topic }) => {
      if (topic !== 'models' || timer !== undefined) return;
      timer = setTimeout(() => {
        timer = undefined;
        fill();
      }, fillAfterMs);
      timer.unref();
    }),
  ];

  function fill(): void {
    try {
      const store = vault.store();
      const known = queries.selectUnhashed(store.read).flatMap(({ key, id, mark }) => {
        const sha256 = hashOf(id, mark);
        return sha256 === null ? [] : [{ key, sha256 }];
      });
      if (known.length === 0) return;
      store.transaction((write) => {
        for (const { key, sha256 } of known) queries.updateHash(write, key, sha256);
      });
      changed();
    } catch (thrown) {
      const { code } = toErrorData(thrown);
      if (code !== 'LOCKED') log.error({ code }, 'the hashes of the models are not known to the history yet');
    }
  }

  /** Of the file of this mark; null when it is not known, or another file lies there now. */
  function hashOf(modelId: string, mark: string): string | null {
    const version = versionOf(modelId);
    return version?.mark === mark ? version.sha256 : null;
  }

  return {
    hashOf,
    close(): void {
      for (const end of leave) end();
      clearTimeout(timer);
    },
  };
}
