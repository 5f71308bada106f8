import { z } from 'zod';
import {
  catalogueEntry,
  download,
  lookInput,
  repository,
  startDownloadInput,
  startedDownload,
} from '../../../preload/contract/downloads.ts';
import { command, query, router } from '../../base/procedure.ts';
import type { Downloads } from './downloads.ts';

/** Models from the hub or its mirror. */
export function createDownloadsRouter(downloads: Downloads) {
  return router({
    /** What is proposed; asks nobody. */
    catalogue: query.output(z.array(catalogueEntry)).query(() => downloads.catalogue()),
    /** What a repository holds, its licence among it. A command, because it leaves this machine. NETWORK_OFF, NETWORK_FAILED, NOT_FOUND, FORBIDDEN. */
    look: command
      .meta({ facts: (input: z.input<typeof lookInput>) => ({ repository: input.repository }) })
      .input(lookInput)
      .output(repository)
      .mutation(({ input }) => downloads.look(input.repository)),
    /** Begins a download, or goes on with what came of it, as a job. NETWORK_OFF, BAD_INPUT, CONFLICT. */
    start: command
      .meta({
        facts: ({
          repository: from,
          revision,
          file,
          acceptedLicence,
          beside = false,
        }: z.input<typeof startDownloadInput>) => ({
          repository: from,
          revision,
          file,
          acceptedLicence,
          beside,
        }),
      })
      .input(startDownloadInput)
      .output(startedDownload)
      .mutation(({ input }) => downloads.start(input)),
    /** What was downloaded, newest first. */
    list: query.output(z.array(download)).query(() => downloads.list()),
  });
}
