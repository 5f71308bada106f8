import { notifications } from '@mantine/notifications';
import { skipToken, useMutation, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ModelMeasurement } from '../../../preload/contract/divergence.ts';
import { failureOf, useApi } from '../../api/index.ts';

/** For what is asked from a button that has no place of its own for a failure. */
export function say(title: string): (error: unknown) => void {
  return (error) => notifications.show({ title, message: failureOf(error).message, color: 'red', autoClose: 12_000 });
}

export function useLibrary() {
  const { options } = useApi();
  const query = useQuery(options.models.library.queryOptions());
  return { library: query.data, problem: query.error && failureOf(query.error), retry: () => void query.refetch() };
}

/** In how many comparisons each model has a column. */
export function useUses(): ReadonlyMap<string, number> {
  const { options } = useApi();
  const { data } = useQuery(options.compare.uses.queryOptions());
  return useMemo(() => new Map(data?.map(({ model, comparisons }) => [model, comparisons])), [data]);
}

/** The last that a divergence run found of each file, by its path. */
export function useMeasured(): ReadonlyMap<string, ModelMeasurement> {
  const { options } = useApi();
  const { data } = useQuery(options.divergence.measurements.queryOptions());
  return useMemo(() => new Map(data?.map((measurement) => [measurement.file, measurement])), [data]);
}

/** How Assay made this file, when it did. */
export function useProvenance(file: string) {
  const { options } = useApi();
  const { data } = useQuery(options.quantize.list.queryOptions({ file }));
  return data?.[0];
}

export function useComparisonsOf(model: string) {
  const { options } = useApi();
  const query = useQuery(options.compare.list.queryOptions({ model, limit: 20 }));
  return query.data;
}

export function useDetails(model: string) {
  const { options } = useApi();
  const query = useQuery(options.models.details.queryOptions({ model }));
  return { details: query.data, problem: query.error && failureOf(query.error), retry: () => void query.refetch() };
}

export function useDiff(one: string, other: string) {
  const { options } = useApi();
  const query = useQuery(options.models.diff.queryOptions({ one, other }));
  return { diff: query.data, problem: query.error && failureOf(query.error), retry: () => void query.refetch() };
}

export function useFound(enabled: boolean) {
  const { options } = useApi();
  const query = useQuery({ ...options.models.found.queryOptions(enabled ? undefined : skipToken) });
  return {
    places: query.data,
    problem: query.error && failureOf(query.error),
    retry: () => void query.refetch(),
  };
}

/** The job that reads files for their hashes, while there is one. */
export function useHashJob(id: string | null) {
  const { options } = useApi();
  const { data } = useQuery(options.jobs.list.queryOptions());
  return id === null ? undefined : data?.find((job) => job.id === id);
}

export function useCommandsOnModels() {
  const { client } = useApi();
  const tag = useMutation({
    mutationFn: (input: { ids: string[]; add?: string[]; remove?: string[] }) => client.models.tag.mutate(input),
    onError: say('The tags were not changed'),
  });
  const hash = useMutation({
    mutationFn: () => client.models.hash.mutate(),
    onError: say('The files are not being read'),
  });
  const deleteFile = useMutation({
    mutationFn: (input: { id: string; name: string }) => client.models.deleteFile.mutate(input),
  });
  const forgetFolder = useMutation({
    mutationFn: (path: string) => client.models.forgetFolder.mutate({ path }),
    onError: say('The folder stays on the list'),
  });
  return { tag, hash, deleteFile, forgetFolder };
}
