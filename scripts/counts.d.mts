/** Types for its test; what it does stands in counts.mjs. */
interface Counts {
  passed: number;
  failed: number;
  /** The reason of each that was skipped. */
  skipped: string[];
}
export function countVitest(report: unknown): Counts;
export function countPlaywright(report: unknown): Counts;
export function reasonLines(reasons: readonly string[]): string[];
