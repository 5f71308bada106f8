import type { Command } from 'commander';
import { addStore, type VaultOptions } from './options.ts';
import { perform } from './perform.ts';

export interface AddModelsOptions extends VaultOptions {
  /** False with `--no-hash`. */
  hash: boolean;
  /** Also what `assay models found` lists. */
  found?: boolean;
}

/** `assay models …`: each command in a line. */
export function describeModels(models: Command): void {
  const lazily = () => import('./models.ts');
  const add = models
    .command('add')
    .description('take files and folders into the library where they lie; folders with all that is below them')
    .argument('[path...]', 'GGUF files and folders')
    .option('--found', 'what `assay models found` lists: models of LM Studio, Ollama, Hugging Face and llama.cpp')
    .option('--no-hash', 'do not wait for the SHA-256 of what was added; the app reads it later');
  addStore(add).action((paths: string[], options: AddModelsOptions) =>
    perform(options, async (work) => (await lazily()).addModels(paths, options, work)),
  );
  const list = models.command('list').description('families with their quant ladders');
  addStore(list).action((options: VaultOptions) =>
    perform(options, async (work) => (await lazily()).listModels(options, work)),
  );
  const inspect = models
    .command('inspect')
    .description('all that a file says of itself; needs no store')
    .argument('<file>', 'a GGUF file, `sample` or `sample:Q4_K_M`')
    .option('--json', 'print one JSON document');
  inspect.action((file: string, options: { json?: boolean }) =>
    perform(options, async (work) => (await lazily()).inspectModel(file, work)),
  );
  const diff = models
    .command('diff')
    .description(
      'what two files say differently; exit code 1 when that makes a comparison of them void; needs no store',
    )
    .argument('<file>', 'a GGUF file, `sample` or `sample:Q4_K_M`')
    .argument('<other>', 'another')
    .option('--json', 'print one JSON document');
  diff.action((file: string, other: string, options: { json?: boolean }) =>
    perform(options, async (work) => (await lazily()).diffModels(file, other, work)),
  );
  const forget = models
    .command('forget')
    .description('take a model off the list; its file stays')
    .argument('<id>', 'as `list` prints it');
  addStore(forget).action((id: string, options: VaultOptions) =>
    perform(options, async (work) => (await lazily()).forgetModel(id, options, work)),
  );
  const found = models
    .command('found')
    .description('models in the folders of LM Studio, Ollama, Hugging Face and llama.cpp');
  addStore(found).action((options: VaultOptions) =>
    perform(options, async (work) => (await lazily()).listFound(options, work)),
  );
}
