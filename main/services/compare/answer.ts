import type { Cell } from '../../../preload/contract/compare.ts';
import { Fault, toErrorData } from '../../base/fault.ts';
import type { GenerateEvent, GenerateRequest, Generating } from '../../base/generation.ts';
import type { Alignment } from './alignment.ts';
import type { Live } from './live.ts';
import { roundToken } from './tokens.rules.ts';

export interface AnswerPlace {
  engine: Generating;
  live: Live;
  alignment: Alignment;
}

/**
 * Answers one cell, showing it as it grows, and leaves it done, failed or cancelled, not yet committed. What fails in the engine is
 * the cell's error; an aborted signal is thrown, and the cell stays as far as it came. Returns the state it was in before it ended.
 */
export async function answerCell(
  { engine, live, alignment }: AnswerPlace,
  cell: Cell,
  request: GenerateRequest,
  signal: AbortSignal,
): Promise<Cell['state']> {
  live.add(cell);
  alignment.begin(cell);
  let before: Cell['state'] = cell.state;
  try {
    for await (const event of engine.generate(request, signal)) {
      if (live.ended) break;
      take(event, cell, live, alignment);
      if (event.type !== 'done') before = cell.state;
    }
    signal.throwIfAborted();
    if (cell.stats === null)
      throw new Fault('INTERNAL', 'The engine ended the answer without saying how. Run it again.');
    cell.state = cell.stats.stopReason === 'cancelled' ? 'cancelled' : 'done';
  } catch (thrown) {
    signal.throwIfAborted();
    cell.error = toErrorData(thrown);
    cell.state = 'failed';
  } finally {
    cell.loadProgress = null;
    alignment.advance(cell);
    alignment.end(cell);
  }
  return before;
}

function take(event: GenerateEvent, cell: Cell, live: Live, alignment: Alignment): void {
  switch (event.type) {
    case 'loading':
      cell.state = 'loading';
      cell.loadProgress = event.progress;
      live.touch(cell, 'state');
      return;
    case 'started':
      cell.state = 'running';
      cell.loadProgress = null;
      live.touch(cell, 'state');
      return;
    case 'tokens':
      for (const token of event.tokens) {
        cell.tokens.push(roundToken(token));
        cell.text += token.text;
      }
      alignment.advance(cell);
      live.touch(cell, 'tokens');
      return;
    case 'done':
      cell.stats = event.stats;
  }
}
