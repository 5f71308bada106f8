import { expect, test } from './assay.ts';
import { unlock, writeModels } from './steps.ts';

test.use({ store: 'created' });

test('a GGUF file that is dropped on the page joins the comparison where the page can know its path', async ({
  assay,
  page,
  home,
}) => {
  const files = await writeModels(assay, ['Dropped', 'Dropped too']);
  await unlock(page, assay.passphrase);
  await page.getByRole('link', { name: 'Compare' }).click();
  await expect(page.getByRole('heading', { name: 'No models chosen' })).toBeVisible();

  // As the system drags: real files, by the browser's own input.
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', {
      type,
      x: 700,
      y: 500,
      data: { items: [], files, dragOperationsMask: 1 },
    });
  if (home === 'desktop') {
    await expect(page.getByRole('button', { name: 'Remove Dropped F32' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Remove Dropped too F32' })).toBeVisible();
  } else {
    await expect(page.getByText('A browser does not tell where a dropped file lies.')).toBeVisible();
    await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(0);
  }
});
