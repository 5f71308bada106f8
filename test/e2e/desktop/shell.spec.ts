import { expect, test } from '../assay.ts';
import { unlock, writeModels } from '../steps.ts';

test.use({ store: 'created' });

test('what only the desktop has: its menu, its key ring', async ({ assay, page }) => {
  const click = (menu: string, item: string) =>
    assay.electron.evaluate(
      ({ Menu, BrowserWindow }, [label, wanted]) => {
        const found = Menu.getApplicationMenu()
          ?.items.find((top) => top.label === label)
          ?.submenu?.items.find((entry) => entry.label === wanted);
        if (!found) throw new Error(`There is no ${label} > ${wanted}.`);
        found.click(undefined, BrowserWindow.getAllWindows()[0], undefined);
      },
      [menu, item] as const,
    );
  await unlock(page, assay.passphrase);

  await test.step('the menu has what a person looks for there', async () => {
    const menu = await assay.electron.evaluate(({ Menu }) =>
      Object.fromEntries(
        Menu.getApplicationMenu()?.items.map(({ label, submenu }) => [
          label,
          submenu?.items.filter(({ type }) => type !== 'separator').map((item) => item.label || item.role),
        ]) ?? [],
      ),
    );
    const mac = process.platform === 'darwin';
    expect(menu.File).toEqual(
      expect.arrayContaining(['New comparison', 'Open models…', ...(mac ? [] : ['Settings…', 'Lock the store'])]),
    );
    expect(menu.View).toEqual(expect.arrayContaining(['Command palette']));
    expect(menu.Help).toEqual(expect.arrayContaining(['Keys of this screen']));
    expect(Object.keys(menu)).toEqual(expect.arrayContaining(['File', 'Edit', 'View', 'Window', 'Help']));
  });

  const settings = process.platform === 'darwin' ? 'Assay' : 'File';
  await test.step('each of its items acts', async () => {
    await click('File', 'New comparison');
    await expect(page.getByRole('heading', { name: 'Compare', exact: true })).toBeAttached();
    await click(settings, 'Settings…');
    await expect(page.getByRole('heading', { name: 'Engine', exact: true })).toBeVisible();
    await click('View', 'Command palette');
    await expect(page.getByRole('textbox', { name: 'Command' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await click('Help', 'Keys of this screen');
    await expect(page.getByRole('dialog', { name: 'Keys of this screen' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    const [file] = await writeModels(assay, ['Opened']);
    await assay.electron.evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path ?? ''] });
    }, file);
    await click('File', 'Open models…');
    await expect(page.getByRole('button', { name: 'Remove Opened F32' })).toBeVisible();
  });

  await test.step('the key ring opens the store, or is refused in words where there is none', async () => {
    const ring = await assay.electron.evaluate(({ safeStorage }) => ({
      isAsynchronous: typeof safeStorage.isAsyncEncryptionAvailable === 'function',
      backend: process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : 'system',
    }));
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Store', exact: true }).click();
    const keys = page.getByRole('region', { name: 'Keys' });
    const add = keys.getByRole('button', { name: 'Add to key ring' });
    if (!ring.isAsynchronous) {
      await expect(keys).toContainText('lacks the asynchronous key ring');
      await expect(add).toBeDisabled();
    } else if (ring.backend === 'basic_text') {
      await expect(keys).toContainText('This desktop has no key ring (libsecret or KWallet)');
      await expect(add).toBeDisabled();
    } else if (await add.isEnabled()) {
      await add.click();
      await page.getByRole('dialog').getByLabel('Passphrase').fill(assay.passphrase);
      await page.getByRole('dialog').getByRole('button', { name: 'Add to key ring' }).click();
      await expect(page.getByText('The key ring can open the store now.')).toBeVisible();
    } else {
      await expect(keys).toContainText(/key ring of the system/i);
    }
  });

  await test.step('the menu locks the store', async () => {
    await click(settings, 'Lock the store');
    await expect(page.getByRole('heading', { name: 'Unlock your store' })).toBeVisible();
    const [kind] = await page.getByRole('radiogroup', { name: 'Unlock with' }).getByText('Key ring').all();
    if (kind) {
      await kind.click();
      await page.getByRole('button', { name: 'Unlock store' }).click();
      await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible();
    }
  });
});
