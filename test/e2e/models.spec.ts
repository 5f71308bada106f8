import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type GgufValue, ggufBytes } from '../helpers/ggufFile.ts';
import { randomLlama } from '../helpers/ggufModel.ts';
import { expect, test } from './assay.ts';
import { writeLadder } from './ladder.ts';
import { expectAccessibleInBoth, unlock } from './steps.ts';

test.use({ store: 'created' });

const text = (value: string): GgufValue => ({ type: 'string', value });

async function importFolder(page: Page, folder: string): Promise<void> {
  await page.getByRole('button', { name: 'Add models' }).click();
  await page.getByRole('textbox', { name: 'Path of a GGUF file or a folder' }).fill(folder);
  await page.keyboard.press('Enter');
}

const row = (page: Page, name: RegExp) => page.getByRole('row', { name });

test('a folder comes in where it lies: families, hashes, duplicates, what was left out', async ({ assay, page }) => {
  const folder = join(assay.dataFolder, '..', 'models');
  await writeLadder(folder);
  await unlock(page, assay.passphrase);
  // What is dropped on another screen leads here, with a word where a page may not know the path.
  const dropped = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['GGUF'], 'made-by-the-page.gguf'));
    return data;
  });
  await page.getByRole('main').dispatchEvent('drop', { dataTransfer: dropped });
  await expect(page.getByRole('heading', { name: 'Models', exact: true })).toBeVisible();
  await expect(page.getByText(/does not tell where a dropped file lies/)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Your own models' })).toBeVisible();
  await expect(row(page, /assay-sample-Q4_K_M/)).toBeVisible();
  await expectAccessibleInBoth(page);

  await importFolder(page, folder);
  await expect(page.getByText('5 models added, 2 left out. Nothing was copied or moved.')).toBeVisible();
  await page.getByRole('button', { name: 'Show why' }).click();
  await expect(page.getByText('empty.gguf is empty.')).toBeVisible();
  await expect(page.getByText(/text\.gguf is not a GGUF file/)).toBeVisible();
  await page.getByRole('button', { name: 'Dismiss the report' }).click();
  await expect(row(page, /^Alder 1M/)).toBeVisible();
  await expect(row(page, /Birch 1M.*chat template differs/)).toBeVisible();
  // The hashes follow by themselves.
  await expect(row(page, /copy\.gguf.*same content lies under 1 other path/)).toBeVisible();
  await expect(page.getByText('not read yet')).toHaveCount(0);
  await expectAccessibleInBoth(page);

  await page.getByRole('button', { name: 'Other programs' }).click();
  await expect(page.getByRole('region', { name: 'Models of other programs' })).toBeVisible();
  await expectAccessibleInBoth(page);

  // A moved file is missed, and found again in its folder.
  await page.getByRole('button', { name: 'Close the models of other programs' }).click();
  await rename(join(folder, 'deep/Birch-1M-F32.gguf'), join(folder, 'Birch-1M-F32.gguf'));
  await page.getByRole('button', { name: 'Look through the folders again' }).click();
  await expect(page.getByText(/1 found again at another place/)).toBeVisible();
});

test('the keyboard reaches everything: filter, move, open, differences, compare', async ({ assay, page }) => {
  const folder = join(assay.dataFolder, '..', 'models');
  await writeLadder(folder);
  await unlock(page, assay.passphrase);
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await expect(page.getByRole('heading', { name: 'Models', exact: true })).toBeVisible();
  await importFolder(page, folder);
  await expect(row(page, /Birch-1M-F16/)).toBeVisible();
  await expect(page.getByText('not read yet')).toHaveCount(0);

  await page.keyboard.press('/');
  await expect(page.getByRole('textbox', { name: 'Filter the models' })).toBeFocused();
  await page.keyboard.type('birch');
  await expect(row(page, /Alder-1M-F32/)).toHaveCount(0);
  await page.keyboard.press('ArrowDown');
  await expect(row(page, /Birch-1M-F32/)).toBeFocused();
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await expect(row(page, /Birch-1M-F16/)).toBeFocused();
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('complementary', { name: /^Details of Birch-1M-F16/ });
  await expect(sheet.getByRole('region', { name: 'Chat template on an example' })).toContainText(
    'Does it cost quality?',
  );
  await expect(sheet.getByText('In no comparison, conversation, divergence run or blind test yet.')).toBeVisible();
  await expectAccessibleInBoth(page);
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await expect(row(page, /Birch-1M-F16/)).toBeFocused();
  await page.keyboard.press('x');
  await page.keyboard.press('d');
  await expect(page.getByText(/The chat templates differ\./)).toBeVisible();
  await expect(page.getByRole('region', { name: 'Differences of the chat templates' })).toContainText('another');
  await expectAccessibleInBoth(page);
  await page.keyboard.press('Escape');
  await expect(row(page, /Birch-1M-F16/)).toBeVisible();
  await page.keyboard.press('c');
  await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(2);
});

