import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { type Assay, expect, test } from './assay.ts';
import { until } from './rawClient.ts';
import { ask, chooseModels, column, everyAnswer, unlock, writeModels } from './steps.ts';

test.use({ store: 'created' });

test('what a person does with answers, and with the store that keeps them', async ({ assay, page }) => {
  const first = () => column(page, /^First/);
  const second = () => column(page, /^Second/);

  await test.step('all at once: both columns are at work at the same time', async () => {
    await unlock(page, assay.passphrase);
    await chooseModels(page, await writeModels(assay, ['First', 'Second'], { peak: 3, endless: true }));
    await page.getByRole('radiogroup', { name: 'Order of the columns' }).getByText('All at once').click();
    await page.getByRole('button', { name: /^Sampler:/ }).click();
    await expect(page.getByRole('dialog').locator(':focus')).toHaveCount(1);
    await page.getByLabel('Temperature').fill('1');
    await page.getByLabel('Tokens at most').fill('24');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    const most = watchColumnsAtWork(page);
    await ask(page, 'Once upon a time');
    await everyAnswer(page);
    expect(await most()).toBe(2);
  });

  await test.step('the first difference is a band across both columns, beside the word and not over it', async () => {
    const bands = await page
      .getByRole('region', { name: 'Answers' })
      .locator('mark')
      .evaluateAll((marks) =>
        marks.map((mark) => ({
          width: Number.parseFloat(getComputedStyle(mark, '::before').width),
          column: mark.closest('[data-column]')?.clientWidth ?? 0,
        })),
      );
    expect(bands).toHaveLength(2);
    for (const { width, column } of bands) expect(width).toBeCloseTo(column, 0);
  });

  await test.step('a pinned answer stays and the other one is new with another seed', async () => {
    const kept = await answerOf(first());
    const other = await answerOf(second());
    await first().getByRole('button', { name: 'Pin the answer of First F32' }).click();
    await expect(first().getByRole('button', { name: 'Pin the answer of First F32' })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    const before = page.url();
    await page.getByRole('button', { name: 'New seed' }).click();
    await page.waitForURL((address) => address.href !== before);
    await everyAnswer(page);
    await expect(first()).toContainText('taken over from an earlier run');
    expect(await answerOf(first())).toBe(kept);
    await expect(second()).not.toContainText('taken over from an earlier run');
    expect(await answerOf(second())).not.toBe(other);
  });

  await test.step('one at a time: never more than one column at work', async () => {
    await page.getByRole('radiogroup', { name: 'Order of the columns' }).getByText('One at a time').click();
    const most = watchColumnsAtWork(page);
    await ask(page, 'Another question');
    await everyAnswer(page);
    expect(await most()).toBeLessThan(2);
  });

  await test.step('an answer is copied', async () => {
    const shown = await answerOf(first());
    await first()
      .getByRole('button', { name: /^More for/ })
      .click();
    await page.getByRole('menuitem', { name: 'Copy answer' }).click();
    await expect(page.getByText('Answer copied.')).toBeVisible();
    const field = page.getByRole('textbox', { name: 'Prompt', exact: true });
    await field.fill('');
    await field.press('ControlOrMeta+v');
    await expect(field).not.toHaveValue('');
    expect(lettersOf(await field.inputValue())).toBe(lettersOf(shown));
  });

  await test.step('it is kept under a name and exported as Markdown and as JSON', async () => {
    await page.getByRole('button', { name: 'Save under a name' }).click();
    await page.getByRole('textbox', { name: 'Name of this comparison' }).fill('Two seeds');
    await page.getByRole('textbox', { name: 'Name of this comparison' }).press('Enter');
    const history = page.getByRole('complementary', { name: 'History of comparisons' });
    await expect(history.getByRole('button', { name: /^Two seeds/ }).first()).toBeVisible();

    const markdown = await exported(assay, 'Markdown');
    expect(markdown).toContain('Two seeds');
    expect(markdown).toContain('Another question');
    const json = JSON.parse(await exported(assay, 'JSON'));
    expect(json).toMatchObject({
      format: 'assay.comparison',
      name: 'Two seeds',
      prompts: [{ prompt: 'Another question', columns: [{ stopReason: 'length' }, { stopReason: 'length' }] }],
    });
    expect(json.prompts[0].columns[0].tokens).toHaveLength(24);
  });

  const backup = join(assay.dataFolder, '..', 'kept.assay-backup');
  await test.step('the store is backed up from the settings', async () => {
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Store', exact: true }).click();
    await page.getByRole('button', { name: 'Back up store' }).click();
    const dialog = page.getByRole('dialog', { name: 'Back up store' });
    await dialog.getByRole('textbox', { name: 'Where to' }).fill(backup);
    await dialog.getByRole('button', { name: 'Back up store' }).click();
    await expect(page.getByRole('status').getByText(`Backed up to ${backup}`)).toBeVisible();
  });

  await test.step('and restored from there: what came later is gone, what was there is back', async () => {
    await page.getByRole('link', { name: 'Home' }).click();
    await page.getByRole('link', { name: 'Two seeds' }).click();
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await page.getByRole('textbox', { name: 'Name of this comparison' }).fill('Named after the backup');
    await page.getByRole('textbox', { name: 'Name of this comparison' }).press('Enter');
    await expect(page.getByRole('heading', { name: 'Named after the backup' })).toBeVisible();

    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Store', exact: true }).click();
    await page.getByRole('button', { name: 'Lock and restore' }).click();
    await expect(page.getByRole('heading', { name: 'Restore from a backup' })).toBeVisible();
    await page.getByRole('textbox', { name: 'Backup file' }).fill(backup);
    await page.getByLabel('Passphrase of the backup').fill('not the passphrase');
    await page.getByRole('button', { name: 'Restore store' }).click();
    // What was told before the lock is off the page: the only alert is about the passphrase.
    await expect(page.getByRole('alert')).toHaveCount(1);
    await expect(page.getByRole('alert')).toContainText(/passphrase/i);
    await page.getByLabel('Passphrase of the backup').fill(assay.passphrase);
    await page.getByRole('button', { name: 'Restore store' }).click();
    await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible();
    await page.getByRole('link', { name: 'Home' }).click();
    await expect(page.getByRole('link', { name: 'Two seeds' })).toBeVisible();
    await expect(page.getByText('Named after the backup')).toHaveCount(0);
  });
});

test('a model without a chat template says so wherever it is asked, and one whose template refuses why it gives none', async ({
  assay,
  page,
}) => {
  const sentence = 'The file has no chat template: messages are set with plain role names.';
  await unlock(page, assay.passphrase);
  const [bare = ''] = await writeModels(assay, ['Bare'], { chatTemplate: null });
  const [usual = ''] = await writeModels(assay, ['Usual']);
  const chatTemplate = "{{ raise_exception('not today') }}";
  const [refusing = ''] = await writeModels(assay, ['Refusing'], { chatTemplate });
  await chooseModels(page, [bare, usual, refusing]);
  await ask(page, 'Once upon a time');
  await everyAnswer(page);
  await expect(column(page, /^Bare/)).toContainText(sentence);
  await expect(column(page, /^Usual/)).not.toContainText('chat template');
  await expect(column(page, /^Refusing/).getByRole('alert')).toContainText(
    /The chat template of .*refusing\.gguf cannot be used: .*not today\. Take a file of this model with another template\./,
  );

  await page.getByRole('link', { name: 'Playground' }).click();
  const composer = page.getByRole('region', { name: 'Write' });
  await expect(composer).not.toContainText('chat template');
  await page.getByRole('button', { name: 'Choose a model' }).click();
  await page.getByRole('textbox', { name: 'Find a model' }).fill('Bare');
  await page.getByRole('option', { name: /Bare/ }).click();
  await expect(composer).toContainText(sentence);
});

test('a list of a thousand prompts is on the page only as far as it is in sight', async ({ assay, page }) => {
  await unlock(page, assay.passphrase);
  const [file = ''] = await writeModels(assay, ['List']);
  await chooseModels(page, [file]);
  // Without its file every answer has ended as soon as it is asked for.
  await rm(file);
  await page.getByText('One a line').click();
  await ask(page, Array.from({ length: 1000 }, (_, index) => `prompt number ${index + 1}`).join('\n'));
  const prompts = page.getByRole('navigation', { name: 'Prompts' });
  await expect(prompts.getByRole('heading', { name: /^1.?000 prompts$/ })).toBeVisible();
  await everyAnswer(page);

  const rows = prompts.getByRole('button');
  await expect(rows.first()).toBeVisible();
  expect(await rows.count()).toBeLessThan(60);
  await prompts.getByRole('list').evaluate((list) => list.parentElement?.scrollTo({ top: 1e6 }));
  const last = prompts.getByRole('button', { name: /prompt number 1000/ });
  await last.click();
  await expect(last).toHaveAttribute('aria-current', 'true');
  await expect(column(page, /^List/).getByRole('alert')).toContainText('This answer failed');
  await page.keyboard.press('k');
  const before = prompts.getByRole('button', { name: /prompt number 999/ });
  await expect(before).toHaveAttribute('aria-current', 'true');
  await expect(before).toBeFocused();
  expect(await rows.count()).toBeLessThan(60);
});

/** Counts from now on how many columns load or decode at the same time. Returns what tells the most that there were. */
function watchColumnsAtWork(page: Page): () => Promise<number> {
  const watching = page.evaluate(() => {
    let most = 0;
    const look = () => {
      const atWork = document.querySelectorAll('[data-column]:is([data-state="loading"], [data-state="running"])');
      most = Math.max(most, atWork.length);
      Reflect.set(window, 'mostAtWork', most);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    look();
  });
  return async () => {
    await watching;
    return page.evaluate((): number => Reflect.get(window, 'mostAtWork'));
  };
}

/** What a column answered, without the words that only readers of the screen hear. */
function answerOf(shown: Locator): Promise<string> {
  return shown.getByRole('article').evaluate((article) => {
    const copy = article.cloneNode(true) as Element;
    for (const hidden of copy.querySelectorAll('.visually-hidden')) hidden.remove();
    return copy.textContent ?? '';
  });
}

/** What a random model says holds control characters that a field does not keep. */
function lettersOf(text: string): string {
  return text.replaceAll(/[^a-zA-Z0-9]/g, '');
}

/** Exports by the menu: through the system's dialog on the desktop, as a download in a browser. */
async function exported(assay: Assay, format: 'Markdown' | 'JSON'): Promise<string> {
  const { page } = assay;
  const target = join(assay.dataFolder, '..', `exported-${format}`);
  if (assay.home === 'desktop')
    await assay.electron.evaluate(({ dialog }, path) => {
      dialog.showSaveDialog = async () => ({ canceled: false, filePath: path });
    }, target);
  const download = assay.home === 'browser' ? page.waitForEvent('download') : null;
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: `Save as ${format}` }).click();
  if (download) return readFile(await (await download).path(), 'utf8');
  return until(
    () => readFile(target, 'utf8').catch(() => ''),
    (text) => text !== '',
  );
}
