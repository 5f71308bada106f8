import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import type { ConnectionAttempt, NetworkSettings } from '../../../preload/contract/network.ts';
import { failureOf, useApi } from '../../api/index.ts';

export function useNetwork() {
  const { client, options } = useApi();
  const settings = useQuery(options.network.settings.queryOptions());
  const summary = useQuery(options.network.summary.queryOptions());
  const change = useMutation({
    mutationFn: (part: Partial<NetworkSettings>) => client.network.updateSettings.mutate(part),
  });
  const error = settings.error ?? summary.error;
  return {
    settings: settings.data,
    summary: summary.data,
    problem: error && failureOf(error),
    retry: () => {
      void settings.refetch();
      void summary.refetch();
    },
    change,
    refused: change.error && failureOf(change.error),
  };
}

const pageSize = 100;

export function useLedger(filter: { outcome?: ConnectionAttempt['outcome']; text?: string }) {
  const { client } = useApi();
  const query = useInfiniteQuery({
    // Below the domain's key: asked again when the ledger grows, dropped when the store is locked.
    queryKey: [['network', 'ledger'], filter],
    queryFn: ({ pageParam, signal }) =>
      client.network.connections.query({ ...filter, before: pageParam, limit: pageSize }, { signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.length < pageSize ? null : (page.at(-1)?.id ?? null)),
    placeholderData: (before) => before,
  });
  return {
    attempts: query.data?.pages.flat(),
    problem: query.error && failureOf(query.error),
    retry: () => void query.refetch(),
    hasMore: query.hasNextPage,
    isMore: query.isFetchingNextPage,
    more: () => void query.fetchNextPage(),
  };
}
