import { expect, test } from './assay.ts';
import { expectAccessibleInBoth, runCommandByWords, unlock } from './steps.ts';

test.use({ store: 'created' });

test('About says by keys what runs here, copies it without a path, and shows the notices of others', async ({
  assay,
  page,
  home,
}) => {
  await unlock(page, assay.passphrase);
  await runCommandByWords(page, 'about assay');
  await expect(page.getByRole('heading', { name: 'About', exact: true })).toBeVisible();
  const versions = page.getByRole('region', { name: 'Versions' });
  for (const name of ['Assay', 'Engine', 'Database', 'Node', 'System'])
    await expect(versions.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) })).toBeVisible();
  await expect(versions).toContainText(/llama\.cpp v\d/);
  await expect(versions).toContainText(/SQLite3 Multiple Ciphers \d/);
  await expect(versions.getByText(home === 'desktop' ? 'Electron' : 'Browser', { exact: true })).toBeVisible();
  await expectAccessibleInBoth(page);

  if (home === 'browser') await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy versions' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Versions copied.')).toBeVisible();
  if (home === 'browser') {
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^Assay: \d+\.\d+\.\d+, in a browser\nEngine: llama\.cpp v/);
    expect(copied).toContain('Licence: Apache-2.0');
    // No path, and so no name of whoever is signed in.
    expect(copied).not.toMatch(/[\\/]/);
  }

  const show = page.getByRole('button', { name: 'Show notices' });
  await show.focus();
  await page.keyboard.press('Enter');
  const notices = page.getByRole('dialog', { name: 'Third-party software' }).getByRole('region', { name: 'Notices' });
  await expect(notices).toContainText('llama.cpp');
  await notices.focus();
  await expect(notices).toBeFocused();
  await expectAccessibleInBoth(page);
  await page.keyboard.press('Escape');
  await expect(show).toBeFocused();
});

test('the most memory for models is set by keys, what fits goes by it at once, and it is there again after a restart', async ({
  assay,
  page,
}) => {
  await unlock(page, assay.passphrase);
  const fits = page.getByText('fits', { exact: true }).first().locator('..');
  await page.getByRole('link', { name: 'Models' }).press('Enter');
  await fits.hover();
  await expect(page.getByText(/GiB free now: it fits\.$/)).toBeVisible();
  await page.getByRole('link', { name: 'Settings' }).press('Enter');
  const automatic = page.getByRole('switch', { name: 'Most memory for models: automatic' });
  const size = page.getByRole('textbox', { name: 'Most memory for models in GiB' });
  await expect(automatic).toBeChecked();
  await expect(size).toHaveCount(0);
  await automatic.press('Space');
  await expect(size).toHaveValue(/^\d+ GiB$/);
  await size.fill('0.75');
  await size.press('Enter');
  await expect(automatic).not.toBeChecked();
  await expectAccessibleInBoth(page);
  await page.getByRole('link', { name: 'Models' }).press('Enter');
  await fits.hover();
  await expect(page.getByText(/768 MiB allowed by the settings: it fits\.$/)).toBeVisible();

  const again = await assay.restart();
  await unlock(again, assay.passphrase);
  await again.getByRole('link', { name: 'Settings' }).press('Enter');
  await expect(again.getByRole('textbox', { name: 'Most memory for models in GiB' })).toHaveValue('0.75 GiB');
  await again.getByRole('switch', { name: 'Most memory for models: automatic' }).press('Space');
  await expect(again.getByRole('textbox', { name: 'Most memory for models in GiB' })).toHaveCount(0);
});
