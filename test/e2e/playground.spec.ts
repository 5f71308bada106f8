import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './assay.ts';
import { expectAccessibleInBoth, runCommandByWords, unlock, writeModels } from './steps.ts';

test.use({ store: 'created' });

const field = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
const messages = (page: Page) => page.getByRole('list', { name: 'Messages' }).getByRole('listitem');
const settings = (page: Page) => page.getByRole('complementary', { name: 'Settings of the playground' });
const ended = (page: Page) =>
  expect(page.locator('[aria-label="Messages"][aria-busy="false"]')).toBeVisible({ timeout: 60_000 });

async function openPlayground(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Compare' }).click();
  await page.getByRole('link', { name: 'Playground' }).click();
  await expect(field(page)).toBeVisible();
}

/** Sends a turn and waits until its answer has ended. */
async function say(page: Page, text: string, count: number): Promise<void> {
  await field(page).fill(text);
  await field(page).press('Enter');
  await expect(messages(page)).toHaveCount(count);
  await ended(page);
}

/** The answer's own words, without what only readers of the screen hear. */
const answerOf = (message: Locator): Promise<string> => message.getByRole('article').innerText();

test('a conversation on the sample model: branches, presets, a schema, and a search for it', async ({
  assay,
  page,
  home,
}) => {
  await test.step('the empty screen says what to do, and one click asks the sample model', async () => {
    await unlock(page, assay.passphrase);
    await openPlayground(page);
    await expect(page.getByRole('heading', { name: 'No model chosen' })).toBeVisible();
    await expectAccessibleInBoth(page);
    await page.getByRole('button', { name: 'Take the sample model' }).click();
    await expect(page.getByRole('heading', { name: 'Nothing said yet' })).toBeVisible();
    await settings(page)
      .getByRole('button', { name: /^Preset/ })
      .click();
    await page.getByRole('menuitem', { name: /^Greedy/ }).click();
    await expect(settings(page).getByRole('button', { name: 'Preset: Greedy' })).toBeVisible();
    await page.getByRole('button', { name: 'What is the capital of France?' }).click();
    await expect(messages(page)).toHaveCount(2);
    await ended(page);
    await expect(messages(page).last().getByText(/end$/)).toBeVisible();
  });

  await test.step('Enter sends, Shift+Enter begins a line', async () => {
    await field(page).fill('What is');
    await field(page).press('End');
    await field(page).press('Shift+Enter');
    await field(page).pressSequentially('41 + 27?');
    await expect(field(page)).toHaveValue('What is\n41 + 27?');
    await field(page).press('Enter');
    await expect(messages(page)).toHaveCount(4);
    await ended(page);
    await expect(field(page)).toHaveValue('');
  });

  await test.step('an edited turn is a branch, and the switch leads back to what was there', async () => {
    const before = await answerOf(messages(page).nth(3));
    await page.getByRole('button', { name: 'Edit turn 2' }).click();
    const editor = page.getByRole('textbox', { name: 'Edit this turn' });
    await expect(editor).toBeFocused();
    await editor.fill('Sort these letters: d a c b');
    await editor.press('Enter');
    await expect(page.getByRole('group', { name: 'Turn 2 of 2' })).toBeVisible();
    await ended(page);
    await expect(messages(page).nth(2)).toContainText('Sort these letters');
    await page.getByRole('button', { name: 'Previous turn' }).click();
    await expect(page.getByRole('group', { name: 'Turn 1 of 2' })).toBeVisible();
    await expect(messages(page).nth(2)).toContainText('41 + 27?');
    expect(await answerOf(messages(page).nth(3))).toBe(before);
    await expectAccessibleInBoth(page);
  });

  await test.step('a schema is checked as it is typed, and the answer obeys it', async () => {
    const schema = settings(page).getByLabel('JSON schema');
    await schema.fill('{"type": "object",}');
    await expect(settings(page).getByText(/line 1, column 19: a name in double quotes is missing/)).toBeVisible();
    await field(page).fill('What is the capital of Spain?');
    await expect(page.getByRole('button', { name: 'Send' })).toHaveAttribute('aria-disabled', 'true');
    await expectAccessibleInBoth(page);
    await schema.fill(
      '{"type": "object", "properties": {"city": {"type": "string", "maxLength": 12}}, "required": ["city"], "additionalProperties": false}',
    );
    await expect(page.getByRole('button', { name: 'Send' })).toHaveAttribute('aria-disabled', 'false');
    await say(page, 'What is the capital of Spain?', 6);
    await expect(messages(page).last().getByRole('article')).toHaveText(/\}\s*$/);
    expect(JSON.parse(await answerOf(messages(page).last()))).toEqual({ city: expect.any(String) });
  });

  await test.step('the settings are kept as a preset, which another one leaves and this one brings back', async () => {
    await settings(page).getByLabel('System prompt').fill('Answer in one word.');
    await settings(page).getByRole('button', { name: 'More for presets' }).click();
    await page.getByRole('menuitem', { name: 'Keep as a new preset' }).click();
    await settings(page).getByRole('textbox', { name: 'Name of the preset' }).fill('One word');
    await settings(page).getByRole('textbox', { name: 'Name of the preset' }).press('Enter');
    await expect(settings(page).getByRole('button', { name: 'Preset: One word' })).toBeVisible();
    await settings(page).getByLabel('System prompt').fill('');
    await settings(page).getByLabel('JSON schema').fill('');
    await expect(settings(page).getByRole('button', { name: 'Preset: Greedy' })).toBeVisible();
    await settings(page)
      .getByRole('button', { name: /^Preset/ })
      .click();
    await page.getByRole('menuitem', { name: /^One word/ }).click();
    await expect(settings(page).getByLabel('System prompt')).toHaveValue('Answer in one word.');
  });

  const list = page.getByRole('complementary', { name: 'Conversations' });
  await test.step('it is named, found by its name, and there again after a restart of the page', async () => {
    await list.getByRole('button', { name: /^More for/ }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await list.getByRole('textbox', { name: 'Name of the conversation' }).fill('Capitals');
    await list.getByRole('textbox', { name: 'Name of the conversation' }).press('Enter');
    await expect(page.getByRole('heading', { name: 'Capitals' })).toBeVisible();
    await list.getByRole('searchbox', { name: 'Search conversations by title' }).fill('capit');
    await expect(list.getByRole('button', { name: /^Capitals/ })).toBeVisible();
    await list.getByRole('searchbox', { name: 'Search conversations by title' }).fill('no such');
    await expect(list.getByText(/^No conversation/)).toBeVisible();
    await list.getByRole('searchbox', { name: 'Search conversations by title' }).fill('');
    await page.getByRole('link', { name: 'Home' }).click();
    await page.reload();
    await page.getByRole('link', { name: 'Compare' }).click();
    await expect(page.getByRole('heading', { name: 'Capitals' })).toBeVisible();
    await expect(messages(page)).toHaveCount(6);
    await expect(settings(page).getByLabel('JSON schema')).toHaveValue(/maxLength/);
  });

  if (home === 'browser')
    await test.step('the export holds every branch', async () => {
      await page.getByRole('button', { name: 'Export', exact: true }).click();
      const download = page.waitForEvent('download');
      await page.getByRole('menuitem', { name: 'Save as JSON' }).click();
      const exported = JSON.parse(await readFile(await (await download).path(), 'utf8'));
      expect(exported).toMatchObject({ format: 'assay.conversation', name: 'Capitals' });
      expect(exported.messages).toHaveLength(8);
    });

  await test.step('the history has its answers and leads back to it', async () => {
    await page.getByRole('link', { name: 'Prompts' }).click();
    await page.getByRole('searchbox', { name: 'Search the history' }).fill('Spain');
    const pane = page.getByRole('complementary', { name: 'Answer' });
    await pane.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Show its conversation' }).click();
    await expect(page.getByRole('heading', { name: 'Capitals' })).toBeVisible();
  });

  await test.step('it is deleted, brought back, and deleted for good', async () => {
    const remove = async () => {
      await list.getByRole('button', { name: 'More for Capitals' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await expect(list.getByRole('button', { name: /^Capitals/ })).toHaveCount(0);
    };
    await remove();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect(list.getByRole('button', { name: /^Capitals/ })).toBeVisible();
    await remove();
    await page.getByRole('link', { name: 'Prompts' }).click();
    await expect(page.getByRole('heading', { name: 'Nothing asked yet' })).toBeVisible();
  });
});

test('by the keyboard alone: ask, stop, continue, walk the tokens, branch', async ({ assay, page }) => {
  const [file = ''] = await writeModels(assay, ['Endless'], {
    endless: true,
    context: 32_768,
    // Large enough to be still at work when the next key comes.
    dim: 256,
    layers: 8,
    feedForward: 1024,
  });
  await expect(page.getByRole('textbox', { name: 'Passphrase' })).toBeFocused();
  await unlock(page, assay.passphrase);
  await runCommandByWords(page, 'go to playground');
  await expect(field(page)).toBeVisible();

  const picker = page.getByRole('button', { name: 'Choose a model' });
  await picker.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Find a model' })).toBeFocused();
  await page.keyboard.type(file);
  await expect(page.locator('[role="option"][data-combobox-selected]')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^Model: Endless/ })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Find a model' })).toHaveCount(0);
  await settings(page).getByLabel('Tokens at most').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('100000');
  await settings(page).getByLabel('Temperature').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('0');
  await page.keyboard.press('Tab');

  await page.getByRole('link', { name: 'Compare' }).focus();
  await page.keyboard.press('p');
  await expect(field(page)).toBeFocused();
  await page.keyboard.type('Once upon a time');
  await page.keyboard.press('Enter');
  const answer = messages(page).last().getByRole('article');
  await expect(answer).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('Escape');
  await expect(page.getByText(/^Stopped; .* kept\.$/)).toBeVisible();
  await ended(page);
  const stopped = await answer.evaluate((element) => element.textContent ?? '');

  // Continue: the same answer grows behind what was said.
  await page.getByRole('link', { name: 'Compare' }).focus();
  await page.keyboard.press('c');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  await expect
    .poll(() => answer.evaluate((element) => (element.textContent ?? '').length))
    .toBeGreaterThan(stopped.length + 20);
  // While it answers it is not deleted, and stays open.
  await page.getByRole('button', { name: 'More for Once upon a time' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Delete' }).press('Enter');
  await expect(page.getByText('An answer of this conversation is under way.')).toBeVisible();
  await expect(messages(page)).toHaveCount(2);
  await page.keyboard.press('ControlOrMeta+.');
  await ended(page);
  expect((await answer.evaluate((element) => element.textContent ?? '')).startsWith(stopped.slice(0, -8))).toBe(true);
  await expect(messages(page)).toHaveCount(2);
  await expect(messages(page).last().getByText('2 pieces')).toBeVisible();

  // Up to the turn and down to the answer, then from token to token.
  await page.keyboard.press('k');
  await expect(messages(page).last()).toBeFocused();
  await page.keyboard.press('k');
  await expect(messages(page).first()).toBeFocused();
  await page.keyboard.press('j');
  await expect(messages(page).last()).toBeFocused();
  await page.keyboard.press('v');
  await expect(page.getByRole('radio', { name: 'Probability' })).toBeChecked();
  await answer.focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('table', { name: 'Token 1' })).toContainText('%');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('table', { name: 'Token 1' })).toHaveCount(0);

  // Edit into a branch, and switch.
  await page.keyboard.press('e');
  const editor = page.getByRole('textbox', { name: 'Edit this turn' });
  await expect(editor).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(editor).toHaveCount(0);
  await page.keyboard.press('e');
  await expect(editor).toBeFocused();
  await page.keyboard.type(', again');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('group', { name: 'Turn 2 of 2' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+.');
  await ended(page);
  await page.keyboard.press('<');
  await expect(page.getByRole('group', { name: 'Turn 1 of 2' })).toBeVisible();
  await page.keyboard.press('>');
  await expect(page.getByRole('group', { name: 'Turn 2 of 2' })).toBeVisible();
  await page.keyboard.press('r');
  await expect(page.getByRole('group', { name: 'Answer 2 of 2' })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+.');
  await ended(page);

  // Delete the second answer, and the branch; bring that back, delete it for good.
  await messages(page).last().focus();
  await page.keyboard.press('Delete');
  await expect(page.getByText('1 message deleted.')).toBeVisible();
  await expect(page.getByRole('group', { name: /^Answer . of/ })).toHaveCount(0);
  await expect(messages(page)).toHaveCount(2);
  await expect(messages(page).last()).toBeFocused();
  await page.keyboard.press('k');
  await expect(messages(page).first()).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(page.getByText('2 messages deleted.')).toBeVisible();
  await expect(page.getByRole('group', { name: /^Turn . of/ })).toHaveCount(0);
  await expect(messages(page).first()).toBeFocused();
  await page.keyboard.press('u');
  await expect(page.getByRole('group', { name: 'Turn 2 of 2' })).toBeVisible();
  await expect(page.getByText('2 messages deleted.')).toHaveCount(0);
  await page.getByRole('button', { name: 'Delete turn 1' }).click();
  await expect(page.getByRole('group', { name: /^Turn . of/ })).toHaveCount(0);
  await expect(page.getByText(/messages? deleted\.$/)).toHaveCount(0, { timeout: 20_000 });
  await page.reload();
  await expect(messages(page)).toHaveCount(2);
  await expect(page.getByRole('group', { name: /^(Turn|Answer) . of/ })).toHaveCount(0);
  await ended(page);

  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys of this screen' });
  for (const words of ['Continue the answer', 'Edit the turn into a branch', 'Delete the message', 'Next message'])
    await expect(keys).toContainText(words);
  await page.keyboard.press('Escape');
});
