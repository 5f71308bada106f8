import { skipToken, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { AuditCheck, AuditCheckEvent, AuditFilter } from '../../../preload/contract/audit.ts';
import type { AssayErrorData } from '../../../preload/contract/errors.ts';
import { failureOf, useApi } from '../../api/index.ts';

/** The log page by page as far as it is looked at. What came since is not mixed in while something further down is read. */
export function useEntries(filter: AuditFilter) {
  const { client, options } = useApi();
  const query = useInfiniteQuery({
    // Below the domain's key, so that locking drops it; static, so that an entry more does not read every page again.
    queryKey: [['audit', 'pages'], filter],
    queryFn: ({ pageParam, signal }) => client.audit.search.query({ filter, before: pageParam }, { signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next,
    staleTime: 'static',
    gcTime: 0,
    placeholderData: (before) => before,
  });
  const head = useQuery(options.audit.head.queryOptions()).data;
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? [];
  const [known, setKnown] = useState<number | null>(null);
  const reached = head?.sequence ?? null;
  // What was there when the pages were read last; later ones are news.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the first page was read
  useEffect(() => {
    setKnown(reached);
  }, [query.data?.pages[0]]);
  const { hasNextPage, isFetching, fetchNextPage, isError } = query;
  const found = entries.length;
  // A page may come empty where nothing fits for a long stretch.
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError && found === 0) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage, found]);
  return {
    entries,
    head,
    isReading: query.isPending || (found === 0 && hasNextPage),
    isPartial: isFetching && found > 0,
    hasMore: hasNextPage,
    more: () => {
      if (hasNextPage && !isFetching) void fetchNextPage();
    },
    news: known === null || reached === null ? 0 : Math.max(0, reached - known),
    refresh: () => {
      void query.refetch();
    },
    problem: query.error && failureOf(query.error),
  };
}

export function useEntry(sequence: number | null) {
  const { options } = useApi();
  const query = useQuery({
    ...options.audit.entry.queryOptions(sequence === null ? skipToken : { sequence }),
    placeholderData: (before) => before,
  });
  return { detail: query.data, problem: query.error && failureOf(query.error) };
}

export function useFacets() {
  const { options } = useApi();
  return useQuery(options.audit.facets.queryOptions()).data;
}

interface Checking {
  progress: Extract<AuditCheckEvent, { state: 'reading' }> | null;
}

/** Reads the whole log again; progress while it does. */
export function useCheck() {
  const { client, options } = useApi();
  const last = useQuery(options.audit.lastCheck.queryOptions());
  const [checking, setChecking] = useState<Checking | null>(null);
  const [problem, setProblem] = useState<AssayErrorData | null>(null);
  const isChecking = checking !== null;
  useEffect(() => {
    if (!isChecking) return;
    const subscription = client.audit.check.subscribe(undefined, {
      onData: (event) => setChecking(event.state === 'done' ? null : { progress: event }),
      onError: (error) => {
        setProblem(failureOf(error));
        setChecking(null);
      },
      onComplete: () => setChecking(null),
    });
    return () => subscription.unsubscribe();
  }, [isChecking, client]);
  return {
    last: (last.data ?? null) as AuditCheck | null,
    checking,
    problem,
    start: () => {
      setProblem(null);
      setChecking((before) => before ?? { progress: null });
    },
  };
}

export function useExportLog() {
  const { client } = useApi();
  const mutation = useMutation({ mutationFn: (to: string) => client.audit.export.mutate({ to }) });
  return { ...mutation, problem: mutation.error && failureOf(mutation.error) };
}
