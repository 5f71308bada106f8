import { type Compare, createCompare } from '../../main/services/compare/index.ts';
import {
  type Comparison,
  type ComparisonEvent,
  type ComparisonInput,
  comparisonEvent,
  comparison as comparisonSchema,
} from '../../preload/contract/compare.ts';
import { type CharacterEngine, characterModels, createCharacterEngine } from './characterEngine.ts';
import { type Opened, openServices } from './openServices.ts';

const names = ['base', 'q4', 'pairs', 'crash', 'broken', 'absent', 'deaf', 'base-two', 'q4-slow'];

export interface Bench extends Opened {
  compare: Compare;
  engine: CharacterEngine;
}

const open = new Set<Bench>();

/** For afterEach. */
export async function closeBenches(): Promise<void> {
  for (const one of open) await one.close();
  open.clear();
}

/** Compare on a store and a queue of its own, with the character engine. */
export function bench(options: { tokenMs?: number; graceMs?: number } = {}): Bench {
  const opened = openServices({ graceMs: options.graceMs });
  const engine = createCharacterEngine(options);
  const compare = createCompare({ ...opened, models: characterModels(names), engine });
  const one = { ...opened, compare, engine };
  open.add(one);
  return one;
}

export const view = (id: string) => ({ id, from: 0, count: 1000 });
export const short = { maxTokens: 12 };
export const ask = (models: string[], more: Partial<ComparisonInput> = {}): ComparisonInput => ({
  models,
  prompts: ['What is a quantization?'],
  sampler: short,
  ...more,
});

/** Watches from now to the end. */
export async function follow(
  { compare }: Bench,
  id: string,
  each?: (event: ComparisonEvent) => void,
): Promise<ComparisonEvent[]> {
  const events: ComparisonEvent[] = [];
  for await (const event of compare.watch(view(id), new AbortController().signal)) {
    events.push(comparisonEvent.parse(event));
    each?.(event);
  }
  return events;
}

/** The comparison once it is over. */
export async function finished(one: Bench, input: ComparisonInput): Promise<Comparison> {
  const { id } = one.compare.start(input);
  await follow(one, id);
  return comparisonSchema.parse(one.compare.get(view(id)));
}

/** What a client shows that applies the events to the snapshot. */
export function replay(events: readonly ComparisonEvent[]): Comparison {
  const [first, ...rest] = events;
  if (first?.type !== 'snapshot') throw new Error('a watch begins with a snapshot');
  const shown = structuredClone(first.comparison);
  for (const event of rest) {
    if (event.type === 'column') shown.columns[event.index] = event.column;
    if (event.type !== 'tokens' && event.type !== 'cell') continue;
    const { prompt, column } = event.type === 'cell' ? event.cell : event;
    const cell = shown.cells.find((other) => other.prompt === prompt && other.column === column);
    if (cell === undefined) throw new Error('an event of a cell that is not there');
    if (event.type === 'cell') Object.assign(cell, event.cell);
    else {
      if (event.from !== cell.tokens.length) throw new Error('an event that leaves a gap or repeats tokens');
      cell.tokens.push(...event.tokens);
      cell.text += event.tokens.map(({ text }) => text).join('');
      cell.firstDivergence = event.firstDivergence;
    }
  }
  shown.done = shown.cells.filter(({ state }) => state === 'done').length;
  return shown;
}

export const states = ({ cells }: Comparison) => cells.map(({ state }) => state);
