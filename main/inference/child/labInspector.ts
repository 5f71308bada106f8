import type { z } from 'zod';
import type { ModelHandle, NativeCut } from '../../../native/addon/types.d.ts';
import { Fault } from '../../base/fault.ts';
import type { InspectAnswer, inspectorWork, inspectQuestion } from '../protocolLab.ts';
import type { LabDesk } from './lab.ts';
import { type OpenVocabulary, type PreparedInput, prepareInput, seenBy } from './labInput.ts';
import { batchEndsOf, batchOf, groupsOf, layoutOf, leastRows } from './labPlan.ts';
import { openVocabulary, pieceText, requireSameVocabulary } from './labVocabulary.ts';

interface OpenInspector {
  vocabulary: OpenVocabulary;
  input: PreparedInput;
  models: ModelHandle[];
  /** Tokens that fit: the longest chunk and what may follow. */
  context: number;
  /** Chunks of the run. */
  total: number;
}

const batch = 512;
/** Room for forced and following tokens behind the longest chunk. */
const room = 512;
let opened: OpenInspector | undefined;

export async function openInspector(work: z.infer<typeof inspectorWork>, desk: LabDesk): Promise<void> {
  const { addon } = desk.lab;
  const [first, ...others] = work.models;
  if (first === undefined) throw new Fault('BAD_INPUT', 'There is no model to look into.');
  const vocabulary = await openVocabulary(first.path, desk);
  for (const { path } of others) {
    const other = await openVocabulary(path, desk);
    await requireSameVocabulary(vocabulary, other, desk);
    addon.closeVocabulary(other.handle);
  }
  const input = await prepareInput(addon, vocabulary, work.input, work.context);
  const context = input.context + room;
  const models: ModelHandle[] = [];
  for (const model of work.models) {
    const { handles } = await addon.openModel(
      {
        ...model,
        vocabulary: vocabulary.size,
        threads: work.threads,
        sequences: 1,
        context,
        batch,
        outputs: leastRows,
      },
      desk.cancel,
      (share) => desk.report({ type: 'loading', model: model.path, share }),
    );
    models.push(...handles);
  }
  const total = Math.min(work.chunks ?? input.chunks.length, input.chunks.length);
  opened = { vocabulary, input, models, context, total };
}

export async function lookAt(question: z.infer<typeof inspectQuestion>, desk: LabDesk): Promise<InspectAnswer> {
  if (opened === undefined) throw new Fault('CONFLICT', 'No models are open to look into.');
  const { addon } = desk.lab;
  const { vocabulary, input, models, context } = opened;
  const chunk = input.chunks[question.chunk];
  const target = chunk?.tokens[question.position];
  if (chunk === undefined || target === undefined)
    throw new Fault('BAD_INPUT', `There is no position ${question.position} in chunk ${question.chunk + 1}.`);
  const wrong = question.forced.find((token) => token >= vocabulary.size);
  if (wrong !== undefined) throw new Fault('BAD_INPUT', `There is no token ${wrong} in this vocabulary.`);
  const pieceOf = (token: number) => pieceText(addon.pieces(vocabulary.handle, Int32Array.of(token))[0]);
  const seen = seenBy(chunk, vocabulary.bos, input.uniform);
  const tokens = [...seen.subarray(0, question.position), ...question.forced];
  if (tokens.length + question.follow > context)
    throw new Fault('BAD_INPUT', `At most ${room} tokens can follow a chunk here.`);
  const steps: InspectAnswer['steps'] = [];
  for (let step = 0; step <= question.follow; step++) {
    const looks = await addon.look(
      {
        models,
        tokens: Int32Array.from(tokens),
        target,
        top: question.top,
        batch,
        as: tokens.length === question.position ? cutOf(opened, question, seen) : undefined,
      },
      desk.cancel,
    );
    const token = looks[0]?.top[0]?.token;
    if (token === undefined) break;
    steps.push({
      token,
      piece: pieceOf(token),
      models: looks.map(({ top, targetLogProbability, entropy }) => ({
        top: top.map((one) => ({ ...one, piece: pieceOf(one.token) })),
        targetLogProbability,
        entropy,
      })),
      kld: looks.map(({ kld }) => kld),
    });
    tokens.push(token);
  }
  return { target: { token: target, piece: pieceOf(target) }, steps };
}

/**
 * The batches in which a run reads the chunk, alone: kernels round by how many tokens and rows come together, and what differs in the last
 * digit after one layer differs in the second one at the end. Rows come by the fours in which kernels take them.
 */
function cutOf(
  { vocabulary, input, total }: OpenInspector,
  { chunk, position }: Pick<z.infer<typeof inspectQuestion>, 'chunk' | 'position'>,
  seen: Int32Array,
): NativeCut | undefined {
  if (chunk >= total) return undefined;
  const layout = layoutOf(input, vocabulary.size, [], total);
  const group = groupsOf(layout, total).find((indexes) => indexes.includes(chunk)) ?? [chunk];
  const each = Math.max(1, Math.floor(batchOf(layout, input.context, group, total) / group.length));
  const all = batchEndsOf(
    group.map((index) => input.chunks[index]?.tokens.length ?? 0),
    each,
  );
  const ends = all.slice(0, all.findIndex((end) => end >= position) + 1);
  const end = ends.at(-1) ?? position;
  const firstOfBatch = Math.max(ends.at(-2) ?? 0, (input.chunks[chunk]?.targets[0] ?? position) - 1);
  const row = position - 1;
  const firstRow = row < firstOfBatch ? row : row - ((row - firstOfBatch) % leastRows);
  const endRow = Math.min(end, firstRow + leastRows);
  return { ends: Int32Array.from(ends), ahead: seen.subarray(position, end), firstRow, endRow };
}
