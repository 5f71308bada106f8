import { expect, test } from './assay.ts';
import { ask, chooseModels, everyAnswer, unlock, writeModels } from './steps.ts';

test.use({ store: 'created' });

test('what an end in the middle left open is at Home, and goes on or is put away there', async ({
  assay,
  page,
  home,
}) => {
  test.skip(home === 'desktop', 'desktop/crashes.spec.ts kills the desktop app in the middle of a job.');
  await unlock(page, assay.passphrase);
  await chooseModels(
    page,
    await writeModels(assay, ['Slow'], { endless: true, dim: 256, layers: 4, feedForward: 1024 }),
  );
  await page.getByText('One a line').click();
  await ask(page, Array.from({ length: 1000 }, (_, index) => `question ${index + 1}`).join('\n'));
  const prompts = page.getByRole('navigation', { name: 'Prompts' });
  await expect(prompts.getByRole('button', { name: /question 1\b/ })).toBeVisible();
  await expect(page.getByText(/^[1-9]\d* of 1.?000 answers$/)).toBeVisible();

  await assay.kill();
  const again = await assay.start();
  await unlock(again, assay.passphrase);
  const needs = again.getByRole('region', { name: 'Needs you' });
  await expect(needs).toContainText('Interrupted while it ran: the store was locked, or the app ended');
  await expect(needs.getByRole('button', { name: /^Resume/ })).toBeVisible();
  await needs.getByRole('button', { name: /^Open/ }).click();
  await expect(again.getByText(/^[1-9]\d* of 1.?000 answers, interrupted$/)).toBeVisible();
  await expect(again.getByRole('region', { name: 'Answers' })).toHaveAttribute('aria-busy', 'false');
  // What was answered before the end is there.
  await expect(
    again.getByRole('navigation', { name: 'Prompts' }).getByRole('button', { name: /question 1\b/ }),
  ).toBeVisible();
  await expect(again.getByRole('article')).not.toBeEmpty();
  await again.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(again.getByRole('region', { name: 'Answers' })).toHaveAttribute('aria-busy', 'true');
  await again.getByRole('button', { name: 'Cancel', exact: true }).click();
  await everyAnswer(again);
  await expect(again.getByText(/^[1-9]\d* of 1.?000 answers, ended early$/)).toBeVisible();
  await again.getByRole('link', { name: 'Home' }).click();
  await expect(again.getByRole('table')).toBeVisible();
  await expect(needs).toHaveCount(0);
});
