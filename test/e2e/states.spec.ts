import { expect, test } from './assay.ts';
import { standBetween } from './heldAnswers.ts';
import { ask, chooseModels, decodeOnOneThread, everyAnswer, expectAccessibleInBoth, writeModels } from './steps.ts';

test.use({ store: 'created' });

test('every screen says where it stands: empty, loading, partial, failed, full; axe finds nothing in any', async ({
  assay,
  page,
  home,
}) => {
  test.skip(home === 'desktop', 'Between the desktop’s page and its host nobody can stand; the screens are the same.');
  const answers = await standBetween(page);
  const sentence = 'The folder of the store has become read-only. Make it writable and try again.';
  const tryAgain = page.getByRole('button', { name: 'Try again' });

  await test.step('the first screen', async () => {
    answers.hold('vault.status');
    await page.reload();
    await expect(page.getByRole('status')).toHaveText('Connecting to the host…');
    await expectAccessibleInBoth(page);
    answers.release();
    await expect(page.getByRole('heading', { name: 'Unlock your store' })).toBeVisible();

    answers.fail(sentence, 'vault.status');
    await page.reload();
    await expect(page.getByRole('alert')).toContainText('The store’s state could not be read');
    await expect(page.getByRole('alert')).toContainText(sentence);
    await expectAccessibleInBoth(page);
    answers.release();
    await tryAgain.click();

    answers.hold('vault.unlock', 'compare.list');
    await page.getByRole('textbox', { name: 'Passphrase' }).fill(assay.passphrase);
    await page.getByRole('button', { name: 'Unlock store' }).click();
    await expect(page.getByRole('button', { name: 'Unlock store' })).toHaveAttribute('data-loading', 'true');
  });

  await test.step('Home: loading, empty, failed', async () => {
    // The store is open for the host; the page hears of it by the change of its state.
    await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
    await expect(page.getByRole('status', { name: 'Reading the last comparisons' })).toBeVisible();
    await expectAccessibleInBoth(page);
    answers.release();
    await expect(page.getByRole('button', { name: 'Compare sample quantizations' })).toBeVisible();
    answers.fail(sentence, 'compare.list', 'jobs.list');
    await page.reload();
    await expect(page.getByRole('alert').filter({ hasText: 'The last comparisons could not be listed' })).toContainText(
      sentence,
    );
    await expect(page.getByRole('alert').filter({ hasText: 'The jobs could not be listed' })).toContainText(sentence);
    await expectAccessibleInBoth(page);
    answers.release();
    await tryAgain.click();
    await expect(page.getByRole('button', { name: 'Compare sample quantizations' })).toBeVisible();
  });

  await test.step('Settings: loading, failed, full', async () => {
    await page.getByRole('link', { name: 'Settings' }).click();
    answers.hold('engine.status');
    await page.reload();
    await expect(page.getByRole('status', { name: 'Reading the engine’s settings' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Engine', exact: true })).toBeVisible();
    await expectAccessibleInBoth(page);
    answers.release();
    await expect(page.getByRole('textbox', { name: 'Threads' })).toBeVisible();
    answers.fail(sentence, 'engine.status');
    await page.reload();
    await expect(page.getByRole('alert')).toContainText('The engine’s state could not be read');
    await expect(page.getByRole('alert')).toContainText(sentence);
    await expectAccessibleInBoth(page);
    answers.release();
    const threads = page.getByRole('textbox', { name: 'Threads' });
    // Word of a change may have asked again before the click does.
    await Promise.race([tryAgain.click(), threads.waitFor()]);
    await expect(threads).toBeVisible();
  });

  await test.step('Compare: failed and empty', async () => {
    answers.fail(sentence, 'models.list', 'compare.list');
    await page.getByRole('link', { name: 'Compare' }).click();
    await page.reload();
    await expect(page.getByRole('alert').filter({ hasText: 'The models could not be listed' })).toContainText(sentence);
    await expect(page.getByRole('alert').filter({ hasText: 'The history could not be read' })).toContainText(sentence);
    await expectAccessibleInBoth(page);
    answers.release();
    for (const button of (await tryAgain.all()).reverse()) await button.click();
    await expect(page.getByRole('heading', { name: 'No models chosen' })).toBeVisible();
    await expect(
      page.getByText('Comparisons stay here, encrypted, until you delete them or the rule set in Prompts does.'),
    ).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
    await page.evaluate(() => location.assign('#/compare/no-such-comparison'));
    await expect(page.getByRole('alert')).toContainText('The comparison could not be opened');
    await expectAccessibleInBoth(page);
    await page.getByRole('button', { name: 'Start a new one' }).click();
    await expect(page.getByRole('heading', { name: 'No models chosen' })).toBeVisible();
  });

  await test.step('Compare and Home: partial, then full', async () => {
    await decodeOnOneThread(page);
    const slow = { endless: true, dim: 256, layers: 4, feedForward: 1024 };
    await chooseModels(page, await writeModels(assay, ['Slow'], slow));
    await page.getByText('One a line').click();
    await ask(page, Array.from({ length: 1000 }, (_, index) => `question ${index + 1}`).join('\n'));
    await expect(page.getByRole('region', { name: 'Answers' })).toHaveAttribute('aria-busy', 'true');
    await expect(page.getByText(/^\d+ of 1.?000 answers$/)).toBeVisible();
    const comparison = page.url();
    await page.getByRole('link', { name: 'Home' }).click();
    await expect(page.getByRole('row', { name: /question 1/ })).toContainText(/\d+ of 1.?000/);
    answers.hold('compare.watch');
    await page.goto(comparison);
    await page.reload();
    await expect(page.getByRole('status', { name: 'Opening the comparison' })).toBeVisible();
    await expectAccessibleInBoth(page);
    answers.release();
    await expect(page.getByRole('region', { name: 'Answers' })).toBeVisible();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await everyAnswer(page);
    await expect(page.getByText(/^\d+ of 1.?000 answers, ended early$/)).toBeVisible();
    await page.getByRole('link', { name: 'Home' }).click();
    await expect(page.getByRole('table')).toBeVisible();
  });
});
