import { type Command, Option } from 'commander';
import { addPlace, again, type PlaceOptions, wholeNumber } from './options.ts';
import { perform } from './perform.ts';

export interface CompareOptions extends PlaceOptions {
  reference?: string;
  candidate?: string[];
  text?: string;
  dataset?: string;
  context?: number;
  chunks?: number;
  threads?: number;
  keyType?: string[];
  valueType?: string[];
  byDepth?: boolean;
  saveBase?: string;
  base?: string;
  html?: string;
  overwrite?: boolean;
  resume?: string;
  json?: boolean;
}

export function describeCompare(command: Command): void {
  command
    .description(
      'measure what quantizations cost: perplexity, KL divergence and flips against a reference, on a text; computed on the CPU',
    )
    .option('-r, --reference <file>', 'the model to measure against: a GGUF file or `sample`')
    .option(
      '-c, --candidate <file>',
      'a GGUF file, `sample:Q4_K_M` (quantized when it is missing) and the like; again for each',
      again,
    )
    .option('-t, --text <file>', 'the text that all read, UTF-8; `sample` for the answers of the built-in tasks')
    .addOption(
      new Option(
        '--dataset <id>',
        'a data set in its place, in chat format, whose answers are known, e.g. sample:held-out-tasks; these are scored',
      ).conflicts('text'),
    )
    .option(
      '--context <n>',
      'tokens of a chunk; the second half of each is scored (512). Items of a data set that are longer are left out',
      wholeNumber,
    )
    .option('--chunks <n>', 'at most so many chunks; else all of the text', wholeNumber)
    .option('--threads <n>', 'threads (those of the settings; at first all physical cores)', wholeNumber)
    .option(
      '--key-type <type>',
      'how the candidates keep the keys of their context (F16), e.g. Q8_0; again: each candidate with each',
      again,
    )
    .option('--value-type <type>', 'how they keep the values (F16); again, in the order of the key types', again)
    .option('--by-depth', 'also by how many tokens stand before, in eight bands')
    .option('--save-base <file>', 'also write a base file that llama-perplexity reads')
    .addOption(
      new Option('--base <file>', 'a base file in place of reference, text and context').conflicts([
        'saveBase',
        'dataset',
      ]),
    )
    .option('--html <file>', 'also write a report that needs nothing else')
    .option('--overwrite', 'replace a base file or report that is there; a model never is')
    .addOption(
      new Option(
        '--resume <id>',
        'go on with a run that was cut off, as it was begun; one that is done is printed once more',
      ).conflicts([
        'reference',
        'candidate',
        'text',
        'dataset',
        'base',
        'context',
        'chunks',
        'threads',
        'keyType',
        'valueType',
        'saveBase',
        'ephemeral',
      ]),
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', compareExamples);
  addPlace(command);
  command.action((options: CompareOptions) =>
    perform(options, async (work) => (await import('./compare.ts')).compare(options, work)),
  );
}

const compareExamples = `
Examples:
  assay compare --ephemeral --reference sample --candidate sample:Q4_K_M --candidate sample:Q2_K --text sample
  assay compare --ephemeral --reference model-F16.gguf --candidate model-Q4_K_M.gguf --text my-text.txt --html report.html`;
