import { notifications } from '@mantine/notifications';
import { skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { BlindOutcome, BlindTest } from '../../../../preload/contract/blind.ts';
import type { ComparisonInput } from '../../../../preload/contract/compare.ts';
import { failureOf, useApi } from '../../../api/index.ts';

/** For what is asked from a button that has no place of its own for a failure. */
function say(title: string): (error: unknown) => void {
  return (error) => notifications.show({ title, message: failureOf(error).message, color: 'red', autoClose: 12_000 });
}

export function useBlindTests() {
  const { options } = useApi();
  const query = useQuery(options.blind.list.queryOptions({ limit: 100 }));
  return { tests: query.data, problem: query.error && failureOf(query.error), retry: () => void query.refetch() };
}

/** Answers that are still coming are looked for every second. */
export function useBlindTest(id: string | null) {
  const { options } = useApi();
  const query = useQuery({
    ...options.blind.get.queryOptions(id === null ? skipToken : { id }),
    refetchInterval: ({ state }) => ((state.data?.waiting ?? 0) > 0 ? 1000 : false),
  });
  return { test: query.data, problem: query.error && failureOf(query.error), retry: () => void query.refetch() };
}

export function useBlindCommands(id: string | null) {
  const { client, options } = useApi();
  const queries = useQueryClient();
  const keep = (test: BlindTest) => queries.setQueryData(options.blind.get.queryKey({ id: test.id }), test);
  const of = (): string => {
    if (id === null) throw new Error('There is no test.');
    return id;
  };
  const judge = useMutation({
    mutationFn: (input: { pair: string; outcome: BlindOutcome }) => client.blind.judge.mutate({ id: of(), ...input }),
    onSuccess: keep,
    onError: say('The judgement was not kept'),
  });
  const undo = useMutation({
    mutationFn: () => client.blind.undo.mutate({ id: of() }),
    onSuccess: keep,
    onError: say('Nothing was taken back'),
  });
  const reveal = useMutation({
    mutationFn: () => client.blind.reveal.mutate({ id: of() }),
    onSuccess: keep,
    onError: say('The names stay hidden'),
  });
  const remove = useMutation({
    mutationFn: (test: string) => client.blind.remove.mutate({ id: test }),
    onError: say('The test was not deleted'),
  });
  const exported = useMutation({
    mutationFn: (format: 'markdown' | 'json' | 'csv') => client.blind.export.mutate({ id: of(), format }),
    onError: say('The export failed'),
  });
  return { judge, undo, reveal, remove, exported };
}

/** Begins a test on comparisons that are there, or on answers that are asked for now. */
export function useStartBlind() {
  const { client } = useApi();
  const mutation = useMutation({
    mutationFn: async ({
      pairs,
      ...input
    }: { pairs?: number } & ({ comparisons: string[] } | { fresh: ComparisonInput })) => {
      const comparisons = 'fresh' in input ? [(await client.compare.start.mutate(input.fresh)).id] : input.comparisons;
      return client.blind.start.mutate({ comparisons, pairs });
    },
  });
  return { ...mutation, problem: mutation.error && failureOf(mutation.error) };
}
