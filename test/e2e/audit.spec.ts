import { readdir, readFile, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './assay.ts';
import { expectAccessibleInBoth, runCommandByWords, unlock, writeModels } from './steps.ts';

test.use({ store: 'created' });

test('the chain is read, filtered, verified and exported; the ledger, backups, clean-up and what needs you are there', async ({
  assay,
  page,
}) => {
  const beside = join(assay.dataFolder, '..');
  await unlock(page, assay.passphrase);
  const badge = page.getByRole('link', { name: 'Offline: 0 connections' });
  await expect(badge).toBeVisible();

  await page.getByRole('link', { name: 'Audit' }).click();
  const list = page.getByRole('listbox', { name: 'Entries' });
  const entries = list.getByRole('option');
  const pane = page.getByRole('complementary', { name: 'Entry' });
  const check = page.getByRole('region', { name: 'Check of the chain' });
  await expect(entries.first()).toContainText('engine.updateSettings');
  await expect(pane).toContainText('Asked for in entry');
  await expect(pane).toContainText(userInfo().username);
  await expect(check).toContainText('Not checked as a whole');
  await page.keyboard.press('v');
  await expect(check).toContainText('The chain holds');
  await check.getByText('What this proves, and what it does not').click();
  await expect(check).toContainText('Only a head that was seen outside binds');
  await expectAccessibleInBoth(page);

  await page.keyboard.press('j');
  await expect(page.locator('#entry-1')).toHaveAttribute('aria-selected', 'true');
  await expect(list).toBeFocused();
  await expect(pane.getByRole('region', { name: 'Facts' })).toContainText('threads');
  await page.keyboard.press('Enter');
  await expect(pane).toBeFocused();
  await expect(pane.getByRole('region', { name: 'Place in the chain' })).toContainText('Previous hash');
  await page.keyboard.press('k');
  await expect(page.locator('#entry-0')).toHaveAttribute('aria-selected', 'true');

  await page.keyboard.press('/');
  const search = page.getByRole('searchbox', { name: 'Search the log' });
  await expect(search).toBeFocused();
  await search.fill('vault.create');
  await expect(page.getByText('1 entry found')).toBeVisible();
  await expect(entries).toHaveCount(1);
  await search.fill('no such word');
  await expect(page.getByRole('heading', { name: 'No entry fits' })).toBeVisible();
  await page.getByRole('button', { name: 'Show everything' }).last().click();
  await page
    .getByRole('combobox', { name: 'Outcome' })
    .or(page.getByRole('textbox', { name: 'Outcome' }))
    .click();
  await page.getByRole('option', { name: 'Done', exact: true }).click();
  await expect(entries).toHaveCount(1);
  await expect(entries.first()).toContainText('engine.updateSettings');

  await page.getByRole('button', { name: 'Export log' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export the log' });
  await dialog.getByRole('textbox', { name: 'Where to' }).fill(join(beside, 'log.jsonl'));
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('status')).toContainText('entries');
  const [about = '', ...lines] = (await readFile(join(beside, 'log.jsonl'), 'utf8')).trim().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '').hash).toBe(JSON.parse(about).head);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await runCommandByWords(page, 'show every entry of the log');

  await badge.click();
  await expect(page.getByRole('heading', { name: 'No connection was ever attempted' })).toBeVisible();
  await page.getByRole('switch', { name: 'Let Assay connect to other machines' }).press('Space');
  await expect(page.getByRole('link', { name: 'Network on: 0 connections' })).toBeVisible();
  await expectAccessibleInBoth(page);
  await page.getByRole('switch', { name: 'Let Assay connect to other machines' }).press('Space');
  await expect(badge).toBeVisible();

  await page.getByRole('link', { name: 'Backups' }).click();
  await page.getByRole('textbox', { name: 'Folder' }).fill(join(beside, 'nowhere'));
  await page.getByRole('button', { name: 'Save folder' }).click();
  await expect(page.getByRole('alert')).toContainText('is no folder that Assay can reach');
  await page.getByRole('textbox', { name: 'Folder' }).fill(beside);
  await page.getByRole('button', { name: 'Save folder' }).click();
  await expect(page.getByRole('switch', { name: 'Back up by itself' })).toBeEnabled();
  await page.getByRole('switch', { name: 'Back up by itself' }).press('Space');
  await expect(page.getByRole('list', { name: 'Kept backups' }).getByRole('listitem')).toHaveCount(1);
  await expectAccessibleInBoth(page);

  const backups = async () => (await readdir(beside)).filter((name) => name.endsWith('.assay-backup'));
  expect(await backups()).toHaveLength(1);
  await page.getByRole('link', { name: 'Storage' }).click();
  await page.getByRole('checkbox', { name: /^Tick Scheduled backup/ }).check();
  await expectAccessibleInBoth(page);
  await page.getByRole('button', { name: /^Remove 1 item, free/ }).click();
  await page.getByRole('button', { name: 'Remove for good' }).click();
  await expect(page.getByText(/^1 item removed/)).toBeVisible();
  expect(await backups()).toEqual([]);

  const [model = ''] = await writeModels(assay, ['Gone']);
  await page.getByRole('link', { name: 'Models' }).click();
  await page.getByRole('button', { name: 'Add models' }).click();
  await page.getByRole('textbox', { name: 'Path of a GGUF file or a folder' }).fill(model);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: /gone\.gguf/ })).toBeVisible();
  await rm(model);
  await page.reload();
  await page.getByRole('link', { name: 'Home' }).click();
  await expect(page.getByRole('region', { name: 'Needs you' })).toContainText('The file of a model is missing');
  await expectAccessibleInBoth(page);
});
