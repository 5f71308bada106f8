import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { extractFile, listPackage, statFile } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { repository, whyNoElectron } from '../browsers.ts';
import { buildPackage, openPackage, type Package, packagedCommand } from '../packagedApp.ts';
import { processTree, whyNoProcessList } from '../processTree.ts';
import { call } from '../rawClient.ts';
import { chooseModels, column, createStore } from '../steps.ts';

/** What is in the package that installers are made of, and that it works as it ships. It is built once for the same sources. */

let app: Package;
/** Every entry of the archive with forward slashes and no leading one, folders left out. */
let files: string[];
let unpacked: string[];

test.beforeAll(async () => {
  const reason = whyNoElectron();
  test.skip(reason !== null, `no package can be made: ${reason}`);
  test.setTimeout(300_000);
  app = await buildPackage();
  const archive = join(app.resources, 'app.asar');
  const entries = listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/').slice(1));
  const stats = entries.map((path) => ({ path, entry: statFile(archive, path.replaceAll('/', sep)) }));
  files = stats.filter(({ entry }) => 'size' in entry).map(({ path }) => path);
  unpacked = stats.filter(({ entry }) => 'size' in entry && entry.unpacked).map(({ path }) => path);
});

const platform = { linux: 'linux', darwin: 'mac', win32: 'win' }[process.platform as string] ?? process.platform;
const addon = 'native/addon/build/Release/assay-addon.node';
const own = (path: string) => !path.startsWith('node_modules/');

test('of the clone it holds the built app and the sample model, and nothing else', () => {
  const belongs = [
    /^package\.json$/,
    /^out\/main\/\w+\.js$/,
    /^out\/main\/chunks\/[\w.-]+\.js$/,
    /^out\/main\/assets\/[\w.-]+$/,
    /^out\/preload\/bridge\.cjs$/,
    /^out\/renderer\/(index\.html|icon\.svg)$/,
    /^out\/renderer\/assets\/[\w.-]+\.(js|css|woff2|svg|png)$/,
    /^native\/sample-model\/(assay-sample-\w+\.gguf|manifest\.json|MODEL_CARD\.md)$/,
    /^native\/sample-model\/datasets\/[\w.-]+\.jsonl$/,
    /^native\/addon\/build\/Release\/assay-addon\.node$/,
  ];
  expect(files.filter((path) => own(path) && !belongs.some((pattern) => pattern.test(path)))).toEqual([]);
  for (const needed of ['out/main/app.js', 'out/main/host.js', 'out/main/engine.js', 'out/renderer/index.html'])
    expect(files).toContain(needed);
  for (const { file } of manifestOfSample()) expect(files).toContain(`native/sample-model/${file}`);
});

test('of Electron it has no app and no mark beside our own', () => {
  expect(readdirSync(app.resources).filter((name) => name.endsWith('.asar'))).toEqual(['app.asar']);
  expect(existsSync(join(app.folder, 'version'))).toBe(false);
});

