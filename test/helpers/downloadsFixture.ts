import { systemClock } from '../../main/base/clock.ts';
import { createDownloads, type Downloads, type DownloadsDependencies } from '../../main/services/downloads/index.ts';
import { createNetwork, type Network } from '../../main/services/network/index.ts';
import type { Job } from '../../preload/contract/jobs.ts';
import { ended } from './jobKinds.ts';
import { type Opened, openServices, passphrase } from './openServices.ts';

export interface DownloadsFixture extends Opened {
  network: Network;
  downloads: Downloads;
  /** Paths that were added to the library, and what of their files was known. */
  added: string[];
  hashes: Map<string, string>;
  /** Looks at org/model and downloads a file of it under the licence it declares; how the job ended. */
  fetch(file: string): Promise<Job>;
  start(file: string): Promise<string>;
  settled(id: string): Promise<Job>;
}

export interface DownloadsOptions {
  /** Of the store; null: in memory. */
  folder: string | null;
  /** Where models go. */
  models: string;
  /** Turned on with this mirror; null: left off. */
  mirror: string | null;
  proxy?: string | null;
  rest?: Partial<DownloadsDependencies>;
}

/** The real store, queue, network and downloads; tried again at once, for a connection that breaks is the subject and the wait is not. */
export async function openDownloads({
  folder,
  models,
  mirror,
  proxy = null,
  rest = {},
}: DownloadsOptions): Promise<DownloadsFixture> {
  const opened = openServices({ folder });
  const { vault, jobs, changes } = opened;
  const added: string[] = [];
  const hashes = new Map<string, string>();
  const network = createNetwork({ vault, changes, clock: systemClock, limits: { connectMs: 10_000, idleMs: 10_000 } });
  const downloads = createDownloads({
    vault,
    jobs,
    network,
    models: {
      async add(path, known) {
        added.push(path);
        for (const [file, hash] of known) hashes.set(file, hash);
      },
      versionOf: (path) => ({ sha256: hashes.get(path) ?? null }),
    },
    folder: models,
    changes,
    clock: systemClock,
    retry: { attempts: 3, waitMs: 1 },
    ...rest,
  });
  if (folder !== null) {
    if (vault.status().state === 'none') await vault.create({ passphrase });
    else await vault.unlock({ kind: 'passphrase', passphrase });
  }
  if (mirror !== null) network.updateSettings({ enabled: true, mirror, proxy });

  async function start(file: string): Promise<string> {
    const { revision, licence } = await downloads.look('org/model');
    return downloads.start({ repository: 'org/model', revision, file, acceptedLicence: licence }).jobId;
  }
  return {
    ...opened,
    network,
    downloads,
    added,
    hashes,
    start,
    settled: (id) => ended(opened, id),
    fetch: async (file) => ended(opened, await start(file)),
  };
}
