import type { Migration } from '../migrate.ts';
import { auditChain } from './0001-audit-chain.ts';
import { jobsQueue } from './0002-jobs-queue.ts';
import { modelsLibrary } from './0003-models-library.ts';
import { compareRuns } from './0004-compare-runs.ts';
import { engineSettings } from './0005-engine-settings.ts';
import { modelsLibraryTables } from './0006-models-library-tables.ts';
import { promptsHistory } from './0007-prompts-history.ts';
import { divergenceRuns } from './0008-divergence-runs.ts';
import { networkLedger } from './0009-network-ledger.ts';
import { blindPreferences } from './0010-blind-preferences.ts';
import { backupsSchedule } from './0012-backups-schedule.ts';
import { promptsIndex } from './0014-prompts-index.ts';
import { playgroundConversations } from './0015-playground-conversations.ts';
import { vaultKeyFile } from './0016-vault-key-file.ts';
import { blindPairs } from './0017-blind-pairs.ts';
import { promptsModelFiles } from './0018-prompts-model-files.ts';
import { promptsUnanswered } from './0019-prompts-unanswered.ts';
import { removals } from './0020-removals.ts';
import { promptsTurns } from './0021-prompts-turns.ts';
import { playgroundModels } from './0022-playground-models.ts';

/**
 * Every migration, in the order in which they run. A released one is never edited, removed or moved: add the next number. There is no
 * 0011 or 0013 and never can be: what a store has applied must be the beginning of this list, and stores have later ones already.
 */
export const migrations: readonly Migration[] = [
  auditChain,
  jobsQueue,
  modelsLibrary,
  compareRuns,
  engineSettings,
  modelsLibraryTables,
  promptsHistory,
  divergenceRuns,
  networkLedger,
  blindPreferences,
  backupsSchedule,
  promptsIndex,
  playgroundConversations,
  vaultKeyFile,
  blindPairs,
  promptsModelFiles,
  promptsUnanswered,
  removals,
  promptsTurns,
  playgroundModels,
];
