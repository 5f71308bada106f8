import { join } from 'node:path';
import type { Page, TestInfo } from '@playwright/test';

/** Takes pictures of a page into `screens/<colours and size>/`, numbered in the order in which they are taken. `from`: the first number. */
export function takePictures(
  page: Page,
  testInfo: TestInfo,
  from = 1,
): (name: string, pointer?: 'away' | 'where it is') => Promise<void> {
  let count = from;
  return async (name, pointer = 'away') => {
    const file = `${String(count).padStart(2, '0')}-${name}.png`;
    count += 1;
    // Nothing is told about what happens to lie under the pointer, unless that is what the picture is of.
    if (pointer === 'away') await page.mouse.move(2, 2);
    await page.screenshot({ path: join('screens', testInfo.project.name, file), animations: 'disabled' });
  };
}
