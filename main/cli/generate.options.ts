import { type Command, Option } from 'commander';
import { addPlace, again, decimalNumber, type PlaceOptions, wholeNumber } from './options.ts';
import { perform } from './perform.ts';

export interface GenerateOptions extends PlaceOptions {
  model: string[];
  prompt?: string;
  promptFile?: string;
  system?: string;
  maxTokens?: number;
  temperature?: number;
  topK?: number;
  topP?: number;
  minP?: number;
  repeatPenalty?: number;
  seed?: number;
  stop?: string[];
  schemaFile?: string;
  contextSize?: number;
  threads?: number;
  json?: boolean;
}

export function describeGenerate(command: Command): void {
  command
    .description('answer one prompt with one model, or side by side with up to eight; the first is the reference')
    .requiredOption('-m, --model <file>', 'a GGUF file, `sample` or `sample:Q4_K_M`; again for each candidate', again)
    .option(
      '-p, --prompt <text>',
      'the prompt, for all users to see in the list of processes; `-` reads it from standard input',
    )
    .addOption(
      new Option('-f, --prompt-file <file>', 'a file that holds the prompt; `-` for standard input').conflicts(
        'prompt',
      ),
    )
    .option('--system <text>', 'the system prompt, in the list of processes too')
    .option('--max-tokens <n>', 'tokens of an answer at most (128)', wholeNumber)
    .option('--temperature <t>', '0 is greedy (0)', decimalNumber)
    .option('--top-k <n>', 'sample among the k most likely tokens; 0: all (40)', wholeNumber)
    .option('--top-p <p>', 'sample among the most likely tokens that hold this share (0.95)', decimalNumber)
    .option('--min-p <p>', 'leave out tokens below this share of the likeliest (0.05)', decimalNumber)
    .option('--repeat-penalty <x>', 'above 1 disfavours repetition (1)', decimalNumber)
    .option('--seed <n>', 'seed of the sampler (0)', wholeNumber)
    .option('--stop <text>', 'a text that ends the answer; again for more', again)
    .option('--schema-file <file>', 'a JSON schema that the answer must obey')
    .option('--context-size <n>', 'tokens of context', wholeNumber)
    .option('--threads <n>', 'threads for decoding; at most the physical cores', wholeNumber)
    .option('--json', 'print one JSON document')
    .addHelpText('after', generateExamples);
  addPlace(command);
  command.action((options: GenerateOptions) =>
    perform(options, async (work) => (await import('./generate.ts')).generate(options, work)),
  );
}

const generateExamples = `
Examples:
  assay generate --ephemeral --model sample --model sample:Q4_K_M --prompt "Continue this story: Once a grey hen saw a key."
  assay generate --ephemeral --model model.gguf --prompt-file - --json < prompt.txt`;
