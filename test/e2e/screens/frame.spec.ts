import { expect, test } from '../assay.ts';
import { unlock } from '../steps.ts';
import { takePictures } from './picture.ts';

// A page that does not find a part of itself, or is not let in, says so in the browser's console.
test.use({ store: 'created', provokesFaults: true });

test('a screen that is on its way, one that broke, and a page that is not signed in', async ({
  assay,
  page,
}, testInfo) => {
  const picture = takePictures(page, testInfo);
  await unlock(page, assay.passphrase);
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  await page.route(/\/assets\/audit-.*\.js$/, async (route) => {
    await arrived;
    await route.continue();
  });
  await page.getByRole('link', { name: 'Audit' }).click();
  await expect(page.getByRole('status', { name: 'Opening the screen' })).toBeVisible();
  await picture('opening');
  arrive();
  await page.route(/\/assets\/prompts-.*\.js$/, (route) => route.abort());
  await page.getByRole('link', { name: 'Prompts' }).click();
  await expect(page.getByRole('heading', { name: 'This screen broke' })).toBeVisible();
  await picture('broken');
  await page.evaluate(() => localStorage.setItem('assay-door', 'another'));
  await page.reload();
  await expect(page.getByRole('heading', { name: 'No connection to the host' })).toBeVisible();
  await picture('not-signed-in');
});
