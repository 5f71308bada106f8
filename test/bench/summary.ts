import { appendFileSync } from 'node:fs';
import { loadavg } from 'node:os';

/** One line of the table that `npm run bench` ends with. */
export interface Figure {
  figure: string;
  value: number;
  unit: string;
  /** The target; a figure without one is only told. */
  atMost?: number;
  atLeast?: number;
  /** What a reader must know of it, e.g. an interval. */
  note?: string;
}

/** Hands a figure to the table; one that misses its target makes the bench end with 1. A bench that was started by itself has no table. */
export function tell(figure: Figure): void {
  const { value, atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY } = figure;
  if (!(value <= atMost && value >= atLeast)) process.exitCode = 1;
  const file = process.env.ASSAY_BENCH_FIGURES;
  const load = Number((loadavg()[0] ?? 0).toFixed(1));
  if (file) appendFileSync(file, `${JSON.stringify({ ...figure, load })}\n`);
}
