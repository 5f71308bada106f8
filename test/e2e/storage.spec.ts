import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Assay, expect, test } from './assay.ts';
import { expectAccessibleInBoth, unlock } from './steps.ts';

// The smallest window that is promised, with a name that takes more than a line.
test.use({ store: 'created', viewportSize: { width: 1024, height: 700 } });

const name = 'logits-of-a-model-with-a-name-as-repositories-like-them-instruct-v0.3-merged-7B-final-F16.kld';

/** The file of a divergence run of an earlier version, which kept nothing by which it is known again. */
async function baseFileOfEarlier({ dataFolder, passphrase }: Assay): Promise<string> {
  const file = join(dataFolder, '..', name);
  await writeFile(file, '_logits_');
  await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, '../helpers/earlierBaseProcess.ts'), dataFolder, file],
    {
      env: { ...process.env, ASSAY_PASSPHRASE: passphrase },
    },
  );
  return file;
}

test('a base file that cannot be told to be Assay’s goes by its name alone, by keys', async ({ assay, page }) => {
  const file = await baseFileOfEarlier(assay);
  await unlock(page, assay.passphrase);
  await page.getByRole('link', { name: 'Settings' }).press('Enter');
  await page.getByRole('link', { name: 'Storage' }).press('Enter');
  const files = page.getByRole('region', { name: 'Base files of divergence runs' });
  await expect(files).toContainText('Whether this is that file cannot be told; it goes only by its name.');
  await expect(files.getByRole('checkbox')).toHaveCount(0);

  const remove = files.getByRole('button', { name: `Remove ${name}` });
  await remove.press('Enter');
  const dialog = page.getByRole('dialog', { name: `Remove ${name}` });
  const field = dialog.getByRole('textbox', { name: `Type ${name} to remove it anyway` });
  await expect(field).toBeFocused();
  await field.fill(name.slice(0, -1));
  await field.press('Enter');
  await expect(dialog.getByRole('button', { name: 'Remove it anyway' })).toBeDisabled();
  await expectAccessibleInBoth(page);
  await page.keyboard.press('Escape');
  await expect(remove).toBeFocused();
  expect(existsSync(file)).toBe(true);

  await remove.press('Enter');
  await expect(field).toHaveValue('');
  await field.fill(name);
  await field.press('Enter');
  await expect(page.getByText('1 item removed, 8 B freed.')).toBeVisible();
  await expect(files).toHaveCount(0);
  expect(existsSync(file)).toBe(false);
});
