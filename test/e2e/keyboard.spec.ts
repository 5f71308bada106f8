import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ggufBytes } from '../helpers/ggufFile.ts';
import { randomLlama } from '../helpers/ggufModel.ts';
import { expect, test } from './assay.ts';
import { decodeOnOneThread, everyAnswer } from './steps.ts';

test.use({ store: 'created' });

test('from the locked store to a token’s probability without a mouse', async ({ assay, page }) => {
  const file = join(assay.dataFolder, '..', 'keys.gguf');
  await writeFile(file, ggufBytes(randomLlama({ seed: 2, peak: 6, name: 'Keys' })));
  await expect(page.getByRole('textbox', { name: 'Passphrase' })).toBeFocused();
  await page.keyboard.type(assay.passphrase);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  await decodeOnOneThread(page);

  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.getByRole('button', { name: 'Add reference' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type(file);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^Remove Keys/ })).toBeVisible();

  await page.getByRole('link', { name: 'Compare' }).focus();
  await page.keyboard.press('p');
  await expect(page.getByRole('textbox', { name: 'Prompt', exact: true })).toBeFocused();
  await page.keyboard.type('Once upon a time');
  await page.keyboard.press('ControlOrMeta+Enter');
  await everyAnswer(page);

  await page.getByRole('article', { name: /^Answer of Keys/ }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const inspector = page.getByRole('table', { name: 'Token 2' });
  await expect(inspector).toContainText('%');
  await page.keyboard.press('Escape');
  await expect(inspector).toHaveCount(0);
});

test('the palette holds every command and ? shows the keys of the screen', async ({ assay, page }) => {
  await expect(page.getByRole('textbox', { name: 'Passphrase' })).toBeFocused();
  await page.keyboard.type(assay.passphrase);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('colours dark');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys of this screen' });
  await expect(keys).toContainText('Go to Compare');
  await page.keyboard.press('Escape');
  await expect(keys).toHaveCount(0);

  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('lock the store');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Unlock your store' })).toBeVisible();
});
