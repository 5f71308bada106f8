import { createCompare } from '../../main/services/compare/index.ts';
import { characterModels, createCharacterEngine } from './characterEngine.ts';
import { openServices, passphrase } from './openServices.ts';

/**
 * A process of its own for tests that kill it: opens the store of the folder in its first argument, compares, and says on stdout what it
 * acknowledges, one JSON document a line.
 */
const [folder = '', prompts = '50', order = 'one at a time'] = process.argv.slice(2);
const say = (what: unknown) => process.stdout.write(`${JSON.stringify(what)}\n`);

const services = openServices({ folder });
const { vault, jobs } = services;
const compare = createCompare({
  ...services,
  models: characterModels(['base', 'q4']),
  engine: createCharacterEngine({ tokenMs: 1 }),
});
await vault.create({ passphrase });
const { id, jobId } = compare.start({
  models: ['base', 'q4'],
  prompts: Array.from({ length: Number(prompts) }, (_, index) => `Prompt number ${index}`),
  sampler: { maxTokens: 10 },
  order: order === 'all at once' ? order : 'one at a time',
});
say({ id, jobId, state: jobs.get(jobId).state });
for await (const event of compare.watch({ id, from: 0, count: 1000 }, new AbortController().signal)) {
  if (event.type === 'cell' && event.cell.state === 'done') say({ done: [event.cell.prompt, event.cell.column] });
}
