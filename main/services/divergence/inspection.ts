import type { InspectedPosition, InspectionEvent } from '../../../preload/contract/divergence.ts';
import { Fault } from '../../base/fault.ts';
import type { InspectAnswer, Inspector, InspectQuestion, Lab, LabModel } from '../../inference/lab.ts';
import type * as queries from './divergence.queries.ts';
import type { inputOf } from './divergenceRun.ts';

/** Milliseconds that the two models stay loaded after a look: the next one is usually a click away. */
const lingerMs = 60_000;
/** How many of the likeliest tokens to show. */
const shown = 10;

export interface Inspection {
  key: string;
  models: [LabModel, LabModel];
  input: ReturnType<typeof inputOf>;
  context: number;
  /** That the run measures; null before its text was cut. */
  chunks: number | null;
  threads: number;
  chunk: number;
  place: number;
  continueTokens: number;
  /** What is known of the position already. */
  known: Pick<InspectedPosition, 'actual' | 'before'>;
}

/** Keeps the models of the last look loaded, one pair at a time. */
export interface Inspections {
  look(inspection: Inspection, signal: AbortSignal): AsyncGenerator<InspectionEvent, void, void>;
  close(): Promise<void>;
}

export function createInspections(lab: Pick<Lab, 'inspector'>): Inspections {
  let open: { key: string; inspector: Inspector } | undefined;
  let linger: NodeJS.Timeout | undefined;
  /** One look after the other: they share the loaded models. */
  let turn: Promise<unknown> = Promise.resolve();

  async function close(): Promise<void> {
    clearTimeout(linger);
    const closing = open;
    open = undefined;
    await closing?.inspector.close();
  }

  async function inspectorFor(
    { key, models, input, context, chunks, threads }: Inspection,
    signal: AbortSignal,
  ): Promise<Inspector> {
    clearTimeout(linger);
    if (open?.key === key) return open.inspector;
    await close();
    const inspector = await lab.inspector({ models, input, context, chunks: chunks ?? undefined, threads }, signal);
    open = { key, inspector };
    return inspector;
  }

  async function answer(inspection: Inspection, signal: AbortSignal): Promise<InspectedPosition> {
    const inspector = await inspectorFor(inspection, signal);
    try {
      const { chunk, place, continueTokens } = inspection;
      const ask = (more: Partial<InspectQuestion>) =>
        inspector.at({ chunk, position: place, top: shown, ...more }, signal);
      const found = await ask({ follow: continueTokens });
      const first = found.steps[0];
      if (first === undefined) throw new Fault('NOT_FOUND', 'The engine said nothing about this position. Try again.');
      const [reference = [], candidate = []] = first.models.map(({ top }) =>
        top.map(({ token, piece, logProbability }) => ({ id: token, text: piece, logprob: logProbability })),
      );
      const continuation =
        continueTokens === 0
          ? null
          : {
              reference: found.steps.map(({ piece }) => piece).join(''),
              candidate: await candidateGoesOn(first, continueTokens, (forced) => ask({ forced }), signal),
            };
      return { ...inspection.known, reference, candidate, continuation };
    } catch (thrown) {
      // A process that failed once is not asked again.
      await close();
      throw thrown;
    } finally {
      linger = setTimeout(() => void close(), lingerMs);
      linger.unref();
    }
  }

  return {
    async *look(inspection, signal) {
      yield { type: 'loading', progress: open?.key === inspection.key ? 1 : 0 };
      const result = turn.then(() => answer(inspection, signal));
      turn = Promise.allSettled([result]);
      yield { type: 'inspected', position: await result };
    },
    async close() {
      await close();
      await turn;
      await close();
    },
  };
}

/** The candidate's own likeliest tokens after the reference's first one. */
async function candidateGoesOn(
  first: InspectAnswer['steps'][number],
  count: number,
  after: (forced: number[]) => Promise<InspectAnswer>,
  signal: AbortSignal,
): Promise<string> {
  const forced = [first.token];
  let text = first.piece;
  for (let step = 0; step < count; step++) {
    signal.throwIfAborted();
    const next = (await after([...forced])).steps[0]?.models[1]?.top[0];
    if (next === undefined) break;
    forced.push(next.token);
    text += next.piece;
  }
  return text;
}

/** Which loaded pair a look needs. */
export function keyOf(run: queries.RunRow, candidate: number): string {
  return `${run.id} ${candidate}`;
}