test('it holds no source, no test and no source map, of nobody', () => {
  expect(files.filter((path) => /\.(map|tsx?|[mc]ts|cc?|cpp|h|hpp|gypi?|bundle)$/.test(path))).toEqual([]);
  expect(files.filter((path) => /(^|\/)(tests?|__tests__|fixtures)\//.test(path))).toEqual([]);
});

test('native modules are those of this platform, beside the archive', () => {
  const native = files.filter((path) => /\.(node|so|dll|dylib|metallib)$/.test(path));
  expect(native.filter((path) => !unpacked.includes(path))).toEqual([]);
  expect(native).toContain(
    `node_modules/better-sqlite3-multiple-ciphers/prebuilds/${process.platform}-${process.arch}.node`,
  );
  expect(native.filter((path) => /^node_modules\/better-sqlite3-multiple-ciphers\//.test(path))).toHaveLength(1);
  const engines = new Set(native.flatMap((path) => /^node_modules\/@node-llama-cpp\/([^/]+)/.exec(path)?.[1] ?? []));
  // Processor and Vulkan, or Metal; CUDA is left out for its size.
  for (const name of engines) expect(name).toMatch(new RegExp(`^${platform}-${process.arch}(-vulkan|-metal)?$`));
  expect(engines.size).toBeGreaterThan(0);
  if (process.platform === 'linux' && process.arch === 'x64')
    expect([...engines].sort()).toEqual(['linux-x64', 'linux-x64-vulkan']);
  for (const path of native) expect(machineOf(join(app.resources, 'app.asar.unpacked', path)), path).toBe(ownMachine());
});

test('what lies beside the archive is what the archive says, and the sample model is among it', () => {
  const folder = join(app.resources, 'app.asar.unpacked');
  const onDisk = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.replaceAll('\\', '/'));
  expect(onDisk.sort()).toEqual([...unpacked].sort());
  for (const { file, bytes } of manifestOfSample())
    expect(statSync(join(folder, 'native/sample-model', file)).size).toBe(bytes);
});

test('its notices name every package of others that is inside, with the text of its licence', () => {
  const notices = readFileSync(join(app.resources, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  const packages = files.filter((path) => /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path));
  expect(packages.length).toBeGreaterThan(50);
  const lines = notices.split('\n');
  for (const path of packages) {
    const { name, version } = JSON.parse(
      extractFile(join(app.resources, 'app.asar'), path.replaceAll('/', sep)).toString(),
    );
    expect(lines, path).toContain(`${name} ${version}`); // Above its licence.
    expect(lines.filter((line) => line.startsWith(`${name} ${version}: `)).length, path).toBe(1);
  }
  for (const process of ['main', 'preload', 'renderer'])
    for (const name of JSON.parse(readFileSync(join(repository, 'out', process, 'packages.json'), 'utf8')))
      expect(notices, name).toContain(`\n${name} `);
  for (const part of ['llama.cpp and ggml', 'SQLite3 Multiple Ciphers']) expect(notices).toContain(`\n${part} (inside`);
  expect(readFileSync(join(app.resources, 'LICENSE.txt'), 'utf8')).toContain('Apache License');
});

test('the addon goes in where it is built', () => {
  expect(files.includes(addon)).toBe(existsSync(join(repository, addon)));
});

test('it stays within the size that was decided on', () => {
  const sum = (paths: string[]) =>
    paths.reduce((bytes, path) => bytes + statSync(join(app.resources, 'app.asar.unpacked', path)).size, 0) / 2 ** 20;
  expect(statSync(join(app.resources, 'app.asar')).size / 2 ** 20).toBeLessThan(25);
  expect(sum(unpacked)).toBeLessThan(160);
});

test('its fuses are those of electron-builder.yml, all of them', async () => {
  const wanted: Record<string, boolean> = parse(
    readFileSync(join(repository, 'electron-builder.yml'), 'utf8'),
  ).electronFuses;
  const wire = await getCurrentFuseWire(app.program);
  const options: Record<string, FuseV1Options> = {
    runAsNode: FuseV1Options.RunAsNode,
    enableCookieEncryption: FuseV1Options.EnableCookieEncryption,
    enableNodeOptionsEnvironmentVariable: FuseV1Options.EnableNodeOptionsEnvironmentVariable,
    enableNodeCliInspectArguments: FuseV1Options.EnableNodeCliInspectArguments,
    enableEmbeddedAsarIntegrityValidation: FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
    onlyLoadAppFromAsar: FuseV1Options.OnlyLoadAppFromAsar,
    grantFileProtocolExtraPrivileges: FuseV1Options.GrantFileProtocolExtraPrivileges,
  };
  expect(Object.keys(wanted).sort()).toEqual(Object.keys(options).sort());
  for (const [name, option] of Object.entries(options))
    expect(wire[option], name).toBe(wanted[name] ? FuseState.ENABLE : FuseState.DISABLE);
});

test('it starts as it ships, creates a store, and compares two quantizations of the sample model', async () => {
  test.setTimeout(300_000);
  const folder = await mkdtemp(join(tmpdir(), 'assay-e2e-'));
  const dataFolder = join(folder, 'data');
  await mkdir(dataFolder);
  const faults: string[] = [];
  const running = await openPackage(app, dataFolder, (fault) => faults.push(fault));
  const { page, pid } = running;
  try {
    await expect(page.getByRole('heading', { name: 'Create your store' })).toBeVisible();
    await createStore(page, 'copper lantern orbit nine');
    await chooseModels(page, ['Q4_K_M', 'Q2_K']);
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('Tell me a story about a hen.');
    await page.keyboard.press('ControlOrMeta+Enter');
    // Two engines out of a package that nothing has read yet, perhaps on a machine with other work: this ends a hang and measures nothing.
    await expect(page.locator('[aria-label="Answers"][aria-busy="false"]')).toBeVisible({ timeout: 200_000 });
    for (const name of [/Q4_K_M/, /Q2_K/])
      await expect(column(page, name).getByRole('button', { name: /^Tokens ?: ?\d+/ })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Answers' }).getByRole('alert')).toHaveCount(0);
    // The engines came out of the package, as processes of Electron itself.
    if (whyNoProcessList === null)
      expect(
        processTree(pid)
          .map(({ command }) => command)
          .join('\n'),
      ).toContain('--utility-sub-type=node.mojom.NodeService');
    // So did the addon, where this machine could build it, with the libraries that it opens.
    const lab = await call(page, 'query', 'divergence.availability');
    if (files.includes(addon)) expect(lab).toMatchObject({ available: true });
    else
      expect(lab).toMatchObject({
        available: false,
        reason: 'The native addon of the lab is not built on this machine.',
      });
    expect(faults).toEqual([]);
  } catch (error) {
    await test.info().attach('app log', { body: running.log(), contentType: 'text/plain' });
    throw error;
  } finally {
    await running.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  if (whyNoProcessList === null) expect(processTree(pid)).toEqual([]);
});

test('its `assay` is the whole command line: results, messages and exit codes, without a display', async () => {
  test.setTimeout(300_000);
  const assay = await packagedCommand(app);
  try {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
    expect(assay.run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    // Words that Chromium knows as switches of its own are the command's here.
    for (const words of [['frobnicate'], ['--disable-gpu'], ['vault', '--user-data-dir=x']]) {
      const refused = assay.run([...words, '--json']);
      expect(refused, words.join(' ')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^assay: .+\n$/) });
      expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'BAD_INPUT' } });
    }
    const prompt = 'Tell me a story about a "hen" & a key.\nIn two lines.';
    const answered = assay.run(
      [
        ...['generate', '--ephemeral', '--json', '--model', 'sample:Q4_K_M', '--prompt-file', '-'],
        ...['--threads', '1', '--max-tokens', '8'],
      ],
      prompt,
    );
    expect(answered).toMatchObject({ code: 0, stderr: '' });
    const [column] = JSON.parse(answered.stdout).columns;
    expect(column).toMatchObject({ model: 'sample:Q4_K_M', stopReason: expect.stringMatching(/^(end|length)$/) });
    expect(column.tokens.length).toBeGreaterThan(1);
    const missing = assay.run(['models', 'inspect', 'no such file.gguf', '--json']);
    expect(missing.code).toBe(2);
    expect(JSON.parse(missing.stdout)).toMatchObject({ error: { code: 'MODEL_NOT_FOUND' } });
  } finally {
    await assay.close();
  }
});

function manifestOfSample(): { file: string; bytes: number }[] {
  return JSON.parse(readFileSync(join(repository, 'native/sample-model/manifest.json'), 'utf8')).files;
}

/** The machine that a library was built for, off its first bytes. */
function machineOf(path: string): string {
  const head = readFileSync(path).subarray(0, 4096);
  if (head.toString('latin1', 0, 4) === '\x7fELF')
    return `linux ${{ 62: 'x64', 183: 'arm64' }[head.readUInt16LE(18)] ?? head.readUInt16LE(18)}`;
  if (head.toString('latin1', 0, 2) === 'MZ') {
    const machine = head.readUInt16LE(head.readUInt32LE(60) + 4);
    return `win32 ${{ 34404: 'x64', 43620: 'arm64' }[machine] ?? machine}`;
  }
  if (head.readUInt32LE(0) === 0xfeedfacf)
    return `darwin ${{ 16777223: 'x64', 16777228: 'arm64' }[head.readUInt32LE(4)] ?? head.readUInt32LE(4)}`;
  return head.toString('hex', 0, 8);
}

function ownMachine(): string {
  return `${process.platform} ${process.arch}`;
}
