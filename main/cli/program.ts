import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { exitCode } from './exit.ts';
import { describeModels } from './models.ts';
import { perform, refuse } from './perform.ts';

/** Reads the command line, performs the command, ends the process. What a command needs is imported when it runs, so that `--help` stays quick. */
export async function run(words: string[]): Promise<void> {
  const json = words.includes('--json');
  const program = describeProgram();
  for (const command of [program, ...program.commands, ...program.commands.flatMap((group) => group.commands)]) {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: (text) => process.stdout.write(text) });
  }
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return;
    // A group without its command asks commander for help and gets an error with no words.
    const sentence = error.code === 'commander.help' ? missingCommand(words) : asSentence(error.message);
    await refuse(json, sentence);
  }
}

function describeProgram(): Command {
  const program = new Command('assay')
    .description(packageFile.description)
    .version(packageFile.version, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'print what a command does')
    .addHelpText('after', exitCodesInWords);
  describeGenerate(program.command('generate'));
  describeCompare(program.command('compare'));
  describeQuantize(program.command('quantize'));
  describeServe(program.command('serve'));
  describeModels(
    program.command('models').description('the library: add, list, inspect, hold files against each other'),
    addStore,
  );
  describeVault(program.command('vault').description('the encrypted store: create, back up, restore, look at it'));
  describePrompts(program.command('prompts').description('what was asked: search it, export it, take chats in'));
  describeAudit(program.command('audit').description('the log of every command'));
  return program;
}

export interface PlaceOptions {
  dataDir?: string;
  ephemeral?: boolean;
}
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

