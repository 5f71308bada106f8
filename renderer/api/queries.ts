import { QueryClient } from '@tanstack/react-query';
import { failureOf } from './failure.ts';

/**
 * Answers stay fresh until their topic changes (invalidation.ts), so nothing is asked again on focus or by age.
 * `networkMode: 'always'`: the host is on this machine, whatever the system says about a network.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (failures, error) => failures < 3 && failureOf(error).code === 'DISCONNECTED',
        retryDelay: 300,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
