import { expect, type Page } from '@playwright/test';
import type { HeldAnswers } from '../heldAnswers.ts';
import type { takePictures } from './picture.ts';

/** What of a screen reads something from the host. */
export interface Part {
  /** `<picture>-loading` and `<picture>-failed`. */
  picture: string;
  at: string;
  /** The procedure that is held back, then fails. */
  asks: string;
  /** The words of each state; absent where the part has none of its own. */
  waiting?: string;
  failed?: string;
  /** What a person does to see it. */
  open?(): Promise<unknown>;
}

export const failure = 'The folder of the store has become read-only. Make it writable and try again.';

/** Pictures of each part while it waits for the host, and when the host could not answer. */
export async function pictureParts(
  page: Page,
  picture: ReturnType<typeof takePictures>,
  answers: HeldAnswers,
  parts: Part[],
): Promise<void> {
  for (const { picture: name, at, asks, waiting, failed, open } of parts) {
    const look = async () => {
      await page.evaluate((address) => location.assign(address), at);
      await page.reload();
      await open?.();
    };
    if (waiting !== undefined) {
      answers.hold(asks);
      await look();
      await expect(page.getByRole('status', { name: waiting, exact: true }).first()).toBeVisible();
      await picture(`${name}-loading`);
      answers.release();
    }
    if (failed === undefined) continue;
    answers.fail(failure, asks);
    await look();
    await expect(page.getByRole('heading', { name: failed, exact: true }).first()).toBeVisible();
    await picture(`${name}-failed`);
    answers.release();
  }
}
