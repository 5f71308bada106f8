import type { CatalogueEntry, Download, Repository, StartDownloadInput } from '../../../preload/contract/downloads.ts';
import type { NetworkSettings } from '../../../preload/contract/network.ts';
import type { Changes } from '../../base/changes.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { JobQueue } from '../../base/job.ts';
import type { Store } from '../../db/store.ts';
import { catalogue as shippedCatalogue } from './catalogue.ts';
import * as queries from './downloads.queries.ts';
import { pathOf, sourceOf } from './downloads.rules.ts';
import { isModelPath, readRepository } from './hub.ts';
import { freeBytesOf, modelJob } from './model.job.ts';

/** The part of the network that downloads need. */
export interface DownloadNetwork {
  settings(): NetworkSettings;
  fetch(request: { url: string; purpose: string; headers?: Record<string, string>; signal: AbortSignal }): Promise<{
    status: number;
    headers: Record<string, string | string[] | undefined> & {
      'content-length'?: string;
      'content-range'?: string;
      'content-encoding'?: string;
    };
    body: AsyncIterable<Buffer>;
    discard(): void;
  }>;
}

export interface DownloadsDependencies {
  vault: { store(): Store };
  jobs: Pick<JobQueue, 'register' | 'start'>;
  network: DownloadNetwork;
  models: { add(path: string, hashes: ReadonlyMap<string, string>): Promise<unknown> };
  /** Where models go; null: nowhere, in a store that lies in memory only. */
  folder: string | null;
  changes: Pick<Changes, 'announce'>;
  clock: Clock;
  catalogue: readonly CatalogueEntry[];
  freeBytes(folder: string): Promise<number>;
  /** How often and how fast a broken connection is tried again. */
  retry?: { attempts: number; waitMs: number };
}

/** Models from the hub or its mirror, for those who have turned the network on. */
export interface Downloads {
  /** What is proposed; asks nobody. */
  catalogue(): CatalogueEntry[];
  /** Asks the hub what a repository holds. Faults: those of Network.fetch; NOT_FOUND, FORBIDDEN; CONFLICT without a folder. */
  look(repository: string): Promise<Repository>;
  /** Begins a download; it goes on as a job. One that is under way already is given back. NETWORK_OFF, BAD_INPUT, CONFLICT. */
  start(input: StartDownloadInput): { jobId: string };
  /** What was downloaded, newest first. */
  list(): Download[];
}

export function createDownloads(
  given: Omit<DownloadsDependencies, 'catalogue' | 'freeBytes'> & Partial<DownloadsDependencies>,
): Downloads {
  const dependencies: DownloadsDependencies = { catalogue: shippedCatalogue, freeBytes: freeBytesOf, ...given };
  const { vault, jobs, network, catalogue, freeBytes } = dependencies;
  /** Job of each place that is being filled. */
  const underWay = new Map<string, string>();
  const kind = modelJob(dependencies, ({ folder, repository, file }) =>
    underWay.delete(pathOf(folder, repository, file)),
  );
  jobs.register(kind);

  function folder(): string {
    if (dependencies.folder === null)
      throw new Fault(
        'CONFLICT',
        'This store lies in memory only, so there is no folder for downloads. Open a store in a folder.',
      );
    return dependencies.folder;
  }

  return {
    catalogue: () => [...catalogue],
    list: () => queries.selectDownloads(vault.store().read),
    async look(repository) {
      const place = folder();
      const base = sourceOf(network.settings());
      const found = await readRepository(network, base, repository, null, AbortSignal.timeout(60_000));
      const files = found.models.map(({ file, parts }) => ({
        file,
        sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
        parts: parts.length,
        checkable: parts.every(({ sha256 }) => sha256 !== null),
        path: pathOf(place, repository, file),
      }));
      return {
        repository,
        revision: found.revision,
        licence: found.licence,
        page: `${base}/${repository}`,
        gated: found.gated,
        files,
        folder: place,
        freeBytes: await freeBytes(place),
      };
    },
    start(input) {
      const place = folder();
      if (!network.settings().enabled)
        throw new Fault(
          'NETWORK_OFF',
          'The network is off, so nothing is downloaded. An owner can turn it on in Settings, Network.',
        );
      if (!isModelPath(input.file))
        throw new Fault('BAD_INPUT', 'This is no path of a GGUF file in a repository. Look at the repository again.');
      const path = pathOf(place, input.repository, input.file);
      const running = underWay.get(path);
      if (running !== undefined) return { jobId: running };
      const jobId = jobs.start(kind, { ...input, folder: place }, { workspace: 'downloads' });
      underWay.set(path, jobId);
      return { jobId };
    },
  };
}
