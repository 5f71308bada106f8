import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ggufBytes } from '../helpers/ggufFile.ts';
import { randomLlama } from '../helpers/ggufModel.ts';
import { type Assay, expect, test } from './assay.ts';
import { ask, chooseModels, everyAnswer, expectAccessibleInBoth, runCommandByWords, unlock } from './steps.ts';

test.use({ store: 'created' });

type Page = Assay['page'];
const answers = (page: Page) => page.getByRole('listbox', { name: 'Answers' }).getByRole('option');
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search the history' });
const pane = (page: Page) => page.getByRole('complementary', { name: 'Answer' });

test('what was asked in Compare is found as one types, annotated, deleted with a moment to undo, and asked again', async ({
  assay,
  page,
}) => {
  const file = join(assay.dataFolder, '..', 'history.gguf');
  await writeFile(file, ggufBytes(randomLlama({ seed: 4, peak: 6, name: 'Historic' })));
  await unlock(page, assay.passphrase);
  await page.getByRole('link', { name: 'Prompts' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing asked yet' })).toBeVisible();
  await expectAccessibleInBoth(page);
  await chooseModels(page, [file]);
  await page.getByText('One a line').click();
  await ask(page, 'Where does the heron sleep?\nWhat is a ladder?\nName three rivers.');
  await everyAnswer(page);

  await page.getByRole('link', { name: 'Prompts' }).click();
  await expect(answers(page)).toHaveCount(3);
  await page.keyboard.press('/');
  await expect(search(page)).toBeFocused();
  await search(page).pressSequentially('her');
  await expect(page.getByText('1 answer found')).toBeVisible();
  await expect(answers(page)).toHaveCount(1);
  await expect(answers(page).locator('mark').first()).toHaveText('heron');
  await expect(pane(page).getByRole('region', { name: 'Prompt', exact: true }).locator('mark')).toHaveText('heron');

  await pane(page).getByRole('textbox', { name: 'Note' }).fill('A good one for the gold set');
  const tags = pane(page)
    .getByRole('combobox', { name: 'Tags' })
    .or(pane(page).getByRole('textbox', { name: 'Tags' }));
  await tags.fill('birds');
  await tags.press('Enter');
  await expect(answers(page).getByText('birds')).toBeVisible();
  await expect(answers(page).getByLabel('Has a note')).toBeVisible();
  await search(page).fill('gold');
  await expect(answers(page)).toHaveCount(1);
  await expectAccessibleInBoth(page);
  await search(page).fill('nothing of this kind');
  await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expect(answers(page)).toHaveCount(3);

  // By keys alone: down to the second, choose it, delete it, take that back.
  await page.getByRole('listbox', { name: 'Answers' }).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('j');
  await expect(page.locator('[role="option"][data-active]')).toHaveAttribute('id', 'answer-1');
  const second = (await answers(page).nth(1).locator('[class*="prompt"]').innerText()).trim();
  await page.keyboard.press('x');
  await expect(page.getByText('1 chosen')).toBeVisible();
  await page.keyboard.press('Delete');
  await expect(page.getByText('1 answer deleted.')).toBeVisible();
  await expect(answers(page)).toHaveCount(2);
  await expect(page.getByRole('listbox', { name: 'Answers' })).not.toContainText(second);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(answers(page)).toHaveCount(3);
  await expect(page.getByRole('listbox', { name: 'Answers' })).toContainText(second);

  await search(page).fill('rivers');
  await expect(pane(page).getByRole('region', { name: 'Prompt', exact: true })).toHaveText(/Name three rivers/);
  await pane(page).getByRole('button', { name: 'Open in Compare' }).click();
  await expect(page.getByRole('textbox', { name: 'Prompt', exact: true })).toHaveValue('Name three rivers.');
  await expect(page.getByRole('button', { name: /^Remove Historic/ })).toBeVisible();

  // Of a model that is off the list it says so, by name, and shows no id.
  await page.getByRole('link', { name: 'Models' }).click();
  await page.getByRole('row', { name: /history\.gguf/ }).click();
  await page.getByRole('button', { name: 'More for history.gguf' }).click();
  await page.getByRole('menuitem', { name: 'Take off the list (the file stays)' }).click();
  await page.getByRole('link', { name: 'Prompts' }).click();
  await pane(page).getByRole('button', { name: 'Open in Compare' }).click();
  await expect(page.getByText(/^Historic F32 is not in the list of models any more/)).toBeVisible();
  await expect(page.getByRole('button', { name: /^Remove No longer in the list/ })).toBeVisible();
});

test.describe('dark', () => {
  test.use({ scheme: 'dark' });

  test('chats are taken in, filtered and kept as saved prompts with variables and versions; data sets are there', async ({
    assay,
    page,
  }) => {
    const chats = join(assay.dataFolder, '..', 'chats.json');
    const message = (id: string, role: string, content: string, parent: string | null) => ({
      id,
      convId: 'c',
      type: 'text',
      role,
      content,
      parent,
      children: [],
      timestamp: Date.UTC(2024, 10, 27, 13, 33),
      model: 'wader-Q4_K_M.gguf',
    });
    await writeFile(
      chats,
      JSON.stringify({
        conv: { id: 'c', name: 'Waders' },
        messages: [
          message('1', 'user', 'Which bird wades?', null),
          message('2', 'assistant', 'The heron wades.', '1'),
          message('3', 'user', 'And which one dives?', '2'),
          message('4', 'assistant', 'The grebe dives.', '3'),
        ],
      }),
    );
    await unlock(page, assay.passphrase);
    await runCommandByWords(page, 'go to prompts');
    await expect(page.getByRole('heading', { name: 'Nothing asked yet' })).toBeVisible();
    await page.getByRole('button', { name: 'Import chats' }).click();
    const dialog = page.getByRole('dialog', { name: 'Import chats' });
    await dialog.getByRole('textbox').fill(join(assay.dataFolder, '..', 'nowhere.json'));
    await dialog.getByRole('button', { name: 'Import from path' }).click();
    await expect(dialog.getByRole('alert')).toContainText('There is no readable file');
    await dialog.getByRole('textbox').fill(chats);
    await dialog.getByRole('button', { name: 'Import from path' }).click();
    await expect(dialog.getByRole('status')).toContainText('2 answers of 1 chat (llama.cpp web UI) taken in');
    await expectAccessibleInBoth(page);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await expect(answers(page)).toHaveCount(2);
    // Of an earlier year, too, it is told in whole when.
    const when = answers(page).first().locator('[class*="when"]');
    await expect(when).toContainText('2024');
    expect(await when.evaluate((cell) => cell.scrollWidth <= cell.clientWidth)).toBe(true);

    await page.getByRole('button', { name: 'Filter' }).click();
    const filter = page.getByRole('dialog', { name: 'Filter' });
    await filter.getByRole('textbox', { name: 'From' }).or(filter.getByLabel('From')).first().fill('2999-01-01');
    await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible();
    await expectAccessibleInBoth(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect(answers(page)).toHaveCount(2);

    await page.getByRole('button', { name: 'Import, export, retention' }).click();
    await page.getByRole('menuitem', { name: 'How long to keep' }).click();
    const rule = page.getByRole('dialog', { name: 'How long to keep the history' });
    await expect(rule.getByRole('status')).toContainText('Nothing is deleted by itself');
    await expectAccessibleInBoth(page);
    await page.keyboard.press('Escape');
    await expect(rule).toHaveCount(0);

    await search(page).fill('wades');
    await expect(pane(page).getByRole('region', { name: 'Prompt', exact: true })).toHaveText(/Which bird wades/);
    await pane(page).getByRole('button', { name: 'Keep as a saved prompt' }).click();
    const save = page.getByRole('dialog', { name: 'Keep as a saved prompt' });
    await save.getByRole('textbox', { name: 'Name' }).fill('Bird question');
    await save.getByRole('button', { name: 'Save prompt' }).click();
    await expect(save).toHaveCount(0);

    await page.getByRole('link', { name: 'Saved' }).click();
    const editor = page.getByRole('region', { name: 'Saved prompt Bird question' });
    await editor.getByRole('textbox', { name: 'Prompt', exact: true }).fill('Which {{animal}} wades in {{place}}?');
    // What is not saved yet is still there after a look elsewhere.
    const names = page.getByRole('navigation', { name: 'Saved prompts' });
    await names.getByRole('button', { name: 'New prompt' }).click();
    await page.getByRole('region', { name: 'New saved prompt' }).getByRole('textbox', { name: 'Name' }).fill('Dives');
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('link', { name: 'Saved' }).click();
    await expect(names.getByRole('button', { name: 'Dives not saved yet' })).toHaveAttribute('aria-current', 'true');
    await names.getByRole('button', { name: /^Bird question version 1 · unsaved changes/ }).click();
    await expect(editor.getByRole('textbox', { name: 'Prompt', exact: true })).toHaveValue(/^Which {{animal}} wades/);
    await expectAccessibleInBoth(page);
    await names.getByRole('button', { name: 'Dives not saved yet' }).click();
    await page.getByRole('button', { name: 'Discard changes' }).click();
    await expect(names.getByText('not saved yet')).toHaveCount(0);
    await editor.getByRole('button', { name: 'Save as version 2' }).click();
    await expect(page.getByText('version 2 · 2 variables')).toBeVisible();
    await editor.getByRole('button', { name: /^Version 2/ }).click();
    await expect(editor.locator('ins').first()).toContainText('{{animal}}');
    await expect(editor.locator('del').first()).toContainText('bird');
    await expectAccessibleInBoth(page);
    await editor.getByRole('textbox', { name: 'animal' }).fill('bird');
    await editor.getByRole('textbox', { name: 'place' }).fill('reeds');
    await editor.getByRole('button', { name: 'Ask in Compare' }).click();
    await expect(page.getByRole('textbox', { name: 'Prompt', exact: true })).toHaveValue('Which bird wades in reeds?');

    await page.getByRole('link', { name: 'Prompts' }).click();
    await page.getByRole('link', { name: 'Saved' }).click();
    await editor.getByRole('button', { name: 'Delete' }).click();
    await expect(page.getByText('“Bird question” deleted.')).toBeVisible();
    // Whatever becomes of the page: the host has been told.
    await page.reload();
    await expect(page.getByRole('heading', { name: 'No saved prompts' })).toBeVisible();

    await page.getByRole('link', { name: 'Data sets' }).click();
    await expect(page.getByRole('region', { name: 'Sample tasks', exact: true })).toContainText('Version SHA-256');
    await expect(page.getByRole('table')).toBeVisible();
    await expectAccessibleInBoth(page);
  });
});
