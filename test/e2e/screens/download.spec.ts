import { ggufBytes } from '../../helpers/ggufFile.ts';
import { randomLlama } from '../../helpers/ggufModel.ts';
import { openHubServer } from '../../helpers/hubServer.ts';
import { expect, test } from '../assay.ts';
import { unlock } from '../steps.ts';
import { takePictures } from './picture.ts';

test.use({ store: 'created' });

test('downloads: off, the catalogue, a repository and its licence, under way, failed, in the list, another file in its place', async ({
  assay,
  page,
}, testInfo) => {
  const picture = takePictures(page, testInfo);
  const model = (type: 'F16' | 'F32') => Buffer.from(ggufBytes(randomLlama({ seed: 3, type, name: 'Tiny Alder' })));
  const hub = await openHubServer({ 'tiny-alder-F16.gguf': model('F16'), 'tiny-alder-F32.gguf': model('F32') });
  try {
    await unlock(page, assay.passphrase);
    await page.getByRole('link', { name: 'Models' }).click();
    await page.getByRole('button', { name: 'Download', exact: true }).click();
    const panel = page.getByRole('region', { name: 'Download models' });
    await expect(panel).toContainText('The network is off');
    await picture('download-off');
    await panel.getByRole('button', { name: 'Turn the network on' }).click();
    await expect(panel.getByText('Qwen2.5 0.5B Instruct', { exact: true })).toBeVisible();
    await picture('download-catalogue');
    await panel.getByRole('button', { name: 'Mirror and proxy' }).click();
    await panel.getByRole('textbox', { name: 'Mirror, in the place of the hub' }).fill(hub.base);
    await panel.getByRole('button', { name: 'Save' }).click();
    await expect(panel).toContainText(`From ${new URL(hub.base).host}`);
    const search = panel.getByRole('textbox', { name: 'Repository on the hub' });
    await search.fill('org/none');
    await page.keyboard.press('Enter');
    await expect(panel.getByRole('alert')).toBeVisible();
    await picture('download-not-found');
    await search.fill('org/model');
    await page.keyboard.press('Enter');
    await expect(panel).toContainText('Licence: apache-2.0');
    await picture('download-licence');

    await panel.getByRole('checkbox', { name: 'I accept apache-2.0' }).check();
    await panel.getByRole('button', { name: 'Download tiny-alder-F16.gguf' }).click();
    await expect(panel.getByText('In the list')).toBeVisible();
    hub.behave((_, response, content) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, content.length / 2));
    });
    await panel.getByRole('button', { name: 'Download tiny-alder-F32.gguf' }).click();
    await expect(panel.getByRole('progressbar', { name: 'Download of tiny-alder-F32.gguf' })).toBeVisible();
    await picture('download-under-way');
    await panel.getByRole('button', { name: 'Cancel the download of tiny-alder-F32.gguf' }).click();
    await expect(panel).toContainText('Cancelled; what came is kept.');
    await picture('download-cancelled');
    const lfs = { sha256: '0'.repeat(64), size: 4_000_000 };
    hub.describe({ sha: 'f'.repeat(40), siblings: [{ rfilename: 'tiny-alder-F16.gguf', size: lfs.size, lfs }] });
    await search.press('Enter');
    await expect(panel.getByRole('button', { name: /^Keep both/ })).toBeVisible();
    await picture('download-keep-both');
  } finally {
    await hub.close();
  }
});
