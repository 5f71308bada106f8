import { expect, test } from '../assay.ts';
import { standBetween } from '../heldAnswers.ts';
import { decodeOnOneThread, unlock } from '../steps.ts';
import { failure } from './parts.ts';
import { takePictures } from './picture.ts';

test.use({ store: 'created' });

test('the playground: empty, full, in branches, failed and loading', async ({ assay, page }, testInfo) => {
  const picture = takePictures(page, testInfo);
  const answers = await standBetween(page);
  const narrow = (page.viewportSize()?.width ?? 0) < 1200;
  await page.reload();
  await unlock(page, assay.passphrase);
  await decodeOnOneThread(page);
  await page.getByRole('link', { name: 'Compare' }).click();
  await page.getByRole('link', { name: 'Playground' }).click();
  await expect(page.getByRole('heading', { name: 'No model chosen' })).toBeVisible();
  await picture('playground-no-model');
  await page.getByRole('button', { name: 'Take the sample model' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing said yet' })).toBeVisible();
  await picture('playground-empty');

  const field = page.getByRole('textbox', { name: 'Message' });
  const messages = page.getByRole('list', { name: 'Messages' });
  const ended = () => expect(page.locator('[aria-label="Messages"][aria-busy="false"]')).toBeVisible();
  const settings = page.getByRole('complementary', { name: 'Settings of the playground' });
  if (narrow) await page.getByRole('button', { name: 'Show settings' }).click();
  await settings.getByRole('button', { name: /^Preset/ }).click();
  await page.getByRole('menuitem', { name: /^Greedy/ }).click();
  await expect(settings.getByRole('button', { name: 'Preset: Greedy' })).toBeVisible();
  await settings
    .getByLabel('JSON schema')
    .fill('{"type": "object", "properties": {"city": {"type": "string", "pattern": "x"}}}');
  await expect(settings.getByText(/Assay cannot hold an answer to pattern/)).toBeVisible();
  await picture('playground-schema-problem');
  await settings.getByLabel('JSON schema').fill('');
  if (narrow) await settings.getByRole('button', { name: 'Hide settings' }).click();

  await page.getByRole('button', { name: 'What is the capital of France?' }).click();
  await expect(messages.getByRole('listitem')).toHaveCount(2);
  await ended();
  await field.fill('What is 41 + 27?');
  await field.press('Enter');
  await expect(messages.getByRole('listitem')).toHaveCount(4);
  await ended();
  await field.fill('Continue this story: Once a grey hen saw a key near the bridge.');
  await field.press('Enter');
  await expect(messages.getByRole('listitem')).toHaveCount(6);
  await ended();
  await picture('playground-full');

  await page.getByText('Probability', { exact: true }).click();
  await messages.getByRole('listitem').last().locator('[data-token="4"]').hover();
  await expect(page.getByRole('table', { name: 'Token 5' })).toBeVisible();
  await picture('playground-probability', 'where it is');

  await page.getByRole('button', { name: 'Edit turn 2' }).click();
  await expect(page.getByRole('textbox', { name: 'Edit this turn' })).toBeFocused();
  await picture('playground-editing');
  await page.getByRole('textbox', { name: 'Edit this turn' }).fill('Sort these letters: d a c b');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('group', { name: 'Turn 2 of 2' })).toBeVisible();
  await ended();
  await picture('playground-branches');

  // A limit that cuts, so that the answer can go on.
  if (narrow) await page.getByRole('button', { name: 'Show settings' }).click();
  await settings.getByLabel('Tokens at most').fill('4');
  await settings.getByLabel('Tokens at most').blur();
  if (narrow) await settings.getByRole('button', { name: 'Hide settings' }).click();
  await page.getByRole('button', { name: 'Answer turn 2 again' }).click();
  await expect(page.getByRole('button', { name: 'Continue' })).toBeVisible();
  await ended();
  await picture('playground-cut');

  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys of this screen' })).toBeVisible();
  await picture('playground-keys');
  await page.keyboard.press('Escape');

  if (narrow) await page.getByRole('button', { name: 'Show settings' }).click();
  await settings.getByLabel('Context').fill('32');
  await settings.getByLabel('Context').blur();
  if (narrow) await settings.getByRole('button', { name: 'Hide settings' }).click();
  await field.fill('And which of the letters that you have sorted is the first one in the whole alphabet?');
  await field.press('Enter');
  await expect(page.getByRole('alert')).toContainText('the context holds 32');
  await picture('playground-too-long');

  answers.holdThose('"type":"message"', 'playground.watch');
  await page.reload();
  await expect(page.getByRole('status', { name: 'Reading the message' }).first()).toBeVisible();
  await picture('playground-partial');
  answers.release();
  answers.hold('playground.watch', 'playground.list');
  await page.reload();
  await expect(page.getByRole('status', { name: 'Opening the conversation' })).toBeVisible();
  await picture('playground-loading');
  answers.release();
  answers.fail(failure, 'playground.watch', 'playground.list');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'The conversation could not be opened' })).toBeVisible();
  await picture('playground-failed');
  answers.release();
});
