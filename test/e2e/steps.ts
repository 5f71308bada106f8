import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';
import type {} from '../../preload/contract/bridge.ts';
import { ggufBytes } from '../helpers/ggufFile.ts';
import { type RandomLlama, randomLlama } from '../helpers/ggufModel.ts';
import type { Assay } from './assay.ts';

/** What a person does again and again, by the names that a person sees. */

export async function unlock(page: Page, passphrase: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Passphrase' }).fill(passphrase);
  await page.getByRole('button', { name: 'Unlock store' }).click();
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  await decodeOnOneThread(page);
}

/** The reference machine is shared, and threads beyond the idle cores make decoding a hundred times slower. */
export async function decodeOnOneThread(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const frame = JSON.stringify({
          id: 1,
          method: 'mutation',
          params: { path: 'engine.updateSettings', input: { threads: 1 } },
        });
        const settle = (text: string) => {
          const answer = JSON.parse(text);
          if (answer.id !== 1) return false;
          if (answer.error) reject(new Error(answer.error.message));
          else resolve();
          return true;
        };
        if (window.assay) {
          const line = window.assay.connect({
            frame: (text) => {
              if (settle(text)) line.close();
            },
            closed: (reason) => reject(new Error(reason ?? 'closed')),
          });
          line.send(frame);
          return;
        }
        const secret = localStorage.getItem('assay-door') ?? '';
        const socket = new WebSocket(new URL('/socket', location.href.replace(/^http/, 'ws')), ['assay', secret]);
        socket.onopen = () => socket.send(frame);
        socket.onmessage = ({ data }) => {
          if (settle(String(data))) socket.close();
        };
        socket.onerror = () => reject(new Error('The socket failed.'));
      }),
  );
}

/** Creates the store on the first screen and confirms its recovery code, which it returns. */
export async function createStore(page: Page, passphrase: string): Promise<string> {
  await page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(passphrase);
  await page.getByRole('textbox', { name: 'The same again' }).fill(passphrase);
  await page.getByRole('button', { name: 'Create encrypted store' }).click();
  const code = await confirmRecoveryCode(page);
  await decodeOnOneThread(page);
  return code;
}

/** Reads the recovery code off the page, confirms it and arrives at Home. `beforeTyping`: for a look at the two empty fields. */
export async function confirmRecoveryCode(page: Page, beforeTyping?: () => Promise<void>): Promise<string> {
  const groups = await readRecoveryCode(page);
  await page.getByRole('button', { name: 'I have written it down' }).click();
  await beforeTyping?.();
  for (const field of await page.getByRole('textbox', { name: /^Group \d$/ }).all()) {
    const place = Number(
      /\d/.exec((await field.evaluate((input: HTMLInputElement) => input.labels?.[0]?.textContent)) ?? '')?.[0],
    );
    await field.fill((groups[place - 1] ?? '').toLowerCase());
  }
  await page.getByRole('button', { name: 'Open Assay' }).click();
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  return groups.join('-');
}

async function readRecoveryCode(page: Page): Promise<string[]> {
  const items = page.getByRole('list', { name: 'Recovery code' }).getByRole('listitem');
  await expect(items).toHaveCount(8);
  return (await items.allInnerTexts()).map((text) => text.split('\n').at(-1)?.trim() ?? '');
}

/** Writes a small model of random weights for each name beside the data folder. Returns their paths. */
export async function writeModels(assay: Assay, names: string[], options: RandomLlama = {}): Promise<string[]> {
  const files = names.map((name) => join(assay.dataFolder, '..', `${name.toLowerCase().replaceAll(' ', '-')}.gguf`));
  for (const [index, file] of files.entries())
    await writeFile(file, ggufBytes(randomLlama({ seed: index + 1, peak: 6, name: names[index], ...options })));
  return files;
}

/** Opens Compare and chooses models: the words to type into the picker, one entry a model. `already`: how many are chosen. */
export async function chooseModels(page: Page, searches: string[], already = 0): Promise<void> {
  await page.getByRole('link', { name: 'Compare' }).click();
  for (const [index, search] of searches.entries()) {
    await page.getByRole('button', { name: /^Add (reference|candidate)$/ }).click();
    const field = page.getByRole('textbox', { name: 'Find a model' });
    await field.fill(search);
    await expect(page.locator('[role="option"][data-combobox-selected]')).toBeVisible();
    await field.press('Enter');
    await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(already + index + 1);
  }
}

/** The column of a quantization. */
export function column(page: Page, name: string | RegExp): Locator {
  return page.getByRole('region', { name: 'Answers' }).getByRole('region', { name });
}

/** Writes into the field of the prompt and runs the comparison by its keys, once everything that it needs is there. */
export async function ask(page: Page, prompt: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Prompt', exact: true });
  await field.fill(prompt);
  await expect(page.getByRole('button', { name: 'Run comparison' })).toHaveAttribute('aria-disabled', 'false');
  const before = page.url();
  await field.press('ControlOrMeta+Enter');
  await page.waitForURL((address) => address.href !== before);
}

/** Opens the palette, finds one command by words and runs it. */
export async function runCommandByWords(page: Page, words: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k');
  const field = page.getByRole('textbox', { name: 'Command' });
  await expect(field).toBeFocused();
  await field.fill(words);
  await expect(page.locator('[data-action][data-selected]')).toHaveCount(1);
  await field.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

/** Waits until every answer of the open comparison has ended. */
export async function everyAnswer(page: Page): Promise<void> {
  await expect(page.locator('[aria-label="Answers"][aria-busy="false"]')).toBeVisible({ timeout: 60_000 });
}

/** Opens Divergence with the sample's quantizations, short chunks and few of them. */
export async function openDivergence(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Compare' }).click();
  await page.getByRole('button', { name: /sample model’s quantizations/ }).click();
  await page.getByRole('link', { name: 'Divergence' }).click();
  await page.getByRole('button', { name: /^Measuring:/ }).click();
  await page.getByLabel('Context').fill('128');
  await page.getByLabel('Chunks at most').fill('40');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /^Measuring: 128 tokens, up to 40 chunks$/ })).toBeVisible();
}

/**
 * Axe finds nothing on the page as it stands, neither in light nor in dark colours. Only rules about colours are asked twice: a scheme
 * changes nothing else. In Electron, which draws the same page with the same engine, it is asked once.
 */
export async function expectAccessibleInBoth(page: Page): Promise<void> {
  if (!page.url().startsWith('http')) return expectAccessible(page, 'all rules');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    await expectAccessible(page, colorScheme === 'light' ? 'all rules' : 'colours');
  }
}

/** Only parts of the page scroll: a document that is longer than its window can be moved away, and no wheel brings it back. */
export async function expectNoScrollingDocument(page: Page): Promise<void> {
  const tooLong = await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight);
  expect(tooLong, 'pixels by which the document is longer than its window').toBeLessThanOrEqual(0);
}

/** Fails with what axe finds on the page as it stands. */
async function expectAccessible(page: Page, rules: 'all rules' | 'colours'): Promise<void> {
  await expectNoScrollingDocument(page);
  // Legacy mode: Electron opens no second page for axe's last step.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const analyze = () => (rules === 'colours' ? axe.withRules('color-contrast') : axe).analyze();
  let { violations } = await analyze();
  if (violations.length > 0) {
    // What fades in or out is judged when it has.
    await page.waitForTimeout(1000);
    ({ violations } = await analyze());
  }
  const found = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `  ${html}\n  ${failureSummary}`).join('\n')}`,
  );
  expect(found, found.join('\n\n')).toEqual([]);
}
