import type { z } from 'zod';
import type { ModelHandle } from '../../../native/addon/types.d.ts';
import { Fault } from '../../base/fault.ts';
import type { InspectAnswer, inspectorWork, inspectQuestion } from '../protocolLab.ts';
import type { LabDesk } from './lab.ts';
import { type OpenVocabulary, type PreparedInput, prepareInput, seenBy } from './labInput.ts';
import { openVocabulary, pieceText, requireSameVocabulary } from './labVocabulary.ts';

interface OpenInspector {
  vocabulary: OpenVocabulary;
  input: PreparedInput;
  models: ModelHandle[];
  /** Tokens that fit: the longest chunk and what may follow. */
  context: number;
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
        outputs: 1,
      },
      desk.cancel,
      (share) => desk.report({ type: 'loading', model: model.path, share }),
    );
    models.push(...handles);
  }
  opened = { vocabulary, input, models, context };
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
  const tokens = [...seenBy(chunk, vocabulary.bos, input.uniform).subarray(0, question.position), ...question.forced];
  if (tokens.length + question.follow > context)
    throw new Fault('BAD_INPUT', `At most ${room} tokens can follow a chunk here.`);
  const steps: InspectAnswer['steps'] = [];
  for (let step = 0; step <= question.follow; step++) {
    const looks = await addon.look(
      { models, tokens: Int32Array.from(tokens), target, top: question.top, batch },
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
