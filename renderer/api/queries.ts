import { QueryClient } from '@tanstack/react-query';

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
        // The line asks again after a break; every other failure is an answer.
        retry: false,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
