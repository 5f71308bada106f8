import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from '../assay.ts';
import { repository } from '../browsers.ts';
import { electronCommand, electronEnvironment } from '../desktopHome.ts';
import { processTree } from '../processTree.ts';
import { call, until } from '../rawClient.ts';

/** What a packaged build gets; the last three cannot hold for the app of a test (see electronCopy.ts). */
const shipped: [string, FuseV1Options, boolean][] = [
  ['runAsNode', FuseV1Options.RunAsNode, false],
  ['enableNodeOptionsEnvironmentVariable', FuseV1Options.EnableNodeOptionsEnvironmentVariable, false],
  ['enableCookieEncryption', FuseV1Options.EnableCookieEncryption, true],
  ['grantFileProtocolExtraPrivileges', FuseV1Options.GrantFileProtocolExtraPrivileges, false],
];
const onlyPackaged = {
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
};

test.skip(process.platform !== 'linux', 'the copy of Electron with these fuses is made on Linux only');

test('the fuses of the packaged build are the ones that are tested', async () => {
  const settings = readFileSync(join(repository, 'electron-builder.yml'), 'utf8').split('electronFuses:')[1] ?? '';
  for (const [name, , on] of shipped) expect(settings, name).toContain(`${name}: ${on}`);
  for (const [name, on] of Object.entries(onlyPackaged)) expect(settings, name).toContain(`${name}: ${on}`);
});

test('with them the binary runs no script, and an engine answers all the same', async ({ assay }) => {
  const { program } = await electronCommand(assay.dataFolder);
  const wire = await getCurrentFuseWire(program);
  for (const [name, option, on] of shipped) expect(wire[option], name).toBe(on ? FuseState.ENABLE : FuseState.DISABLE);

  const asNode = spawnSync(program, ['--no-sandbox', '-e', 'console.log("ran as Node")'], {
    env: { ...electronEnvironment(), ELECTRON_RUN_AS_NODE: '1', ASSAY_DATA_DIR: join(assay.dataFolder, 'other') },
    encoding: 'utf8',
    timeout: 4_000,
    killSignal: 'SIGKILL',
  });
  expect(asNode.stdout).not.toContain('ran as Node');

  const { page, passphrase } = assay;
  await call(page, 'mutation', 'vault.create', { passphrase });
  const started = await call(page, 'mutation', 'compare.start', {
    models: ['sample'],
    prompts: ['Hello'],
    sampler: { maxTokens: 8, temperature: 0 },
    threads: 1,
  });
  const { id } = started as { id: string };
  const comparison = await until(
    async () =>
      (await call(page, 'query', 'compare.get', { id })) as {
        cells: { state: string; tokens: unknown[]; error: unknown }[];
      },
    ({ cells }) => cells.every(({ state }) => state === 'done' || state === 'failed'),
  );
  expect(comparison.cells[0]).toMatchObject({ state: 'done', error: null });
  expect(comparison.cells[0]?.tokens.length).toBeGreaterThan(0);
  // The engine is a process of Electron itself, not a Node that was started beside it.
  expect(processTree(assay.pid).filter(({ command }) => /out\/main\/engine\.js/.test(command))).toEqual([]);
  expect(
    processTree(assay.pid).filter(({ command }) => /--utility-sub-type=node\.mojom\.NodeService/.test(command)).length,
  ).toBeGreaterThan(0);
});
