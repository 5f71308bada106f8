import { expect, test } from './assay.ts';
import { unlock } from './steps.ts';

test.use({ store: 'created' });

test('when the host dies the page says so and keeps what it shows', async ({ assay, page, home }) => {
  test.skip(home === 'desktop', 'On the desktop the shell starts the host again; desktop/crashes.spec.ts covers it.');
  await unlock(page, assay.passphrase);
  process.kill(assay.pid, 'SIGKILL');
  await expect(page.getByTestId('connection-banner')).toContainText(/connection/i);
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
});

test.describe('a screen whose code does not come', () => {
  test.use({ provokesFaults: true });

  test('says so, breaks nothing else, and stands when it is tried again', async ({ assay, page }) => {
    test.skip(assay.home === 'desktop', 'On the desktop the code of the screens lies on the disk.');
    let isGone = true;
    await page.route(/\/prompts-.*\.js$/, (route) => (isGone ? route.abort() : route.continue()));
    await unlock(page, assay.passphrase);
    await page.getByRole('link', { name: 'Prompts' }).click();
    await expect(page.getByText('This screen broke')).toBeVisible();
    await page.getByRole('link', { name: 'Home' }).click();
    await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
    isGone = false;
    // As long as the failure is held for those who render it again.
    await page.waitForTimeout(1200);
    await page.getByRole('link', { name: 'Prompts' }).click();
    await expect(page.getByText('Nothing asked yet')).toBeVisible();
  });
});
