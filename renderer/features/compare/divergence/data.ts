import { notifications } from '@mantine/notifications';
import { keepPreviousData, skipToken, useMutation, useQueries, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { DivergenceInput, InspectedPosition } from '../../../../preload/contract/divergence.ts';
import type { AssayErrorData } from '../../../../preload/contract/errors.ts';
import { failureOf, useApi, useSubscription } from '../../../api/index.ts';
import { loadingStale } from './estimate.ts';

/** For what is asked from a button that has no place of its own for a failure. */
function say(title: string): (error: unknown) => void {
  return (error) => notifications.show({ title, message: failureOf(error).message, color: 'red', autoClose: 12_000 });
}

/** Whether this installation can measure; undefined until it is known. */
export function useLabAvailability() {
  const { options } = useApi();
  const query = useQuery({ ...options.divergence.availability.queryOptions(), staleTime: loadingStale });
  return query.data;
}

export function useRuns() {
  const { options } = useApi();
  const query = useQuery(options.divergence.list.queryOptions({ limit: 100 }));
  return { runs: query.data, problem: query.error && failureOf(query.error), retry: () => void query.refetch() };
}

/** A run as far as it has come; asked again while it grows. */
export function useRun(id: string | null) {
  const { options } = useApi();
  const query = useQuery({
    ...options.divergence.get.queryOptions(id === null ? skipToken : { id }),
  });
  return { run: query.data, problem: query.error && failureOf(query.error), retry: () => void query.refetch() };
}

/** The job behind a run, with its progress as it goes. */
export function useJob(id: string | null) {
  const { options } = useApi();
  const { data } = useQuery(options.jobs.list.queryOptions());
  return id === null ? undefined : data?.find((job) => job.id === id);
}

export function useRunCommands() {
  const { client } = useApi();
  const start = useMutation({ mutationFn: (input: DivergenceInput) => client.divergence.start.mutate(input) });
  const cancel = useMutation({
    mutationFn: (id: string) => client.jobs.cancel.mutate({ id }),
    onError: say('The run could not be cancelled'),
  });
  const resume = useMutation({
    mutationFn: (id: string) => client.jobs.resume.mutate({ id }),
    onError: say('The run could not go on'),
  });
  const rename = useMutation({
    mutationFn: (input: { id: string; name: string | null }) => client.divergence.rename.mutate(input),
    onError: say('The run keeps its name'),
  });
  const remove = useMutation({
    mutationFn: (id: string) => client.divergence.remove.mutate({ id }),
    onError: say('The run was not deleted'),
  });
  const exported = useMutation({
    mutationFn: (input: { id: string; format: 'json' | 'markdown' | 'html' | 'csv' }) =>
      client.divergence.export.mutate(input),
  });
  return {
    start: { ...start, problem: start.error && failureOf(start.error) },
    cancel,
    resume,
    rename,
    remove,
    exported,
  };
}

/** It follows a run that grows; what was there before stays until the next is. */
export function useHistogram(id: string, candidate: number) {
  const { options } = useApi();
  const query = useQuery({
    ...options.divergence.histogram.queryOptions({ id, candidate, bins: 60 }),
    placeholderData: keepPreviousData,
  });
  return { histogram: query.data, problem: query.error && failureOf(query.error), retry: () => void query.refetch() };
}

/** What a candidate costs by how much stands before a token; what was there before stays until the next is. */
export function useDepth(id: string, candidate: number) {
  const { options } = useApi();
  const query = useQuery({
    ...options.divergence.depth.queryOptions({ id, candidate }),
    placeholderData: keepPreviousData,
  });
  return { bands: query.data, problem: query.error && failureOf(query.error), retry: () => void query.refetch() };
}

const nothing: never[] = [];

/** The last that was measured of each file. */
export function useMeasurements() {
  const { options } = useApi();
  return useQuery(options.divergence.measurements.queryOptions()).data ?? nothing;
}

export const pageTokens = 1024;

/** A page of scored tokens: those from `page` · 1024 on. */
export function useTokenPage(id: string, candidate: number, page: number) {
  const { options } = useApi();
  const query = useQuery(
    options.divergence.tokens.queryOptions({ id, candidate, from: page * pageTokens, count: pageTokens }),
  );
  return { strip: query.data, problem: query.error && failureOf(query.error), retry: () => void query.refetch() };
}

export function useWorst(id: string, candidate: number, share: number) {
  const { options } = useApi();
  return useQuery(options.divergence.worst.queryOptions({ id, candidate, share })).data;
}

export interface Looked {
  /** Share of both models that is loaded; null once they are. */
  loading: number | null;
  position: InspectedPosition | null;
  problem: AssayErrorData | null;
}

/** Both models at one position, while `position` is not null. What was there before stays until the next is. */
export function useInspection(
  id: string,
  candidate: number,
  position: number | null,
  continueTokens: number,
): Looked & { retry(): void } {
  const { options } = useApi();
  const [looked, setLooked] = useState<Looked>({ loading: null, position: null, problem: null });
  const asked = position === null ? skipToken : { id, candidate, position, continueTokens };
  const { reset } = useSubscription(
    options.divergence.inspect.subscriptionOptions(asked, {
      onData: (event) =>
        setLooked((before) =>
          event.type === 'loading'
            ? { ...before, loading: event.progress, problem: null }
            : { loading: null, position: event.position, problem: null },
        ),
      onError: (error) => setLooked((before) => ({ ...before, loading: null, problem: failureOf(error) })),
    }),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run or candidate has nothing to do with what was seen
  useEffect(() => setLooked({ loading: null, position: null, problem: null }), [id, candidate]);
  return { ...looked, retry: reset };
}

/** The memory of each model with this context; those that cannot be told are left out. */
export function useMemory(references: readonly string[], contextSize: number) {
  const { options } = useApi();
  const answers = useQueries({
    queries: references.map((model) => options.models.estimate.queryOptions({ model, contextSize })),
  });
  const known = answers.flatMap(({ data }) => (data ? [data] : []));
  return {
    totalBytes: known.reduce((sum, { totalBytes }) => sum + totalBytes, 0),
    room: known[0] ?? null,
    isWhole: known.length === references.length && known.length > 0,
  };
}

/** How many tasks the sample has; null until they were read. */
export function useSampleItems(enabled: boolean): number | null {
  const { options } = useApi();
  const { data } = useQuery(
    options.prompts.dataset.queryOptions(enabled ? { id: 'sample:held-out-tasks' } : skipToken),
  );
  return data === undefined ? null : data.items.length;
}
