import type { AuditCheckEvent } from '../../../preload/contract/audit.ts';
import type { Audit } from './audit.ts';

/** Checks the log and tells how far it is; what nobody takes in time is replaced by what is newer. */
export async function* watchCheck(
  audit: Pick<Audit, 'verify' | 'lastCheck'>,
  signal: AbortSignal | undefined,
): AsyncGenerator<AuditCheckEvent> {
  let latest: AuditCheckEvent | null = null;
  let wake = (): void => undefined;
  const verdict = audit.verify((done, total) => {
    latest = { state: 'reading', done, total };
    wake();
  });
  let ended = false;
  const settled = verdict
    .catch(() => undefined)
    .finally(() => {
      ended = true;
      wake();
    });
  while (!ended && !signal?.aborted) {
    const event: AuditCheckEvent | null = latest;
    latest = null;
    if (event) yield event;
    if (!ended && latest === null)
      await Promise.race([
        settled,
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
      ]);
  }
  if (signal?.aborted) return;
  await verdict;
  const check = audit.lastCheck();
  if (check) yield { state: 'done', check };
}
