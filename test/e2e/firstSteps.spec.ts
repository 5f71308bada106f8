import { expect, test } from './assay.ts';
import { column, createStore, everyAnswer, unlock } from './steps.ts';

test('a new user creates a store and sees within a minute where quantizations part from the reference', async ({
  assay,
  page,
}) => {
  // Three engines and two starts of the app: on a machine under load that takes longer than other specs may.
  test.slow();
  await expect(page.getByRole('heading', { name: 'Create your store' })).toBeVisible();
  await expect(page.getByRole('complementary', { name: 'What is encrypted and where it lies' })).toContainText(
    assay.dataFolder,
  );
  await createStore(page, 'copper lantern orbit nine');

  await page.getByRole('button', { name: 'Compare sample quantizations' }).click();
  await everyAnswer(page);
  const columns = page.getByRole('region', { name: 'Answers' }).getByRole('region');
  await expect(columns).toHaveCount(3);
  for (const index of [0, 1, 2])
    await expect(columns.nth(index).getByRole('button', { name: /^Tokens ?: ?\d+/ })).toBeVisible();
  // The coarsest quantization answers a story differently; the mark stands in its column and in the reference's.
  await expect(column(page, /Q2_K/).getByRole('button', { name: /^Differs from token \d+$/ })).toBeVisible();
  await expect(column(page, /Q2_K/).locator('mark')).toHaveCount(1);
  await expect(columns.first().locator('mark').first()).toBeVisible();

  await page.getByRole('button', { name: 'Save under a name' }).click();
  await page.getByRole('textbox', { name: 'Name of this comparison' }).fill('First look');
  await page.getByRole('textbox', { name: 'Name of this comparison' }).press('Enter');
  await expect(page.getByRole('heading', { name: 'First look' })).toBeVisible();

  const again = await assay.restart();
  await unlock(again, 'copper lantern orbit nine');
  await again.getByRole('link', { name: 'First look' }).click();
  await expect(column(again, /Q2_K/).getByRole('button', { name: /^Differs from token/ })).toBeVisible();
});

test('the store is created only when the two groups of the recovery code are typed right', async ({ page }) => {
  await page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill('short');
  await expect(page.getByText('At least 8 characters')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Create encrypted store' })).toBeDisabled();
  await page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill('copper lantern orbit nine');
  await page.getByRole('textbox', { name: 'The same again' }).fill('copper lantern orbit ten');
  await expect(page.getByText('The two differ.')).toBeVisible();
  await page.getByRole('textbox', { name: 'The same again' }).fill('copper lantern orbit nine');
  await page.getByRole('button', { name: 'Create encrypted store' }).click();
  await page.getByRole('button', { name: 'I have written it down' }).click();
  const [first] = await page.getByRole('textbox', { name: /^Group \d$/ }).all();
  await first?.fill('????');
  await expect(page.getByText('This is not the group.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open Assay' })).toBeDisabled();
});
