import { useCallback } from 'react';
import type { ImportEvent } from '../../../preload/contract/models.ts';
import { failureOf, useApi } from '../../api/index.ts';
import { change, useModelsState } from './state.ts';

/** The import that is under way; it goes on when another screen is looked at. */
let running: { unsubscribe(): void } | null = null;

export interface Importing {
  take(input: { paths?: string[]; found?: string[] }): void;
  rescan(): void;
  stop(): void;
}

/** Takes models into the library; how far it is stands in the state of this screen. One at a time. */
export function useImporting(): Importing {
  const { client } = useApi();
  const begin = useCallback((subscribe: (events: Handlers) => { unsubscribe(): void }) => {
    if (running !== null) return;
    change({ importing: { found: 0, read: 0, looking: true }, report: null, problem: null });
    const end = () => {
      running = null;
      change({ importing: null });
    };
    running = subscribe({
      onData(event) {
        if (event.type === 'progress') {
          const { found, read, looking } = event;
          change({ importing: { found, read, looking } });
          return;
        }
        change({ report: event.report });
      },
      onComplete: end,
      onError(error) {
        change({ problem: failureOf(error).message });
        end();
      },
    });
    // It may have failed before `subscribe` returned.
    if (useModelsState.getState().importing === null) running = null;
  }, []);
  const take = useCallback(
    (input: { paths?: string[]; found?: string[] }) =>
      begin((handlers) => client.models.import.subscribe(input, handlers)),
    [begin, client],
  );
  const rescan = useCallback(
    () => begin((handlers) => client.models.rescan.subscribe(undefined, handlers)),
    [begin, client],
  );
  const stop = useCallback(() => {
    running?.unsubscribe();
    running = null;
    change({ importing: null });
  }, []);
  return { take, rescan, stop };
}

interface Handlers {
  onData(event: ImportEvent): void;
  onComplete(): void;
  onError(error: unknown): void;
}
