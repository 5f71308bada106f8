import { inspect } from 'node:util';
import { refuseCoreDumps } from '../base/coreDumps.ts';
import { exitCode, exitCodeOf } from './exit.ts';
import { type Interruption, listenForInterruption } from './interrupt.ts';
import { createOutput, flushOutput, type Output } from './output.ts';
import { takeSecrets } from './secret.ts';

/** What a command gets to work with. */
export interface Work {
  output: Output;
  interruption: Interruption;
}

/** Runs a command to its end, says what failed in one sentence, and ends the process with the exit code. */
export async function perform(options: { json?: boolean }, command: (work: Work) => Promise<number>): Promise<never> {
  takeSecrets();
  const output = createOutput(options.json === true);
  const exposed = refuseCoreDumps();
  if (exposed !== null) output.say(`assay: ${exposed}`);
  const interruption = listenForInterruption();
  let code: number;
  try {
    code = await command({ output, interruption });
  } catch (thrown) {
    const { toErrorData } = await import('../base/fault.ts');
    const error = toErrorData(thrown);
    output.progress('');
    code = interruption.code() ?? exitCodeOf(error.code);
    // Whoever read the output has gone, and wants to read nothing more; that it cannot be written is said at the end.
    if ((await flushOutput()) === null) report(output, error);
    if (process.env.ASSAY_DEBUG === '1') output.say(inspect(thrown));
  }
  return await end(code);
}

/** Bad usage: nothing was started. */
export async function refuse(json: boolean, sentence: string): Promise<never> {
  report(createOutput(json), { code: 'BAD_INPUT', message: sentence });
  return await end(exitCode.badInput);
}

/** With `--json` a failure is a document too, so that stdout always parses. */
function report(output: Output, error: { code: string; message: string }): void {
  output.document({ error: { code: error.code, message: error.message } });
  output.say(`assay: ${error.message}`);
}

/** Ends the process: with `code`, or with 3 and a sentence where stdout could not take what was printed. */
export async function end(code: number): Promise<never> {
  const refusal = await flushOutput();
  if (refusal === null || refusal.code === 'EPIPE') process.exit(code);
  createOutput(false).say(`assay: The answer could not be written to standard output: ${refusal.message}.`);
  await flushOutput();
  process.exit(exitCode.failed);
}
