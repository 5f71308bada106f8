import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ggufBytes } from '../helpers/ggufFile.ts';
import { randomLlama } from '../helpers/ggufModel.ts';
import { expect, test } from './assay.ts';
import { ask, chooseModels, everyAnswer, expectAccessible, unlock } from './steps.ts';

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`axe finds nothing, ${scheme}`, () => {
    test.use({ scheme });

    test('while a store is created', async ({ page }) => {
      await expect(page.getByRole('heading', { name: 'Create your store' })).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Restore from a backup' }).click();
      await expectAccessible(page);
    });

    test.describe('in a store', () => {
      test.use({ store: 'created' });

      test('on every screen', async ({ assay, page }) => {
        const files = ['one.gguf', 'two.gguf'].map((name) => join(assay.dataFolder, '..', name));
        for (const [index, file] of files.entries())
          await writeFile(file, ggufBytes(randomLlama({ seed: index + 1, peak: 6, name: `Random ${index + 1}` })));
        await expect(page.getByRole('heading', { name: 'Unlock your store' })).toBeVisible();
        await expectAccessible(page);
        await unlock(page, assay.passphrase);
        await expectAccessible(page);

        await page.getByRole('link', { name: 'Compare' }).click();
        await expect(page.getByRole('heading', { name: 'No models chosen' })).toBeVisible();
        await expectAccessible(page);
        await chooseModels(page, files);
        await page.getByText('One a line').click();
        await ask(page, 'one\ntwo');
        await everyAnswer(page);
        for (const view of ['Plain', 'Probability', 'Word diff']) {
          await page.getByRole('radiogroup', { name: 'Show answers as' }).getByText(view, { exact: true }).click();
          await expectAccessible(page);
        }
        await page.getByRole('button', { name: /^Sampler:/ }).click();
        await expect(page.getByRole('dialog').locator(':focus')).toHaveCount(1);
        await expectAccessible(page);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toHaveCount(0);
        await page.getByRole('button', { name: 'Add candidate' }).click();
        await expect(page.getByRole('textbox', { name: 'Find a model' })).toBeFocused();
        await expectAccessible(page);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('textbox', { name: 'Find a model' })).toHaveCount(0);

        await page.getByRole('link', { name: 'Home' }).click();
        await expect(page.getByRole('table')).toBeVisible();
        await expectAccessible(page);
        await page.getByRole('link', { name: 'Settings' }).click();
        for (const section of ['Engine', 'Appearance', 'Store']) {
          await page.getByRole('link', { name: section, exact: true }).click();
          await expect(page.getByRole('heading', { name: section, exact: true })).toBeVisible();
          await expectAccessible(page);
        }
        await page.getByRole('button', { name: /job/ }).click();
        await expect(page.getByRole('region', { name: 'Jobs' })).toBeVisible();
        await expectAccessible(page);
        await page.keyboard.press('ControlOrMeta+k');
        await expect(page.getByRole('textbox', { name: 'Command' })).toBeVisible();
        await expectAccessible(page);
      });
    });
  });
}
