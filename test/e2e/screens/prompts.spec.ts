import { join } from 'node:path';
import { expect, test } from '../assay.ts';
import { standBetween } from '../heldAnswers.ts';
import { ask, chooseModels, decodeOnOneThread, everyAnswer, unlock } from '../steps.ts';
import { pictureParts } from './parts.ts';
import { takePictures } from './picture.ts';

test.use({ store: 'created' });

test('the history, saved prompts and data sets', async ({ assay, page }, testInfo) => {
  const picture = takePictures(page, testInfo);
  const answers = await standBetween(page);
  await page.reload();
  await unlock(page, assay.passphrase);
  await decodeOnOneThread(page);
  await page.getByRole('link', { name: 'Prompts' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing asked yet' })).toBeVisible();
  await picture('prompts-empty');
  await page.getByRole('button', { name: 'Import chats' }).click();
  const chats = page.getByRole('dialog', { name: 'Import chats' });
  await chats.getByRole('textbox').fill(join(assay.dataFolder, '..', 'nowhere.json'));
  await chats.getByRole('button', { name: 'Import from path' }).click();
  await expect(chats.getByRole('alert')).toBeVisible();
  await picture('prompts-import-failed');
  await page.keyboard.press('Escape');

  await chooseModels(page, ['F16', 'Q2_K']);
  await page.getByText('One a line').click();
  await ask(
    page,
    'What is 41 + 27?\nSort these letters: d a c b\nWhat is the capital of France?\nWhich is larger, 71 or 17?',
  );
  await everyAnswer(page);
  await page.getByRole('link', { name: 'Prompts' }).click();
  const listed = page.getByRole('listbox', { name: 'Answers' }).getByRole('option');
  await expect(listed).toHaveCount(8);
  await picture('prompts-full');
  await page.getByRole('searchbox', { name: 'Search the history' }).fill('capital');
  await expect(listed).toHaveCount(2);
  const pane = page.getByRole('complementary', { name: 'Answer' });
  await expect(pane.getByRole('region', { name: 'Prompt', exact: true }).locator('mark')).toHaveText('capital');
  await pane.getByRole('textbox', { name: 'Note' }).fill('Wrong in Q2_K: a good one for the gold set.');
  const tags = pane.getByRole('combobox', { name: 'Tags' }).or(pane.getByRole('textbox', { name: 'Tags' }));
  await tags.fill('capitals');
  await tags.press('Enter');
  await expect(listed.first().getByText('capitals')).toBeVisible();
  await picture('prompts-search');
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect(page.getByRole('dialog', { name: 'Filter' })).toBeVisible();
  await picture('prompts-filter');
  await page.keyboard.press('Escape');
  await page.getByRole('searchbox', { name: 'Search the history' }).fill('no such word');
  await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible();
  await picture('prompts-nothing-found');
  await page.getByRole('button', { name: 'Show everything' }).click();
  await page.getByRole('listbox', { name: 'Answers' }).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('x');
  await page.keyboard.press('Delete');
  await expect(page.getByText('1 answer deleted.')).toBeVisible();
  await picture('prompts-deleted');
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(listed).toHaveCount(8);
  await page.getByRole('button', { name: 'Import, export, retention' }).click();
  await page.getByRole('menuitem', { name: 'How long to keep' }).click();
  await expect(page.getByRole('dialog', { name: 'How long to keep the history' }).getByRole('status')).toBeVisible();
  await picture('prompts-retention');
  await page.keyboard.press('Escape');

  await page.getByRole('link', { name: 'Saved' }).click();
  await expect(page.getByRole('heading', { name: 'No saved prompts' })).toBeVisible();
  await picture('prompts-saved-empty');
  await page.getByRole('link', { name: 'History' }).click();
  await pane.getByRole('button', { name: 'Keep as a saved prompt' }).click();
  const save = page.getByRole('dialog', { name: 'Keep as a saved prompt' });
  await save.getByRole('textbox', { name: 'Name' }).fill('Capital question');
  await save.getByRole('button', { name: 'Save prompt' }).click();
  await expect(save).toHaveCount(0);
  await page.getByRole('link', { name: 'Saved' }).click();
  const editor = page.getByRole('region', { name: 'Saved prompt Capital question' });
  await editor.getByRole('textbox', { name: 'Prompt', exact: true }).fill('What is the capital of {{country}}?');
  await editor.getByRole('button', { name: 'Save as version 2' }).click();
  await editor.getByRole('button', { name: /^Version 2/ }).click();
  await expect(editor.locator('ins').first()).toBeVisible();
  await picture('prompts-saved');
  await page.getByRole('link', { name: 'Data sets' }).click();
  await expect(page.getByRole('table')).toBeVisible();
  await picture('prompts-data-sets');

  await pictureParts(page, picture, answers, [
    {
      picture: 'prompts',
      at: '#/prompts/history',
      asks: 'prompts.list',
      waiting: 'Reading the history',
      failed: 'The history could not be read',
    },
  ]);
});
