/**
 * The history on many rows: opening, search as one types, filters and orders, writing and reading against a plain database, and the
 * screen in Chromium: first rows, keystroke to rows, frame times while scrolling, heap of the page.
 * Run: node test/bench/history.bench.ts [rows, default 100000] [--check] [--plain] [--service] [--screen], which choose parts of it
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { chromium, type Page } from '@playwright/test';
import { createChanges } from '../../main/base/changes.ts';
import { systemClock } from '../../main/base/clock.ts';
import { migrate, migrations, openStore } from '../../main/db/index.ts';
import { readingCacheKibibytes, writingCacheKibibytes } from '../../main/db/open.ts';
import { createAudit } from '../../main/services/audit/index.ts';
import { createPrompts, type Prompts } from '../../main/services/prompts/index.ts';
import { createVault, noKeyRing, type Vault } from '../../main/services/vault/index.ts';
import type { HistoryListInput } from '../../preload/contract/prompts.ts';
import { chromiumFlags, chromiumPath, repository, whyNoChromium } from '../e2e/browsers.ts';
import { generatedRows } from './historyRows.ts';
import { median } from './median.ts';

const rows = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 100_000);
const passphrase = 'a passphrase for the bench';
const sampleFolder = join(repository, 'native/sample-model');
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-history-'));
const missed: string[] = [];

try {
  console.log(`history: ${rows} rows, load average ${loadavg()[0]?.toFixed(1)}`);
  if (isAsked('plain')) compareWithPlain(rows);
  if (isAsked('service') || isAsked('screen')) await measureHistory();
  if (missed.length > 0) {
    console.log(`history: missed ${missed.join('; ')}`);
    if (process.argv.includes('--check')) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Without a word all parts are. */
function isAsked(part: 'plain' | 'service' | 'screen'): boolean {
  const asked = ['--plain', '--service', '--screen'].filter((word) => process.argv.includes(word));
  return asked.length === 0 || asked.includes(`--${part}`);
}

async function measureHistory(): Promise<void> {
  const { vault, prompts } = await filled(join(folder, 'data'));
  if (isAsked('service')) measureService(prompts);
  await vault.close();
  await prompts.close();
  await measureUnlock();
  if (!isAsked('screen')) return;
  const reason = whyNoChromium();
  if (reason) console.log(`history: the screen was not measured (${reason})`);
  else await measureScreen();
}

function service(place: string): { vault: Vault; prompts: Prompts } {
  const changes = createChanges();
  const vault = createVault({ folder: place, keyRing: noKeyRing, changes, clock: systemClock });
  const audit = createAudit({ vault, changes, clock: systemClock });
  return { vault, prompts: createPrompts({ sampleFolder, vault, audit, changes }) };
}

async function filled(place: string): Promise<{ vault: Vault; prompts: Prompts }> {
  const { vault, prompts } = service(place);
  await vault.create({ passphrase });
  const began = performance.now();
  let batch: Parameters<typeof prompts.history.record>[1][] = [];
  const write = () => {
    vault.store().transaction((handle) => {
      for (const row of batch) prompts.history.record(handle, row);
    });
    batch = [];
  };
  for (const row of generatedRows(rows, Date.now())) {
    batch.push(row);
    if (batch.length === 500) write();
  }
  write();
  const seconds = (performance.now() - began) / 1000;
  const marked = prompts.history.list({ limit: 500, sort: 'oldest' }).entries.filter((_, index) => index % 10 === 0);
  await prompts.history.annotate({ ids: marked.map(({ id }) => id), note: 'a note', addTags: ['gold'] });
  console.log(
    `history: written ${(rows / seconds).toFixed(0)} a second in transactions of 500; ${(vault.status().sizeBytes / 1e6).toFixed(0)} MB`,
  );
  return { vault, prompts };
}

interface Time {
  /** Milliseconds on the clock, and of processor time: a busy machine stretches the first and not the second. */
  wall: number;
  cpu: number;
}

function timed(calls: (() => unknown)[]): Time[] {
  return calls.map((call) => {
    const cpu = process.cpuUsage();
    const began = performance.now();
    call();
    const wall = performance.now() - began;
    const { user, system } = process.cpuUsage(cpu);
    return { wall, cpu: (user + system) / 1000 };
  });
}

