import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { chromiumFlags, chromiumPath, repository } from '../e2e/browsers.ts';
import { generatedRows } from './historyRows.ts';
import { percentile, tellClock } from './historyTimes.ts';
import { tell } from './summary.ts';

/** The screen in Chromium, on the store in `data`. */
export async function measureScreen(data: string, passphrase: string): Promise<void> {
  const server = spawn(
    process.execPath,
    [join(repository, 'out/main/cli.js'), 'serve', '--port', '0', '--data-dir', data],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise<void>((resolve) => server.on('close', () => resolve()));
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: [...chromiumFlags, '--js-flags=--expose-gc'],
  });
  try {
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      server.stdout.on('data', (bytes: Buffer) => {
        said += bytes.toString();
        const found = /https?:\/\/\S+/.exec(said)?.[0];
        if (found && said.includes('\n')) resolve(found);
      });
      server.on('close', () => reject(new Error(`assay serve ended: ${said}`)));
    });
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    await page.goto(address);
    await page.getByRole('textbox', { name: 'Passphrase' }).fill(passphrase);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    const session = await page.context().newCDPSession(page);
    // Of the page's main thread, and of its processor time alone.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const busy = async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
    };
    await measureOpening(page);
    const before = await busy();
    const letters = await measureTyping(page);
    console.log(
      `history: main thread of the page: ${((await busy()) - before).toFixed(0)} ms of processor for ${letters} letters`,
    );
    await measureScrolling(page, busy);
    await measureHeap(page);
  } finally {
    await browser.close();
    server.kill('SIGTERM');
    await ended;
  }
}

/** In the page: from the click to the frame after the first row is there. */
async function measureOpening(page: Page): Promise<void> {
  // The page fetches the code of its screens when it has nothing else to do.
  await page.waitForTimeout(3000);
  const times: number[] = [];
  for (let round = 0; round < 11; round++) {
    await page.getByRole('link', { name: 'Home' }).click();
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    const time = await page.evaluate(async () => {
      const began = performance.now();
      document.querySelector<HTMLAnchorElement>('a[aria-label="Prompts"]')?.click();
      while (document.querySelector('[role="option"] mark, [role="option"][data-active]') === null)
        await new Promise((resolve) => requestAnimationFrame(resolve));
      await new Promise((resolve) => requestAnimationFrame(resolve));
      return performance.now() - began;
    });
    times.push(time);
    if (round === 0) console.log(`history: opening the screen for the first time ${time.toFixed(0)} ms`);
  }
  tellClock('opening the screen, click to rows in the next frame', times, 300);
}

/** From a letter to the frame in which its rows stand. */
async function measureTyping(page: Page): Promise<number> {
  const words = [...generatedRows(40, Date.now())].map(({ answer }) => answer.split(' ').slice(4, 7).join(' '));
  const field = page.getByRole('searchbox', { name: 'Search the history' });
  const times: number[] = [];
  for (const typed of words.slice(0, 12)) {
    await field.fill('');
    await page.waitForFunction(() => document.querySelector('[data-searched=""]') !== null);
    for (let length = 1; length <= typed.length; length++) {
      times.push(
        await page.evaluate(
          async (text) => {
            const input = document.querySelector<HTMLInputElement>('input[type="search"]');
            const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
            const began = performance.now();
            write?.call(input, text);
            input?.dispatchEvent(new Event('input', { bubbles: true }));
            while (document.querySelector('[data-searched]')?.getAttribute('data-searched') !== text)
              await new Promise((resolve) => requestAnimationFrame(resolve));
            return performance.now() - began;
          },
          typed.slice(0, length),
        ),
      );
    }
  }
  tellClock('a letter in the search field to its rows on the screen', times, 50);
  await field.fill('');
  await page.waitForFunction(() => document.querySelector('[data-searched=""]') !== null);
  return times.length;
}

/** Frame times while the list is scrolled by the wheel, as fast as a person can. */
async function measureScrolling(page: Page, busy: () => Promise<number>): Promise<void> {
  await page.evaluate(() => {
    const frames: number[] = [];
    let last = performance.now();
    const step = (now: number) => {
      frames.push(now - last);
      last = now;
      if (frames.length < 100_000) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
    Object.assign(window, { frames });
  });
  const idle = await framesWhile(page, () => page.waitForTimeout(1500));
  await page.mouse.move(500, 500);
  const before = await busy();
  const scrolled = await framesWhile(page, async () => {
    for (let index = 0; index < 240; index++) {
      await page.mouse.wheel(0, 400);
      await page.waitForTimeout(10);
    }
  });
  const perFrame = ((await busy()) - before) / scrolled.length;
  const reached = await page.evaluate(() => document.querySelector('[role="listbox"]')?.scrollTop ?? 0);
  console.log(
    `history: main thread of the page while scrolling: ${perFrame.toFixed(2)} ms of processor a frame (a frame has 16.7 ms)`,
  );
  console.log(
    `history: frames while nothing happens: p95 ${percentile(idle, 0.95).toFixed(1)} ms; scrolled ${(reached / 52).toFixed(0)} rows`,
  );
  // What a browser without a graphics processor can show at best, while nothing happens, is the floor.
  tellClock('frames while scrolling', scrolled, Math.max(33, percentile(idle, 0.95) + 16.7));
  console.log(
    `history: frames over 50 ms while scrolling: ${scrolled.filter((ms) => ms > 50).length} of ${scrolled.length}`,
  );
}

async function framesWhile(page: Page, work: () => Promise<unknown>): Promise<number[]> {
  const from = await page.evaluate(() => (window as unknown as { frames: number[] }).frames.length);
  await work();
  return page.evaluate((start) => (window as unknown as { frames: number[] }).frames.slice(start + 1), from);
}

/** After scrolling on through much of the list; what can be collected is collected. */
async function measureHeap(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const list = document.querySelector('[role="listbox"]');
    for (let index = 0; list && index < 400; index++) {
      list.scrollTop = list.scrollHeight;
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  });
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const reached = await page.evaluate(() => (document.querySelector('[role="listbox"]')?.scrollTop ?? 0) / 52);
  console.log(
    `history: heap of the page ${(usedSize / 1e6).toFixed(0)} MB after row ${reached.toFixed(0)} (at most 200 MB)`,
  );
  tell({ figure: 'history: heap of the page', value: usedSize / 1e6, unit: 'MB', atMost: 200 });
}
