import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './assay.ts';
import { expectAccessibleInBoth, unlock } from './steps.ts';

test.use({ store: 'created' });

test('an older key file that opened the store is told at Home until the passphrase is changed', async ({ assay }) => {
  const file = join(assay.dataFolder, 'assay.keys.json');
  const old = await readFile(file);
  const changePassphrase = async (now: string, next: string) => {
    await assay.page.getByRole('button', { name: 'Change passphrase' }).click();
    const dialog = assay.page.getByRole('dialog');
    await dialog.getByLabel('Passphrase of now').fill(now);
    await dialog.getByLabel('New passphrase', { exact: true }).fill(next);
    await dialog.getByLabel('The same again').fill(next);
    await dialog.getByRole('button', { name: 'Change passphrase' }).click();
    await expect(assay.page.getByText(/^The passphrase is changed\. An older key file/)).toBeVisible();
  };
  await unlock(assay.page, assay.passphrase);
  await assay.page.getByRole('link', { name: 'Settings' }).click();
  await assay.page.getByRole('link', { name: 'Store' }).click();
  await changePassphrase(assay.passphrase, 'another passphrase altogether');

  await assay.restart();
  await writeFile(file, old);
  await unlock(assay.page, assay.passphrase);
  const needs = assay.page.getByRole('region', { name: 'Needs you' });
  await expect(needs).toContainText('The key file was exchanged');
  await expectAccessibleInBoth(assay.page);
  await needs.getByRole('button', { name: 'Open keys' }).click();
  await changePassphrase(assay.passphrase, 'another passphrase altogether');
  await assay.page.getByRole('link', { name: 'Home' }).click();
  await expect(assay.page.getByRole('heading', { name: 'Home' })).toBeVisible();
  await expect(needs).toHaveCount(0);
});
