import { mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { randomLlama, writeEnormousModel, writeModel } from '../helpers/ggufModel.ts';
import { type Assay, expect, test } from './assay.ts';
import { expectAccessibleInBoth, unlock } from './steps.ts';

test.use({ store: 'created' });

/** Opens the dialog on a model of the list by keys alone. Null where the addon is not built: then the dialog has to say so. */
async function openDialog(page: Page, search: string): Promise<Locator | null> {
  await page.keyboard.press('/');
  await expect(page.getByRole('textbox', { name: 'Filter the models' })).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(search);
  const row = page.getByRole('row', { name: new RegExp(search) });
  await expect(row).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(row).toBeFocused();
  await page.keyboard.press('q');
  const dialog = page.getByRole('dialog', { name: /^Quantize / });
  const missing = dialog.getByText('Quantizing needs Assay’s native addon.');
  await expect(missing.or(dialog.getByRole('table', { name: 'Estimates' }))).toBeVisible();
  if (!(await missing.isVisible())) return dialog;
  await expect(dialog.getByRole('button', { name: /^Quantize to/ })).toHaveAttribute('aria-disabled', 'true');
  return null;
}

async function openModels({ page, passphrase }: Assay): Promise<void> {
  await unlock(page, passphrase);
  await page.getByRole('link', { name: 'Models' }).press('Enter');
  await expect(page.getByRole('treegrid', { name: 'Models' })).toBeVisible();
}

async function add(page: Page, file: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Filter the models' }).fill('');
  await page.getByRole('button', { name: 'Add models' }).press('Enter');
  await page.getByRole('textbox', { name: 'Path of a GGUF file or a folder' }).fill(file);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: new RegExp(basename(file)) })).toBeVisible();
}

