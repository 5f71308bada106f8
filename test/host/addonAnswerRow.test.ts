import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { openBareEngine } from '../helpers/bareEngine.ts';
import { node } from '../helpers/command.ts';
import { openEngineFixture } from '../helpers/engineFixture.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { addonEnvironment, addonStands, whyNoAddon } from '../helpers/labModels.ts';
import { tellsLogprobs } from '../helpers/logprobs.ts';

const nowhere = '/nowhere/assay-addon.node';
/** Says on its standard output which of the two ways an engine takes in a process of its own. */
const whichWay = `
  const { skipSelfTest } = await import(${JSON.stringify(moduleOf('skipSelfTest'))});
  skipSelfTest();
  const { load } = await import(${JSON.stringify(moduleOf('load'))});
  const settings = { path: process.argv.at(-1), contextSize: 512, threads: 1, gpu: 'cpu', gpuLayers: 0, excluded: [] };
  const { parts } = await load(settings, new AbortController().signal, { trying() {}, progress() {} });
  console.log(parts.rows === undefined ? 'sorting' : 'reading');
  process.exit(0);
`;

function moduleOf(name: string): string {
  return new URL(`../../main/inference/child/${name}.ts`, import.meta.url).href;
}

const variablesOf = (addon: string | undefined) =>
  addonEnvironment({ ...process.env, ...(addon === undefined ? {} : { ASSAY_ADDON: addon }) });

// Each process reads log-probabilities in one of two ways; the numbers and the tokens are the same.
describe.each([
  { way: 'read off the logits by the addon', addon: process.env.ASSAY_ADDON, stands: addonStands },
  { way: 'told by sorting samplers, where the addon is not built', addon: nowhere, stands: true },
])('log-probabilities $way', { timeout: 120_000 }, ({ addon, stands }) => {
  it.skipIf(!stands)(`are those of the whole vocabulary, greedy and sampled${stands ? '' : whyNoAddon}`, async () => {
    const environment = variablesOf(addon);
    const fixture = await openEngineFixture({ starter: forkStarter({ environment }) });
    const path = writeModel(join(fixture.folder, 'model.gguf'), randomLlama({ vocabulary: 2048, endless: true }));
    const bare = await openBareEngine(path, 512);
    try {
      await tellsLogprobs(fixture, await fixture.models.resolve(path), bare);
    } finally {
      await bare.close();
      await fixture.close();
    }
  });

  it.skipIf(!stands)('come that way', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-rows-'));
    try {
      const path = writeModel(join(folder, 'model.gguf'), randomLlama());
      const { stdout, stderr } = spawnSync(node, ['--input-type=module', '--eval', whichWay, path], {
        env: variablesOf(addon),
        encoding: 'utf8',
      });
      expect(stdout, stderr).toContain(addon === nowhere ? 'sorting' : 'reading');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
