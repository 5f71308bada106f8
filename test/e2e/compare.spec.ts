import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ggufBytes } from '../helpers/ggufFile.ts';
import { randomLlama } from '../helpers/ggufModel.ts';
import { expect, test } from './assay.ts';
import { ask, chooseModels, column, everyAnswer, unlock } from './steps.ts';

test.use({ store: 'created' });

test('the same file twice under two names answers identically, in words', async ({ assay, page }) => {
  const files = ['one.gguf', 'two.gguf'].map((name) => join(assay.dataFolder, '..', name));
  for (const [index, file] of files.entries())
    await writeFile(file, ggufBytes(randomLlama({ seed: 1, peak: 6, name: `Random ${index + 1}` })));
  await unlock(page, assay.passphrase);
  await chooseModels(page, files);
  await ask(page, 'Once upon a time');
  await everyAnswer(page);
  await expect(column(page, /Random 2/)).toContainText('Identical to the reference');
  await expect(column(page, /Random 2/).locator('mark')).toHaveCount(0);
});

test('a column that fails says so and the others go on', async ({ assay, page }) => {
  const files = ['good.gguf', 'gone.gguf', 'other.gguf'].map((name) => join(assay.dataFolder, '..', name));
  for (const [index, file] of files.entries()) {
    const name = ['Good', 'Gone', 'Other'][index] ?? '';
    await writeFile(file, ggufBytes(randomLlama({ seed: index + 1, peak: 6, name })));
  }
  await unlock(page, assay.passphrase);
  await chooseModels(page, files);
  await rm(files[1] ?? '');
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('Once upon a time');
  await page.getByRole('button', { name: 'Run comparison' }).click();
  await everyAnswer(page);
  await expect(column(page, /Gone/).getByRole('alert')).toContainText('This answer failed');
  await expect(column(page, /Gone/).getByRole('alert')).toContainText('gone.gguf');
  await expect(column(page, /Gone/).getByRole('alert')).toContainText('The other columns went on.');
  await expect(column(page, /Other/).getByRole('button', { name: /^Differs from token \d+$/ })).toBeVisible();

  // An only column speaks of no others.
  await page.getByRole('button', { name: /^Remove Good/ }).click();
  await page.getByRole('button', { name: /^Remove Other/ }).click();
  const before = page.url();
  await page.getByRole('button', { name: 'Run comparison' }).click();
  await page.waitForURL((address) => address.href !== before);
  await everyAnswer(page);
  await expect(column(page, /Gone/).getByRole('alert')).toContainText('This answer failed');
  await expect(column(page, /Gone/).getByRole('alert')).not.toContainText('other columns');
});

test('a list of prompts is walked through with j and k, and exported', async ({ assay, page, home }) => {
  const file = join(assay.dataFolder, '..', 'list.gguf');
  await writeFile(file, ggufBytes(randomLlama({ seed: 5, peak: 6, name: 'List' })));
  await unlock(page, assay.passphrase);
  await chooseModels(page, [file]);
  await page.getByText('One a line').click();
  await ask(page, 'first prompt\n\nsecond prompt\nthird prompt');
  await expect(page.getByText('3 prompts', { exact: true }).first()).toBeVisible();
  await everyAnswer(page);
  const prompts = page.getByRole('navigation', { name: 'Prompts' });
  await prompts.getByRole('button').first().focus();
  await expect(prompts.getByRole('button').first()).toBeFocused();
  await page.keyboard.press('j');
  await expect(prompts.getByRole('button', { name: /second prompt/ })).toHaveAttribute('aria-current', 'true');
  await page.keyboard.press('k');
  await expect(prompts.getByRole('button', { name: /first prompt/ })).toHaveAttribute('aria-current', 'true');
  if (home === 'desktop') return; // There the file goes through the system's own dialog.
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Save as JSON' }).click();
  const exported: unknown = JSON.parse(await readFile(await (await download).path(), 'utf8'));
  expect(JSON.stringify(exported)).toContain('second prompt');
});

test('a comparison is deleted with a moment to undo it', async ({ assay, page }) => {
  const file = join(assay.dataFolder, '..', 'undo.gguf');
  await writeFile(file, ggufBytes(randomLlama({ seed: 6, peak: 6, name: 'Undo' })));
  await unlock(page, assay.passphrase);
  await chooseModels(page, [file]);
  await ask(page, 'a prompt to delete');
  await everyAnswer(page);
  const history = page.getByRole('complementary', { name: 'History of comparisons' });
  const entry = history.getByRole('button', { name: /^a prompt to delete/ });
  const remove = async () => {
    await history.getByRole('button', { name: /^More for/ }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
  };
  await remove();
  await expect(entry).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(entry).toHaveCount(1);
  await remove();
  await expect(entry).toHaveCount(0);
  // Whatever becomes of the page: the host has been told.
  await page.reload();
  await expect(page.getByRole('complementary', { name: 'History of comparisons' })).toContainText(
    'Comparisons stay here',
  );
});