test('types are estimated, made by keys, listed, and say where they came from', async ({ assay, page }) => {
  const folder = join(assay.dataFolder, '..', 'made');
  await mkdir(folder);
  await openModels(assay);
  const dialog = await openDialog(page, 'assay-sample-F16');
  if (dialog === null) return;
  await expect(dialog.getByRole('checkbox', { name: 'Q4_K_M' })).toBeFocused();
  await dialog.getByRole('checkbox', { name: 'Q8_0' }).press(' ');
  await dialog.getByRole('checkbox', { name: 'IQ2_XXS' }).press(' ');
  await expect(dialog.getByText(/IQ2_XXS gives nothing usable without an importance matrix/).first()).toBeVisible();
  const estimate = (type: string) => dialog.getByRole('row', { name: new RegExp(`^${type} [\\d.]+ MiB [\\d.]+ `) });
  await expect(estimate('IQ2_XXS')).toHaveCount(0);
  const text = { name: 'own.txt', mimeType: 'text/plain', buffer: Buffer.from('A text of one’s own. '.repeat(400)) };
  await dialog.getByLabel('Text for the importance matrix').setInputFiles(text);
  await expect(dialog.getByRole('button', { name: 'Importance: own.txt' })).toBeVisible();
  await expect(estimate('IQ2_XXS')).toBeVisible();
  await expect(dialog.getByRole('row', { name: /^Importance matrix \d+ s measured on the text first/ })).toBeVisible();
  await dialog.getByRole('button', { name: 'Without an importance matrix' }).press('Enter');
  await expect(dialog.getByRole('button', { name: 'Importance matrix from a text…' })).toBeFocused();
  await expect(dialog.getByText(/IQ2_XXS gives nothing usable/).first()).toBeVisible();
  await dialog.getByLabel('Text for the importance matrix').setInputFiles(text);
  await dialog.getByRole('checkbox', { name: 'IQ2_XXS' }).press(' ');
  await expect(estimate('Q4_K_M')).toBeVisible();
  await expect(estimate('Q8_0')).toBeVisible();
  await expect(dialog.getByText(/MiB in all · .* free · .* · .* of memory/)).toBeVisible();
  await expectAccessibleInBoth(page);

  const field = dialog.getByRole('textbox', { name: 'Folder' });
  await field.fill(join(folder, 'nowhere'));
  await expect(dialog.getByRole('alert')).toContainText(`There is no folder ${join(folder, 'nowhere')}`);
  const start = dialog.getByRole('button', { name: /^Quantize to 2 types/ });
  await expect(start).toHaveAttribute('aria-disabled', 'true');
  await field.fill(folder);
  await expect(start).toHaveAttribute('aria-disabled', 'false');
  await expect(estimate('Q8_0')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+Enter');

  await expect(dialog).toHaveCount(0);
  const tray = page.getByRole('region', { name: 'Jobs' });
  const job = tray.getByRole('listitem').filter({ hasText: 'to Q4_K_M, Q8_0' });
  await expect(job).toContainText('Done', { timeout: 60_000 });
  expect((await readdir(folder)).sort()).toEqual(['assay-sample-Q4_K_M.gguf', 'assay-sample-Q8_0.gguf']);
  await page.getByRole('button', { name: 'Close the job tray' }).press('Enter');

  await page.getByRole('textbox', { name: 'Filter the models' }).fill('assay-sample-Q8_0');
  const row = page.getByRole('row', { name: /assay-sample-Q8_0/ });
  await expect(page.getByText(/^1 of \d+ files/)).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(row).toBeFocused();
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('complementary', { name: 'Details of assay-sample-Q8_0.gguf' });
  await expect(sheet).toContainText(/Made by AssayQuantized toQ8_0From.*assay-sample-F16\.gguf/);
  await expect(sheet).toContainText(/whose SHA-256 is[0-9a-f]{64}Importance matrix[0-9a-f]{64}llama\.cppv\d/);
  await expectAccessibleInBoth(page);
});

test('a job is cancelled by keys and leaves nothing; a folder without room begins none', async ({ assay, page }) => {
  const folder = join(assay.dataFolder, '..', 'large');
  await mkdir(folder);
  const options = { seed: 3, dim: 512, layers: 8, heads: 8, keyValueHeads: 8, feedForward: 2048, type: 'F16' } as const;
  writeModel(join(folder, 'large-F16.gguf'), randomLlama({ ...options, name: 'large' }));
  await openModels(assay);
  await add(page, join(folder, 'large-F16.gguf'));
  const dialog = await openDialog(page, 'large-F16');
  if (dialog === null) return;
  for (const type of ['IQ3_S', 'IQ3_M', 'Q3_K_L', 'Q5_K_M'])
    await dialog.getByRole('checkbox', { name: type }).press(' ');
  await dialog.getByRole('button', { name: /^Quantize to 5 types/ }).press('Enter');
  const tray = page.getByRole('region', { name: 'Jobs' });
  const job = tray.getByRole('listitem').filter({ hasText: 'IQ3_S' });
  await expect(job).toContainText(/\d+ %, .*MiB of [\d.]+ MiB.*IQ3_S: /, { timeout: 60_000 });
  await job.getByRole('button', { name: /^Cancel / }).press('Enter');
  await expect(job).toContainText('Cancelled');
  expect(await readdir(folder)).toEqual(['large-F16.gguf']);
  await page.getByRole('button', { name: 'Close the job tray' }).press('Enter');

  writeEnormousModel(join(folder, 'enormous-F16.gguf'), { name: 'enormous' });
  await add(page, join(folder, 'enormous-F16.gguf'));
  const full = await openDialog(page, 'enormous-F16');
  await expect(full?.getByText('The files do not fit into the folder.') ?? page.locator('none')).toBeVisible();
  await expect(full?.getByText(/TiB in all · .* free/) ?? page.locator('none')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(tray).toHaveCount(0);
  await expectAccessibleInBoth(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('row', { name: /enormous-F16/ })).toBeFocused();
});
