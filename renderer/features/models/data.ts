import { notifications } from '@mantine/notifications';
import { skipToken, useMutation, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ModelMeasurement } from '../../../preload/contract/divergence.ts';
import type { Variant } from '../../../preload/contract/models.ts';
import { failureOf, useApi } from '../../api/index.ts';
import { plural } from '../../lib/numbers.ts';
import type { CompareTab } from '../../ui-state/index.ts';
import { measuredOf } from './measured.ts';
import { type Uses, usesOf } from './view.ts';

/** For what is asked from a button that has no place of its own for a failure. */
export function say(title: string): (error: unknown) => void {
  return (error) => notifications.show({ title, message: failureOf(error).message, color: 'red', autoClose: 12_000 });
}

export function useLibrary() {
  const { options } = useApi();
  const query = useQuery(options.models.library.queryOptions());
  return { library: query.data, problem: query.error && failureOf(query.error), retry: () => void query.refetch() };
}

/** In how many comparisons, conversations, runs and blind tests each model takes part. */
export function useUses(): ReadonlyMap<string, Uses> {
  const { options } = useApi();
  const { data: comparison } = useQuery(options.compare.uses.queryOptions());
  const { data: conversation } = useQuery(options.playground.uses.queryOptions());
  const { data: run } = useQuery(options.divergence.uses.queryOptions());
  const { data: test } = useQuery(options.blind.uses.queryOptions());
  return useMemo(
    () => usesOf({ comparison, conversation, 'divergence run': run, 'blind test': test }),
    [comparison, conversation, run, test],
  );
}

/** The last that a divergence run found of each file, by its path; of a copy, what was found of the same content. */
export function useMeasured(variants: readonly Variant[]): ReadonlyMap<string, ModelMeasurement> {
  const { options } = useApi();
  const { data } = useQuery(options.divergence.measurements.queryOptions());
  return useMemo(() => measuredOf(data ?? [], variants), [data, variants]);
}

/** How Assay made this file, when it did. */
export function useProvenance(file: string) {
  const { options } = useApi();
  const { data } = useQuery(options.quantize.list.queryOptions({ file }));
  return data?.[0];
}

export interface Use {
  id: string;
  tab: CompareTab;
  what: string;
  title: string;
  at: string;
}

/** The last twenty things that a model takes part in, newest first; undefined until all are known. */
export function useWhereUsed(model: string): Use[] | undefined {
  const { options } = useApi();
  const input = { model, limit: mostUses };
  const { data: comparisons } = useQuery(options.compare.list.queryOptions(input));
  const { data: conversations } = useQuery(options.playground.list.queryOptions(input));
  const { data: runs } = useQuery(options.divergence.list.queryOptions(input));
  const { data: tests } = useQuery(options.blind.list.queryOptions(input));
  if (!comparisons || !conversations || !runs || !tests) return undefined;
  const use = (what: string, tab: CompareTab, title: string, { id, createdAt }: { id: string; createdAt: string }) => ({
    id,
    tab,
    what,
    title,
    at: createdAt,
  });
  return [
    ...comparisons.map((one) => use('Comparison', 'answers', one.name ?? one.excerpt, one)),
    ...conversations.map((one) => use('Playground', 'playground', one.name ?? one.excerpt, one)),
    ...runs.map((one) => use('Divergence', 'divergence', one.name ?? one.textName, one)),
    ...tests.map((one) => use('Blind test', 'blind', one.name ?? plural(one.comparisons, 'comparison'), one)),
  ]
    .sort((one, other) => other.at.localeCompare(one.at))
    .slice(0, mostUses);
}
const mostUses = 20;

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
