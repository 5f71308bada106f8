import { keepPreviousData, skipToken, useMutation, useQuery } from '@tanstack/react-query';
import type { QuantizeInput } from '../../../preload/contract/quantize.ts';
import { failureOf, useApi } from '../../api/index.ts';

/** Whether this installation can quantize; undefined until it is known. */
export function useLabAvailability() {
  const { options } = useApi();
  return useQuery({ ...options.divergence.availability.queryOptions(), staleTime: Number.POSITIVE_INFINITY }).data;
}

export function useModelName(id: string | null) {
  const { options } = useApi();
  const { data } = useQuery(options.models.list.queryOptions());
  return data?.find((model) => model.id === id);
}

/** By dry runs; what was there before stays until the next is. Null: nothing to ask. */
export function useEstimate(input: QuantizeInput | null) {
  const { options } = useApi();
  const query = useQuery({
    ...options.quantize.estimate.queryOptions(input ?? skipToken),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  return {
    estimate: input === null ? undefined : query.data,
    isPending: input !== null && (query.isFetching || query.isPlaceholderData),
    problem: query.error && failureOf(query.error),
  };
}

export function useStartQuantize() {
  const { client } = useApi();
  const mutation = useMutation({ mutationFn: (input: QuantizeInput) => client.quantize.start.mutate(input) });
  return { ...mutation, problem: mutation.error && failureOf(mutation.error) };
}
