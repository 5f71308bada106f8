import type { DivergenceInput } from '../../../preload/contract/divergence.ts';

/** What the audit log keeps of a start: which models on what, never the text. */
export function auditedStart(input: DivergenceInput) {
  return {
    reference: input.reference?.model ?? null,
    candidates: input.candidates.map(({ model }) => model).join(', '),
    text: input.text.kind,
    dataset: input.text.kind === 'dataset' ? input.text.dataset : null,
    contextSize: input.contextSize ?? 512,
    chunks: input.chunks ?? null,
    base: input.base?.file ?? null,
    baseUse: input.base?.use ?? null,
    overwrite: input.base?.overwrite ?? false,
  };
}
