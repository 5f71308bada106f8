import { useMutation, useQuery } from '@tanstack/react-query';
import type { StartDownloadInput } from '../../../../preload/contract/downloads.ts';
import type { Job } from '../../../../preload/contract/jobs.ts';
import type { NetworkSettings } from '../../../../preload/contract/network.ts';
import { failureOf, useApi } from '../../../api/index.ts';
import { say, useLibrary } from '../data.ts';

export function useNetwork() {
  const { client, options } = useApi();
  const query = useQuery(options.network.settings.queryOptions());
  const change = useMutation({
    mutationFn: (part: Partial<NetworkSettings>) => client.network.updateSettings.mutate(part),
  });
  return {
    settings: query.data,
    problem: query.error && failureOf(query.error),
    retry: () => void query.refetch(),
    change,
    refused: change.error && failureOf(change.error),
  };
}

export function useCatalogue() {
  const { options } = useApi();
  return useQuery(options.downloads.catalogue.queryOptions()).data ?? [];
}

/** Asks the hub; only when a person says so, never by itself. */
export function useLook() {
  const { client } = useApi();
  const look = useMutation({ mutationFn: (repository: string) => client.downloads.look.mutate({ repository }) });
  return { ...look, problem: look.error && failureOf(look.error) };
}

/** Whether the library lists a file with this SHA-256, and it is fit for use. */
export function useIsListed(): (sha256: string | null) => boolean {
  const { library } = useLibrary();
  const variants = library?.families.flatMap((family) => family.variants) ?? [];
  return (sha256) =>
    sha256 !== null && variants.some((variant) => variant.sha256 === sha256 && variant.state === 'ready');
}

export function useDownloads() {
  const { client, options } = useApi();
  const { data: jobs = [] } = useQuery(options.jobs.list.queryOptions());
  const start = useMutation({
    mutationFn: (input: StartDownloadInput) => client.downloads.start.mutate(input),
    onError: say('The download did not begin'),
  });
  const cancel = useMutation({
    mutationFn: (id: string) => client.jobs.cancel.mutate({ id }),
    onError: say('The download was not cancelled'),
  });
  return {
    start,
    cancel,
    /** The newest job for a file. */
    jobOf: (repository: string, file: string): Job | undefined =>
      jobs
        .filter((job) => job.kind === 'downloads.model' && job.subject === `${repository}/${file}`)
        .sort((one, other) => other.createdAt.localeCompare(one.createdAt))[0],
  };
}
