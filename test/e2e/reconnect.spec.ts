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