function describeGenerate(command: Command): void {
  command
    .description('answer one prompt with one model, or side by side with up to eight; the first is the reference')
    .requiredOption(
      '-m, --model <file>',
      'a GGUF file, `sample` or `sample:Q4_K_M`; again for each candidate',
      (value: string, before: string[] | undefined) => [...(before ?? []), value],
    )
    .option('-p, --prompt <text>', 'the prompt; `-` reads it from standard input')
    .addOption(
      new Option('-f, --prompt-file <file>', 'a file that holds the prompt; `-` for standard input').conflicts(
        'prompt',
      ),
    )
    .option('--system <text>', 'the system prompt')
    .option('--max-tokens <n>', 'tokens of an answer at most (128)', wholeNumber)
    .option('--temperature <t>', '0 is greedy (0)', decimalNumber)
    .option('--top-k <n>', 'sample among the k most likely tokens; 0: all (40)', wholeNumber)
    .option('--top-p <p>', 'sample among the most likely tokens that hold this share (0.95)', decimalNumber)
    .option('--min-p <p>', 'leave out tokens below this share of the likeliest (0.05)', decimalNumber)
    .option('--repeat-penalty <x>', 'above 1 disfavours repetition (1)', decimalNumber)
    .option('--seed <n>', 'seed of the sampler (0)', wholeNumber)
    .option(
      '--stop <text>',
      'a text that ends the answer; again for more',
      (value: string, before: string[] | undefined) => [...(before ?? []), value],
    )
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

export interface CompareOptions extends PlaceOptions {
  reference?: string;
  candidate: string[];
  text?: string;
  dataset?: string;
  context?: number;
  chunks?: number;
  threads?: number;
  keyType?: string;
  valueType?: string;
  saveBase?: string;
  base?: string;
  html?: string;
  json?: boolean;
}

function describeCompare(command: Command): void {
  command
    .description('measure what quantizations cost: perplexity, KL divergence and flips against a reference, on a text')
    .option('-r, --reference <file>', 'the model to measure against: a GGUF file or `sample`')
    .requiredOption(
      '-c, --candidate <file>',
      'a GGUF file, `sample:Q4_K_M` (quantized when it is missing) and the like; again for each',
      (value: string, before: string[] | undefined) => [...(before ?? []), value],
    )
    .option('-t, --text <file>', 'the text that all read, UTF-8; `sample` for the built-in one')
    .addOption(
      new Option('--dataset <id>', 'a data set in its place, in chat format; its answers are scored').conflicts('text'),
    )
    .option('--context <n>', 'tokens of a chunk; the second half of each is scored (512)', wholeNumber)
    .option('--chunks <n>', 'at most so many chunks; else all of the text', wholeNumber)
    .option('--threads <n>', 'threads', wholeNumber)
    .option('--key-type <type>', 'how the candidates keep the keys of their context (F16), e.g. Q8_0')
    .option('--value-type <type>', 'how they keep the values (F16)')
    .option('--save-base <file>', 'also write a base file that llama-perplexity reads')
    .addOption(
      new Option('--base <file>', 'a base file in place of reference and text').conflicts(['saveBase', 'dataset']),
    )
    .option('--html <file>', 'also write a report that needs nothing else')
    .option('--json', 'print one JSON document')
    .addHelpText('after', compareExamples);
  addPlace(command);
  command.action((options: CompareOptions) =>
    perform(options, async (work) => (await import('./compare.ts')).compare(options, work)),
  );
}

export interface QuantizeOptions extends PlaceOptions {
  to: string[];
  out: string;
  imatrixText?: string;
  threads?: number;
  overwrite?: boolean;
  allowRequantize?: boolean;
  json?: boolean;
}

function describeQuantize(command: Command): void {
  command
    .description('quantize a model to one or several types; each file is loaded once before it counts as made')
    .argument('<in>', 'a GGUF file, best F16, BF16 or F32, or `sample`')
    .requiredOption(
      '--to <type>',
      'a type as llama-quantize names them, e.g. Q4_K_M; again for more',
      (value: string, before: string[] | undefined) => [...(before ?? []), value],
    )
    .requiredOption('-o, --out <folder>', 'where the files go')
    .option('--imatrix-text <file>', 'a text on which the importance of the weights is measured first')
    .option('--threads <n>', 'threads', wholeNumber)
    .option('--overwrite', 'replace files that are there')
    .option('--allow-requantize', 'also from a model that is quantized already')
    .option('--json', 'print one JSON document')
    .addHelpText('after', quantizeTypesInWords);
  addPlace(command);
  command.action((model: string, options: QuantizeOptions) =>
    perform(options, async (work) => (await import('./quantize.ts')).quantize(model, options, work)),
  );
}

export interface ServeOptions extends PlaceOptions {
  port: number;
  json?: boolean;
}

function describeServe(command: Command): void {
  command
    .description('serve the app to a browser on this machine and print the address with its one-time token')
    .option('--port <n>', 'port on the loopback address; 0: any free one', portNumber, 0)
    .option('--json', 'print {url, port, pid}');
  addPlace(command);
  command.action((options: ServeOptions) =>
    perform(options, async (work) => (await import('./serve.ts')).serve(options, work)),
  );
}

export interface VaultOptions {
  dataDir?: string;
  json?: boolean;
}
export interface RestoreOptions extends VaultOptions {
  recoveryCode?: boolean;
}

function describeVault(vault: Command): void {
  const lazily = () => import('./vault.ts');
  const create = vault.command('create').description('create the store; prints the recovery code, once');
  addStore(create).action((options: VaultOptions) =>
    perform(options, async (work) => (await lazily()).createStore(options, work)),
  );

  const status = vault.command('status').description('where the store lies and whether there is one');
  addStore(status).action((options: VaultOptions) =>
    perform(options, async (work) => (await lazily()).showStatus(options, work)),
  );

  const backup = vault
    .command('backup')
    .description('write an encrypted copy of the store')
    .argument('<to>', 'an existing folder, or a new file ending in .assay-backup');
  addStore(backup).action((to: string, options: VaultOptions) =>
    perform(options, async (work) => (await lazily()).backUp(to, options, work)),
  );

  const restore = vault
    .command('restore')
    .description('replace the store by a backup; the replaced one is kept beside it')
    .argument('<from>', 'the backup')
    .option('--recovery-code', 'open the backup with its recovery code (ASSAY_RECOVERY_CODE or asked for)');
  addStore(restore).action((from: string, options: RestoreOptions) =>
    perform(options, async (work) => (await lazily()).restore(from, options, work)),
  );
}

export interface FindOptions extends VaultOptions {
  tag?: string[];
  withNote?: boolean;
  from?: string;
  to?: string;
}
export interface SearchOptions extends FindOptions {
  limit: number;
  sort?: string;
}
export interface ExportOptions extends FindOptions {
  search?: string;
  markdown?: boolean;
  out?: string;
}

function describePrompts(prompts: Command): void {
  const lazily = () => import('./prompts.ts');
  const search = prompts
    .command('search')
    .description('find answers by the words of prompt, answer, system prompt, note or tag; no words: the newest')
    .argument('[text...]', 'all of them must be there; "quoted words" stand together; the last may be unfinished')
    .option('--limit <n>', 'answers at most', wholeNumber, 20)
    .addOption(new Option('--sort <order>', 'the order (newest)').choices(historySort));
  addStore(addFilters(search)).action((text: string[], options: SearchOptions) =>
    perform(options, async (work) => (await lazily()).searchPrompts(text.join(' '), options, work)),
  );

  const exported = prompts
    .command('export')
    .description('write what was asked as JSON lines or Markdown, in clear')
    .option('--search <text>', 'only what is found so')
    .option('--jsonl', 'JSON lines (this is what is written without it, too)')
    .addOption(new Option('--markdown', 'Markdown').conflicts('jsonl'))
    .option('--out <file>', 'a new file; else standard output');
  addStore(addFilters(exported)).action((options: ExportOptions) =>
    perform(options, async (work) => (await lazily()).exportPrompts(options, work)),
  );

  const imported = prompts
    .command('import')
    .description('take in chats of LM Studio, Jan, Open WebUI, llama.cpp’s web UI, or an export of Assay')
    .argument('<path>', 'a .json, .jsonl or .zip file, or a folder of them');
  addStore(imported).action((path: string, options: VaultOptions) =>
    perform(options, async (work) => (await lazily()).importPrompts(path, options, work)),
  );
}

function addFilters(command: Command): Command {
  return command
    .option(
      '--tag <name>',
      'only with this tag; again for more, all of which must be there',
      (value: string, before: string[] | undefined) => [...(before ?? []), value],
    )
    .option('--with-note', 'only with a note')
    .option('--from <date>', 'from this day or moment on, e.g. 2026-11-01', dateOrMoment)
    .option('--to <date>', 'up to but without this day or moment', dateOrMoment);
}

const historySort = ['newest', 'oldest', 'best match', 'longest answer', 'slowest'];

/** A day is that of this machine's time zone. */
function dateOrMoment(text: string): string {
  const at = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text);
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('It takes a date such as 2026-11-01.');
  return at.toISOString();
}

