import { useMutation, useQuery } from '@tanstack/react-query';
import type { Job } from '../../../preload/contract/jobs.ts';
import { failureOf, useApi } from '../../api/index.ts';
import { go } from '../../ui-state/index.ts';
import { quickComparison } from './quickComparison.ts';

export function useLastComparisons() {
  const { options } = useApi();
  const query = useQuery(options.compare.list.queryOptions({ limit: 12 }));
  return { comparisons: query.data, problem: query.error && failureOf(query.error), retry: query.refetch };
}

/** Beside the comparisons; what fails here is told by Compare itself. */
export function useLastDivergences() {
  const { options } = useApi();
  return useQuery(options.divergence.list.queryOptions({ limit: 6 })).data ?? [];
}

/** Jobs that ended without their result and wait for a person. */
export function useBrokenJobs() {
  const { options } = useApi();
  const query = useQuery(options.jobs.list.queryOptions());
  const broken = query.data?.filter((job) => job.state === 'failed' || job.state === 'interrupted');
  return { broken, problem: query.error && failureOf(query.error) };
}

export function useJobActions() {
  const { client } = useApi();
  const mutation = useMutation({
    mutationFn: async ({ what, job }: { what: 'resume' | 'dismiss'; job: Job }) => {
      if (what === 'resume') await client.jobs.resume.mutate({ id: job.id });
      // An interrupted job has not ended yet: that it will not go on has to be decided first.
      if (what === 'dismiss' && job.state === 'interrupted') await client.jobs.cancel.mutate({ id: job.id });
      if (what === 'dismiss') await client.jobs.clear.mutate({ id: job.id });
    },
  });
  return { ...mutation, problem: mutation.error && failureOf(mutation.error) };
}

export function useQuickComparison() {
  const { client } = useApi();
  const mutation = useMutation({
    mutationFn: () => client.compare.start.mutate(quickComparison),
    onSuccess: ({ id }) => go({ screen: 'compare', id }),
  });
  return { ...mutation, problem: mutation.error && failureOf(mutation.error) };
}
