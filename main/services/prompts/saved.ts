import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { SavedPrompt, SavedVersion, savePromptInput } from '../../../preload/contract/prompts.ts';
import type { Removed } from '../../../preload/contract/removals.ts';
import { canonicalJson } from '../../base/canonicalJson.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import { newId } from '../../base/ids.ts';
import type { Removals } from '../../base/removals.ts';
import type { Store } from '../../db/store.ts';
import * as queries from './saved.queries.ts';
import { variablesIn } from './saved.rules.ts';

export interface Saved {
  /** By name, each with its newest version. */
  list(): SavedPrompt[];
  /** Newest first. NOT_FOUND. */
  versions(id: string): SavedVersion[];
  /** A new prompt, or a new version of one whose text or system prompt is different now. NOT_FOUND. */
  save(input: z.output<typeof savePromptInput>): SavedPrompt;
  /** With all versions: hidden at once, deleted when the time to undo it is over. NOT_FOUND. */
  remove(id: string): Removed;
}

export interface SavedDependencies {
  store(): Store;
  clock: Clock;
  changed(): void;
  removals: Removals;
}

export function createSaved({ store, clock, changed, removals }: SavedDependencies): Saved {
  const removal = removals.register({
    kind: 'prompts.saved',
    carryOut(id) {
      store().transaction((write) => queries.deleteSaved(write, id));
      store().foldIn();
      changed();
    },
    changed,
  });

  function require(id: string): queries.SavedRow {
    const row = queries.selectSavedOne(store().read, id);
    if (row === undefined)
      throw new Fault('NOT_FOUND', 'This saved prompt is no longer in the store.', { facts: { prompt: id } });
    return row;
  }

  return {
    list: () => queries.selectSaved(store().read).map(toSaved),
    versions(id) {
      require(id);
      return queries.selectVersions(store().read, id).map(toVersion);
    },
    save({ id: known, name, text, system, comment }) {
      const now = clock.now();
      const at = new Date(now).toISOString();
      const before = known === undefined ? null : require(known);
      const id = before?.id ?? newId(now);
      const kept = system === null || system.trim() === '' ? null : system;
      const sha256 = createHash('sha256')
        .update(canonicalJson({ text, system: kept }))
        .digest('hex');
      store().transaction((write) => {
        if (before === null) queries.insertSaved(write, id, name, at);
        else if (before.name !== name) queries.renameSaved(write, id, name);
        if (before?.sha256 === sha256) return;
        const version = (before?.version ?? 0) + 1;
        queries.insertVersion(write, id, { version, created_at: at, text, system: kept, comment, sha256 });
      });
      changed();
      return toSaved(require(id));
    },
    remove(id) {
      require(id);
      return removal.hide([id]);
    },
  };
}

function toSaved({ id, name, first_at, created_at, version, text, system, sha256 }: queries.SavedRow): SavedPrompt {
  const variables = variablesIn(system, text);
  return { id, name, createdAt: first_at, updatedAt: created_at, version, text, system, variables, sha256 };
}

function toVersion({ version, created_at, text, system, comment, sha256 }: queries.VersionRow): SavedVersion {
  return { version, createdAt: created_at, text, system, comment, variables: variablesIn(system, text), sha256 };
}
