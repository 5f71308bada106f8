import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Changes, createChanges } from '../../main/base/changes.ts';
import { systemClock } from '../../main/base/clock.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { createJobs, type Jobs } from '../../main/services/jobs/index.ts';
import {
  createLibrary,
  createModels,
  hashShare,
  hashWorkspace,
  type Library,
  type Models,
  type Surroundings,
} from '../../main/services/models/index.ts';
import { createRemovals } from '../../main/services/removals/index.ts';
import { createVault, noKeyRing, type Vault } from '../../main/services/vault/index.ts';
import type { ImportEvent, ImportReport, Variant } from '../../preload/contract/models.ts';
import { type GgufParts, ggufBytes } from './ggufFile.ts';
import { randomLlama } from './ggufModel.ts';
import { createTestLog } from './openServices.ts';
import { isAlive } from './processes.ts';

const never = new AbortController().signal;

export interface LibraryFixture {
  /** Of the test; below it `home`, where other programs' folders are looked for. */
  folder: string;
  vault: Vault;
  changes: Changes;
  jobs: Jobs;
  models: Models;
  library: Library;
  /** A new folder below it. */
  place(): string;
  /** Imports and returns the report, with every event before it in `events`. */
  take(paths: string[], events?: ImportEvent[]): Promise<ImportReport>;
  rescan(): Promise<ImportReport>;
  variants(): Promise<Variant[]>;
  /** Lets so many more pieces of files be read for their hashes, and holds back the next; undefined: all. */
  allowPieces(count?: number): void;
  /** Lets so many milliseconds pass for the queue. */
  pass(milliseconds: number): void;
  /** Waits until no hashing is queued or runs. */
  hashed(): Promise<Variant[]>;
  close(): Promise<void>;
}

/** Vault, jobs, models and library as the host wires them, on an ephemeral store and real header readers. */
export function openLibraryFixture(
  options: { sampleFolder?: string; folder?: string; deadlineMs?: number; removals?: true } = {},
): LibraryFixture {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'assay-library-'));
  const changes = createChanges();
  const vault = createVault({ folder: null, keyRing: noKeyRing, changes, clock: systemClock });
  const pids = new Set<number>();
  const forked = forkStarter();
  let allowed = Number.POSITIVE_INFINITY;
  let held: (() => void)[] = [];
  /** What the disk gives is held back on the way to the child: it reads a piece only when it is asked to. */
  const starter: typeof forked = {
    start(start) {
      const child = forked.start(start);
      if (child.pid !== undefined) pids.add(child.pid);
      return {
        get pid() {
          return child.pid;
        },
        send(message) {
          if (!isHashing(message)) child.send(message);
          else if (allowed-- > 0) child.send(message);
          else held.push(() => child.send(message));
        },
        onMessage: (listener) => child.onMessage(listener),
        onErrorOutput: (listener) => child.onErrorOutput?.(listener),
        onExit: (listener) => child.onExit(listener),
        kill: () => child.kill(),
      };
    },
  };
  const sampleFolder = options.sampleFolder ?? folder;
  const removals = options.removals && createRemovals({ vault, clock: systemClock, log: createTestLog() });
  const models = createModels({
    vault,
    removals,
    starter,
    changes,
    clock: systemClock,
    sampleFolder,
    deadlineMs: options.deadlineMs,
  });
  let skipped = 0;
  let places = 0;
  const jobs = createJobs({
    vault,
    changes,
    log: createTestLog(),
    clock: { now: () => Date.now() + skipped },
    weightOf: (workspace) => (workspace === hashWorkspace ? hashShare : 1),
  });
  const machine: Surroundings = { home: join(folder, 'home'), platform: 'linux', environment: {}, join };
  const library = createLibrary({ vault, models, jobs, clock: systemClock, starter, machine, sliceBytes: 2 ** 16 });

  async function report(events: AsyncIterable<ImportEvent>, kept: ImportEvent[] = []): Promise<ImportReport> {
    for await (const event of events) {
      kept.push(event);
      if (event.type === 'done') return event.report;
    }
    throw new Error('The import ended without a report.');
  }

  async function variants(): Promise<Variant[]> {
    return (await library.list()).families.flatMap((family) => family.variants);
  }

  return {
    folder,
    vault,
    changes,
    jobs,
    models,
    library,
    variants,
    place() {
      const made = join(folder, `place-${++places}`);
      mkdirSync(made, { recursive: true });
      return made;
    },
    allowPieces(count = Number.POSITIVE_INFINITY) {
      allowed = count;
      const waiting = held;
      held = [];
      for (const send of waiting) {
        if (allowed-- > 0) send();
        else held.push(send);
      }
    },
    pass(milliseconds) {
      skipped += milliseconds;
    },
    take: (paths, events) => report(library.import({ paths, found: [] }, never), events),
    rescan: () => report(library.rescan(never)),
    async hashed() {
      await new Promise<void>((resolve) => {
        const look = () => {
          if (jobs.isBusy()) return;
          stop();
          resolve();
        };
        const stop = changes.listen(({ topic }) => {
          if (topic === 'jobs') setImmediate(look);
        });
        look();
      });
      return variants();
    },
    async close() {
      await jobs.close();
      await library.close();
      await models.close();
      await vault.close();
      rmSync(folder, { recursive: true, force: true });
      const left = [...pids].filter(isAlive);
      if (left.length > 0) throw new Error(`Processes were left behind: ${left.join(', ')}`);
    },
  };
}

function isHashing(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'hash';
}

/** Writes a model of random weights, small enough for a test to read it; `change` has the last word on what it says of itself. */
export function writeModel(
  path: string,
  change: (parts: GgufParts) => void = () => undefined,
  options: Parameters<typeof randomLlama>[0] = {},
): string {
  const parts = randomLlama({ dim: 32, layers: 1, feedForward: 32, ...options });
  change(parts);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, ggufBytes(parts));
  return path;
}
