import { toErrorData } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Store } from '../../db/store.ts';
import * as queries from './history.queries.ts';

/** A model's file is hashed in the background, often after its first answer: what is not known yet is asked for a little later. */
const askAfterMs = 2000;
/** Listing the library looks at every file of it. */
const askEveryMs = 5 * 60_000;

export interface ModelHashesDependencies {
  store(): Store;
  hashes(): Promise<ReadonlyMap<string, string>>;
  changed(): void;
  log: Pick<Log, 'error'>;
}

/** The hashes of models that the history names. */
export function createModelHashes({ store, hashes, changed, log }: ModelHashesDependencies) {
  let known: ReadonlyMap<string, string> = new Map();
  let timer: NodeJS.Timeout | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;

  async function ask(): Promise<void> {
    known = await hashes();
    const unknown = queries.selectUnhashed(store().read).flatMap((id) => {
      const sha256 = known.get(id);
      return sha256 === undefined ? [] : [{ id, sha256 }];
    });
    if (unknown.length === 0) return;
    store().transaction((write) => {
      for (const { id, sha256 } of unknown) queries.updateHash(write, id, sha256);
    });
    changed();
  }

  return {
    /** Null when it is not known; then it is asked for, and the history learns it later. */
    of(modelId: string): string | null {
      const sha256 = known.get(modelId) ?? null;
      if (sha256 === null && timer === undefined && performance.now() - askedAt > askEveryMs) {
        timer = setTimeout(() => {
          timer = undefined;
          askedAt = performance.now();
          ask().catch((thrown: unknown) => {
            const { code } = toErrorData(thrown);
            if (code !== 'LOCKED') log.error({ code }, 'the hashes of the models are not known to the history yet');
          });
        }, askAfterMs);
        timer.unref();
      }
      return sha256;
    },
    close(): void {
      clearTimeout(timer);
    },
  };
}
