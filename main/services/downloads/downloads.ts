import type { CatalogueEntry, Download, Repository, StartDownloadInput } from '../../../preload/contract/downloads.ts';
import type { Job } from '../../../preload/contract/jobs.ts';
import type { NetworkSettings } from '../../../preload/contract/network.ts';
import type { Changes } from '../../base/changes.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import { combinedHash } from '../../base/ggufParts.ts';
import type { JobQueue } from '../../base/job.ts';
import type { Store } from '../../db/store.ts';
import { catalogue as shippedCatalogue } from './catalogue.ts';
import * as queries from './downloads.queries.ts';
import { type Placing, pathOf, sourceOf, subjectOf } from './downloads.rules.ts';
import { exists, isOther, keptBytes } from './fetchFile.ts';
import { type HubModel, isModelPath, readRepository } from './hub.ts';
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
  jobs: Pick<JobQueue, 'register' | 'start'> & { list(): Job[]; clear(id: string): void };
  network: DownloadNetwork;
  models: {
    add(path: string, hashes: ReadonlyMap<string, string>): Promise<unknown>;
    versionOf(path: string): { sha256: string | null } | null;
  };
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
  /** Begins a download, or goes on with what came of the file before; as a job. One that is under way already is given back. NETWORK_OFF, BAD_INPUT, CONFLICT. */
  start(input: StartDownloadInput): { jobId: string };
  /** What was downloaded, newest first. */
  list(): Download[];
}

export function createDownloads(
  given: Omit<DownloadsDependencies, 'catalogue' | 'freeBytes'> & Partial<DownloadsDependencies>,
): Downloads {
  const dependencies: DownloadsDependencies = { catalogue: shippedCatalogue, freeBytes: freeBytesOf, ...given };
  const { vault, jobs, network, models, catalogue, freeBytes, clock } = dependencies;
  /** Job of each place that is being filled. */
  const underWay = new Map<string, string>();
  const kind = modelJob(dependencies, (input) => underWay.delete(pathOf(input, input.file)));
  jobs.register(kind);

  function folder(): string {
    if (dependencies.folder === null)
      throw new Fault(
        'CONFLICT',
        'This store lies in memory only, so there is no folder for downloads. Open a store in a folder.',
      );
    return dependencies.folder;
  }

  async function shown(placing: Placing, { file, parts }: HubModel): Promise<Repository['files'][number]> {
    const path = pathOf(placing, file);
    const sha256 = combinedHash(parts);
    const others = parts.map((part) => isOther({ path: pathOf(placing, part.file), sizeBytes: part.sizeBytes }));
    // One of the same size may be another one all the same; the library knows, or else the download finds out before it begins.
    const known = models.versionOf(path)?.sha256 ?? sha256;
    const taken = (await Promise.all(others)).includes(true) || (known !== sha256 && (await exists(path)));
    const kept = parts.map((part) => {
      const place = pathOf({ ...placing, beside: taken }, part.file);
      return part.sha256 === null ? 0 : keptBytes({ path: place, sha256: part.sha256 });
    });
    return {
      file,
      sizeBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      parts: parts.length,
      sha256,
      path,
      taken,
      keptBytes: (await Promise.all(kept)).reduce((sum, bytes) => sum + bytes, 0),
    };
  }

  /** Earlier attempts would go on with the revision and licence of then. */
  function clearEnded(subject: string): void {
    for (const job of jobs.list())
      if (job.kind === kind.kind && job.subject === subject && /^(failed|cancelled|interrupted)$/.test(job.state))
        jobs.clear(job.id);
  }

  return {
    catalogue: () => [...catalogue],
    list: () => queries.selectDownloads(vault.store().read),
    async look(repository) {
      const place = folder();
      const base = sourceOf(network.settings());
      const found = await readRepository(network, base, repository, null, AbortSignal.timeout(60_000));
      const files = await Promise.all(
        found.models.map((model) => shown({ folder: place, repository, revision: found.revision }, model)),
      );
      return {
        repository,
        revision: found.revision,
        licence: found.licence,
        page: `${base}/${repository}`,
        gated: found.gated,
        files,
        folder: place,
        freeBytes: await freeBytes(place),
        lookedAt: new Date(clock.now()).toISOString(),
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
      const path = pathOf({ ...input, folder: place }, input.file);
      const running = underWay.get(path);
      if (running !== undefined) return { jobId: running };
      clearEnded(subjectOf(input));
      const jobId = jobs.start(kind, { ...input, folder: place }, { workspace: 'downloads' });
      underWay.set(path, jobId);
      return { jobId };
    },
  };
}
