import { rm } from 'node:fs/promises';
import { expect, test } from './assay.ts';
import {
  ask,
  chooseModels,
  column,
  confirmRecoveryCode,
  everyAnswer,
  expectAccessibleInBoth,
  unlock,
  writeModels,
} from './steps.ts';

test('axe finds nothing while a store is created', async ({ page }) => {
  await expect(page.getByRole('heading', { name: 'Create your store' })).toBeVisible();
  await expectAccessibleInBoth(page);
  await page.getByRole('button', { name: 'Restore from a backup' }).click();
  await expect(page.getByRole('heading', { name: 'Restore from a backup' })).toBeVisible();
  await expectAccessibleInBoth(page);
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill('copper lantern orbit nine');
  await page.getByRole('textbox', { name: 'The same again' }).fill('copper lantern orbit nine');
  await page.getByRole('button', { name: 'Create encrypted store' }).click();
  await expect(page.getByRole('heading', { name: 'Keep the recovery code' })).toBeVisible();
  await expectAccessibleInBoth(page);
  await confirmRecoveryCode(page, () => expectAccessibleInBoth(page));
  await expect(page.getByRole('button', { name: 'Compare sample quantizations' })).toBeVisible();
  await expectAccessibleInBoth(page);
});

test.describe('in a store', () => {
  // The smallest window that is promised: here text that sticks out of what scrolls would show first.
  test.use({ store: 'created', viewportSize: { width: 1024, height: 700 } });

  test('axe finds nothing on every screen', async ({ assay, page }) => {
    // Axe looks some thirty times at a whole page: on a machine under load that takes longer than other specs may.
    test.slow();
    const files = await writeModels(assay, ['Random 1', 'Random 2', 'Gone']);
    await expect(page.getByRole('heading', { name: 'Unlock your store' })).toBeVisible();
    await expectAccessibleInBoth(page);
    await unlock(page, assay.passphrase);

    await page.getByRole('link', { name: 'Compare' }).click();
    await expect(page.getByRole('heading', { name: 'No models chosen' })).toBeVisible();
    await expectAccessibleInBoth(page);
    await chooseModels(page, files);
    await rm(files[2] ?? '');
    await page.getByText('One a line').click();
    await ask(page, 'one\ntwo');
    await everyAnswer(page);
    await expect(column(page, /Gone/).getByRole('alert')).toBeVisible();
    for (const view of ['Plain', 'Probability', 'Word diff']) {
      await page.getByRole('radiogroup', { name: 'Show answers as' }).getByText(view, { exact: true }).click();
      await expectAccessibleInBoth(page);
    }
    await page.getByRole('button', { name: /^Sampler:/ }).click();
    await expect(page.getByRole('dialog').locator(':focus')).toHaveCount(1);
    await expectAccessibleInBoth(page);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.getByRole('button', { name: 'Add candidate' }).click();
    await expect(page.getByRole('textbox', { name: 'Find a model' })).toBeFocused();
    await expectAccessibleInBoth(page);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('textbox', { name: 'Find a model' })).toHaveCount(0);
    await page.getByRole('button', { name: 'Show keys of this screen', exact: true }).click();
    await expect(page.getByRole('dialog', { name: 'Keys of this screen' })).toBeVisible();
    await expectAccessibleInBoth(page);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);

    await page.getByRole('link', { name: 'Home' }).click();
    await expect(page.getByRole('region', { name: 'Needs you' })).toBeVisible();
    await expect(page.getByRole('table')).toBeVisible();
    await expectAccessibleInBoth(page);
    await page.getByRole('link', { name: 'Settings' }).click();
    for (const section of ['Engine', 'Appearance', 'Store']) {
      await page.getByRole('link', { name: section, exact: true }).click();
      await expect(page.getByRole('heading', { name: section, exact: true })).toBeVisible();
      await expectAccessibleInBoth(page);
    }
    await page.getByRole('button', { name: 'Back up store' }).click();
    await expect(page.getByRole('dialog').locator(':focus')).toHaveCount(1);
    await expectAccessibleInBoth(page);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.getByRole('button', { name: /job/ }).click();
    await expect(page.getByRole('region', { name: 'Jobs' })).toBeVisible();
    await expectAccessibleInBoth(page);
    await page.keyboard.press('ControlOrMeta+k');
    await expect(page.getByRole('textbox', { name: 'Command' })).toBeFocused();
    await expectAccessibleInBoth(page);
  });
});
