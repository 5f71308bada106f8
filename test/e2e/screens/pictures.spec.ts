import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { ggufBytes } from '../../helpers/ggufFile.ts';
import { randomLlama } from '../../helpers/ggufModel.ts';
import { expect, test } from '../assay.ts';
import { writeLadder } from '../ladder.ts';
import { chooseModels, column, confirmRecoveryCode, decodeOnOneThread, everyAnswer } from '../steps.ts';
import { takePictures } from './picture.ts';

const passphrase = 'copper lantern orbit nine harbour';

test('every screen in each of its states', async ({ assay, page }, testInfo) => {
  const picture = takePictures(page, testInfo);

  await expect(page.getByRole('heading', { name: 'Create your store' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(passphrase);
  await picture('create');
  await page.getByRole('textbox', { name: 'The same again' }).fill(passphrase);
  await page.getByRole('button', { name: 'Create encrypted store' }).click();
  await expect(page.getByRole('list', { name: 'Recovery code' })).toBeVisible();
  await picture('recovery-code');
  await confirmRecoveryCode(page, () => picture('recovery-code-confirm'));
  await decodeOnOneThread(page);
  await picture('home-empty');

  await page.getByRole('link', { name: 'Compare' }).click();
  await expect(page.getByRole('button', { name: /sample model’s quantizations/ })).toBeVisible();
  await picture('compare-empty');
  await page.getByRole('link', { name: 'Home' }).click();
  await page.getByRole('button', { name: 'Compare sample quantizations' }).click();
  await expect(page.getByRole('progressbar').first()).toBeVisible();
  await picture('compare-loading');
  await expect(page.getByRole('article').first()).toBeVisible();
  await picture('compare-partial');
  await everyAnswer(page);
  await picture('compare-full');
  await page.keyboard.press('v');
  await column(page, /Q4_K_M/)
    .locator('[data-token="4"]')
    .hover({ force: true });
  await expect(page.getByRole('table', { name: 'Token 5' })).toBeVisible();
  await picture('compare-probability', 'where it is');
  await page.keyboard.press('v');
  await page.mouse.move(2, 2);
  await expect(page.getByRole('table', { name: 'Token 5' })).toHaveCount(0);
  await picture('compare-word-diff');
  await page.keyboard.press('v');
  await page.getByRole('button', { name: /^Sampler:/ }).click();
  await expect(page.getByLabel('Temperature')).toBeVisible();
  await picture('compare-sampler');
  await page.keyboard.press('Escape');
  await pictureLab(page, picture);
  await expect(page.getByRole('dialog')).toHaveCount(0);

  const files = ['good.gguf', 'gone.gguf'].map((name) => join(assay.dataFolder, '..', name));
  for (const [index, file] of files.entries())
    await writeFile(file, ggufBytes(randomLlama({ seed: index + 1, peak: 6, name: ['Good', 'Gone'][index] })));
  while ((await page.getByRole('button', { name: /^Remove / }).count()) > 1)
    await page
      .getByRole('button', { name: /^Remove / })
      .last()
      .click();
  await chooseModels(page, files, 1);
  await rm(files[1] ?? '');
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('Tell me the sum of 90 and 37.');
  const before = page.url();
  await page.getByRole('button', { name: 'Run comparison' }).click();
  await page.waitForURL((address) => address.href !== before);
  await everyAnswer(page);
  await expect(column(page, /Gone/).getByRole('heading', { name: 'This answer failed' })).toBeVisible();
  await picture('compare-failed-column');
  await page.getByRole('button', { name: 'Add candidate' }).click();
  await expect(page.getByRole('textbox', { name: 'Find a model' })).toBeVisible();
  await picture('compare-model-picker');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('textbox', { name: 'Command' })).toBeVisible();
  await picture('palette');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('button', { name: 'Show keys of this screen', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Keys of this screen' })).toBeVisible();
  await picture('keys');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  const library = await writeLadder(join(assay.dataFolder, '..', 'ladder'));
  await page.getByRole('link', { name: 'Models' }).click();
  await expect(page.getByRole('treegrid', { name: 'Models' })).toBeVisible();
  await picture('models');
  await page.getByRole('button', { name: 'Add models' }).click();
  await page.getByRole('textbox', { name: 'Path of a GGUF file or a folder' }).fill(library);
  await picture('models-add');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/models added/)).toBeVisible();
  await expect(page.getByText('not read yet')).toHaveCount(0);
  await picture('models-full');
  await page.getByRole('button', { name: 'Dismiss the report' }).click();
  await page.getByRole('row', { name: /Birch-1M-F16/ }).click();
  await expect(page.getByText('Context that fits')).toBeVisible();
  await picture('models-details');
  await page.keyboard.press('Escape');
  for (const name of ['Birch-1M-F32.gguf', 'Birch-1M-F16.gguf'])
    await page.getByRole('checkbox', { name: `Select ${name}` }).check();
  await picture('models-selected');
  await page.keyboard.press('d');
  await expect(page.getByText(/The chat templates differ/)).toBeVisible();
  await picture('models-differences');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Other programs' }).click();
  await expect(page.getByRole('region', { name: 'Models of other programs' })).toBeVisible();
  await picture('models-found');

  await page.getByRole('link', { name: 'Home' }).click();
  await expect(page.getByRole('table').first()).toBeVisible();
  await picture('home-full');
  await page.getByRole('link', { name: 'Settings' }).click();
  for (const section of ['Engine', 'Appearance', 'Store', 'About']) {
    await page.getByRole('link', { name: section, exact: true }).click();
    await expect(page.getByRole('heading', { name: section, exact: true })).toBeVisible();
    await expect(page.getByRole('status', { name: /^Reading/ })).toHaveCount(0);
    await picture(`settings-${section.toLowerCase()}`);
  }
  await page.getByRole('button', { name: 'Show notices' }).click();
  await expect(page.getByRole('region', { name: 'Notices' })).toBeVisible();
  await picture('settings-notices');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('button', { name: /^\d+ jobs?/ }).click();
  await expect(page.getByRole('region', { name: 'Jobs' })).toBeVisible();
  await picture('job-tray');
  await page.getByRole('button', { name: 'Lock the store' }).click();
  await expect(page.getByRole('heading', { name: 'Unlock your store' })).toBeVisible();
  await picture('unlock');
  await page.getByRole('textbox', { name: 'Passphrase' }).fill('not the passphrase');
  await page.getByRole('button', { name: 'Unlock store' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await picture('unlock-wrong-passphrase');
  await page.getByRole('button', { name: 'Restore from a backup' }).click();
  await picture('restore');
});

/** Divergence, trade-off and blind on the sample's quantizations, then back to the answers. Without the native addon: that it is missing. */
async function pictureLab(page: Page, picture: (name: string) => Promise<void>): Promise<void> {
  await page.getByRole('link', { name: 'Divergence' }).click();
  const missing = page.getByText('Measuring divergence needs Assay’s native addon.');
  await expect(missing.or(page.locator('button:has-text("Measure divergence")[aria-disabled="false"]'))).toBeVisible();
  if (await missing.isVisible()) {
    await picture('divergence-unavailable');
    return page.getByRole('link', { name: 'Answers' }).click();
  }
  await picture('divergence-empty');
  await page.getByRole('button', { name: /^Measuring:/ }).click();
  await page.getByLabel('Context').fill('128');
  await page.getByLabel('Chunks at most').fill('200');
  await picture('divergence-settings');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Measure divergence' }).click();
  await expect(page.getByText(/smallest variant|^Every variant|^No variant/).first()).toBeVisible({ timeout: 120_000 });
  await page.mouse.move(2, 2);
  await picture('divergence-full');
  await page.keyboard.press('n');
  await expect(page.locator('[data-token][data-current]')).toBeVisible();
  await page.keyboard.press('c');
  await expect(page.getByText(/goes on$/).first()).toBeVisible();
  await picture('divergence-token');
  await page.getByRole('link', { name: 'Trade-off' }).click();
  await page.getByRole('button', { name: /^Q4_K_M: Size/ }).focus();
  await picture('trade-off');
  await page.getByRole('link', { name: 'Blind' }).click();
  await expect(page.getByRole('checkbox').first()).toBeVisible();
  await picture('blind-new');
  await page.getByRole('checkbox').first().click();
  await page.getByRole('button', { name: 'Start blind test' }).click();
  await expect(page.getByRole('button', { name: 'Show the names' }).first()).toBeVisible();
  await picture('blind-judging');
  await page.keyboard.press('1');
  await expect(page.getByText(/^1 of/)).toBeVisible();
  await page.getByRole('button', { name: 'Show the names' }).first().click();
  const dialog = page.getByRole('dialog', { name: /^Show the names/ });
  const scores = page.getByRole('table', { name: 'Scores' });
  await expect(dialog.or(scores)).toBeVisible();
  if (await dialog.isVisible()) {
    await picture('blind-end');
    await dialog.getByRole('button', { name: 'Show the names' }).click();
  }
  await expect(scores).toBeVisible();
  await picture('blind-result');
  await page.getByRole('link', { name: 'Answers' }).click();
}