function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Prints p50, p95 and the longest, of the processor and of the clock; a target is missed when processor time misses it. */
function tell(what: string, times: readonly Time[], target: number): void {
  const words = (values: number[]) =>
    `p50 ${median(values).toFixed(1)}, p95 ${percentile(values, 0.95).toFixed(1)}, longest ${Math.max(...values).toFixed(1)} ms`;
  const cpu = times.map((time) => time.cpu);
  const p95 = percentile(cpu, 0.95);
  console.log(
    `history: ${what}: processor ${words(cpu)}; clock ${words(times.map(({ wall }) => wall))} (n ${times.length}; at most ${target} ms)`,
  );
  if (!(p95 <= target)) missed.push(`${what} ${p95.toFixed(1)} ms > ${target} ms`);
}

/** Of the screen: on the clock alone, because several processes work together for it. */
function tellClock(what: string, values: readonly number[], target: number): void {
  const p95 = percentile(values, 0.95);
  const longest = Math.max(...values).toFixed(1);
  console.log(
    `history: ${what}: clock p50 ${median([...values]).toFixed(1)}, p95 ${p95.toFixed(1)}, longest ${longest} ms (n ${values.length}; at most ${target.toFixed(0)} ms)`,
  );
  if (!(p95 <= target)) missed.push(`${what} ${p95.toFixed(1)} ms > ${target.toFixed(0)} ms`);
}

function measureService({ history }: Prompts): void {
  const facets = history.facets();
  const texts = [...generatedRows(400, Date.now())].map(({ answer }) => answer.split(' '));
  const pages = (inputs: HistoryListInput[]) =>
    inputs.map((input) => () => [history.list(input), history.count(input)]);
  tell(
    'first page, count and facets',
    timed(Array.from({ length: 20 }, () => () => [history.list({}), history.count({}), history.facets()])),
    300,
  );
  // Three words out of an answer, letter by letter, as a person types them.
  const typed = texts.slice(0, 60).flatMap((words, index) => {
    const whole = words
      .slice(index % 20, (index % 20) + 3)
      .join(' ')
      .replaceAll('.', '');
    return Array.from({ length: whole.length }, (_, at) => whole.slice(0, at + 1));
  });
  tell('search as one types, page and count', timed(pages(typed.map((search) => ({ search })))), 50);
  const models = facets.models.map(({ key }) => key);
  const filters: HistoryListInput[] = texts.slice(0, 60).flatMap((words, index) => {
    const model = models[index % models.length] ?? 0;
    const from = new Date(Date.now() - (index + 1) * 10 * 24 * 3600 * 1000).toISOString();
    return [
      { models: [model] },
      { models: [model], search: words[3] ?? '' },
      { from, to: new Date(Date.parse(from) + 7 * 24 * 3600 * 1000).toISOString() },
      { from, search: words[5] ?? '', models: models.slice(0, 5) },
      { tags: ['gold'] },
      { hasNote: true },
      { hasNote: false, search: words[2] ?? '' },
      { source: 'compare' as const, search: words[1] ?? '' },
    ];
  });
  tell('filters, page and count', timed(pages(filters)), 150);
  const sorts = (['newest', 'oldest', 'longest answer', 'slowest', 'best match'] as const).flatMap((sort) =>
    texts
      .slice(0, 20)
      .flatMap((words, index): HistoryListInput[] => [
        { sort, search: words[index] ?? '' },
        { sort, models: [models[index % models.length] ?? 0] },
        { sort },
      ]),
  );
  tell('orders, page', timed(sorts.map((input) => () => history.list(input))), 150);
  const ids = history.list({ limit: 200 }).entries.map(({ id }) => id);
  tell('one answer, whole', timed(ids.map((id) => () => history.get(id, ''))), 50);
}

