import { TRPCClientError } from '@trpc/client';
import { type AssayErrorData, assayErrorData } from '../../preload/contract/errors.ts';

/** What failed, from whatever a call, a query or a subscription threw: the code to branch on and the sentence to show. */
export function failureOf(thrown: unknown): AssayErrorData {
  if (thrown instanceof TRPCClientError) {
    const parsed = assayErrorData.safeParse(thrown.data?.assay);
    if (parsed.success) return parsed.data;
    if (isDisconnect(thrown)) return disconnected;
  }
  if (thrown instanceof Error && thrown.name === 'AbortError') return { code: 'CANCELLED', message: 'Cancelled.' };
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'INTERNAL', message: `Something unforeseen failed in the page: ${words}` };
}

/** The connection ended with the answer outstanding. Nobody knows here whether the request was carried out. */
const disconnected: AssayErrorData = {
  code: 'DISCONNECTED',
  message:
    'The connection to the host was lost before the answer came. It may have been carried out: look before you ask again.',
};

/** tRPC's client hands on the event that ended the socket, or an error of its own. */
export function isDisconnect(error: { message: string; cause?: unknown }): boolean {
  return (
    isUnsent(error) ||
    error.message === 'WebSocket closed' ||
    (error.cause instanceof Error && error.cause.name === 'TRPCWebSocketClosedError') ||
    error.cause instanceof Event
  );
}

/** True when the request did not leave the page. */
export function isUnsent(error: { message: string }): boolean {
  return (
    error.message === 'Active connection is not open' || error.message === 'Closed before connection was established'
  );
}
