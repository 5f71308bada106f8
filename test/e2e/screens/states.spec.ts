import { expect, test } from '../assay.ts';
import { standBetween } from '../heldAnswers.ts';
import { ask, chooseModels, decodeOnOneThread, writeModels } from '../steps.ts';
import { failure } from './parts.ts';
import { takePictures } from './picture.ts';

test.use({ store: 'created' });

test('what a screen shows while it waits, after a failure, and when the app ended in the middle', async ({
  assay,
  page,
}, testInfo) => {
  const picture = takePictures(page, testInfo);
  const answers = await standBetween(page);
  const tryAgain = page.getByRole('button', { name: 'Try again' });

  answers.hold('vault.status');
  await page.reload();
  await expect(page.getByRole('status')).toBeVisible();
  await picture('unlock-connecting');
  answers.release();
  answers.fail(failure, 'vault.status');
  await expect(page.getByRole('heading', { name: 'Unlock your store' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'The store’s state could not be read' })).toBeVisible();
  await picture('unlock-failed');
  answers.release();
  await tryAgain.click();
  answers.hold('vault.unlock', 'compare.list');
  await page.getByRole('textbox', { name: 'Passphrase' }).fill(assay.passphrase);
  await page.getByRole('button', { name: 'Unlock store' }).click();
  await expect(page.getByRole('status', { name: 'Reading the last comparisons' })).toBeVisible();
  await picture('home-loading');
  answers.release();
  await expect(page.getByRole('button', { name: 'Compare sample quantizations' })).toBeVisible();
  answers.fail(failure, 'compare.list', 'jobs.list');
  await page.reload();
  for (const name of ['The jobs could not be listed', 'The last comparisons could not be listed'])
    await expect(page.getByRole('heading', { name })).toBeVisible();
  await picture('home-failed');

  answers.release();
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('link', { name: 'Store', exact: true }).click();
  await page.getByRole('button', { name: 'Back up store' }).click();
  await expect(page.getByRole('dialog').locator(':focus')).toHaveCount(1);
  await picture('settings-back-up');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  answers.fail(failure, 'models.list', 'compare.list');
  await page.getByRole('link', { name: 'Compare' }).click();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'The models could not be listed' })).toBeVisible();
  await picture('compare-lists-failed');
  answers.release();
  await page.evaluate(() => location.assign('#/compare/no-such-comparison'));
  await page.reload();
  await expect(page.getByRole('heading', { name: 'The comparison could not be opened' })).toBeVisible();
  await picture('compare-not-found');
  await page.getByRole('button', { name: 'Start a new one' }).click();

  await decodeOnOneThread(page);
  const slow = { endless: true, dim: 256, layers: 4, feedForward: 1024 };
  await chooseModels(page, await writeModels(assay, ['Slow'], slow));
  await page.getByText('One a line').click();
  await ask(page, Array.from({ length: 1000 }, (_, index) => `question ${index + 1}`).join('\n'));
  await expect(page.getByText(/^[1-9]\d* of 1.?000 answers$/)).toBeVisible();
  await picture('compare-thousand-prompts');
  answers.hold('compare.watch');
  await page.reload();
  await expect(page.getByRole('status', { name: 'Opening the comparison' })).toBeVisible();
  await picture('compare-opening');
  answers.release();
  await page.getByRole('link', { name: 'Home' }).click();
  await expect(page.getByRole('table')).toBeVisible();
  await picture('home-partial');

  await assay.kill();
  const again = await assay.start();
  const later = takePictures(again, testInfo);
  await again.getByRole('textbox', { name: 'Passphrase' }).fill(assay.passphrase);
  await again.getByRole('button', { name: 'Unlock store' }).click();
  await expect(again.getByRole('region', { name: 'Needs you' })).toBeVisible();
  await expect(again.getByRole('table')).toBeVisible();
  await later('home-needs-you');
  await again.getByRole('table').getByRole('link', { name: 'question 1' }).click();
  await expect(again.getByRole('region', { name: 'Answers' })).toBeVisible();
  await later('compare-interrupted');
  process.kill(assay.pid, 'SIGKILL');
  await expect(again.getByTestId('connection-banner')).toBeVisible();
  await later('connection-lost');
});
