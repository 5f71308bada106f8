import { join } from 'node:path';
import type { NetworkSettings } from '../../../preload/contract/network.ts';
import { publicHub } from './hub.ts';

/** Left over on the disk beside what comes. */
export const roomToSpare = 256 * 2 ** 20;

/** Base address of the mirror, or of the hub itself, without a slash at its end. */
export function sourceOf({ mirror }: Pick<NetworkSettings, 'mirror'>): string {
  return (mirror ?? publicHub).replace(/\/+$/, '');
}

export interface Placing {
  folder: string;
  repository: string;
  revision: string;
  beside?: boolean;
}

/** Where a file of a repository goes: below the folder as it lies in the repository, `beside` another one below its revision there. */
export function pathOf({ folder, repository, revision, beside }: Placing, file: string): string {
  return join(folder, ...repository.split('/'), ...(beside ? [revision.slice(0, 10)] : []), ...file.split('/'));
}

/** What a job works on: by it the page finds the job of a file. */
export function subjectOf({ repository, file }: { repository: string; file: string }): string {
  return `${repository}/${file}`;
}

export function bytesInWords(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
