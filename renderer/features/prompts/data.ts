import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { failureOf, useApi } from '../../api/index.ts';
import { offerUndo } from '../../design/index.ts';
import type { HistoryFilter, ImportResult, Retention, RouterInputs, SavedPrompt } from './shapes.ts';

/** For what is asked from a place that has no room of its own for a failure. */
export function say(title: string): (error: unknown) => void {
  return (error) => notifications.show({ title, message: failureOf(error).message, color: 'red', autoClose: 12_000 });
}

const none: never[] = [];

/** How many the filter finds; null asks nothing yet. What was counted last stays until the answer is there. */
export function useCount(filter: HistoryFilter | null) {
  const { options } = useApi();
  const query = useQuery({
    ...options.prompts.count.queryOptions(filter ?? {}),
    enabled: filter !== null,
    placeholderData: (before) => before,
  });
  return query.data;
}

/** What can be filtered by; `changedAt` grows whenever the host says that something in the history changed. */
export function useFacets() {
  const { options } = useApi();
  const query = useQuery(options.prompts.facets.queryOptions());
  return { facets: query.data, changedAt: query.dataUpdatedAt };
}

export function useEntry(id: string | null, search: string) {
  const { options } = useApi();
  const query = useQuery({
    ...options.prompts.get.queryOptions({ id: id ?? '', search }),
    enabled: id !== null,
    placeholderData: (before) => (before?.id === id ? before : undefined),
  });
  return {
    entry: id === null ? undefined : query.data,
    problem: query.error && failureOf(query.error),
    retry: query.refetch,
  };
}

export function useAnnotate() {
  const { client } = useApi();
  return useMutation({
    mutationFn: (input: RouterInputs['annotate']) => client.prompts.annotate.mutate(input),
    onError: say('The note or the tags were not kept'),
  });
}

export function useRetention() {
  const { client, options } = useApi();
  const rule = useQuery(options.prompts.retention.queryOptions());
  const set = useMutation({ mutationFn: (next: Retention) => client.prompts.setRetention.mutate(next) });
  return { rule: rule.data, set, problem: set.error && failureOf(set.error) };
}

/** How many entries a rule would delete today. */
export function useRetentionPreview(rule: Retention) {
  const { options } = useApi();
  return useQuery(options.prompts.previewRetention.queryOptions(rule)).data;
}

export function useImport() {
  const { client } = useApi();
  const mutation = useMutation({
    mutationFn: (input: RouterInputs['import']): Promise<ImportResult> => client.prompts.import.mutate(input),
  });
  return { ...mutation, problem: mutation.error && failureOf(mutation.error) };
}

export function useSaved() {
  const { options } = useApi();
  const query = useQuery(options.prompts.saved.queryOptions());
  return { saved: query.data, problem: query.error && failureOf(query.error), retry: query.refetch };
}

export function useVersions(id: string) {
  const { options } = useApi();
  return useQuery(options.prompts.versions.queryOptions({ id })).data ?? none;
}

export function useSave() {
  const { client } = useApi();
  const mutation = useMutation({ mutationFn: (input: RouterInputs['save']) => client.prompts.save.mutate(input) });
  return { ...mutation, problem: mutation.error && failureOf(mutation.error) };
}

/** Deletes a saved prompt with a moment to undo it. */
export function useRemoveSaved() {
  const { client } = useApi();
  return useMutation({
    mutationFn: ({ id }: SavedPrompt) => client.prompts.removeSaved.mutate({ id }),
    onSuccess: ({ token, until }, { name }) => {
      const undo = () => client.removals.bringBack.mutate({ token }).catch(say('It could not be brought back'));
      offerUndo(`“${name}” deleted.`, () => void undo(), until);
    },
    onError: say('The prompt was not deleted'),
  });
}

export function useDatasets() {
  const { options } = useApi();
  const query = useQuery(options.prompts.datasets.queryOptions());
  return { datasets: query.data, problem: query.error && failureOf(query.error), retry: query.refetch };
}

export function useDataset(id: string | null) {
  const { options } = useApi();
  const query = useQuery({ ...options.prompts.dataset.queryOptions({ id: id ?? '' }), enabled: id !== null });
  return { dataset: query.data, problem: query.error && failureOf(query.error), retry: query.refetch };
}
