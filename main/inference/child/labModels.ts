import type { z } from 'zod';
import type { ModelHandle, NativeTimings } from '../../../native/addon/types.d.ts';
import type { divergenceWork, LabModel, ModelTimings } from '../protocolLab.ts';
import { inspect } from './inspect.ts';
import type { LabDesk } from './lab.ts';
import type { PreparedInput } from './labInput.ts';
import type { Layout } from './labPlan.ts';

/** What the models of one run have in common. */
export interface ModelSetting {
  work: z.infer<typeof divergenceWork>;
  desk: LabDesk;
  vocabulary: { size: number };
  input: Pick<PreparedInput, 'context'>;
  layout: Layout;
}

export interface OpenModel {
  model: LabModel;
  /** One for each group that is read side by side. */
  handles: ModelHandle[];
  fileBytes: number;
  tensorBytes: number;
  parameters: number;
}

/** One after the other: where a file is mapped is looked up while it loads, and no other one may come or go meanwhile. */
export async function openModels(run: ModelSetting, models: readonly LabModel[]): Promise<OpenModel[]> {
  const opened: OpenModel[] = [];
  try {
    for (const model of models) opened.push(await openModel(run, model));
    return opened;
  } catch (thrown) {
    await closeModels(run, opened);
    throw thrown;
  }
}

export async function closeModels({ desk }: Pick<ModelSetting, 'desk'>, models: readonly OpenModel[]): Promise<void> {
  for (const { handles } of models) for (const handle of handles) await desk.lab.addon.closeModel(handle);
}

export async function openModel(
  { work, desk, vocabulary, input, layout }: ModelSetting,
  model: LabModel,
): Promise<OpenModel> {
  desk.signal.throwIfAborted();
  // While it is there: a file may be taken away that is measured.
  const { fileBytes } = inspect(model.path);
  const { handles, tensorBytes, parameters } = await desk.lab.addon.openModel(
    {
      ...model,
      vocabulary: vocabulary.size,
      threads: work.threads,
      sequences: layout.sequences,
      context: layout.sequences * input.context,
      batch: layout.batch,
      outputs: layout.outputs,
      inBlocks: layout.inBlocks,
      sideBySide: layout.sideBySide,
    },
    desk.cancel,
    (share) => desk.report({ type: 'loading', model: model.path, share }),
  );
  return { model, handles, fileBytes, tensorBytes, parameters };
}

/** Seconds and tokens of all that was read side by side. */
export function timingsOf(
  { desk }: ModelSetting,
  { model, handles, fileBytes, tensorBytes, parameters }: OpenModel,
): ModelTimings {
  const all = handles.map((handle) => desk.lab.addon.timings(handle));
  const sum = (of: (one: NativeTimings) => number) => all.reduce((total, one) => total + of(one), 0);
  return {
    path: model.path,
    fileBytes,
    tensorBytes,
    parameters,
    bitsPerWeight: parameters > 0 ? (tensorBytes * 8) / parameters : 0,
    loadSeconds: sum(({ loadSeconds }) => loadSeconds),
    decodeSeconds: sum(({ decodeSeconds }) => decodeSeconds),
    decodedTokens: sum(({ decodedTokens }) => decodedTokens),
    metricsSeconds: sum(({ metricsSeconds }) => metricsSeconds),
    perf: {
      loadMs: sum(({ perf }) => perf.loadMs),
      promptMs: sum(({ perf }) => perf.promptMs),
      promptTokens: sum(({ perf }) => perf.promptTokens),
      evalMs: sum(({ perf }) => perf.evalMs),
      evalTokens: sum(({ perf }) => perf.evalTokens),
      reused: sum(({ perf }) => perf.reused),
    },
  };
}
