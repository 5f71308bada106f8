import { skipToken, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Comparison, ComparisonInput } from '../../../preload/contract/compare.ts';
import type { AssayErrorData } from '../../../preload/contract/errors.ts';
import { failureOf, useApi, useConnection, useSubscription } from '../../api/index.ts';
import { applyEvent } from './live.ts';

/** How many prompts come with their answers at a time. */
export const pageSize = 50;

const none: never[] = [];

export function useModels() {
  const { options } = useApi();
  const query = useQuery(options.models.list.queryOptions());
  return {
    models: query.data ?? none,
    isLoading: query.isPending,
    problem: query.error && failureOf(query.error),
    retry: query.refetch,
  };
}

export function useAddModel() {
  const { client } = useApi();
  const mutation = useMutation({ mutationFn: (path: string) => client.models.add.mutate({ path }) });
  return { ...mutation, problem: mutation.error && failureOf(mutation.error) };
}

export function useHistory() {
  const { options } = useApi();
  const query = useQuery(options.compare.list.queryOptions({ limit: 100 }));
  return { comparisons: query.data, problem: query.error && failureOf(query.error), retry: query.refetch };
}

interface Watched {
  comparison: Comparison | null;
  problem: AssayErrorData | null;
}

/** The comparison as it stands and as it grows; `prompt` is the one that is looked at. */
export function useComparison(id: string | null, prompt: number): Watched & { retry(): void } {
  const { options } = useApi();
  const { openings } = useConnection();
  const from = Math.floor(prompt / pageSize) * pageSize;
  const [watched, setWatched] = useState<Watched & { of: string | null }>({
    of: null,
    comparison: null,
    problem: null,
  });
  const subscription = useSubscription(
    options.compare.watch.subscriptionOptions(id === null ? skipToken : { id, from, count: pageSize }, {
      onData: (event) =>
        setWatched((before) => ({
          of: id,
          comparison: applyEvent(before.of === id ? before.comparison : null, event),
          problem: null,
        })),
      onError: (error) =>
        setWatched((before) => ({
          of: id,
          comparison: before.of === id ? before.comparison : null,
          problem: failureOf(error),
        })),
    }),
  );
  const { reset } = subscription;
  // A failed subscription does not come back by itself when the host does.
  // biome-ignore lint/correctness/useExhaustiveDependencies: begins anew with each opening of the connection
  useEffect(() => {
    if (openings > 1) reset();
  }, [openings]);
  const shown = watched.of === id ? watched : { comparison: null, problem: null };
  return { comparison: shown.comparison, problem: shown.problem, retry: reset };
}

export function useStartComparison() {
  const { client } = useApi();
  const mutation = useMutation({ mutationFn: (input: ComparisonInput) => client.compare.start.mutate(input) });
  return { ...mutation, problem: mutation.error && failureOf(mutation.error) };
}

export function useCancelJob() {
  const { client } = useApi();
  return useMutation({ mutationFn: (id: string) => client.jobs.cancel.mutate({ id }) });
}

export function useRenameComparison() {
  const { client } = useApi();
  return useMutation({
    mutationFn: (input: { id: string; name: string | null }) => client.compare.rename.mutate(input),
  });
}

export function useRemoveComparison() {
  const { client } = useApi();
  return useMutation({ mutationFn: (id: string) => client.compare.remove.mutate({ id }) });
}

export function useExportComparison() {
  const { client } = useApi();
  return useMutation({
    mutationFn: (input: { id: string; format: 'markdown' | 'json' }) => client.compare.export.mutate(input),
  });
}
