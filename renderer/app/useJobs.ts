import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Job } from '../../preload/contract/jobs.ts';
import { failureOf, useApi, useSubscription } from '../api/index.ts';

/** Every job, newest first, with its progress as it goes. */
export function useJobs() {
  const { options } = useApi();
  const queries = useQueryClient();
  const list = useQuery(options.jobs.list.queryOptions());
  useSubscription(
    options.jobs.watch.subscriptionOptions(undefined, {
      onData: (job) =>
        queries.setQueryData<Job[]>(options.jobs.list.queryKey(), (jobs) =>
          jobs?.some((known) => known.id === job.id)
            ? jobs.map((known) => (known.id === job.id ? job : known))
            : [job, ...(jobs ?? [])],
        ),
    }),
  );
  return { jobs: list.data ?? [], problem: list.error && failureOf(list.error) };
}

export function isActive(job: Job): boolean {
  return job.state === 'queued' || job.state === 'running';
}
