import { retryLink, TRPCClientError, type TRPCLink } from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import type { ConnectionStore } from './connection.ts';
import { isDisconnect, isUnsent } from './failure.ts';

/**
 * What a request does about breaks of the line. It waits while there is none: tRPC's client would open a second line beside the one
 * that reconnects, and lose what was sent over it. It is made once more when that can do no harm: a query changes nothing, and what
 * was never sent was not carried out.
 */
export function patience<Router extends AnyRouter>(connection: ConnectionStore): TRPCLink<Router>[] {
  return [
    retryLink({
      retry: ({ op, error, attempts }) =>
        attempts < mostAttempts &&
        !isOver(connection) &&
        (isUnsent(error) || (op.type === 'query' && isDisconnect(error))),
      // Not at once: what is left of the first attempt would be cleared away under the id of the second.
      retryDelayMs: () => 10,
    }),
    waitForLine(connection),
  ];
}

const mostAttempts = 10;

function waitForLine<Router extends AnyRouter>(connection: ConnectionStore): TRPCLink<Router> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        let below: { unsubscribe(): void } | null = null;
        function proceed(): boolean {
          if (connection.getState().state === 'open') below = next(op).subscribe(observer);
          else if (isOver(connection))
            observer.error(TRPCClientError.from(new Error('Closed before connection was established')));
          else return false;
          return true;
        }
        if (proceed()) return () => below?.unsubscribe();
        const stop = connection.subscribe(() => {
          if (below === null && proceed()) stop();
        });
        return () => {
          stop();
          below?.unsubscribe();
        };
      });
}

function isOver(connection: ConnectionStore): boolean {
  return connection.getState().state === 'refused' || connection.getState().state === 'closed';
}
