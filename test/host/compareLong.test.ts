import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { createCompare } from '../../main/services/compare/index.ts';
import { characterModels, createCharacterEngine } from '../helpers/characterEngine.ts';
import { type Opened, openServices } from '../helpers/openServices.ts';

let services: Opened;
afterEach(() => services.close());

const prompts = 1000;
const models = ['base', ...Array.from({ length: 7 }, (_, index) => `q4-${index}`)];
const maxTokens = 32;

describe('a list of 1000 prompts on 8 models', () => {
  it('stays small in memory and in the store, and quick to open', async () => {
    services = openServices();
    const { vault } = services;
    const compare = createCompare({ ...services, models: characterModels(models), engine: createCharacterEngine() });
    const heapBefore = heap();
    const started = performance.now();
    const starting = processorMs();
    const { id } = compare.start({
      models,
      prompts: Array.from({ length: prompts }, (_, index) => `Prompt ${index} ${'x'.repeat(index % 40)}`),
      sampler: { maxTokens },
    });
    expect(processorMs() - starting).toBeLessThan(1000);
    let messages = 0;
    for await (const _ of compare.watch({ id, from: 0, count: 50 }, new AbortController().signal)) messages++;
    const ran = performance.now() - started;
    const heapGrowth = heap() - heapBefore;

    const opening = processorMs();
    const opened = compare.get({ id, from: 500, count: 50 });
    const openMs = processorMs() - opening;
    expect(opened.done).toBe(prompts * models.length);
    expect(opened.cells.filter(({ tokens }) => tokens.length === maxTokens)).toHaveLength(50 * models.length);
    const [page] = vault
      .store()
      .read.all<{ bytes: number }>('SELECT sum(length(tokens)) AS bytes FROM comparison_cells');
    const bytesPerToken = (page?.bytes ?? 0) / (prompts * models.length * maxTokens);
    const listing = processorMs();
    compare.list();
    const listMs = processorMs() - listing;
    const rendering = performance.now();
    const markdown = compare.export(id, 'markdown').text.length;
    const exportMs = performance.now() - rendering;

    const perAnswer = (ran / (prompts * models.length)).toFixed(2);
    console.log(
      `${prompts * models.length} answers: ${perAnswer} ms each, ${messages} messages, heap +${mebibytes(heapGrowth)}, ` +
        `${bytesPerToken.toFixed(1)} bytes a token, opened in ${openMs.toFixed(0)} ms, listed in ${listMs.toFixed(0)} ms, ` +
        `${mebibytes(markdown)} of Markdown in ${exportMs.toFixed(0)} ms`,
    );
    expect(bytesPerToken).toBeLessThan(11);
    expect(heapGrowth).toBeLessThan(32 * 1024 * 1024);
    expect(openMs).toBeLessThan(3000);
    expect(listMs).toBeLessThan(200);
  }, 300_000);
});

/** Processor time of this process: what a busy machine does besides does not count. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Bytes that are really held. */
function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
