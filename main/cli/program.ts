import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { exitCode } from './exit.ts';
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
  describeServe(program.command('serve'));
  describeVault(program.command('vault').description('the encrypted store: create, back up, restore, look at it'));
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
  const group = words.find((word) => word === 'vault' || word === 'audit');
  return `A command is missing. \`assay ${group ? `${group} ` : ''}--help\` lists them.`;
}

const exitCodesInWords = `
Exit codes: ${exitCode.done} done, ${exitCode.checkFailed} a check that was asked for did not hold, ${exitCode.badInput} bad usage or bad input, ${exitCode.failed} engine or store failed, ${exitCode.interrupted} interrupted.
The passphrase comes from ASSAY_PASSPHRASE or is asked for. ASSAY_DEBUG=1 adds stack traces to messages.`;

const generateExamples = `
Examples:
  assay generate --ephemeral --model sample --model sample:Q4_K_M --prompt "Continue this story: Once a grey hen saw a key."
  assay generate --ephemeral --model model.gguf --prompt-file - --json < prompt.txt`;