test('taking off the list deletes nothing and can be undone; a file is deleted only by its name', async ({
  assay,
  page,
}) => {
  const folder = join(assay.dataFolder, '..', 'models');
  await writeLadder(folder);
  await unlock(page, assay.passphrase);
  await page.getByRole('link', { name: 'Models' }).click();
  await importFolder(page, join(folder, 'deep/deeper/copy.gguf'));
  await row(page, /copy\.gguf/).click();
  const more = page.getByRole('button', { name: 'More for copy.gguf' });
  await more.click();
  await page.getByRole('menuitem', { name: 'Take off the list (the file stays)' }).click();
  await expect(row(page, /copy\.gguf/)).toHaveCount(0);
  await expect(page.getByText('copy.gguf is off the list. No file was deleted.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await row(page, /copy\.gguf/).click();
  await more.click();
  await page.getByRole('menuitem', { name: 'Delete the file…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete copy.gguf' });
  const remove = dialog.getByRole('button', { name: 'Delete the file' });
  await dialog.getByRole('textbox').fill('copy');
  await expect(remove).toBeDisabled();
  await expectAccessibleInBoth(page);
  await dialog.getByRole('textbox').fill('copy.gguf');
  await remove.click();
  await expect(page.getByText(/1 file deleted/)).toBeVisible();
  await expect(row(page, /copy\.gguf/)).toHaveCount(0);
  await expect(stat(join(folder, 'deep/deeper/copy.gguf'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(stat(join(folder, 'deep/Alder-1M-F16.gguf'))).resolves.toBeTruthy();
});

test('tags, sorting and filters are for hundreds of models, and are remembered', async ({ assay, page }) => {
  const folder = join(assay.dataFolder, '..', 'models');
  await mkdir(folder);
  const parts = randomLlama({ dim: 32, layers: 1, feedForward: 32 });
  for (let index = 0; index < 200; index++) {
    parts.metadata.set('general.name', text(`Model ${String(index).padStart(3, '0')}`));
    await writeFile(join(folder, `model-${index}.gguf`), ggufBytes(parts));
  }
  await unlock(page, assay.passphrase);
  await page.getByRole('link', { name: 'Models' }).click();
  await importFolder(page, folder);
  await expect(page.getByText('200 models added. Nothing was copied or moved.')).toBeVisible();
  // 200 families of one, and the sample's with three variants; only what is in sight is on the page.
  await expect(page.getByRole('treegrid', { name: 'Models' })).toHaveAttribute('aria-rowcount', '405');
  expect(await page.getByRole('row').count()).toBeLessThan(100);

  await page.getByRole('textbox', { name: 'Filter the models' }).fill('model-77');
  await page.getByRole('checkbox', { name: 'Select model-77.gguf' }).check();
  await page.getByRole('button', { name: 'Tags', exact: true }).click();
  await page.getByRole('textbox', { name: 'New tag' }).fill('keep');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('checkbox', { name: 'keep' })).toBeChecked();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await page.getByRole('columnheader', { name: /Size/ }).getByRole('button').click();
  await expect(page.getByRole('columnheader', { name: /Size/ })).toHaveAttribute('aria-sort', 'descending');
  await page.getByRole('button', { name: 'Filters' }).click();
  await page.getByRole('checkbox', { name: 'keep' }).check();
  await page.keyboard.press('Escape');
  await expect(row(page, /model-77\.gguf.*keep/)).toBeVisible();
  await expect(page.getByRole('treegrid', { name: 'Models' })).toHaveAttribute('aria-rowcount', '3');

  await page.getByRole('link', { name: 'Home' }).click();
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  await page.getByRole('link', { name: 'Models' }).click();
  await expect(page.getByRole('columnheader', { name: /Size/ })).toHaveAttribute('aria-sort', 'descending');
  await expect(page.getByRole('treegrid', { name: 'Models' })).toHaveAttribute('aria-rowcount', '3');
});
