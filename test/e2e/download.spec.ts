import { ggufBytes } from '../helpers/ggufFile.ts';
import { randomLlama } from '../helpers/ggufModel.ts';
import { type HubServer, openHubServer, sendWell, sha256 } from '../helpers/hubServer.ts';
import { expect, test } from './assay.ts';
import { expectAccessibleInBoth, unlock } from './steps.ts';

test.use({ store: 'created' });

const files = {
  'tiny-F16.gguf': Buffer.from(ggufBytes(randomLlama({ seed: 3, type: 'F16', name: 'Tiny Alder' }))),
  'tiny-F32.gguf': Buffer.from(ggufBytes(randomLlama({ seed: 3, type: 'F32', name: 'Tiny Alder' }))),
};

let hub: HubServer;
test.beforeEach(async () => {
  hub = await openHubServer(files);
});
test.afterEach(() => hub.close());

test('a model is downloaded once the network is on and its licence accepted, stopped, gone on with, and stands in the list', async ({
  assay,
  page,
}) => {
  await unlock(page, assay.passphrase);
  await page.getByRole('link', { name: 'Models' }).click();
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  const panel = page.getByRole('region', { name: 'Download models' });
  await expect(panel).toContainText('The network is off');
  await expect(panel.getByRole('textbox')).toHaveCount(0);
  await expectAccessibleInBoth(page);

  await panel.getByRole('button', { name: 'Turn the network on' }).click();
  await expect(panel.getByText('Qwen2.5 0.5B Instruct', { exact: true })).toBeVisible();
  await panel.getByRole('button', { name: 'Mirror and proxy' }).click();
  await panel.getByRole('textbox', { name: 'Mirror, in the place of the hub' }).fill(hub.base);
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(panel).toContainText(`From ${new URL(hub.base).host}`);
  await expectAccessibleInBoth(page);
  expect(hub.seen).toEqual([]);

  const search = panel.getByRole('textbox', { name: 'Repository on the hub' });
  await search.fill('org/none');
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('alert')).toContainText('has no org/none');
  await search.fill('org/model');
  await page.keyboard.press('Enter');
  await expect(panel).toContainText('Licence: apache-2.0');
  const download = panel.getByRole('button', { name: 'Download tiny-F16.gguf' });
  await expect(download).toBeDisabled();
  await panel.getByRole('checkbox', { name: 'I accept apache-2.0' }).check();
  await expectAccessibleInBoth(page);

  hub.behave((_, response, content) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 100_000));
  });
  await download.click();
  await expect(panel.getByRole('progressbar', { name: 'Download of tiny-F16.gguf' })).toBeVisible();
  await panel.getByRole('button', { name: 'Cancel the download of tiny-F16.gguf' }).click();
  await expect(panel).toContainText('Cancelled; what came is kept.');
  hub.behave(sendWell);
  // Under another licence it goes on once that one is accepted.
  const resume = panel.getByRole('button', { name: 'Resume the download of tiny-F16.gguf' });
  hub.describe({ cardData: { license: 'cc-by-nc-4.0' } });
  await resume.click();
  await expect(panel).toContainText('The licence of org/model is now cc-by-nc-4.0; apache-2.0 was accepted.');
  await search.press('Enter');
  await expect(panel).toContainText('of it came already');
  await expect(panel).not.toContainText('was accepted');
  await expect(resume).toBeDisabled();
  await panel.getByRole('checkbox', { name: 'I accept cc-by-nc-4.0' }).check();
  await resume.click();
  await expect(panel.getByText('In the list')).toBeVisible();
  // With the hash that was read on the way.
  await expect(page.getByRole('row', { name: /tiny-F16/ })).toContainText(sha256(files['tiny-F16.gguf']).slice(0, 12));
  await expectAccessibleInBoth(page);

  // Off the list the file stays, and the panel is the way back.
  await page.getByRole('row', { name: /tiny-F16/ }).click();
  await page.getByRole('button', { name: 'More for tiny-F16.gguf' }).click();
  await page.getByRole('menuitem', { name: 'Take off the list (the file stays)' }).click();
  // Carried out once it can no longer be undone.
  await expect(panel.getByText('In the list')).toHaveCount(0, { timeout: 20_000 });
  const asked = hub.seen.filter((line) => line.includes('/resolve/')).length;
  await download.click();
  await expect(panel.getByText('In the list')).toBeVisible();
  expect(hub.seen.filter((line) => line.includes('/resolve/'))).toHaveLength(asked);

  // A later revision has other bytes: it is not in the list, and comes beside what lies there.
  const later = files['tiny-F32.gguf'];
  const lfs = { sha256: sha256(later), size: later.length };
  hub.describe({ sha: 'f'.repeat(40), siblings: [{ rfilename: 'tiny-F16.gguf', size: later.length, lfs }] });
  hub.behave((request, response) => sendWell(request, response, later));
  await search.press('Enter');
  await expect(panel).toContainText('Another file lies in its place');
  await expect(panel.getByText('In the list')).toHaveCount(0);
  await panel.getByRole('checkbox', { name: 'I accept apache-2.0' }).check();
  await expectAccessibleInBoth(page);
  await panel.getByRole('button', { name: 'Keep both, and download tiny-F16.gguf' }).click();
  await expect(panel.getByText('In the list')).toBeVisible();
  await expect(page.getByRole('row', { name: /tiny-F16/ })).toHaveCount(2);

  await panel.getByRole('button', { name: 'Turn the network off' }).click();
  await expect(panel).toContainText('The network is off');
});
