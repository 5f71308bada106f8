import type { ComparisonInput } from '../../../preload/contract/compare.ts';
import { splitPrompts } from '../../lib/promptList.ts';
import { type Draft, defaultPreferences, draft, type Preferences, prefer } from '../../ui-state/index.ts';
import type { ShownComparison } from './live.ts';

/** What Run sends, or what is missing, in words. */
export function inputOf(
  preferences: Preferences,
  written: Draft,
  open: ShownComparison | null,
): { input: ComparisonInput; missing: null } | { input: null; missing: string } {
  const prompts = splitPrompts(written.text, preferences.splitting);
  if (preferences.models.length === 0) return { input: null, missing: 'Add a model first.' };
  if (prompts.length === 0) return { input: null, missing: 'Write a prompt first.' };
  if (prompts.length > 1000)
    return { input: null, missing: `${prompts.length} prompts are more than the 1000 that one comparison takes.` };
  const pinned = open === null ? [] : keptPins(written.pinned, preferences.models, open, prompts);
  return {
    missing: null,
    input: {
      models: preferences.models,
      prompts,
      system: written.system.trim() === '' ? undefined : written.system,
      sampler: { ...preferences.sampler, stop: written.stop },
      order: preferences.order,
      schema: written.schema.trim() === '' ? undefined : written.schema,
      alternatives: preferences.alternatives,
      pinned: open !== null && pinned.length > 0 ? { comparison: open.id, columns: pinned } : undefined,
    },
  };
}

/** A pinned answer can be taken over only where its column and the prompts are still the same. */
function keptPins(
  pinned: readonly number[],
  models: readonly string[],
  open: ShownComparison,
  prompts: readonly string[],
): number[] {
  const samePrompts =
    open.settings.prompts.length === prompts.length &&
    open.settings.prompts.every((prompt, index) => prompt === prompts[index]);
  return samePrompts ? pinned.filter((column) => open.settings.models[column] === models[column]) : [];
}

/** Puts the settings of a comparison into the editor, so that Run asks the same again. */
export function takeOver({ settings }: Pick<ShownComparison, 'settings'>): void {
  const several = settings.prompts.length > 1;
  const lines = settings.prompts.every((prompt) => !prompt.includes('\n'));
  const { stop = [], ...sampler } = settings.sampler ?? {};
  prefer({
    models: settings.models,
    order: settings.order ?? 'one at a time',
    alternatives: settings.alternatives ?? 0,
    splitting: several ? (lines ? 'lines' : 'separator') : 'one',
    sampler: { ...defaultPreferences.sampler, ...sampler },
  });
  draft({
    text: settings.prompts.filter((prompt) => prompt !== '').join(lines ? '\n' : '\n---\n'),
    system: settings.system ?? '',
    schema: settings.schema ?? '',
    stop,
    pinned: [],
  });
}

/** `newSeeds`: each answer draws its own. */
export function samplerWords({
  sampler,
  alternatives,
  newSeeds = false,
}: Pick<Preferences, 'sampler' | 'alternatives'> & { newSeeds?: boolean }): string {
  const how =
    sampler.temperature === 0
      ? 'Greedy'
      : `Temperature ${sampler.temperature}${newSeeds ? '' : `, seed ${sampler.seed}`}`;
  return `${how}, up to ${sampler.maxTokens} tokens${alternatives > 0 ? `, top ${alternatives}` : ''}`;
}
