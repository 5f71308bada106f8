import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../assay.ts';
import { standBetween } from '../heldAnswers.ts';
import { unlock } from '../steps.ts';
import { failure, pictureParts } from './parts.ts';
import { takePictures } from './picture.ts';

test.use({ store: 'created' });

test('the log, the network, what is stored and the backups', async ({ assay, page }, testInfo) => {
  const picture = takePictures(page, testInfo);
  const answers = await standBetween(page);
  await page.reload();
  await unlock(page, assay.passphrase);
  await page.getByRole('link', { name: 'Audit' }).click();
  await expect(page.getByRole('option').first()).toBeVisible();
  await picture('audit');
  await page.getByRole('button', { name: 'Verify chain' }).click();
  await expect(page.getByText('The chain holds')).toBeVisible();
  await page.getByText('What this proves, and what it does not').click();
  await picture('audit-verified');
  await page.getByRole('searchbox').fill('no such word');
  await expect(page.getByRole('heading', { name: 'No entry fits' })).toBeVisible();
  await picture('audit-nothing-found');
  await page.getByRole('button', { name: 'Export log' }).click();
  await expect(page.getByRole('dialog').locator(':focus')).toHaveCount(1);
  await picture('audit-export');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  answers.hold('audit.search');
  await page.reload();
  await expect(page.getByRole('status', { name: 'Reading the log' })).toBeVisible();
  await picture('audit-loading');
  answers.release();
  answers.fail(failure, 'audit.search');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'The log could not be read' })).toBeVisible();
  await picture('audit-failed');
  answers.release();

  await page.getByRole('link', { name: /^Offline/ }).click();
  await expect(page.getByRole('heading', { name: 'No connection was ever attempted' })).toBeVisible();
  await picture('settings-network-empty');
  await page.getByRole('link', { name: 'Models' }).click();
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  await page.getByRole('button', { name: 'Turn the network on' }).click();
  await page.getByRole('button', { name: 'Mirror and proxy' }).click();
  await page.getByRole('textbox', { name: 'Mirror, in the place of the hub' }).fill('http://127.0.0.1:9');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('textbox', { name: 'Repository on the hub' }).fill('org/model');
  answers.hold('downloads.look');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status', { name: 'Asking the hub' })).toBeVisible();
  await picture('download-asking');
  answers.release();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await page.getByRole('link', { name: /^Network on/ }).click();
  await expect(page.getByRole('region', { name: 'Attempts to connect' })).toBeVisible();
  await picture('settings-network');
  await pictureParts(page, picture, answers, [
    {
      picture: 'settings-ledger',
      at: '#/settings/network',
      asks: 'network.connections',
      waiting: 'Reading the ledger',
      failed: 'The ledger could not be read',
    },
  ]);

  const to = join(assay.dataFolder, '..', 'backups');
  await mkdir(to);
  await page.getByRole('link', { name: 'Backups' }).click();
  await page.getByRole('textbox', { name: 'Folder' }).fill(to);
  await page.getByRole('button', { name: 'Save folder' }).click();
  await expect(page.getByRole('switch', { name: 'Back up by itself' })).toBeEnabled();
  await page.getByRole('switch', { name: 'Back up by itself' }).press('Space');
  await expect(page.getByRole('list', { name: 'Kept backups' })).toBeVisible();
  await picture('settings-backups');
  await page.getByRole('link', { name: 'Storage' }).click();
  await page.getByRole('checkbox', { name: /^Tick/ }).first().check();
  await picture('settings-storage');
  await rm(to, { recursive: true });
  await page.getByRole('link', { name: 'Backups' }).click();
  await page.getByRole('button', { name: 'Back up now' }).click();
  await expect(page.getByRole('alert')).toContainText('The last backup failed');
  await picture('settings-backups-failed');
  await page.getByRole('link', { name: 'Home' }).click();
  await expect(page.getByRole('region', { name: 'Needs you' })).toContainText('The last scheduled backup failed');
  await picture('home-needs-you-backup');
});
