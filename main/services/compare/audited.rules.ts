import type { ComparisonInput } from '../../../preload/contract/compare.ts';
import { sampler } from '../../../preload/contract/engine.ts';

/** What the audit log keeps of a start: which models, how many prompts, how they were sampled. Never a prompt. */
export function auditedStart(input: ComparisonInput) {
  const settings = sampler.parse(input.sampler ?? {});
  return {
    models: input.models.join(', '),
    columns: input.models.length,
    prompts: input.prompts.length,
    order: input.order ?? 'one at a time',
    temperature: settings.temperature,
    seed: settings.seed,
    maxTokens: settings.maxTokens,
    pinnedFrom: input.pinned?.comparison ?? null,
  };
}
