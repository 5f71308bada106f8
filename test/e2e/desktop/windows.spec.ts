import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ggufBytes } from '../../helpers/ggufFile.ts';
import { randomLlama } from '../../helpers/ggufModel.ts';
import { expect, test } from '../assay.ts';
import { electronCommand, electronEnvironment } from '../desktopHome.ts';
import { until } from '../rawClient.ts';

test('a second start hands its files to the first window and ends', async ({ assay }) => {
  await assay.page.evaluate(() => {
    const handed: string[] = [];
    Reflect.set(window, 'handed', handed);
    window.assay?.onOpenFiles((paths) => handed.push(...paths));
  });
  const { program, arguments: args } = await electronCommand(assay.dataFolder);
  const second = spawn(program, [...args, 'models/tiny.Q4_K_M.gguf', 'notes.txt'], {
    cwd: assay.dataFolder,
    env: electronEnvironment(),
    stdio: 'ignore',
  });
  const code = await new Promise((resolve) => second.on('exit', resolve));
  expect(code).toBe(0);
  const handed = await until(
    () => assay.page.evaluate((): string[] => Reflect.get(window, 'handed')),
    (paths) => paths.length > 0,
  );
  expect(handed).toEqual([join(assay.dataFolder, 'models/tiny.Q4_K_M.gguf')]);
  expect(await assay.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test.describe('files on the command line', () => {
  const folder = join(tmpdir(), `assay-given-${process.pid}`);
  const files = ['given.gguf', 'too.gguf'].map((name) => join(folder, name));
  test.use({ store: 'created', appArguments: [...files, join(folder, 'notes.txt')] });
  test.beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    for (const [index, file] of files.entries())
      await writeFile(file, ggufBytes(randomLlama({ seed: index + 1, name: ['Given', 'Given too'][index] })));
  });
  test.afterAll(() => rm(folder, { recursive: true, force: true }));

  test('wait for the store to be open and then stand in the comparison', async ({ assay, page }) => {
    await expect(page.getByRole('heading', { name: 'Unlock your store' })).toBeVisible();
    await page.getByRole('textbox', { name: 'Passphrase' }).fill(assay.passphrase);
    await page.getByRole('button', { name: 'Unlock store' }).click();
    await expect(page.getByRole('heading', { name: 'Compare', exact: true })).toBeAttached();
    await expect(page.getByRole('button', { name: 'Remove Given F32' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Remove Given too F32' })).toBeVisible();
    await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(2);
  });
});

test('the window comes back where it was; a chosen theme is kept for the first frame', async ({ assay }) => {
  const place = { x: 60, y: 40, width: 1100, height: 760 };
  await assay.electron.evaluate(
    ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
    place,
  );
  await assay.page.evaluate(() => window.assay?.setTheme('dark'));
  await until(
    () => assay.electron.evaluate(({ nativeTheme }) => nativeTheme.themeSource),
    (theme) => theme === 'dark',
  );
  await until(
    async () => JSON.parse(await readFile(join(assay.dataFolder, 'desktop/shell.json'), 'utf8').catch(() => '{}')),
    (kept) => kept.bounds?.width === 1100 && kept.theme === 'dark',
  );
  await assay.restart();
  expect(await assay.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())).toEqual(
    place,
  );
});

test('a window that was on a display which is gone comes back on one that is there', async ({ assay }) => {
  await assay.kill();
  await writeFile(
    join(assay.dataFolder, 'desktop/shell.json'),
    JSON.stringify({ bounds: { x: -9000, y: 4000, width: 1100, height: 760 } }),
  );
  await assay.start();
  const { bounds, area } = await assay.electron.evaluate(({ BrowserWindow, screen }) => ({
    bounds: BrowserWindow.getAllWindows()[0]?.getBounds() ?? { x: 0, y: 0, width: 0, height: 0 },
    area: screen.getPrimaryDisplay().workArea,
  }));
  expect(bounds.x).toBeGreaterThanOrEqual(area.x);
  expect(bounds.x + bounds.width).toBeLessThanOrEqual(area.x + area.width);
  expect(bounds.y).toBeGreaterThanOrEqual(area.y);
});

test('damaged settings of the window do not keep the app from opening', async ({ assay }) => {
  await assay.kill();
  await writeFile(join(assay.dataFolder, 'desktop/shell.json'), '{"bounds": {"x": "far');
  await assay.start();
  await expect(assay.page.locator('#root')).not.toBeEmpty();
});

test('texts and files go through the dialogs of the system', async ({ assay }) => {
  const target = join(assay.dataFolder, 'export.md');
  await assay.electron.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: path });
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: ['/models/a.gguf', '/models/b.gguf'] });
  }, target);
  const kept = await assay.page.evaluate(() => window.assay?.files.saveText('../../export.md', '# Answers\n'));
  expect(kept).toBe(target);
  expect(await readFile(target, 'utf8')).toBe('# Answers\n');
  expect(await assay.page.evaluate(() => window.assay?.files.openModels())).toEqual([
    '/models/a.gguf',
    '/models/b.gguf',
  ]);

  await assay.electron.evaluate(({ dialog }) => {
    dialog.showSaveDialog = async () => ({ canceled: true, filePath: '' });
    dialog.showOpenDialog = async () => ({ canceled: true, filePaths: [] });
  });
  expect(await assay.page.evaluate(() => window.assay?.files.saveText('a.md', 'text'))).toBeNull();
  expect(await assay.page.evaluate(() => window.assay?.files.openModels())).toEqual([]);
});
