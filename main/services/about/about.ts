import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { arch, release, type } from 'node:os';
import packageFile from '../../../package.json' with { type: 'json' };
import type { About } from '../../../preload/contract/about.ts';
import { Fault } from '../../base/fault.ts';
import { databaseVersions } from '../../db/index.ts';
import { llamaRelease } from '../../inference/protocol.ts';

/** What this installation is made of. */
export interface AboutAssay {
  read(): About;
  /** The text of the notices of others' software. NOT_FOUND when this installation has none. */
  notices(): Promise<{ text: string }>;
}

/** `noticesFile`: where it would lie. */
export function createAbout({ noticesFile }: { noticesFile: string }): AboutAssay {
  return {
    read: () => ({
      version: packageFile.version,
      licence: packageFile.license,
      engine: { llamaCpp: llamaRelease, nodeLlamaCpp: packageFile.dependencies['node-llama-cpp'] },
      database: databaseVersions(),
      node: process.versions.node,
      system: { name: systems[type()] ?? type(), release: release(), architecture: arch() },
      noticesFile: existsSync(noticesFile) ? noticesFile : null,
    }),
    async notices() {
      const text = await readFile(noticesFile, 'utf8').catch((cause: unknown) => {
        throw new Fault(
          'NOT_FOUND',
          `The third-party notices could not be read: ${noticesFile}. Run \`npm run build\` in a clone, or install Assay again.`,
          { cause, facts: { path: noticesFile } },
        );
      });
      return { text };
    },
  };
}

/** As people call them. */
const systems: Record<string, string> = { Darwin: 'macOS, Darwin', Windows_NT: 'Windows' };
