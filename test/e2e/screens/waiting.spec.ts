import { expect, test } from '../assay.ts';
import { standBetween } from '../heldAnswers.ts';
import { everyAnswer, unlock } from '../steps.ts';
import { pictureParts } from './parts.ts';
import { takePictures } from './picture.ts';

test.use({ store: 'created' });

test('each part of a screen while it waits for the host, and when the host could not answer', async ({
  assay,
  page,
}, testInfo) => {
  const picture = takePictures(page, testInfo);
  const answers = await standBetween(page);
  await page.reload();
  await unlock(page, assay.passphrase);
  await page.getByRole('button', { name: 'Compare sample quantizations' }).click();
  await everyAnswer(page);

  const addressOf = async (quantization: RegExp) => {
    await page.getByRole('link', { name: 'Models' }).click();
    await page.getByRole('row', { name: quantization }).first().click();
    await page.waitForURL(/#\/models\/./);
    return new URL(page.url()).hash;
  };
  const original = await addressOf(/F16/);
  const smallest = await addressOf(/Q2_K/);
  const press = (name: string) => () => page.getByRole('button', { name, exact: true }).click();
  /** The list of what was done before lies over a narrow screen and stands beside a wide one. */
  const show = (plural: string) => async () => {
    const button = page.getByRole('button', { name: `Show ${plural}`, exact: true });
    const hide = page.getByRole('button', { name: `Hide ${plural}`, exact: true });
    await expect(button.or(hide)).toBeVisible();
    if (await button.isVisible()) await button.click();
  };
  await pictureParts(page, picture, answers, [
    {
      picture: 'models',
      at: '#/models',
      asks: 'models.library',
      waiting: 'Reading the library',
      failed: 'The models could not be listed',
    },
    {
      picture: 'models-details',
      at: original,
      asks: 'models.details',
      waiting: 'Reading the file',
      failed: 'The file could not be read',
    },
    {
      picture: 'models-differences',
      at: `${original}/${smallest.split('/').at(-1)}`,
      asks: 'models.diff',
      waiting: 'Reading both files',
      failed: 'The files could not be held against each other',
    },
    {
      picture: 'models-found',
      at: '#/models',
      asks: 'models.found',
      open: press('Other programs'),
      waiting: 'Looking at the folders of other programs',
      failed: 'The folders could not be looked at',
    },
    {
      picture: 'download',
      at: '#/models',
      asks: 'network.settings',
      open: press('Download'),
      waiting: 'Reading the settings of the network',
      failed: 'The settings of the network could not be read',
    },
    {
      picture: 'compare-history',
      at: '#/compare',
      asks: 'compare.list',
      open: show('history'),
      waiting: 'Reading the history',
      failed: 'The history could not be read',
    },
    {
      picture: 'divergence',
      at: '#/compare/divergence',
      asks: 'divergence.list',
      waiting: 'Opening the run',
      failed: 'The runs could not be read',
    },
    {
      picture: 'divergence-runs',
      at: '#/compare/divergence',
      asks: 'divergence.list',
      open: show('runs'),
      waiting: 'Reading the runs',
    },
    {
      picture: 'divergence-run',
      at: '#/compare/divergence/some-run',
      asks: 'divergence.get',
      failed: 'The run could not be opened',
    },
    {
      picture: 'trade-off',
      at: '#/compare/trade-off',
      asks: 'divergence.list',
      waiting: 'Opening the run',
      failed: 'The run could not be opened',
    },
    {
      picture: 'blind',
      at: '#/compare/blind/some-test',
      asks: 'blind.get',
      waiting: 'Opening the blind test',
      failed: 'The blind test could not be opened',
    },
    {
      picture: 'blind-new',
      at: '#/compare/blind',
      asks: 'compare.list',
      waiting: 'Reading the comparisons',
    },
    {
      picture: 'blind-tests',
      at: '#/compare/blind',
      asks: 'blind.list',
      open: show('blind tests'),
      waiting: 'Reading the blind tests',
      failed: 'The blind tests could not be read',
    },
    {
      picture: 'playground-conversations',
      at: '#/compare/playground',
      asks: 'playground.list',
      open: show('conversations'),
      waiting: 'Reading the conversations',
      failed: 'The conversations could not be read',
    },
    {
      picture: 'prompts-answer',
      at: '#/prompts/history',
      asks: 'prompts.get',
      waiting: 'Reading the answer',
      failed: 'The answer could not be read',
    },
    {
      picture: 'prompts-saved',
      at: '#/prompts/saved',
      asks: 'prompts.saved',
      waiting: 'Reading the saved prompts',
      failed: 'The saved prompts could not be read',
    },
    {
      picture: 'prompts-data-sets',
      at: '#/prompts/datasets',
      asks: 'prompts.datasets',
      waiting: 'Reading the data sets',
      failed: 'The data sets could not be read',
    },
    {
      picture: 'prompts-data-set',
      at: '#/prompts/datasets',
      asks: 'prompts.dataset',
      waiting: 'Reading the data set',
      failed: 'The data set could not be read',
    },
    {
      picture: 'audit-entry',
      at: '#/audit/1',
      asks: 'audit.entry',
      waiting: 'Reading the entry',
      failed: 'The entry could not be read',
    },
    {
      picture: 'settings',
      at: '#/settings/engine',
      asks: 'engine.status',
      waiting: 'Reading the engine’s settings',
      failed: 'The engine’s state could not be read',
    },
    {
      picture: 'settings-backends',
      at: '#/settings/engine',
      asks: 'engine.backends',
      waiting: 'Reading the backends',
      failed: 'The backends could not be read',
    },
    {
      picture: 'settings-network',
      at: '#/settings/network',
      asks: 'network.settings',
      waiting: 'Reading the network’s settings',
      failed: 'The network’s settings could not be read',
    },
    {
      picture: 'settings-storage',
      at: '#/settings/storage',
      asks: 'storage.used',
      waiting: 'Measuring what lies on the disk',
      failed: 'What lies on the disk could not be read',
    },
    {
      picture: 'settings-about',
      at: '#/settings/about',
      asks: 'about.read',
      waiting: 'Reading the versions',
      failed: 'The versions could not be read',
    },
    {
      picture: 'settings-notices',
      at: '#/settings/about',
      asks: 'about.notices',
      open: press('Show notices'),
      waiting: 'Reading the notices',
      failed: 'The notices could not be read',
    },
    {
      picture: 'settings-schedule',
      at: '#/settings/backups',
      asks: 'backups.status',
      waiting: 'Reading the schedule',
      failed: 'The schedule could not be read',
    },
  ]);
});
