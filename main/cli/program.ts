import { Command, CommanderError } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { describeAudit } from './audit.options.ts';
import { describeCompare } from './compare.options.ts';
import { exitCode } from './exit.ts';
import { describeGenerate } from './generate.options.ts';
import { describeModels } from './models.options.ts';
import { guardOutput } from './output.ts';
import { end, refuse } from './perform.ts';
import { describePrompts } from './prompts.options.ts';
import { describeQuantize } from './quantize.options.ts';
import { describeServe } from './serve.options.ts';
import { describeVault } from './vault.options.ts';

/** Reads the command line, performs the command, ends the process, whatever happens. What a command needs is imported when it runs, so that `--help` stays quick. */
export async function run(words: string[]): Promise<void> {
  const json = words.includes('--json');
  guardOutput();
  const program = describeProgram();
  for (const command of [program, ...program.commands, ...program.commands.flatMap((group) => group.commands)]) {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: (text) => process.stdout.write(text) });
  }
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return await end(exitCode.done);
    // A group without its command asks commander for help and gets an error with no words.
    const sentence = error.code === 'commander.help' ? missingCommand(program, words) : asSentence(error.message);
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
  );
  describeVault(program.command('vault').description('the encrypted store: create, back up, restore, look at it'));
  describePrompts(program.command('prompts').description('what was asked: search it, export it, take chats in'));
  describeAudit(program.command('audit').description('the log of every command'));
  return program;
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

function missingCommand(program: Command, words: string[]): string {
  const group = program.commands
    .find((command) => command.commands.length > 0 && words.includes(command.name()))
    ?.name();
  return `A command is missing. \`assay ${group ? `${group} ` : ''}--help\` lists them.`;
}

const exitCodesInWords = `
Exit codes: ${exitCode.done} done, ${exitCode.checkFailed} a check that was asked for did not hold, ${exitCode.badInput} bad usage or bad input, ${exitCode.failed} engine or store failed, or the answer could not be written, ${exitCode.interrupted} interrupted.
The passphrase comes from ASSAY_PASSPHRASE or is asked for. ASSAY_DEBUG=1 adds stack traces to messages.`;
