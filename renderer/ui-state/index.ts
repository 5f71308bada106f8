export { useArrivals } from './arrivals.ts';
export { beginRestoring, endCeremony, endRestoring, showRecoveryCode, useCeremony } from './ceremony.ts';
export { type Command, useCommands, useOfferedCommands } from './commands.ts';
export { type Draft, draft, draftChat, forgetDraft, useDraft } from './draft.ts';
export { forgetHeld, whenLocked } from './forgetting.ts';
export {
  type CompareTab,
  followAddress,
  formatRoute,
  go,
  type PromptsTab,
  type Route,
  type SettingsSection,
  useRoute,
} from './navigation.ts';
export { closePanel, openPanel, togglePanel, usePanels } from './panels.ts';
export {
  type AnswerView,
  defaultPreferences,
  type Preferences,
  prefer,
  preferInPlayground,
  type SamplerPreferences,
  usePreferences,
} from './preferences.ts';
export { endQuantizing, quantize, useQuantizing } from './quantizing.ts';
export {
  chooseSaved,
  draftSaved,
  dropDraft,
  newPrompt,
  type SavedDraft,
  settleDraft,
  useSavedDrafts,
} from './savedDrafts.ts';
export { useVariantSlots } from './variants.ts';
