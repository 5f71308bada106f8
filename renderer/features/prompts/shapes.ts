import type { z } from 'zod';
import type {
  annotateInput,
  exportHistoryInput,
  importInput,
  savePromptInput,
} from '../../../preload/contract/prompts.ts';

export type {
  Dataset,
  ExcerptPart,
  HistoryDetail,
  HistoryEntry,
  HistoryFacets,
  HistoryFilter,
  HistoryModel,
  HistorySort,
  ImportResult,
  Retention,
  SavedPrompt,
  SavedVersion,
} from '../../../preload/contract/prompts.ts';

/** What the host takes, as it is written before defaults are put in. */
export interface RouterInputs {
  annotate: z.input<typeof annotateInput>;
  export: z.input<typeof exportHistoryInput>;
  import: z.input<typeof importInput>;
  save: z.input<typeof savePromptInput>;
}