/** Reading the key apart: scrypt takes its half second on purpose. */
async function measureUnlock(): Promise<void> {
  const { vault, prompts } = service(join(folder, 'data'));
  const began = performance.now();
  await vault.unlock({ kind: 'passphrase', passphrase });
  const unlocked = performance.now();
  prompts.history.list({});
  const listed = performance.now();
  console.log(
    `history: unlock with scrypt ${(unlocked - began).toFixed(0)} ms; the first page on a cold cache ${(listed - unlocked).toFixed(1)} ms after that`,
  );
  if (listed - unlocked > 300) missed.push('first page on a cold cache');
  await vault.close();
  await prompts.close();
}

interface PlainDatabase {
  exec(sql: string): void;
  pragma(text: string): unknown;
  prepare(sql: string): {
    run(values: object): unknown;
    get(...values: unknown[]): unknown;
    all(...values: unknown[]): unknown[];
  };
  transaction(work: () => void): () => void;
  close(): void;
}

/** The same schema, the same rows, by turns: the store as it is, and a database without a key. */
function compareWithPlain(count: number): void {
  const key = Buffer.alloc(32, 7);
  const store = openStore({ file: join(folder, 'encrypted.db'), key, how: 'create' });
  migrate(store, { migrations, how: 'create', backUp: () => undefined, now: Date.now });
  const Plain = createRequire(import.meta.url)('better-sqlite3-multiple-ciphers');
  const plain: PlainDatabase = new Plain(join(folder, 'plain.db'));
  for (const pragma of [
    'temp_store=memory',
    'journal_mode=wal',
    'secure_delete=on',
    'synchronous=normal',
    'foreign_keys=on',
    `cache_size=-${writingCacheKibibytes}`,
  ])
    plain.pragma(pragma);
  const schema = store.read.all<{ sql: string; name: string; type: string }>(
    "SELECT sql, name, type FROM sqlite_schema WHERE (name LIKE 'history%') AND sql IS NOT NULL AND name NOT LIKE 'history_index_%'",
  );
  for (const { sql } of schema) plain.exec(sql);
  for (const { k, v } of store.read.all<{ k: string; v: number }>('SELECT k, v FROM history_index_config'))
    if (k !== 'version') plain.exec(`INSERT INTO history_index (history_index, rank) VALUES ('${k}', ${v})`);
  for (const run of [
    (sql: string) => plain.exec(sql),
    (sql: string) => store.changeSchema((handle) => handle.script(sql)),
  ])
    run("INSERT INTO history_models (key, name, quantization) VALUES (1, 'm', 'F16')");
  const row =
    "INSERT INTO history (sequence, id, source, origin, place, model, state) VALUES (@sequence, @id, 'compare', @id, '0', 1, 'done')";
  const texts = `INSERT INTO history_texts (sequence, prompt, answer, facets, settings_json) VALUES (@sequence, @prompt, @answer, @facets, '{}')`;
  const [plainRow, plainTexts] = [plain.prepare(row), plain.prepare(texts)];
  const writes: Turn[] = [];
  const generated = [...generatedRows(count, Date.now())];
  const size = 250;
  for (let from = 0; from + size <= count; from += size) {
    const some = generated.slice(from, from + size).map(({ prompt, answer }, index) => ({
      sequence: (from + index + 1) * 16,
      id: `row-${from + index}`,
      prompt,
      answer,
      facets: '\ue0011 \ue004compare',
    }));
    const encrypted = () =>
      store.transaction((write) => {
        for (const { sequence, id, ...rest } of some) {
          write.run(row, { sequence, id });
          write.run(texts, { sequence, ...rest });
        }
      });
    const clear = plain.transaction(() => {
      for (const { sequence, id, ...rest } of some) {
        plainRow.run({ sequence, id });
        plainTexts.run({ sequence, ...rest });
      }
    });
    // By turns, and each first as often as the other.
    const turns = (from / size) % 2 === 0 ? [encrypted, clear] : [clear, encrypted];
    const [first, second] = timed(turns);
    const [one, other] = (from / size) % 2 === 0 ? [first, second] : [second, first];
    writes.push({ encrypted: one?.cpu ?? 0, plain: other?.cpu ?? 0 });
  }
  tellRatio(`inserts with index in transactions of ${size}`, writes.slice(2), 1.4);

  const one = 'SELECT * FROM history_texts WHERE sequence = ?';
  const find = 'SELECT rowid FROM history_index WHERE history_index MATCH ? ORDER BY rowid DESC LIMIT 100';
  plain.close();
  // Read by connections of their own on both sides, with caches of the same size.
  const reader: PlainDatabase = new Plain(join(folder, 'plain.db'), { readonly: true });
  reader.pragma(`cache_size=-${readingCacheKibibytes}`);
  const [plainOne, plainFind] = [reader.prepare(one), reader.prepare(find)];
  const round = (number: number): Turn => {
    const words = generated[(number * 97) % count]?.answer.split(' ') ?? [];
    const matches = [0, 7, 21].map((at) => `"${(words[at] ?? 'ka').replace('.', '')}"*`);
    const sequences = Array.from({ length: 40 }, (_, index) => (((number * 40 + index) * 7919) % count) * 16 + 16);
    const encrypted = () => {
      for (const sequence of sequences) store.read.get(one, sequence);
      for (const match of matches) store.read.all(find, match);
    };
    const clear = () => {
      for (const sequence of sequences) plainOne.get(sequence);
      for (const match of matches) plainFind.all(match);
    };
    const [first, second] = timed(number % 2 === 0 ? [encrypted, clear] : [clear, encrypted]);
    const [mine, other] = number % 2 === 0 ? [first, second] : [second, first];
    return { encrypted: mine?.cpu ?? 0, plain: other?.cpu ?? 0 };
  };
  const rounds = Array.from({ length: 300 }, (_, number) => number);
  // Most of what the first time asks for was never read before and has to be decrypted; the second time it is in the cache.
  tellRatio('first reads by key and by index', rounds.map(round), 1.2);
  tellRatio('the same reads again', rounds.map(round), 1.2);
  store.close();
  reader.close();
  const sizes = ['encrypted.db', 'plain.db'].map((name) => statSync(join(folder, name)).size);
  console.log(`history: file of ${count} rows ${((sizes[0] ?? 0) / (sizes[1] ?? 1)).toFixed(2)} times the plain one`);
}

