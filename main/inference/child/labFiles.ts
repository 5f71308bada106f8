import { rename, stat } from 'node:fs/promises';
import type { z } from 'zod';
import { Fault } from '../../base/fault.ts';
import { allParts } from '../../base/ggufParts.ts';
import { isOneFile } from '../../base/writeTarget.ts';
import type { ImatrixResult, imatrixWork, PlanResult, planWork, QuantizeResult, QuantizeWork } from '../protocolLab.ts';
import { inspect } from './inspect.ts';
import type { LabDesk } from './lab.ts';
import { prepareInput } from './labInput.ts';
import { openVocabulary } from './labVocabulary.ts';

/** Quantizes into the partial file and moves it to its place when it is whole. */
export async function quantizeFile(work: QuantizeWork, partial: string, desk: LabDesk): Promise<QuantizeResult> {
  const begun = performance.now();
  inspect(work.input);
  if (work.dryRun !== true && allParts(work.input).some((part) => isOneFile(part, work.output)))
    throw new Fault('BAD_INPUT', 'The file to quantize cannot be its own result. Choose another name.');
  const { tensorBytes, bitsPerWeight, fallbacks, needsImportance } = await desk.lab.addon.quantize(
    { ...work, output: partial },
    desk.cancel,
    (done, total, note) => desk.report({ type: 'progress', done, total, note }),
  );
  if (work.dryRun !== true) await rename(partial, work.output);
  return {
    tensorBytes,
    sizeBytes: work.dryRun === true ? null : (await stat(work.output)).size,
    bitsPerWeight,
    fallbacks,
    needsImportance,
    seconds: (performance.now() - begun) / 1000,
  };
}

export async function makeImatrix(
  work: z.infer<typeof imatrixWork>,
  partial: string,
  desk: LabDesk,
): Promise<ImatrixResult> {
  const { addon } = desk.lab;
  const vocabulary = await openVocabulary(work.model, desk);
  const input = await prepareInput(addon, vocabulary, work.input, work.context).catch((thrown: unknown) => {
    const { tokens, needed } = (thrown instanceof Fault ? thrown.facts : undefined) ?? {};
    if (tokens === undefined || needed === undefined) throw thrown;
    throw new Fault(
      'BAD_INPUT',
      `The text for the importance matrix is too short: it has ${tokens} tokens of this model and needs at least ${needed}. Take a longer one.`,
      { facts: { tokens, needed }, cause: thrown },
    );
  });
  addon.closeVocabulary(vocabulary.handle);
  if (!input.uniform)
    throw new Fault(
      'BAD_INPUT',
      'An importance matrix is made of a text or a file, not of conversations. Give a text.',
    );
  const chunks = Math.min(work.chunks ?? input.chunks.length, input.chunks.length);
  const tokens = new Int32Array(chunks * input.context);
  for (const [index, chunk] of input.chunks.slice(0, chunks).entries()) tokens.set(chunk.tokens, index * input.context);
  const made = await addon.imatrix(
    {
      model: work.model,
      output: partial,
      dataset: work.dataset,
      tokens,
      vocabulary: vocabulary.size,
      bos: vocabulary.bos ?? undefined,
      context: input.context,
      chunks,
      threads: work.threads,
      processOutput: work.processOutput,
    },
    desk.cancel,
    (done, total) => desk.report({ type: 'progress', done, total }),
  );
  await rename(partial, work.output);
  return { ...made, tokens: tokens.length, sizeBytes: (await stat(work.output)).size };
}

export async function planInput(work: z.infer<typeof planWork>, desk: LabDesk): Promise<PlanResult> {
  const vocabulary = await openVocabulary(work.model, desk);
  const { chunks, tokens, tokensNeeded } = await prepareInput(desk.lab.addon, vocabulary, work.input, work.context);
  return {
    tokens,
    chunks: chunks.length,
    tokensScored: chunks.reduce((sum, { targets }) => sum + targets.length, 0),
    vocabulary: vocabulary.size,
    tokensNeeded,
  };
}
