import { dirname } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './assay.ts';
import { unlock, writeModels } from './steps.ts';

test.use({ store: 'created' });

/** As the system drags: real files, by the browser's own input. */
async function drop(page: Page, files: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', {
      type,
      x: 700,
      y: 500,
      data: { items: [], files: [...files], dragOperationsMask: 1 },
    });
}

test('a GGUF file that is dropped on the page joins the comparison where the page can know its path', async ({
  assay,
  page,
  home,
}) => {
  const files = await writeModels(assay, ['Dropped', 'Dropped too']);
  await unlock(page, assay.passphrase);
  await page.getByRole('link', { name: 'Compare' }).click();
  await expect(page.getByRole('heading', { name: 'No models chosen' })).toBeVisible();

  await drop(page, files);
  if (home === 'desktop') {
    await expect(page.getByRole('button', { name: 'Remove Dropped F32' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Remove Dropped too F32' })).toBeVisible();
  } else {
    await expect(page.getByText('A browser does not tell where a dropped file lies.')).toBeVisible();
    await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(0);
  }
});

test('files and folders that are dropped on Models come into the library where they lie', async ({
  assay,
  page,
  home,
}) => {
  const [file = ''] = await writeModels(assay, ['Dropped']);
  await unlock(page, assay.passphrase);
  await page.getByRole('link', { name: 'Models' }).click();
  await expect(page.getByRole('row', { name: /F16/ }).first()).toBeVisible();
  const dropped = page.getByRole('row', { name: /dropped\.gguf/ });
  await drop(page, [file]);
  if (home === 'desktop') {
    await expect(dropped).toHaveCount(1);
    await writeModels(assay, ['Beside it']);
    await drop(page, [dirname(file)]);
    await expect(page.getByRole('row', { name: /beside-it\.gguf/ })).toHaveCount(1);
    await expect(dropped).toHaveCount(1);
  } else {
    await expect(page.getByText('A browser does not tell where a dropped file lies')).toBeVisible();
    await expect(dropped).toHaveCount(0);
  }
});
