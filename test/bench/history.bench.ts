/**
 * The history on many rows: opening, search as one types, filters and orders, writing and reading against a plain database, and the
 * screen in Chromium: first rows, keystroke to rows, frame times while scrolling, heap of the page.
 * Run: node test/bench/history.bench.ts [rows, default 100000] [--plain] [--service] [--screen], which choose parts of it
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createChanges } from '../../main/base/changes.ts';
import { systemClock } from '../../main/base/clock.ts';
import { createAudit } from '../../main/services/audit/index.ts';
import { createPrompts, type Prompts } from '../../main/services/prompts/index.ts';
import { createVault, noKeyRing, type Vault } from '../../main/services/vault/index.ts';
import type { HistoryListInput } from '../../preload/contract/prompts.ts';
import { repository, whyNoChromium } from '../e2e/browsers.ts';
import { compareWithPlain } from './historyPlain.ts';
import { generatedRows } from './historyRows.ts';
import { measureScreen } from './historyScreen.ts';
import { tellTimes, timed } from './historyTimes.ts';
import { tell } from './summary.ts';

const rows = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 100_000);
const passphrase = 'a passphrase for the bench';
const sampleFolder = join(repository, 'native/sample-model');
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-history-'));

try {
  console.log(`history: ${rows} rows, load average ${loadavg()[0]?.toFixed(1)}`);
  if (isAsked('plain')) await compareWithPlain(rows, folder);
  if (isAsked('service') || isAsked('screen')) await measureHistory();
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
  else await measureScreen(join(folder, 'data'), passphrase);
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

function measureService({ history }: Prompts): void {
  const facets = history.facets();
  const texts = [...generatedRows(400, Date.now())].map(({ answer }) => answer.split(' '));
  const pages = (inputs: HistoryListInput[]) =>
    inputs.map((input) => () => [history.list(input), history.count(input)]);
  tellTimes(
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
  tellTimes('search as one types, page and count', timed(pages(typed.map((search) => ({ search })))), 50);
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
  tellTimes('filters, page and count', timed(pages(filters)), 150);
  const sorts = (['newest', 'oldest', 'longest answer', 'slowest', 'best match'] as const).flatMap((sort) =>
    texts
      .slice(0, 20)
      .flatMap((words, index): HistoryListInput[] => [
        { sort, search: words[index] ?? '' },
        { sort, models: [models[index % models.length] ?? 0] },
        { sort },
      ]),
  );
  tellTimes('orders, page', timed(sorts.map((input) => () => history.list(input))), 150);
  const ids = history.list({ limit: 200 }).entries.map(({ id }) => id);
  tellTimes('one answer, whole', timed(ids.map((id) => () => history.get(id, ''))), 50);
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
  tell({ figure: 'history: first page on a cold cache', value: listed - unlocked, unit: 'ms', atMost: 300 });
  await vault.close();
  await prompts.close();
}
