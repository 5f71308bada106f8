import { join } from 'node:path';
import { type Changes, createChanges } from '../base/changes.ts';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { createCallerFactory, type Gate, type Identity } from '../base/procedure.ts';
import { createLab } from '../inference/lab.ts';
import type { EngineStarter } from '../inference/starter.ts';
import { createAbout } from '../services/about/index.ts';
import { createAudit } from '../services/audit/index.ts';
import { createBackups } from '../services/backups/index.ts';
import { createBlind, createCompare, createPlayground } from '../services/compare/index.ts';
import { createDivergence } from '../services/divergence/index.ts';
import { createDownloads } from '../services/downloads/index.ts';
import { createEngine, mostBytesOf } from '../services/engine/index.ts';
import { createJobs } from '../services/jobs/index.ts';
import {
  createLibrary,
  createModels,
  createQuantize,
  createSampleLadder,
  hashShare,
  hashWorkspace,
} from '../services/models/index.ts';
import { createNetwork } from '../services/network/index.ts';
import { createPrompts } from '../services/prompts/index.ts';
import { createRemovals } from '../services/removals/index.ts';
import { createStorage } from '../services/storage/index.ts';
import { createVault, type KeyRing, noKeyRing } from '../services/vault/index.ts';
import { throwingFaults } from './caller.ts';
import { createConnections } from './connections.ts';
import type { FramePipe } from './framePipe.ts';
import { noticesFile } from './places.ts';
import { type AppRouter, createRouter } from './router.ts';

export interface HostOptions {
  /** Folder of the store; null: a store in memory that ends with this host and is unlocked from the start. */
  folder: string | null;
  engineStarter: EngineStarter;
  /** Default: none. */
  keyRing?: KeyRing;
  /** Folder of the embedded sample model. */
  sampleFolder: string;
  /** Default: nothing is logged. */
  log?: Log;
}

/** Every service, wired; knows no Electron and no network. */
export interface Host {
  router: AppRouter;
  /** Serves a client over a pipe of frames until either side closes it. */
  connect(pipe: FramePipe, identity: Identity): void;
  /** Calls in this process, without frames: `host.caller(identity).models.list()`. Throws Fault. */
  caller(identity: Identity): ReturnType<ReturnType<typeof createCallerFactory<AppRouter['_def']['record']>>>;
  changes: Pick<Changes, 'listen'>;
  /** Ends connections and jobs, unloads models, locks the store. */
  close(): Promise<void>;
}

/** Wires the services left to right: each is given what stands before it. */
export async function createHost(options: HostOptions): Promise<Host> {
  const { folder, engineStarter, sampleFolder, keyRing = noKeyRing, log = silent } = options;
  const clock = systemClock;
  const changes = createChanges();
  const vault = createVault({ folder, keyRing, changes, clock, log });
  const audit = createAudit({ vault, changes, clock });
  const removals = createRemovals({ vault, clock, log });
  const lab = createLab({
    starter: engineStarter,
    onFailure: ({ code, message, facts }) => log.warn({ code, ...facts }, message),
  });
  const threads = () => engine.settings().threads;
  const ladderFolder = folder === null ? null : join(folder, 'sample-ladder');
  const ladder = createSampleLadder({ folder: ladderFolder, lab, vault, clock, threads });
  const mostBytes = () => mostBytesOf(engine.settings());
  const models = createModels({
    vault,
    changes,
    clock,
    starter: engineStarter,
    sampleFolder,
    ladder,
    mostBytes,
    removals,
  });
  const engine = createEngine({ vault, models, starter: engineStarter, changes, clock, log });
  // After the engine: locking tells the last added first, and jobs have to stop before their models are unloaded.
  // Hashes of model files may come late; what a person asked for goes first.
  const weightOf = (workspace: string) => (workspace === hashWorkspace ? hashShare : 1);
  const jobs = createJobs({ vault, changes, clock, log, weightOf });
  vault.busyWhile(jobs.isBusy);
  const library = createLibrary({ vault, models, jobs, clock, starter: engineStarter });
  const quantize = createQuantize({
    vault,
    jobs,
    models,
    lab,
    ladder,
    changes,
    clock,
    threads,
    starter: engineStarter,
  });
  const prompts = createPrompts({
    sampleFolder,
    vault,
    audit,
    changes,
    clock,
    log,
    versionOf: models.versionOf,
    removals,
  });
  const history = { ...prompts.history, ...prompts.removal };
  const compare = createCompare({ vault, jobs, models, engine, changes, clock, history, removals });
  const playground = createPlayground({ vault, jobs, models, engine, changes, clock, history, removals });
  const blind = createBlind({ vault, jobs, changes, clock, removals });
  const divergence = createDivergence({
    vault,
    jobs,
    models,
    lab,
    datasets: prompts,
    threads,
    scratchFolder: folder,
    changes,
    clock,
    removals,
  });

  const network = createNetwork({ vault, changes, clock });
  const downloads = createDownloads({
    vault,
    jobs,
    network,
    models,
    folder: folder === null ? null : join(folder, 'models'),
    changes,
    clock,
  });
  const backups = createBackups({ vault, audit, jobs, changes, clock, log });
  const folders =
    folder === null ? null : { models: join(folder, 'models'), sampleLadder: join(folder, 'sample-ladder') };
  const storage = createStorage({ vault, audit, jobs, backups, folders, changes });

  // Last: what was removed goes before anything else ends at a lock.
  removals.begin();

  const gate: Gate = {
    requireUnlocked: () => void vault.store(),
    touch: () => vault.touch(),
    onLocking: (listener) => vault.onLocking(listener),
    record: (identity, action, facts) => audit.record(identity, action, facts),
  };
  const router = createRouter({
    changes,
    about: createAbout({ noticesFile: noticesFile() }),
    vault,
    audit,
    jobs,
    models,
    library,
    quantize,
    engine,
    prompts,
    compare,
    blind,
    playground,
    divergence,
    network,
    downloads,
    storage,
    backups,
    removals,
  });
  const connections = createConnections({ router, gate, log });
  const callerOf = createCallerFactory(router);

  return {
    router,
    changes,
    connect: connections.connect,
    caller: (identity) => throwingFaults(callerOf({ identity, gate })),
    async close() {
      connections.close('Assay has ended.');
      const failures: unknown[] = [];
      // Right to left, and the store in any case.
      for (const service of [backups, jobs, divergence, engine, lab, library, models, vault, prompts]) {
        await service.close().catch((thrown: unknown) => failures.push(thrown));
      }
      ladder.close();
      removals.close();
      if (failures.length > 0) throw failures[0];
    },
  };
}

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
