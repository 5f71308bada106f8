import { join } from 'node:path';
import type { Page, TestInfo } from '@playwright/test';
import { expectNoScrollingDocument } from '../steps.ts';

/** Takes pictures of a page into `screens/<colours and size>/<screen>-<state>.png`. */
export function takePictures(
  page: Page,
  testInfo: TestInfo,
): (name: string, pointer?: 'away' | 'where it is') => Promise<void> {
  return async (name, pointer = 'away') => {
    // Nothing is told about what happens to lie under the pointer, unless that is what the picture is of.
    if (pointer === 'away') await page.mouse.move(2, 2);
    await expectNoScrollingDocument(page);
    await page.screenshot({ path: join('screens', testInfo.project.name, `${name}.png`), animations: 'disabled' });
  };
}