function describeAudit(audit: Command): void {
  const verify = audit.command('verify').description('check every link of the log; exit code 1 when one does not hold');
  addStore(verify).action((options: VaultOptions) =>
    perform(options, async (work) => (await import('./audit.ts')).verifyAudit(options, work)),
  );
}

function addPlace(command: Command): void {
  command
    .option('--data-dir <folder>', dataFolderInWords)
    .addOption(new Option('--ephemeral', 'work without a store; nothing is left behind').conflicts('dataDir'));
}

function addStore(command: Command): Command {
  return command.option('--data-dir <folder>', dataFolderInWords).option('--json', 'print one JSON document');
}

const dataFolderInWords = 'the folder of the store; else ASSAY_DATA_DIR, else the one of the desktop app';

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It takes a whole number.');
  return Number(text);
}

function decimalNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It takes a number.');
  return value;
}

function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port > 65_535) throw new InvalidArgumentError('A port lies between 0 and 65535.');
  return port;
}

/** "error: unknown option '--x'" becomes "Unknown option '--x'. …", one line. */
function asSentence(message: string): string {
  const text = message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
  const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return `${/[.?)]$/.test(sentence) ? sentence : `${sentence}.`} \`assay --help\` lists the commands, \`assay COMMAND --help\` the options.`;
}

function missingCommand(words: string[]): string {
  const group = words.find((word) => word === 'vault' || word === 'models' || word === 'audit' || word === 'prompts');
  return `A command is missing. \`assay ${group ? `${group} ` : ''}--help\` lists them.`;
}

const exitCodesInWords = `
Exit codes: ${exitCode.done} done, ${exitCode.checkFailed} a check that was asked for did not hold, ${exitCode.badInput} bad usage or bad input, ${exitCode.failed} engine or store failed, ${exitCode.interrupted} interrupted.
The passphrase comes from ASSAY_PASSPHRASE or is asked for. ASSAY_DEBUG=1 adds stack traces to messages.`;

const generateExamples = `
Examples:
  assay generate --ephemeral --model sample --model sample:Q4_K_M --prompt "Continue this story: Once a grey hen saw a key."
  assay generate --ephemeral --model model.gguf --prompt-file - --json < prompt.txt`;

const compareExamples = `
Examples:
  assay compare --ephemeral --reference sample --candidate sample:Q4_K_M --candidate sample:Q2_K --text sample
  assay compare --ephemeral --reference model-F16.gguf --candidate model-Q4_K_M.gguf --text my-text.txt --html report.html`;

const quantizeTypesInWords = `
Types: F32 F16 BF16 Q8_0 Q6_K Q5_K_M Q5_K_S Q5_1 Q5_0 Q4_K_M Q4_K_S Q4_1 Q4_0 IQ4_NL IQ4_XS MXFP4_MOE Q3_K_L Q3_K_M Q3_K_S IQ3_M IQ3_S IQ3_XS
IQ3_XXS Q2_K Q2_K_S Q2_0 IQ2_M IQ2_S IQ2_XS IQ2_XXS TQ2_0 TQ1_0 Q1_0 IQ1_M IQ1_S. IQ1_*, IQ2_XXS, IQ2_XS, IQ2_S and Q2_K_S need --imatrix-text.`;
