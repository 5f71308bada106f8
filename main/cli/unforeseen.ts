import { inspect } from 'node:util';
import { placesOf } from '../host/placesOf.ts';
import { exitCode } from './exit.ts';

/** An error that nobody caught ends the command as one that failed: Node's own exit code would say that a check did not hold. */
export function failOnUnforeseen(): void {
  process.on('uncaughtException', fail);
  // Electron goes on where a promise is rejected.
  process.on('unhandledRejection', fail);
}

function fail(thrown: unknown): void {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (process.env.ASSAY_DEBUG === '1') process.stderr.write(`${inspect(thrown)}\n`);
  giveUp(`An unforeseen failure, which should be reported: ${placesOf(error)}`);
}

/** Says why and ends the process as failed. */
export function giveUp(sentence: string): void {
  process.stderr.write(`assay: ${sentence}\n`);
  process.exit(exitCode.failed);
}
