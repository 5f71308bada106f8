import type { ChatSettingsInput, PresetSettings } from '../../../../preload/contract/playground.ts';
import {
  type Draft,
  draft,
  draftChat,
  go,
  type Preferences,
  prefer,
  preferInPlayground,
  useDraft,
  usePreferences,
} from '../../../ui-state/index.ts';
import { schemaProblem } from '../components/SamplerTexts.tsx';
import type { ShownAnswer } from './live.ts';

type Chosen = Preferences['playground'];

/** How the next answer is asked for, or what is missing, in words. */
export function settingsOf(
  { model, sampler, newSeeds, alternatives, contextSize }: Chosen,
  { system, schema, stop }: Draft['chat'],
): { settings: ChatSettingsInput; missing: null } | { settings: null; missing: string } {
  if (model === null) return { settings: null, missing: 'Choose a model first.' };
  const problem = schemaProblem(schema);
  if (problem !== null) return { settings: null, missing: `The JSON schema: ${problem}` };
  const seed = newSeeds && sampler.temperature > 0 ? newSeed() : sampler.seed;
  return {
    missing: null,
    settings: {
      model,
      system: system.trim() === '' ? undefined : system,
      sampler: { ...sampler, seed, stop: stop.filter((text) => text !== '') },
      schema: schema.trim() === '' ? undefined : schema,
      alternatives,
      contextSize: contextSize ?? undefined,
    },
  };
}

function newSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
}

/** Puts the settings of an answer into the panel, so that the next one is asked for in the same way. */
export function takeOver({ settings }: Pick<ShownAnswer, 'settings'>): void {
  const { stop, seed, ...sampler } = settings.sampler;
  const { newSeeds, sampler: before } = usePreferences.getState().playground;
  preferInPlayground({
    model: settings.model,
    sampler: { ...sampler, seed: newSeeds ? before.seed : seed },
    alternatives: settings.alternatives,
    contextSize: settings.contextSize ?? null,
  });
  draftChat({ system: settings.system ?? '', schema: settings.schema ?? '', stop });
}

/** The settings as they stand, as a preset keeps them. */
export function presetOf(): PresetSettings {
  const { sampler, newSeeds, alternatives } = usePreferences.getState().playground;
  const { system, schema, stop } = useDraft.getState().chat;
  const { seed, ...rest } = sampler;
  return { sampler: { ...rest, stop, ...(newSeeds ? {} : { seed }) }, alternatives, system, schema };
}

/** What a preset does not say stays as it is. */
export function applyPreset({ sampler: { stop, ...sampler }, alternatives, system, schema }: PresetSettings): void {
  const { playground } = usePreferences.getState();
  preferInPlayground({
    sampler: { ...playground.sampler, ...sampler },
    ...(sampler.seed === undefined ? {} : { newSeeds: false }),
    ...(alternatives === undefined ? {} : { alternatives }),
  });
  draftChat({
    ...(stop === undefined ? {} : { stop }),
    ...(system === undefined ? {} : { system }),
    ...(schema === undefined ? {} : { schema }),
  });
}

/** Whether the settings are as a preset has them. */
export function matchesPreset(preset: PresetSettings, { sampler, alternatives }: Chosen, chat: Draft['chat']): boolean {
  const { stop, ...drawn } = preset.sampler;
  return (
    Object.entries(drawn).every(([name, value]) => sampler[name as keyof typeof sampler] === value) &&
    (stop === undefined || stop.join('\n') === chat.stop.join('\n')) &&
    (preset.alternatives === undefined || preset.alternatives === alternatives) &&
    (preset.system === undefined || preset.system === chat.system) &&
    (preset.schema === undefined || preset.schema === chat.schema)
  );
}

/** Asks the models of Compare the same: the turn goes into its editor, with the settings of its answer. */
export function askInCompare(text: string, answer: ShownAnswer | null): void {
  const { models } = usePreferences.getState();
  if (answer !== null) {
    const { system, schema, sampler: used, model, alternatives } = answer.settings;
    const { stop, ...sampler } = used;
    prefer({ sampler, alternatives, models: [model, ...models.filter((other) => other !== model)].slice(0, 8) });
    draft({ system: system ?? '', schema: schema ?? '', stop });
  }
  prefer({ splitting: 'one' });
  draft({ text, pinned: [] });
  go({ screen: 'compare', id: null, tab: 'answers' });
}
