import type { Changes } from '../base/changes.ts';
import { router } from '../base/procedure.ts';
import { type AboutAssay, createAboutRouter } from '../services/about/index.ts';
import { type Audit, createAuditRouter } from '../services/audit/index.ts';
import { type Backups, createBackupsRouter } from '../services/backups/index.ts';
import {
  type Blind,
  type Compare,
  createBlindRouter,
  createCompareRouter,
  createPlaygroundRouter,
  type Playground,
} from '../services/compare/index.ts';
import { createDivergenceRouter, type Divergence } from '../services/divergence/index.ts';
import { createDownloadsRouter, type Downloads } from '../services/downloads/index.ts';
import { createEngineRouter, type Engine } from '../services/engine/index.ts';
import { createJobsRouter, type Jobs } from '../services/jobs/index.ts';
import {
  createModelsRouter,
  createQuantizeRouter,
  type Library,
  type Models,
  type Quantize,
} from '../services/models/index.ts';
import { createNetworkRouter, type Network } from '../services/network/index.ts';
import { createPromptsRouter, type Prompts } from '../services/prompts/index.ts';
import { createRemovalsRouter, type UndoableRemovals } from '../services/removals/index.ts';
import { createStorageRouter, type Storage } from '../services/storage/index.ts';
import { createVaultRouter, type Vault } from '../services/vault/index.ts';
import { createEventsRouter } from './events.router.ts';

export interface Services {
  changes: Changes;
  about: AboutAssay;
  vault: Vault;
  audit: Audit;
  jobs: Jobs;
  models: Models;
  library: Library;
  engine: Engine;
  prompts: Prompts;
  compare: Compare;
  blind: Blind;
  playground: Playground;
  divergence: Divergence;
  quantize: Quantize;
  network: Network;
  downloads: Downloads;
  storage: Storage;
  backups: Backups;
  removals: UndoableRemovals;
}

/** The whole API: one router a domain, named as the domain and its topic. */
export function createRouter(services: Services) {
  return router({
    events: createEventsRouter(services.changes),
    about: createAboutRouter(services.about),
    vault: createVaultRouter(services.vault),
    audit: createAuditRouter(services.audit),
    jobs: createJobsRouter(services.jobs),
    models: createModelsRouter(services.models, services.library),
    engine: createEngineRouter(services.engine),
    prompts: createPromptsRouter(services.prompts),
    compare: createCompareRouter(services.compare),
    blind: createBlindRouter(services.blind),
    playground: createPlaygroundRouter(services.playground),
    divergence: createDivergenceRouter(services.divergence),
    quantize: createQuantizeRouter(services.quantize),
    network: createNetworkRouter(services.network),
    downloads: createDownloadsRouter(services.downloads),
    storage: createStorageRouter(services.storage),
    backups: createBackupsRouter(services.backups),
    removals: createRemovalsRouter(services.removals),
  });
}

export type AppRouter = ReturnType<typeof createRouter>;