interface Turn {
  encrypted: number;
  plain: number;
}

/** Of processor time: the ratio of the sums, and the spread of the turns. */
function tellRatio(what: string, turns: readonly Turn[], target: number): void {
  const sum = (side: keyof Turn) => turns.reduce((total, turn) => total + turn[side], 0);
  const ratio = sum('encrypted') / sum('plain');
  const ratios = turns.map(({ encrypted, plain }) => encrypted / plain);
  console.log(
    `history: encrypted ${what}: ${ratio.toFixed(2)} times the processor time of the plain database (${turns.length} turns; median ${median(ratios).toFixed(2)}, quartiles ${percentile(ratios, 0.25).toFixed(2)} to ${percentile(ratios, 0.75).toFixed(2)}; at most ${target})`,
  );
  if (!(ratio <= target)) missed.push(`${what} ${ratio.toFixed(2)} > ${target}`);
}

async function measureScreen(): Promise<void> {
  const server = spawn(
    process.execPath,
    [join(repository, 'out/main/cli.js'), 'serve', '--port', '0', '--data-dir', join(folder, 'data')],
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
    await session.send('Profiler.enable'); await session.send('Profiler.setSamplingInterval',{interval:200}); await session.send('Profiler.start');
    const letters = await measureTyping(page);
    { const { profile } = await session.send('Profiler.stop'); (await import('node:fs')).writeFileSync('/tmp/typing.cpuprofile', JSON.stringify(profile)); }
    console.log(
      `history: main thread of the page: ${((await busy()) - before).toFixed(0)} ms of processor for ${letters} letters`,
    );
  } finally {
    await browser.close();
    server.kill('SIGTERM');
    await ended;
  }
}

/** In the page: from the click to the frame after the first row is there. */
async function measureOpening(page: Page): Promise<void> {
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
    // The first time loads the screen's own code.
    if (round > 0) times.push(time);
    else console.log(`history: opening the screen for the first time ${time.toFixed(0)} ms`);
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
  if (usedSize > 200e6) missed.push('heap of the page');
}
