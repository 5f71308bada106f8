import type { z } from 'zod';
import type { Preset, savePresetInput } from '../../../../preload/contract/playground.ts';
import type { Removed } from '../../../../preload/contract/removals.ts';
import type { Changes } from '../../../base/changes.ts';
import type { Clock } from '../../../base/clock.ts';
import { Fault } from '../../../base/fault.ts';
import { newId } from '../../../base/ids.ts';
import type { Removals } from '../../../base/removals.ts';
import type { Store } from '../../../db/store.ts';
import * as queries from './playground.queries.ts';
import { builtInPresets } from './playground.rules.ts';

/** Settings of the sampler under names. */
export interface Presets {
  /** Those that come with Assay first, then by name. */
  list(): Preset[];
  /** A new one, or with an id over that one. CONFLICT when another one has the name; NOT_FOUND; BAD_INPUT of one that comes with Assay. */
  save(input: z.output<typeof savePresetInput>): Preset;
  /** CONFLICT; NOT_FOUND; BAD_INPUT. */
  rename(id: string, name: string): void;
  /** Hidden at once, deleted when the time to undo it is over. NOT_FOUND; BAD_INPUT. */
  remove(id: string): Removed;
}

export interface PresetsDependencies {
  vault: { store(): Store };
  changes: Pick<Changes, 'announce'>;
  removals: Removals;
  clock: Clock;
}

export function createPresets({ vault, changes, removals, clock }: PresetsDependencies): Presets {
  const all = () => [...builtInPresets, ...queries.selectPresets(vault.store().read)];

  function requireOwn(id: string): void {
    const known = all().find((one) => one.id === id);
    if (known === undefined)
      throw new Fault('NOT_FOUND', 'This preset is no longer in the store.', { facts: { preset: id } });
    if (!known.builtIn) return;
    throw new Fault(
      'BAD_INPUT',
      'This preset comes with Assay and stays as it is. Save your settings under a name of their own.',
    );
  }

  const removal = removals.register({
    kind: 'playground.preset',
    carryOut(id) {
      vault.store().transaction((write) => queries.deletePreset(write, id));
      changes.announce('playground');
    },
    changed: () => changes.announce('playground'),
  });

  function requireFreeName(name: string, own: string | undefined): void {
    // One that was removed gives its name away.
    removal.finish(queries.selectNamed(vault.store().read, name));
    if (!all().some((one) => one.id !== own && one.name.toLowerCase() === name.toLowerCase())) return;
    throw new Fault('CONFLICT', 'A preset of this name is there already. Choose another name.');
  }

  return {
    list: all,
    save({ id: wished, name, settings }) {
      if (wished !== undefined) requireOwn(wished);
      requireFreeName(name, wished);
      const id = wished ?? newId(clock.now());
      vault.store().transaction((write) => queries.upsertPreset(write, id, name, settings));
      changes.announce('playground');
      return { id, name, builtIn: false, settings };
    },
    rename(id, name) {
      requireOwn(id);
      requireFreeName(name, id);
      vault.store().transaction((write) => queries.updatePresetName(write, id, name));
      changes.announce('playground');
    },
    remove(id) {
      requireOwn(id);
      return removal.hide([id]);
    },
  };
}
