import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './assay.ts';
import { chooseModels, expectAccessibleInBoth, openDivergence, unlock, writeModels } from './steps.ts';

test.use({ store: 'created' });

/** False where the addon is not built: then the screen has to say so. */
async function measure(page: Page): Promise<boolean> {
  const run = page.getByRole('button', { name: 'Measure divergence' });
  const missing = page.getByText('Measuring divergence needs Assay’s native addon.');
  await expect(missing.or(page.locator('button:has-text("Measure divergence")[aria-disabled="false"]'))).toBeVisible();
  if (await missing.isVisible()) {
    await expect(run).toHaveAttribute('aria-disabled', 'true');
    return false;
  }
  await run.click();
  await expect(page.getByText(/smallest variant|^Every variant|^No variant/).first()).toBeVisible({ timeout: 120_000 });
  return true;
}

test('a ladder is measured, its worst token looked at by keys, and the run exported', async ({ assay, page, home }) => {
  await unlock(page, assay.passphrase);
  await openDivergence(page);
  await expectAccessibleInBoth(page);
  const measured = await measure(page);
  if (!measured) return;

  const ladder = page.getByRole('table', { name: 'Quant ladder' });
  await expect(ladder.getByRole('row', { name: /Q4_K_M/ })).toContainText(/loss|told apart|No verdict/);
  await expect(ladder.getByRole('row', { name: /Q2_K/ })).toContainText(/loss|told apart|No verdict/);
  await expect(page.getByRole('img', { name: /^KLD of single tokens of Q2_K/ })).toBeVisible();

  await page.getByRole('link', { name: 'Divergence' }).focus();
  await page.keyboard.press('k');
  await expect(page.getByRole('region', { name: 'Tokens of Q4_K_M' })).toBeVisible();
  await page.keyboard.press('n');
  await expect(page.locator('[data-token][data-current]')).toBeVisible();
  await page.keyboard.press('l');
  await expect(page.getByRole('list', { name: 'Likeliest tokens of F16' }).getByRole('listitem')).toHaveCount(10, {
    timeout: 60_000,
  });
  await expect(page.getByRole('list', { name: 'Likeliest tokens of Q4_K_M' }).getByRole('listitem')).toHaveCount(10);
  // The text of the sample is a data set: an item is read alone here, which rounds otherwise than many together.
  await expect(page.getByText(/^.*Computed anew with this item alone/)).toBeVisible();
  await page.keyboard.press('c');
  await expect(page.getByText('Q4_K_M goes on')).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await expectAccessibleInBoth(page);

  if (home === 'desktop') return; // There the file goes through the system's own dialog.
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Save as JSON' }).click();
  expect(JSON.parse(await readFile(await (await download).path(), 'utf8'))).toMatchObject({ candidates: [{}, {}] });
});

test('a base file is written, candidates are measured against it, and a damaged one is refused in words', async ({
  assay,
  page,
}) => {
  const file = join(assay.dataFolder, '..', 'base.kld');
  await unlock(page, assay.passphrase);
  await openDivergence(page);
  await page.getByRole('button', { name: /^Measuring:/ }).click();
  await page.getByRole('textbox', { name: 'Also write a base file' }).fill(file);
  await expectAccessibleInBoth(page);
  await page.keyboard.press('Escape');
  if (!(await measure(page))) return;
  expect((await readFile(file)).subarray(0, 8).toString()).toBe('_logits_');

  await page.getByRole('combobox', { name: 'Text to measure on' }).click();
  await page.getByRole('option', { name: 'Base file of llama-perplexity' }).click();
  const field = page.getByRole('textbox', { name: 'Base file', exact: true });
  const run = page.getByRole('button', { name: 'Measure divergence' });
  await expect(run).toHaveAttribute('aria-disabled', 'true');
  await field.fill(file);
  await expect(run).toHaveAttribute('aria-disabled', 'false');
  await run.click();
  const ladder = page.getByRole('table', { name: 'Quant ladder' });
  await expect(ladder.getByRole('row', { name: /base file/ })).toBeVisible();
  await expect(ladder.getByRole('row', { name: /Q2_K/ })).toContainText(/loss|told apart|No verdict/, {
    timeout: 60_000,
  });
  await expect(page.getByRole('table', { name: 'Divergence of Q2_K by depth' }).getByRole('row')).toHaveCount(9);
  await expectAccessibleInBoth(page);

  await writeFile(file, 'no base file');
  await run.click();
  await expect(page.getByText(/base\.kld is no base file of llama-perplexity/)).toBeVisible({ timeout: 60_000 });
});

