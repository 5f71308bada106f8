import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { ggufBytes } from '../helpers/ggufFile.ts';
import { randomLlama } from '../helpers/ggufModel.ts';
import { type Assay, expect, test } from './assay.ts';
import { decodeOnOneThread, everyAnswer, runCommandByWords } from './steps.ts';

test.use({ store: 'created' });

async function unlockByKeys({ page, passphrase }: Assay): Promise<void> {
  await expect(page.getByRole('textbox', { name: 'Passphrase' })).toBeFocused();
  await page.keyboard.type(passphrase);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
}

/** Two presses that belong together. Tried again where the machine takes longer between them than the app waits for the second. */
async function pressBoth(page: Page, keys: string, shown: Locator): Promise<void> {
  await expect(async () => {
    for (const key of keys.split(' ')) await page.keyboard.press(key);
    await expect(shown).toBeAttached({ timeout: 5_000 });
  }).toPass();
}

const goByKeys = (page: Page, second: string, heading: string) =>
  pressBoth(page, `g ${second}`, page.getByRole('heading', { name: heading, exact: true }));

test('from the locked store to a token’s probability without a mouse', async ({ assay, page }) => {
  const file = join(assay.dataFolder, '..', 'keys.gguf');
  await writeFile(file, ggufBytes(randomLlama({ seed: 2, peak: 6, name: 'Keys' })));
  await unlockByKeys(assay);
  await decodeOnOneThread(page);

  await goByKeys(page, 'c', 'Compare');
  const add = page.getByRole('button', { name: 'Add reference' });
  await add.focus();
  await expect(add).toBeFocused();
  await page.keyboard.press('Enter');
  const search = page.getByRole('textbox', { name: 'Find a model' });
  await expect(search).toBeFocused();
  await page.keyboard.type(file);
  await expect(search).toHaveValue(file);
  await expect(page.locator('[role="option"][data-combobox-selected]')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^Remove Keys/ })).toBeVisible();
  await expect(search).toHaveCount(0);

  await page.getByRole('link', { name: 'Compare' }).focus();
  await expect(page.getByRole('link', { name: 'Compare' })).toBeFocused();
  await page.keyboard.press('p');
  const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true });
  await expect(prompt).toBeFocused();
  await page.keyboard.type('Once upon a time');
  await expect(prompt).toHaveValue('Once upon a time');
  await page.keyboard.press('ControlOrMeta+Enter');
  await everyAnswer(page);

  const answer = page.getByRole('article', { name: /^Answer of Keys/ });
  await answer.focus();
  await expect(answer).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('table', { name: 'Token 1' })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  const inspector = page.getByRole('table', { name: 'Token 2' });
  await expect(inspector).toContainText('%');
  await page.keyboard.press('Escape');
  await expect(inspector).toHaveCount(0);
});

test('who types without waiting loses no key, and no letter acts as a shortcut meanwhile', async ({ assay, page }) => {
  await unlockByKeys(assay);
  await goByKeys(page, 'c', 'Compare');
  const address = page.url();
  const history = page.getByRole('complementary', { name: 'History of comparisons' });
  await expect(history).toBeVisible();

  await page.getByRole('button', { name: 'Add reference' }).focus();
  await expect(page.getByRole('button', { name: 'Add reference' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.type('ghgsbtp?');
  await expect(page.getByRole('textbox', { name: 'Find a model' })).toHaveValue('ghgsbtp?');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('textbox', { name: 'Find a model' })).toHaveCount(0);

  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('ghsbt');
  await expect(page.getByRole('textbox', { name: 'Command' })).toHaveValue('ghsbt');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  // Letters over an open menu of settings are meant for it, wherever the focus is.
  await page.getByRole('button', { name: /^Sampler:/ }).click();
  await expect(page.getByRole('dialog').locator(':focus')).toHaveCount(1);
  await page.getByRole('dialog').evaluate((dialog) => dialog.focus());
  await page.keyboard.type('ghbt?');
  await expect(page.getByRole('dialog')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await expect(history).toBeVisible();
  await expect(page.getByRole('region', { name: 'Jobs' })).toHaveCount(0);
  expect(page.url()).toBe(address);
});

test('the tabs of Compare open by the two keys that are told, and the job tray by one', async ({ assay, page }) => {
  await unlockByKeys(assay);
  await goByKeys(page, 'c', 'Compare');
  const tabs = page.getByRole('navigation', { name: 'Compare' });
  const tray = page.getByRole('region', { name: 'Jobs' });
  const names = await tabs.getByRole('link').allInnerTexts();
  for (const [index, name] of [...names.entries()].reverse())
    await pressBoth(page, `t ${index + 1}`, tabs.locator('[aria-current="page"]', { hasText: name }));
  await expect(tray).toHaveCount(0);
  await page.keyboard.press('b');
  await expect(tray).toBeVisible();
});

test('the palette holds every command and ? shows the keys of the screen', async ({ assay, page }) => {
  await unlockByKeys(assay);
  await runCommandByWords(page, 'colours dark');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');

  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys of this screen' });
  await expect(keys).toContainText('Go to Compare');
  // What acts on this screen, and nothing of another.
  await expect(keys).not.toContainText('token');
  await page.keyboard.press('Escape');
  await expect(keys).toHaveCount(0);

  await runCommandByWords(page, 'lock the store');
  await expect(page.getByRole('heading', { name: 'Unlock your store' })).toBeVisible();
});
