import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './assay.ts';
import { createStore, unlock } from './steps.ts';

test.describe('with a store', () => {
  test.use({ store: 'created' });

  test('a wrong passphrase is told in words and the right one opens', async ({ assay, page }) => {
    await page.getByRole('textbox', { name: 'Passphrase' }).fill('not the passphrase');
    await page.getByRole('button', { name: 'Unlock store' }).click();
    await expect(page.getByRole('alert')).toContainText(/passphrase/i);
    await unlock(page, assay.passphrase);
  });

  test('locking takes everything off the page and unlocking brings it back', async ({ assay, page }) => {
    await unlock(page, assay.passphrase);
    await page.getByRole('link', { name: 'Compare' }).click();
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('a secret draft');
    await page.getByRole('button', { name: 'Lock the store' }).click();
    await expect(page.getByRole('heading', { name: 'Unlock your store' })).toBeVisible();
    expect(await page.content()).not.toContain('a secret draft');
    await expect(page.getByRole('alert')).toHaveCount(0);
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain(
      'a secret draft',
    );
    await page.getByRole('textbox', { name: 'Passphrase' }).fill(assay.passphrase);
    await page.getByRole('button', { name: 'Unlock store' }).click();
    await expect(page.getByRole('textbox', { name: 'Prompt', exact: true })).toHaveValue('');
  });

  test('a damaged key file is told apart from a wrong passphrase', async ({ assay }) => {
    const { readdir } = await import('node:fs/promises');
    const files = await readdir(assay.dataFolder, { recursive: true });
    const keyFile = files.find((file) => /key/i.test(file) && file.endsWith('.json'));
    test.skip(keyFile === undefined, `no key file among ${files.join(', ')}`);
    await assay.kill();
    await writeFile(join(assay.dataFolder, keyFile ?? ''), '{"damaged":');
    const page = await assay.start();
    await page.getByRole('textbox', { name: 'Passphrase' }).fill(assay.passphrase);
    await page.getByRole('button', { name: 'Unlock store' }).click();
    await expect(page.getByRole('alert')).toContainText(/key file/i);
  });
});

test('the recovery code opens the store and sets a new passphrase', async ({ assay, page }) => {
  const code = await createStore(page, 'copper lantern orbit nine');
  await page.getByRole('button', { name: 'Lock the store' }).click();
  await page.getByText('Recovery code', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Recovery code' }).fill(code.toLowerCase().replaceAll('-', ' '));
  await page.getByRole('checkbox', { name: /Set a new passphrase/ }).check();
  await page.getByRole('textbox', { name: 'New passphrase' }).fill('seven quiet herons wade');
  await page.getByRole('textbox', { name: 'The same again' }).fill('seven quiet herons wade');
  await page.getByRole('button', { name: 'Unlock store' }).click();
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  const again = await assay.restart();
  await unlock(again, 'seven quiet herons wade');
});
