import { type Comparison, type ComparisonInput, comparisonInput } from '../../preload/contract/compare.ts';
import { noChatTemplate } from '../../preload/contract/models.ts';
import { answersDocument } from '../services/compare/index.ts';
import { createColumnPrinter } from './columns.ts';
import { exitCode, exitCodeOf } from './exit.ts';
import type { GenerateOptions } from './generate.options.ts';
import { optionNamed, parseInput } from './parseInput.ts';
import type { Work } from './perform.ts';
import { readPrompt, readText } from './prompt.ts';
import { checkReference } from './reference.ts';
import { openSession, type Session } from './session.ts';

/** `assay generate`: exit code 0 when every column has its answer; else that of the worst failure. What was answered is printed in any case. */
export async function generate(options: GenerateOptions, work: Work): Promise<number> {
  const input = await readInput(options, work.interruption.signal);
  const session = await openSession(options, work);
  try {
    const comparison = await compare(session, input, work);
    const { columns, firstDivergence } = answersDocument(comparison);
    // A script finds the models under the names that it gave.
    const named = columns.map((column, index) => ({ ...column, model: options.model[index] ?? column.model }));
    work.output.document({ columns: named, firstDivergence });
    for (const [index, { plainTemplate }] of comparison.columns.entries())
      if (plainTemplate) work.output.say(`assay: ${named[index]?.model}: ${noChatTemplate('The file')}`);
    // For a person the failure stands in its column.
    if (work.output.json)
      for (const { model, error } of named) if (error) work.output.say(`assay: ${model}: ${error.message}`);
    return work.interruption.code() ?? worstExitCode(comparison);
  } finally {
    await session.close();
  }
}

async function compare({ api }: Session, input: ComparisonInput, { output, interruption }: Work): Promise<Comparison> {
  const printer = createColumnPrinter(output);
  const { id, jobId } = await api.compare.start(input);
  let cancelling: Promise<void> | undefined;
  const cancel = () => {
    cancelling = api.jobs.cancel({ id: jobId });
    // A failure is heard below, when the answers have ended.
    cancelling.catch(() => undefined);
  };
  interruption.signal.addEventListener('abort', cancel, { once: true });
  if (interruption.signal.aborted) cancel();
  for await (const event of await api.compare.watch({ id })) printer.take(event);
  await cancelling;
  const comparison = await api.compare.get({ id });
  printer.take({ type: 'snapshot', comparison });
  printer.finish();
  return comparison;
}

async function readInput(options: GenerateOptions, signal: AbortSignal): Promise<ComparisonInput> {
  const { system, contextSize, threads, maxTokens, temperature, topK, topP, minP, repeatPenalty, seed, stop } = options;
  const given = {
    models: await Promise.all(options.model.map((one) => checkReference(one, '--model'))),
    prompts: [await readPrompt(options, signal)],
    system,
    sampler: { maxTokens, temperature, topK, topP, minP, repeatPenalty, seed, stop },
    schema: options.schemaFile === undefined ? undefined : await readText(options.schemaFile, '--schema-file', signal),
    contextSize,
    threads,
  };
  return parseInput(comparisonInput, given, optionOf);
}

/** `sampler.maxTokens` is what the person knows as `--max-tokens`. */
function optionOf(path: readonly PropertyKey[]): string {
  const names = { models: 'model', prompts: 'prompt', schema: 'schema-file' };
  return optionNamed(
    path.find((part) => part !== 'sampler' && typeof part === 'string'),
    names,
  );
}

function worstExitCode(comparison: Comparison): number {
  const failures = comparison.cells.flatMap((cell) => (cell.error ? [exitCodeOf(cell.error.code)] : []));
  return failures.includes(exitCode.failed) ? exitCode.failed : Math.max(exitCode.done, ...failures);
}
