import { notifications } from '@mantine/notifications';
import { skipToken, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { ComparisonInput } from '../../../preload/contract/compare.ts';
import type { AssayErrorData } from '../../../preload/contract/errors.ts';
import { failureOf, useApi, useConnection, useSubscription } from '../../api/index.ts';
import { applyEvent, type ShownComparison } from './live.ts';

/** For what is asked from a button that has no place of its own for a failure. */
/** For what is asked from a place that has no room of its own for a failure. */
export function say(title: string): (error: Error) => void {
  return (error) => notifications.show({ title, message: failureOf(error).message, color: 'red', autoClose: 12_000 });
}

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

/** The memory that a model would take; asked anew each time it is shown, because what is free changes. */
export function useEstimate(reference: string) {
  const { options } = useApi();
  const query = useQuery({ ...options.models.estimate.queryOptions({ model: reference }), staleTime: 0 });
  return { estimate: query.data, problem: query.error && failureOf(query.error) };
}

export function useDatasets() {
  const { client, options } = useApi();
  const query = useQuery(options.prompts.datasets.queryOptions());
  return { datasets: query.data ?? none, read: (id: string) => client.prompts.dataset.query({ id }) };
}

export function useHistory() {
  const { options } = useApi();
  const query = useQuery(options.compare.list.queryOptions({ limit: 100 }));
  return { comparisons: query.data, problem: query.error && failureOf(query.error), retry: query.refetch };
}

interface Watched {
  comparison: ShownComparison | null;
  /** Nothing more comes by itself. */
  hasEnded: boolean;
  problem: AssayErrorData | null;
}

const nothingYet: Watched = { comparison: null, hasEnded: false, problem: null };

/** The comparison as it stands and as it grows; `prompt` is the one that is looked at. */
export function useComparison(id: string | null, prompt: number): Omit<Watched, 'hasEnded'> & { retry(): void } {
  const { options } = useApi();
  const { openings } = useConnection();
  const from = Math.floor(prompt / pageSize) * pageSize;
  const [watched, setWatched] = useState<Watched & { of: string | null }>({ of: null, ...nothingYet });
  const { reset } = useSubscription(
    options.compare.watch.subscriptionOptions(id === null ? skipToken : { id, from, count: pageSize }, {
      onData: (event) =>
        setWatched((before) => ({
          of: id,
          comparison: applyEvent(before.of === id ? before.comparison : null, event),
          hasEnded: event.type === 'ended',
          problem: null,
        })),
      onError: (error) =>
        setWatched((before) => ({ ...(before.of === id ? before : nothingYet), of: id, problem: failureOf(error) })),
    }),
  );
  const { comparison, hasEnded, problem } = watched.of === id ? watched : nothingYet;

  // What ended does not begin anew by itself when the host comes back, or when its job is resumed from elsewhere.
  const jobs = useQuery({ ...options.jobs.list.queryOptions(), enabled: comparison !== null });
  const state = jobs.data?.find((job) => job.id === comparison?.jobId)?.state;
  const isResumed = hasEnded && (state === 'running' || state === 'queued');
  // biome-ignore lint/correctness/useExhaustiveDependencies: begins anew with each opening of the connection and each resumption
  useEffect(() => {
    if (openings > 1 || isResumed) reset();
  }, [openings, isResumed]);
  const interrupted = state === 'interrupted';
  const shown = useMemo(() => comparison && { ...comparison, interrupted }, [comparison, interrupted]);
  return { comparison: shown, problem, retry: reset };
}

export function useStartComparison() {
  const { client } = useApi();
  const mutation = useMutation({ mutationFn: (input: ComparisonInput) => client.compare.start.mutate(input) });
  return { ...mutation, problem: mutation.error && failureOf(mutation.error) };
}

export function useCancelJob() {
  const { client } = useApi();
  return useMutation({
    mutationFn: (id: string) => client.jobs.cancel.mutate({ id }),
    onError: say('The comparison could not be cancelled'),
  });
}

/** Puts a comparison's job back into the queue: what failed is tried again, what is there stays. */
export function useResumeJob() {
  const { client } = useApi();
  return useMutation({ mutationFn: (id: string) => client.jobs.resume.mutate({ id }) });
}

export function useRenameComparison() {
  const { client } = useApi();
  return useMutation({
    mutationFn: (input: { id: string; name: string | null }) => client.compare.rename.mutate(input),
    onError: say('The comparison keeps its name'),
  });
}

export function useRemoveComparison() {
  const { client } = useApi();
  return useMutation({
    mutationFn: (id: string) => client.compare.remove.mutate({ id }),
    onError: say('The comparison was not deleted'),
  });
}

export function useExportComparison() {
  const { client } = useApi();
  return useMutation({
    mutationFn: (input: { id: string; format: 'markdown' | 'json' }) => client.compare.export.mutate(input),
  });
}
