// The event loop of the Electron shell, and the way of a page's question through shell and host, while a model decodes at full speed for that page.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNoElectron } from '../e2e/browsers.ts';
import { openDesktopHome } from '../e2e/desktopHome.ts';
import { call, until } from '../e2e/rawClient.ts';
import { writeEndlessSample } from './endlessSample.ts';
import { tell } from './summary.ts';

const budgetMs = 20;
const contextSize = 2560;
const tokens = 2000;

const reason = whyNoElectron();
if (reason) console.log(`shell: not measured (${reason})`);
else await measure();

async function measure(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-shell-'));
  const model = writeEndlessSample(join(folder, 'sample.gguf'), contextSize);
  const home = await openDesktopHome({
    dataFolder: join(folder, 'data'),
    scheme: 'light',
    viewportSize: { width: 1440, height: 900 },
    arguments: [],
    onFault: (fault) => console.error(fault),
  });
  try {
    await call(home.page, 'mutation', 'vault.create', { passphrase: 'correct horse battery staple' });
    const run = () =>
      call(home.page, 'mutation', 'compare.start', {
        models: [model],
        prompts: ['hello world, count to two thousand'],
        sampler: { temperature: 0, maxTokens: tokens },
        contextSize,
        threads: 1,
      });
    const busy = async () => JSON.stringify(await call(home.page, 'query', 'engine.status')).includes('"busy"');
    await run();
    await until(busy, (is) => is);
    await home.electron.evaluate(() => {
      const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      Reflect.set(globalThis, 'benchDelay', delay);
    });
    const ways: number[] = [];
    while (await busy()) {
      const begun = performance.now();
      await call(home.page, 'query', 'vault.status');
      ways.push(performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const shell = await home.electron.evaluate(() => {
      const delay: unknown = Reflect.get(globalThis, 'benchDelay');
      const percentile = (share: number): number => {
        if (typeof delay !== 'object' || delay === null || !('percentile' in delay)) return Number.NaN;
        return typeof delay.percentile === 'function' ? delay.percentile(share) / 1e6 : Number.NaN;
      };
      return { p99: percentile(99), longest: percentile(100) };
    });
    const sorted = ways.toSorted((one, other) => one - other);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
    console.log(
      `shell: event loop p99 ${shell.p99.toFixed(1)} ms, longest ${shell.longest.toFixed(1)} ms, while ${tokens} tokens are decoded`,
    );
    console.log(
      `  a question of the page through shell and host: median ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms of ${ways.length}`,
    );
    tell({
      figure: 'event loop of the Electron shell while decoding, p99',
      value: shell.p99,
      unit: 'ms',
      atMost: budgetMs,
    });
    tell({ figure: 'a question of the page through shell and host meanwhile, median', value: at(0.5), unit: 'ms' });
  } finally {
    await home.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
