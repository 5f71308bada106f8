import { expect, test } from '../assay.ts';
import { standBetween } from '../heldAnswers.ts';
import { openDivergence, unlock } from '../steps.ts';
import { failure, pictureParts } from './parts.ts';
import { takePictures } from './picture.ts';

test.use({ store: 'created' });

test('the lab: a run under way and its parts, and what quantizing comes to', async ({ assay, page }, testInfo) => {
  const picture = takePictures(page, testInfo);
  const answers = await standBetween(page);
  await page.reload();
  await unlock(page, assay.passphrase);
  await page.getByRole('link', { name: 'Models' }).click();
  await page.getByRole('row', { name: /F16/ }).first().click();
  await page.waitForURL(/#\/models\/./);
  const original = new URL(page.url()).hash;
  const dialog = page.getByRole('dialog', { name: /^Quantize / });
  const quantize = () => page.getByRole('button', { name: 'Quantize to…' }).first().click();
  await quantize();
  const missing = dialog.getByText('Quantizing needs Assay’s native addon.');
  await expect(missing.or(dialog.getByRole('table', { name: 'Estimates' }))).toBeVisible();
  if (await missing.isVisible()) return picture('quantize-unavailable');
  await picture('quantize');
  await dialog.getByRole('checkbox', { name: 'IQ2_XXS' }).check();
  const text = { name: 'own.txt', mimeType: 'text/plain', buffer: Buffer.from('A text of one’s own. '.repeat(400)) };
  await dialog.getByLabel('Text for the importance matrix').setInputFiles(text);
  await expect(dialog.getByRole('row', { name: /^Importance matrix/ })).toBeVisible();
  await picture('quantize-importance');
  await dialog.getByRole('checkbox', { name: 'IQ2_XXS' }).uncheck();
  await dialog.getByRole('checkbox', { name: 'Q4_K_M', exact: true }).uncheck();
  await expect(dialog.getByText('Choose at least one type.')).toBeVisible();
  await picture('quantize-empty');
  await pictureParts(page, picture, answers, [
    { picture: 'quantize', at: original, asks: 'quantize.estimate', open: quantize, waiting: 'Asking by a dry run' },
  ]);
  answers.fail(failure, 'quantize.estimate');
  await page.reload();
  await quantize();
  await expect(dialog.getByText(failure)).toBeVisible();
  await picture('quantize-failed');
  answers.release();

  await page.evaluate(() => location.assign('#/compare'));
  await page.reload();
  await openDivergence(page);
  await page.getByRole('button', { name: 'Measure divergence' }).click();
  await expect(page.getByRole('progressbar', { name: 'Measuring' })).toBeVisible();
  await picture('divergence-running');
  await expect(page.getByText(/smallest variant|^Every variant|^No variant/).first()).toBeVisible({
    timeout: 120_000,
  });
  const settings = page.getByRole('button', { name: /^Measuring:/ });
  await settings.click();
  const context = page.getByRole('textbox', { name: 'Context' });
  await context.fill('4');
  await picture('divergence-context-out-of-range');
  await context.fill('512');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Trade-off' }).click();
  for (const axis of ['Size', 'Speed'])
    for (const loss of ['KLD', 'PPL ratio']) {
      await page.getByRole('radiogroup', { name: 'Along the chart' }).getByText(axis, { exact: true }).click();
      await page.getByRole('radiogroup', { name: 'Up the chart' }).getByText(loss, { exact: true }).click();
      await page.getByRole('button', { name: /^Q4_K_M: / }).focus();
      await picture(`trade-off-${axis.toLowerCase()}-${loss === 'KLD' ? 'kld' : 'ppl'}`);
    }
  await page.getByRole('link', { name: 'Divergence' }).click();
  const at = '#/compare/divergence';
  await pictureParts(page, picture, answers, [
    {
      picture: 'divergence-distribution',
      at,
      asks: 'divergence.histogram',
      waiting: 'Reading the distribution',
      failed: 'The distribution could not be read',
    },
    {
      picture: 'divergence-depth',
      at,
      asks: 'divergence.depth',
      waiting: 'Reading the depths',
      failed: 'The depths could not be read',
    },
    { picture: 'divergence-tokens', at, asks: 'divergence.tokens', failed: 'Tokens 0 to 482 could not be read' },
    {
      picture: 'divergence-position',
      at,
      asks: 'divergence.inspect',
      async open() {
        await expect(page.getByRole('img', { name: /^KLD of single tokens/ })).toBeVisible();
        await page.keyboard.press('n');
        await expect(page.locator('[data-token][data-current]')).toBeVisible();
        await page.keyboard.press('l');
      },
      failed: 'The position could not be looked at',
    },
  ]);
});
