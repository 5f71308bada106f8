import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ggufBytes } from '../helpers/ggufFile.ts';
import { randomLlama } from '../helpers/ggufModel.ts';
import { expect, test } from './assay.ts';
import { ask, chooseModels, everyAnswer, expectAccessibleInBoth, unlock } from './steps.ts';

test.use({ store: 'created' });

test('answers are judged without names by keys, taken back, and named at the end', async ({ assay, page, home }) => {
  const files = ['left.gguf', 'right.gguf'].map((name) => join(assay.dataFolder, '..', name));
  // The longer one takes more than its part of the table.
  const names = [`Alpha ${'and-so-on-'.repeat(12)}`, 'Beta'];
  for (const [index, file] of files.entries())
    await writeFile(file, ggufBytes(randomLlama({ seed: index + 1, peak: 6, name: names[index] })));
  await unlock(page, assay.passphrase);
  await chooseModels(page, files);
  await page.getByText('One a line').click();
  await ask(page, 'one\ntwo\nthree');
  await everyAnswer(page);

  await page.getByRole('link', { name: 'Blind' }).click();
  await expect(page.getByRole('button', { name: 'Start blind test' })).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('checkbox', { name: /^one/ }).click();
  const pairs = page.getByRole('textbox', { name: 'Pairs to judge' });
  await expect(pairs).toHaveValue('20');
  await expect(page.getByText('At most 3 are there.')).toBeVisible();
  await pairs.fill('3');
  await expectAccessibleInBoth(page);
  await page.getByRole('button', { name: 'Start blind test' }).click();
  await expect(page.getByRole('article', { name: 'Answer on the left' })).toBeVisible();
  await expect(page.getByRole('main')).not.toContainText(/Alpha|Beta/);
  await expectAccessibleInBoth(page);

  const judged = (count: number) => expect(page.getByText(new RegExp(`^${count} of 3 pairs judged`))).toBeVisible();
  await judged(0);
  await page.keyboard.press('1');
  await judged(1);
  await page.keyboard.press('3');
  await judged(2);
  await page.keyboard.press('u');
  await judged(1);
  // A test is there again after a reload, as far as it was.
  await page.getByRole('link', { name: 'Home' }).click();
  await page.getByRole('link', { name: 'Compare' }).click();
  await page
    .getByRole('complementary', { name: 'Blind tests' })
    .getByRole('button', { name: /1 judged/ })
    .click();
  await judged(1);
  await page.keyboard.press('2');
  await judged(2);
  await page.keyboard.press('2');
  // The number is remembered for the next test.
  await page.getByRole('button', { name: 'New blind test' }).click();
  await expect(pairs).toHaveValue('3');
  await page
    .getByRole('complementary', { name: 'Blind tests' })
    .getByRole('button', { name: /3 judged/ })
    .click();
  await expect(page.getByRole('heading', { name: 'Every pair is judged' })).toBeVisible();
  await page
    .getByRole('region', { name: 'Every pair is judged' })
    .getByRole('button', { name: 'Show the names' })
    .click();

  const scores = page.getByRole('table', { name: 'Scores' });
  await expect(scores.getByRole('row')).toHaveCount(3);
  await expect(scores).toContainText('Alpha');
  await expect(scores).toContainText('at n = 3 judgements');
  const right = await scores.evaluate((table) => table.getBoundingClientRect().right - innerWidth);
  expect(right, 'pixels by which the scores stick out of the window').toBeLessThanOrEqual(0);
  await expectAccessibleInBoth(page);
  if (home === 'desktop') return; // There the file goes through the system's own dialog.
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Save as JSON' }).click();
  const exported: unknown = JSON.parse(await readFile(await (await download).path(), 'utf8'));
  expect(exported).toMatchObject({ judged: 3, judgments: [{}, {}, {}] });
});
