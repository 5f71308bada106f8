import type {
  Cell,
  Comparison,
  ComparisonColumn,
  ComparisonEvent,
  ComparisonView,
} from '../../../preload/contract/compare.ts';
import { createFrames, type Frames } from '../../base/frames.ts';
import { isSettled } from './compare.rules.ts';

/** A comparison while its job waits or runs: the answers that are under way, and those who watch. */
export interface Live {
  /** Answers that have begun and are not yet in the store. The job writes into them and then calls `touch`. */
  readonly cells: ReadonlyMap<string, Cell>;
  /** True once the job is settled; nothing may be written from then on. */
  readonly ended: boolean;
  /** Puts an answer under way. */
  add(cell: Cell): void;
  /** An answer got tokens, or (`state`) anything else of it changed. A settled one leaves `cells`. */
  touch(cell: Cell, what: 'tokens' | 'state'): void;
  /** Something but the tokens changed of an answer that was settled before. */
  amend(cell: Cell): void;
  column(index: number, column: ComparisonColumn): void;
  end(): void;
  /** `read` gives what is stored; called once, when the watcher first pulls. */
  watch(view: ComparisonView, read: () => Comparison, signal: AbortSignal): AsyncGenerator<ComparisonEvent, void>;
}

export const cellKey = ({ prompt, column }: Pick<Cell, 'prompt' | 'column'>): string => `${prompt}/${column}`;

interface Watcher {
  frames: Frames;
  /** What changed since its last frame: a cell with new tokens, and one of which the rest changed. Both are read when the frame is due. */
  waiting: Map<string, { grown?: Cell; changed?: Cell }>;
  columns: Map<number, ComparisonColumn>;
  /** How many tokens of an answer under way it has got. */
  sent: Map<string, number>;
}

export function createLive(): Live {
  const cells = new Map<string, Cell>();
  const watchers = new Set<Watcher>();
  let ended = false;

  function tell(cell: Cell, news: { grown?: Cell; changed?: Cell }): void {
    const key = cellKey(cell);
    for (const { waiting, frames } of watchers) {
      waiting.set(key, { ...waiting.get(key), ...news });
      frames.mark();
    }
  }

  async function* watch(
    view: ComparisonView,
    read: () => Comparison,
    signal: AbortSignal,
  ): AsyncGenerator<ComparisonEvent, void> {
    const watcher: Watcher = { frames: createFrames(signal), waiting: new Map(), columns: new Map(), sent: new Map() };
    const leave = () => watchers.delete(watcher);
    const whole = wholeOf(view);
    // Reading, laying what is under way over it, and listening happen in one go: nothing falls between.
    const comparison = overlay(read(), cells, whole);
    for (const [key, cell] of cells) watcher.sent.set(key, cell.tokens.length);
    watchers.add(watcher);
    signal.addEventListener('abort', leave, { once: true });
    if (ended) watcher.frames.end();
    try {
      yield { type: 'snapshot', comparison };
      while (await watcher.frames.next()) {
        for (const event of [...takeDue(watcher, whole)]) {
          if (signal.aborted) return;
          yield event;
        }
      }
      if (!signal.aborted) yield { type: 'ended' };
    } finally {
      signal.removeEventListener('abort', leave);
      leave();
    }
  }

  return {
    cells,
    get ended() {
      return ended;
    },
    add(cell) {
      cells.set(cellKey(cell), cell);
      this.touch(cell, 'state');
    },
    touch(cell, what) {
      if (isSettled(cell)) cells.delete(cellKey(cell));
      tell(cell, what === 'state' ? { grown: cell, changed: cell } : { grown: cell });
    },
    amend: (cell) => tell(cell, { changed: cell }),
    column(index, column) {
      for (const { columns, frames } of watchers) {
        columns.set(index, column);
        frames.mark();
      }
    },
    end() {
      ended = true;
      cells.clear();
      for (const { frames } of watchers) frames.end();
    },
    watch,
  };
}

/** What a watcher has waiting, as it stands now; nothing waits afterwards. */
function* takeDue(watcher: Watcher, whole: (cell: Cell) => boolean): Generator<ComparisonEvent> {
  const { columns, waiting } = watcher;
  for (const [index, column] of columns) yield { type: 'column', index, column };
  for (const [key, { grown, changed }] of waiting) {
    if (grown && whole(grown)) yield* newTokens(watcher, key, grown);
    if (changed) yield { type: 'cell', cell: light(changed) };
  }
  columns.clear();
  waiting.clear();
}

function* newTokens({ sent }: Watcher, key: string, cell: Cell): Generator<ComparisonEvent> {
  const from = sent.get(key) ?? 0;
  const tokens = cell.tokens.slice(from);
  if (isSettled(cell)) sent.delete(key);
  else sent.set(key, cell.tokens.length);
  const { prompt, column, firstDivergence } = cell;
  if (tokens.length > 0) yield { type: 'tokens', prompt, column, from, tokens, firstDivergence };
}

function light({ tokens: _, text: __, ...rest }: Cell): Omit<Cell, 'tokens' | 'text'> {
  return { ...rest };
}

/** The comparisons whose jobs wait or run. */
export interface Lives {
  find(id: string): Live | undefined;
  /** Makes one when there is none. */
  of(id: string): Live;
  /** Its watchers get what they have waiting and then `ended`. */
  end(id: string): void;
}

export function createLives(): Lives {
  const lives = new Map<string, Live>();
  return {
    find: (id) => lives.get(id),
    of(id) {
      const live = lives.get(id) ?? createLive();
      lives.set(id, live);
      return live;
    },
    end(id) {
      lives.get(id)?.end();
      lives.delete(id);
    },
  };
}

/** Which cells a view gets whole. */
export function wholeOf({ from, count }: ComparisonView): (cell: Cell) => boolean {
  return ({ prompt }) => prompt >= from && prompt < from + count;
}

/** Lays the answers under way over the stored ones; only those of the view keep their text and tokens. */
export function overlay(
  comparison: Comparison,
  cells: ReadonlyMap<string, Cell>,
  whole: (cell: Cell) => boolean,
): Comparison {
  if (cells.size === 0) return comparison;
  return {
    ...comparison,
    cells: comparison.cells.map((stored) => {
      const cell = cells.get(cellKey(stored));
      if (cell === undefined) return stored;
      return whole(cell) ? { ...cell, tokens: [...cell.tokens] } : { ...cell, text: '', tokens: [] };
    }),
  };
}
