import { statfs } from 'node:fs/promises';
import { z } from 'zod';
import { startDownloadInput } from '../../../preload/contract/downloads.ts';
import { Fault } from '../../base/fault.ts';
import { newId } from '../../base/ids.ts';
import type { JobKind, JobWork } from '../../base/job.ts';
import { makeFolder } from '../../base/makeFolder.ts';
import * as queries from './downloads.queries.ts';
import { bytesInWords, pathOf, roomToSpare, sourceOf, subjectOf } from './downloads.rules.ts';
import type { DownloadsDependencies } from './downloads.ts';
import { exists, type FileWanted, fetchFile, isThere, keptBytes, placeTaken } from './fetchFile.ts';
import { fileAddress, readRepository } from './hub.ts';

const modelInput = startDownloadInput.extend({ folder: z.string() });
export type ModelInput = z.infer<typeof modelInput>;

/** The download of one model. What has come stays, so a resume goes on from there, after a restart too. */
export function modelJob(
  dependencies: DownloadsDependencies,
  settled: (input: ModelInput) => void,
): JobKind<ModelInput> {
  return {
    kind: 'downloads.model',
    lane: 'batch',
    recovery: 'resume',
    input: modelInput,
    title: ({ repository, file }) => `Download ${file} of ${repository}`,
    subject: subjectOf,
    run: (work) => run(dependencies, work),
    settled,
  };
}

async function run(dependencies: DownloadsDependencies, work: JobWork<ModelInput>): Promise<void> {
  const { network, models, vault, changes, clock, retry } = dependencies;
  const { input, signal } = work;
  const base = sourceOf(network.settings());
  const wanted = await filesWanted(dependencies, input, base, signal);
  const total = wanted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let before = 0;
  const report = (bytes: number, note?: string) => work.report({ done: before + bytes, total, unit: 'bytes', note });
  report(0, 'looking what is here already');
  const missing: FileWanted[] = [];
  for (const file of wanted) {
    if (await isThere(file, signal)) continue;
    if (await exists(file.path)) throw placeTaken(file);
    missing.push(file);
  }
  await requireRoom(input.folder, missing, dependencies.freeBytes);
  for (const file of wanted) {
    if (missing.includes(file))
      await fetchFile(file, { network, signal, report: (bytes) => report(bytes), pause: () => work.yield(), ...retry });
    before += file.sizeBytes;
    report(0);
  }
  const [first] = wanted;
  if (first === undefined) return;
  await models.add(first.path, new Map(wanted.map(({ path, sha256 }) => [path, sha256])));
  const at = new Date(clock.now()).toISOString();
  vault.store().transaction((write) => {
    for (const { file, path, sizeBytes, sha256 } of missing)
      queries.insertDownload(write, {
        id: newId(clock.now()),
        at,
        repository: input.repository,
        revision: input.revision,
        file,
        path,
        sizeBytes,
        sha256,
        licence: input.acceptedLicence,
        host: new URL(base).host,
      });
  });
  changes.announce('downloads');
}

/** What the hub says now of the revision that was looked at; it must still be what was accepted. */
async function filesWanted(
  { network, catalogue }: DownloadsDependencies,
  input: ModelInput,
  base: string,
  signal: AbortSignal,
): Promise<FileWanted[]> {
  const { repository, revision, file, acceptedLicence } = input;
  const found = await readRepository(network, base, repository, revision, signal);
  if (found.revision !== revision)
    throw new Fault(
      'DOWNLOAD_DAMAGED',
      `${new URL(base).host} answered with another revision of ${repository} than it was asked for. Look at the repository again.`,
    );
  if (found.licence !== acceptedLicence)
    throw new Fault(
      'CONFLICT',
      `The licence of ${repository} is now ${found.licence ?? 'not declared'}; ${acceptedLicence ?? 'none'} was accepted. Look at the repository again.`,
    );
  const model = found.models.find((one) => one.file === file);
  if (model === undefined)
    throw new Fault(
      'NOT_FOUND',
      `${repository} holds no whole model ${file} in this revision. Look at the repository again.`,
    );
  const known = catalogue.find((entry) => entry.repository === repository);
  return model.parts.map((part) => {
    if (part.sha256 === null)
      throw new Fault(
        'DOWNLOAD_DAMAGED',
        `${new URL(base).host} names no SHA-256 for ${part.file}, so it could not be checked and is not downloaded.`,
      );
    const certain = known?.files.find((one) => one.file === part.file)?.sha256 ?? part.sha256;
    if (certain !== part.sha256)
      throw new Fault(
        'DOWNLOAD_DAMAGED',
        `${part.file} at ${new URL(base).host} is another file than the one that Assay's catalogue knows. Do not trust this source.`,
      );
    return {
      address: fileAddress(base, repository, revision, part.file),
      base,
      file: part.file,
      sizeBytes: part.sizeBytes,
      sha256: part.sha256,
      path: pathOf(input, part.file),
    };
  });
}

async function requireRoom(
  folder: string,
  missing: FileWanted[],
  freeBytes: DownloadsDependencies['freeBytes'],
): Promise<void> {
  if (missing.length === 0) return;
  const here = await Promise.all(missing.map(keptBytes));
  const needed = missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) - here.reduce((sum, size) => sum + size, 0);
  const free = await freeBytes(folder);
  if (needed + roomToSpare > free)
    throw new Fault(
      'DISK_FULL',
      `${bytesInWords(needed)} are to come and the disk of ${folder} has ${bytesInWords(free)} free. Make room, or choose a smaller quantization.`,
      { facts: { needed, free } },
    );
}

/** Bytes that may be written to the disk of the folder, which is made. */
export async function freeBytesOf(folder: string): Promise<number> {
  makeFolder(folder);
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
