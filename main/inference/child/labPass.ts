import type {
  BaseWriterHandle,
  NativeChunk,
  NativeChunkNumbers,
  NativeMeasure,
} from '../../../native/addon/types.d.ts';
import { type OpenVocabulary, type PreparedInput, seenBy } from './labInput.ts';
import type { KeptReference } from './labKept.ts';
import type { ModelSetting, OpenModel } from './labModels.ts';
import { batchOf, groupsOf } from './labPlan.ts';

export interface Run extends ModelSetting {
  vocabulary: Pick<OpenVocabulary, 'size' | 'bos'>;
  input: PreparedInput;
  /** Number of chunks that are measured. */
  total: number;
  pieces: Map<number, string>;
}

/** What all passes of one run hand to `measure`. */
export interface Pass {
  reference?: OpenModel;
  candidates: { index: number; open: OpenModel }[];
  writer?: BaseWriterHandle;
  keepTo?: KeptReference;
  keptFrom?: KeptReference;
}

/**
 * All chunks through the models of one pass. As many lanes as there are contexts for each take the next group as soon as they are free;
 * one that finds none leaves its threads to the others.
 */
export async function measurePass(run: Run, { reference, candidates, writer, keepTo, keptFrom }: Pass): Promise<void> {
  const { work, desk, layout, total } = run;
  // Groups begin where those of a run from the start begin: a chunk's numbers depend on what it is decoded with, in their last digits.
  const groups = groupsOf(layout, total).filter((group) => (group.at(-1) ?? 0) >= work.fromChunk);
  const measured: (NativeChunkNumbers[] | undefined)[] = groups.map(() => undefined);
  const lanes = layout.sideBySide;
  const pool = desk.lab.addon.createThreadPool(work.threads);
  const threadsOf = (lane: number) =>
    Math.max(1, Math.floor(work.threads / lanes) + (lane < work.threads % lanes ? 1 : 0));
  let next = 0;
  let told = 0;
  let telling = Promise.resolve();

  async function measureGroup(group: number, lane: number): Promise<void> {
    const indexes = groups[group] ?? [];
    const request: NativeMeasure = {
      chunks: indexes.map((index) => nativeChunk(run, index)),
      reference: reference?.handles[lane],
      candidates: candidates.flatMap(({ open }) => open.handles[lane] ?? []),
      kept: keptFrom === undefined ? undefined : await Promise.all(indexes.map((index) => keptFrom.get(index))),
      exact: work.definition === 'exact' && keepTo === undefined,
      keep: keepTo !== undefined,
      base: keptFrom === undefined && reference === undefined ? run.input.base : undefined,
      writer,
      threads: threadsOf(lane),
      pool,
      batch: batchOf(layout, run.input.context, indexes, total),
    };
    measured[group] = await desk.lab.addon.measure(request, desk.cancel);
    telling = telling.then(tell);
    await telling;
  }

  /** What is ready, in the order of the text: a run goes on behind the last chunk that was told of. */
  async function tell(): Promise<void> {
    for (let results = measured[told]; results !== undefined; results = measured[told]) {
      measured[told] = undefined;
      for (const [offset, index] of (groups[told++] ?? []).entries()) {
        const numbers = results[offset];
        if (numbers === undefined) continue;
        if (keepTo !== undefined && numbers.kept !== undefined) await keepTo.put(index, numbers.kept);
        if (index >= work.fromChunk) report(run, index, numbers, candidates, keptFrom === undefined);
      }
    }
  }

  // The first failure ends the others too.
  let failure: unknown;
  await Promise.all(
    range(0, lanes).map(async (lane) => {
      try {
        while (next < groups.length) {
          desk.signal.throwIfAborted();
          await measureGroup(next++, lane);
        }
        desk.lab.addon.leaveThreads(pool, threadsOf(lane));
      } catch (thrown) {
        failure ??= thrown;
        desk.lab.addon.cancel(desk.cancel);
      }
    }),
  );
  if (failure !== undefined) throw failure;
}

const range = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);

function nativeChunk({ input, vocabulary }: Run, index: number): NativeChunk {
  const chunk = input.chunks[index];
  if (chunk === undefined) throw new Error(`There is no chunk ${index + 1}.`);
  return { index, tokens: seenBy(chunk, vocabulary.bos, input.uniform), targets: chunk.targets };
}

function report(
  { desk, input, pieces }: Run,
  index: number,
  numbers: NativeChunkNumbers,
  candidates: Pass['candidates'],
  withReference: boolean,
): void {
  const chunk = input.chunks[index];
  if (chunk === undefined) return;
  const tokens = chunk.targets.map((target) => chunk.tokens[target] ?? 0);
  desk.report({
    type: 'chunk',
    index,
    tokens,
    positions: chunk.targets,
    pieces: Array.from(tokens, (token) => pieces.get(token) ?? ''),
    reference: withReference ? numbers.reference : null,
    candidates: numbers.candidates.map((one, position) => ({
      candidate: candidates[position]?.index ?? position,
      ...one,
    })),
  });
}
