import { expect, test } from './assay.ts';
import { ask, chooseModels, column, everyAnswer, unlock, writeModels } from './steps.ts';

test.use({ store: 'created' });

test('two tabs on one server are both live', async ({ assay, page, home }) => {
  test.skip(
    home === 'desktop',
    'The desktop app has one window; desktop/windows.spec.ts shows that a second start joins it.',
  );
  await unlock(page, assay.passphrase);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await expect(other.getByRole('heading', { name: 'Home' })).toBeVisible();
  await expect(other.getByRole('button', { name: 'Compare sample quantizations' })).toBeVisible();

  await chooseModels(page, await writeModels(assay, ['Shared'], { endless: true }));
  await ask(page, 'asked in the first tab');
  // It shows up at the other one's Home by itself and streams there too.
  await other.getByRole('link', { name: 'asked in the first tab' }).click();
  await everyAnswer(other);
  await everyAnswer(page);
  const answer = await column(page, /^Shared/)
    .getByRole('article')
    .innerText();
  expect(answer.length).toBeGreaterThan(100);
  expect(
    await column(other, /^Shared/)
      .getByRole('article')
      .innerText(),
  ).toBe(answer);

  await other.getByRole('button', { name: 'Save under a name' }).click();
  await other.getByRole('textbox', { name: 'Name of this comparison' }).fill('Named in the second');
  await other.getByRole('textbox', { name: 'Name of this comparison' }).press('Enter');
  await expect(page.getByRole('heading', { name: 'Named in the second' })).toBeVisible();

  await page.getByRole('button', { name: 'Lock the store' }).click();
  await expect(other.getByRole('heading', { name: 'Unlock your store' })).toBeVisible();
  expect(await other.content()).not.toContain('asked in the first tab');
  await other.close();
});