test.describe('in the dark', () => {
  test.use({ scheme: 'dark' });

  test('variants are weighed by keys, axe finds nothing, and the rail brings back the tab', async ({ assay, page }) => {
    await unlock(page, assay.passphrase);
    await openDivergence(page);
    const measured = await measure(page);
    await expectAccessibleInBoth(page);
    await page.getByRole('link', { name: 'Trade-off' }).click();
    if (measured) {
      const smaller = page.getByRole('button', { name: /^Q2_K: Size .* n = [\d,]+ tokens/ });
      await smaller.focus();
      await expect(smaller).toHaveAttribute('aria-current', 'true');
      await page.keyboard.press('ArrowRight');
      await expect(page.getByRole('button', { name: /^Q4_K_M: Size/ })).toBeFocused();
      await page.keyboard.press('x');
      await page.keyboard.press('x');
      await expect(
        page.getByRole('button', { name: /^Q4_K_M: Speed .* tokens\/s \((95 %|no interval): / }),
      ).toBeVisible();
      await page.keyboard.press('x');
      await page.keyboard.press('x');
    } else await expect(page.getByRole('heading', { name: 'Nothing to weigh yet' })).toBeVisible();
    await expectAccessibleInBoth(page);
    await page.getByRole('link', { name: 'Home' }).click();
    await page.getByRole('link', { name: 'Compare' }).click();
    await expect(page.getByRole('link', { name: 'Trade-off' })).toHaveAttribute('aria-current', 'page');
    if (measured) await expect(page.getByRole('button', { name: /^Q4_K_M: Memory/ })).toBeVisible();
  });
});

test.describe('in the smallest window', () => {
  test.use({ viewportSize: { width: 1024, height: 700 } });

  test('a run says what it leaves out and keeps the rest', async ({ assay, page }) => {
    const many = { vocabulary: 41_000, dim: 32, layers: 1 };
    const models = await writeModels(assay, ['Many words', 'Many words again'], many);
    const [few = ''] = await writeModels(assay, ['Few words']);
    await unlock(page, assay.passphrase);
    await chooseModels(page, [...models, few]);
    await page.getByRole('link', { name: 'Divergence' }).click();
    await page.getByRole('button', { name: /^Measuring:/ }).click();
    await page.getByLabel('Chunks at most').fill('2');
    await page.keyboard.press('Escape');
    if (!(await measure(page))) return;
    const ladder = page.getByRole('table', { name: 'Quant ladder' });
    const leftOut = /few-words\.gguf cannot be compared with many-words\.gguf: the reference has 41.?000 tokens/;
    await expect(ladder.getByRole('row', { name: /few-words/ })).toContainText(leftOut);
    await expect(ladder.getByRole('row', { name: /many-words-again/ })).toContainText('Too little text');
    await expect(page.getByRole('button', { name: 'Try what was left out again' })).toBeVisible();
    // Everything has its place beside everything else: nothing is cut off at the right.
    expect(await ladder.evaluate((table) => table.scrollWidth - (table.parentElement?.clientWidth ?? 0))).toBe(0);
    await page.keyboard.press('n');
    await expect(page.locator('[data-token][data-current]')).toBeInViewport();
    await expectAccessibleInBoth(page);
    await page.getByRole('link', { name: 'Trade-off' }).click();
    await expect(page.getByText(/Few words.* was left out: .*few-words\.gguf cannot be compared with/i)).toBeVisible();
  });
});

test('a chosen text that is not UTF-8 is refused, and nothing takes its place', async ({ assay, page }) => {
  await unlock(page, assay.passphrase);
  await openDivergence(page);
  await page.getByRole('combobox', { name: 'Text to measure on' }).click();
  await page.getByRole('option', { name: 'A text file' }).click();
  const picker = page.getByLabel('Text file to measure on');
  const chosen = (buffer: Buffer) => ({ name: 'grüße.txt', mimeType: 'text/plain', buffer });
  await picker.setInputFiles(chosen(Buffer.from('Grüße', 'latin1')));
  await expect(page.getByText(/^The file grüße\.txt is not text in UTF-8\./)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Choose or drop a file…' })).toBeVisible();
  await picker.setInputFiles(chosen(Buffer.from('Grüße')));
  await expect(page.getByRole('button', { name: 'grüße.txt' })).toBeVisible();
  // Before anything begins.
  await picker.setInputFiles(chosen(Buffer.alloc(0)));
  await expect(page.getByRole('button', { name: 'Measure divergence' })).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('button', { name: 'Measure divergence' }).hover();
  const said = page.getByText(/grüße\.txt is empty\. Choose another text\.|needs Assay’s native addon/);
  await expect(said.first()).toBeVisible();
});

test('a context out of range is said at its field, and the one before it is kept', async ({ assay, page }) => {
  await unlock(page, assay.passphrase);
  await openDivergence(page);
  const settings = page.getByRole('button', { name: /^Measuring:/ });
  await settings.click();
  const context = page.getByRole('textbox', { name: 'Context' });
  await context.fill('4');
  await expect(page.getByText(/^From \d+ to [\d,]+ tokens; \d+ are used\.$/)).toBeVisible();
  await expectAccessibleInBoth(page);
  await context.fill('256');
  await expect(page.getByText(/^From \d+ to /)).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(settings).toHaveAccessibleName(/256/);
});
