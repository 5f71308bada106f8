import { useMutation, useQuery } from '@tanstack/react-query';
import type { EngineSettings } from '../../../preload/contract/engine.ts';
import { failureOf, useApi } from '../../api/index.ts';

export function useEngine() {
  const { options } = useApi();
  const query = useQuery(options.engine.status.queryOptions());
  return { engine: query.data, problem: query.error && failureOf(query.error), retry: query.refetch };
}

export function useBackends() {
  const { options } = useApi();
  const query = useQuery(options.engine.backends.queryOptions());
  return { backends: query.data, problem: query.error && failureOf(query.error), retry: query.refetch };
}

export function useEngineSettings() {
  const { client } = useApi();
  const mutation = useMutation({
    mutationFn: (change: Partial<EngineSettings>) => client.engine.updateSettings.mutate(change),
  });
  return { ...mutation, problem: mutation.error && failureOf(mutation.error) };
}

export function useUnload() {
  const { client } = useApi();
  const mutation = useMutation({ mutationFn: (modelId: string) => client.engine.unload.mutate({ id: modelId }) });
  return { ...mutation, problem: mutation.error && failureOf(mutation.error) };
}

/** A command of the store's own life cycle, with its failure as a sentence. */
export function useVaultCommand<Input, Output>(
  run: (vault: ReturnType<typeof useApi>['client']['vault'], input: Input) => Promise<Output>,
) {
  const { client } = useApi();
  const mutation = useMutation({ mutationFn: (input: Input) => run(client.vault, input), gcTime: 0 });
  return { ...mutation, problem: mutation.error && failureOf(mutation.error) };
}
