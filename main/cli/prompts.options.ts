import { type Command, InvalidArgumentError, Option } from 'commander';
import { addStore, again, type VaultOptions, wholeNumber } from './options.ts';
import { perform } from './perform.ts';

export interface FindOptions extends VaultOptions {
  model?: string[];
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

export function describePrompts(prompts: Command): void {
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
      '--model <name>',
      'only of this model: words of its name and quantization, or its SHA-256; again for more, any of which will do',
      again,
    )
    .option('--tag <name>', 'only with this tag; again for more, all of which must be there', again)
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
