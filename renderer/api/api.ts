import type { QueryClient } from '@tanstack/react-query';
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from '@trpc/tanstack-react-query';
import type { AppRouter } from '../../preload/contract/api.ts';
import { type Connected, connect } from './connect.ts';
import { followChanges } from './invalidation.ts';
import { createQueryClient } from './queries.ts';
import type { Transport } from './transport.ts';

/** All that a page needs to talk with its host. */
export interface Api extends Connected {
  /** Options for TanStack's hooks: `useQuery(api.options.models.list.queryOptions())`. */
  options: TRPCOptionsProxy<AppRouter>;
  queries: QueryClient;
}

export function createApi(transport: Transport): Api {
  const connected = connect(transport);
  const queries = createQueryClient();
  const stop = followChanges(connected, queries);
  return {
    ...connected,
    queries,
    options: createTRPCOptionsProxy<AppRouter>({ client: connected.client, queryClient: queries }),
    async close() {
      stop();
      queries.clear();
      await connected.close();
    },
  };
}
