import { expect } from '@playwright/test';
import type { ConnectionAttempt, NetworkSummary } from '../../preload/contract/network.ts';
import { openDesktopHome } from './desktopHome.ts';
import { call } from './rawClient.ts';
import { chooseModels, createStore } from './steps.ts';

/** What the app said at the end of its run. */
export interface OfflineRun {
  faults: string[];
  refusal: string;
  badge: string;
  attempts: ConnectionAttempt[];
  summary: NetworkSummary;
}

/** A process of its own for a spec that traces it: the app from its start to its end with the network off, as a person uses it. */
const [dataFolder = ''] = process.argv.slice(2);
const faults: string[] = [];
const home = await openDesktopHome({
  dataFolder,
  scheme: 'light',
  viewportSize: { width: 1440, height: 900 },
  arguments: [],
  onFault: (fault) => faults.push(fault),
});
const { page } = home;
try {
  await createStore(page, 'copper lantern orbit nine');
  await chooseModels(page, ['Q4_K_M', 'Q2_K']);
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('Tell me a story about a hen.');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.locator('[aria-label="Answers"][aria-busy="false"]')).toBeVisible({ timeout: 120_000 });
  for (const screen of ['Models', 'Prompts', 'Audit', 'Settings', 'Home']) {
    await page.getByRole('link', { name: screen, exact: true }).click();
    await expect(page.getByRole('main')).toBeVisible();
  }
  const refusal = await call(page, 'mutation', 'downloads.look', { repository: 'org/model' }).then(
    () => 'looked',
    (thrown: unknown) => String(thrown),
  );
  const badge = (await page.getByRole('link', { name: /^(Offline|Network on)/ }).textContent()) ?? '';
  const attempts = await call(page, 'query', 'network.connections', {});
  const summary = await call(page, 'query', 'network.summary');
  process.stdout.write(`${JSON.stringify({ faults, refusal, badge, attempts, summary })}\n`);
} finally {
  await home.close();
}
