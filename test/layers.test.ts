import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSource, readSources, type SourceFile, type SourceImport } from './helpers/sourceImports.ts';

const root = join(import.meta.dirname, '..');
const sources = readSources(
  root,
  ['main', 'preload', 'renderer', 'native'].filter((folder) => existsSync(join(root, folder))),
);

/**
 * design.md, "Who may import whom": the first row whose `from` holds a file tells all it may import of this repository.
 * `$1` is the folder's own name, so `services/$1/` means the importing service and no sibling.
 */
const rules: { from: RegExp; may: string[] }[] = [
  { from: /^preload\/contract\//, may: ['preload/contract/'] },
  { from: /^preload\//, may: ['preload/'] },
  {
    from: /^renderer\/features\/([^/]+)\//,
    may: [
      'renderer/features/$1/',
      'renderer/api/',
      'renderer/ui-state/',
      'renderer/design/',
      'renderer/lib/',
      'preload/contract/',
    ],
  },
  { from: /^renderer\/(api|ui-state|design)\//, may: ['renderer/$1/', 'renderer/lib/', 'preload/contract/'] },
  { from: /^renderer\/lib\//, may: ['renderer/lib/', 'preload/contract/'] },
  { from: /^renderer\//, may: ['renderer/', 'preload/contract/'] },
  // `assay serve` is a command, and an installed app performs commands: docs/decisions/0002.
  {
    from: /^main\/app\//,
    may: [
      'main/app/',
      'main/cli/',
      'main/host/',
      'main/services/',
      'main/db/',
      'main/inference/',
      'main/base/',
      'preload/contract/',
    ],
  },
  {
    from: /^main\/server\//,
    may: [
      'main/server/',
      'main/host/',
      'main/services/',
      'main/db/',
      'main/inference/',
      'main/base/',
      'preload/contract/',
    ],
  },
  {
    from: /^main\/cli\//,
    may: [
      'main/cli/',
      'main/server/',
      'main/host/',
      'main/services/',
      'main/db/',
      'main/inference/',
      'main/base/',
      'preload/contract/',
    ],
  },
  {
    from: /^main\/host\//,
    may: ['main/host/', 'main/services/', 'main/db/', 'main/inference/', 'main/base/', 'preload/contract/'],
  },
  {
    from: /^main\/services\/([^/]+)\//,
    may: ['main/services/$1/', 'main/db/', 'main/inference/', 'main/base/', 'preload/contract/'],
  },
  { from: /^main\/db\//, may: ['main/db/', 'main/base/', 'preload/contract/'] },
  {
    from: /^main\/inference\/child\//,
    may: ['main/inference/child/', 'main/inference/protocol', 'main/base/', 'native/', 'preload/contract/'],
  },
  { from: /^main\/inference\//, may: ['main/inference/', 'main/base/', 'preload/contract/'] },
  { from: /^main\/base\//, may: ['main/base/', 'preload/contract/'] },
  { from: /^native\//, may: ['native/'] },
];

/** What may hold statements on data or schema. */
const sqlPlaces = /(^main\/.*\.queries\.ts$)|(^main\/db\/migrations\/)/;
const dataSql =
  /^\s*(select\s[\s\S]+?\sfrom\s|select\s+(count|max|min|sum|coalesce|exists)\b|insert\s+(or\s+\w+\s+)?into\s|replace\s+into\s|update\s+(or\s+\w+\s+)?\S+\s+set\s|delete\s+from\s|create\s+(unique\s+|temp\s+|virtual\s+)?(table|index|trigger|view)\s|alter\s+table\s|drop\s+(table|index|trigger|view)\s|with\s+(recursive\s+)?\w+(\([^)]*\))?\s+as\s*\()/i;
/** Statements on the connection itself: the handles and transactions of main/db. */
const connectionSql =
  /^\s*(pragma\s+\w|vacuum(\s|$)|attach\s+database|detach\s+database|begin(\s+(immediate|exclusive|deferred|transaction))+|savepoint\s|rollback\s+to\s)/i;

/** A sentence begins with a capital; a statement is written in small letters or in capitals. */
function isSql(pattern: RegExp, text: string): boolean {
  return pattern.test(text) && !/^\s*[A-Z][a-z]/.test(text);
}

function violationsOf(file: SourceFile): string[] {
  const found = file.imports.flatMap((one) =>
    violationsOfImport(file.path, one).map((why) => `${file.path} → ${one.specifier}: ${why}`),
  );
  for (const text of file.path.startsWith('main/') || file.path.startsWith('renderer/') ? file.strings : []) {
    const excerpt = JSON.stringify(text.trim().slice(0, 60));
    if (isSql(dataSql, text) && !sqlPlaces.test(file.path))
      found.push(`${file.path}: SQL outside <domain>.queries.ts and db/migrations/: ${excerpt}`);
    if (isSql(connectionSql, text) && !file.path.startsWith('main/db/'))
      found.push(`${file.path}: SQL on the connection outside main/db/: ${excerpt}`);
  }
  return found;
}

function violationsOfImport(path: string, one: SourceImport): string[] {
  if (!one.specifier.startsWith('.')) return violationsOfPackage(path, one.target);
  // The rule's own wording: api.ts re-exports the router's TYPE.
  if (path === 'preload/contract/api.ts' && one.target === 'main/host/router.ts' && one.typeOnly) return [];
  // The manifest holds name and version and belongs to no layer.
  if (path.startsWith('main/') && one.target === 'package.json') return [];
  for (const { from, may } of rules) {
    const match = from.exec(path);
    if (!match) continue;
    const allowed = may.map((prefix) => prefix.replace('$1', match[1] ?? ''));
    if (!allowed.some((prefix) => one.target.startsWith(prefix))) return [`may import ${allowed.join(', ')} only`];
    if (one.target.startsWith('main/inference/child/') && !path.startsWith('main/inference/child/'))
      return ['the engine process is started, never imported'];
    return violationsOfSeal(path, one.target);
  }
  return ['lies in no known layer'];
}

/** A service or a feature is entered by its index.ts only. */
function violationsOfSeal(path: string, target: string): string[] {
  const sealed = /^(main\/services|renderer\/features)\/[^/]+\//.exec(target);
  return sealed && !path.startsWith(sealed[0]) && target !== `${sealed[0]}index.ts`
    ? [`enter by ${sealed[0]}index.ts`]
    : [];
}

function violationsOfPackage(path: string, name: string): string[] {
  const isPackage = (wanted: string) => name === wanted || name.startsWith(`${wanted}/`);
  const found: string[] = [];
  if (isPackage('electron') && !path.startsWith('main/app/') && path !== 'preload/bridge.ts')
    found.push('only main/app and preload/bridge.ts import electron');
  if (path.startsWith('preload/contract/') && !isPackage('zod')) found.push('the contract imports zod only');
  if (path.startsWith('renderer/') && name.startsWith('node:')) found.push('the renderer has no Node');
  if (/^(main|preload|renderer|native|test)\//.test(name)) found.push('imports inside the repository are relative');
  return found;
}

describe('who may import whom', () => {
  it('holds for every source file', () => {
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.flatMap(violationsOf)).toEqual([]);
  });
});

describe('this check finds what is planted', () => {
  const planted: [path: string, text: string][] = [
    ['renderer/features/compare/data.ts', "import { Fault } from '../../../main/base/fault.ts';"],
    ['renderer/features/compare/data.ts', "import type { AppRouter } from '../../../main/host/router.ts';"],
    ['renderer/features/compare/data.ts', "export * from '../home/index.ts';"],
    ['renderer/features/compare/data.ts', "import fs from 'node:fs';"],
    [
      'renderer/app/Frame.tsx',
      "const Page = lazy(() => import('../features/compare/ComparePage.tsx')); export const a = <Page />;",
    ],
    ['renderer/api/client.ts', "import { panels } from '../ui-state/panels.ts';"],
    ['renderer/lib/numbers.ts', "import { client } from '../api/client.ts';"],
    ['preload/contract/jobs.ts', "import { newId } from '../../main/base/ids.ts';"],
    ['preload/contract/jobs.ts', "import type { AppRouter } from '../../main/host/router.ts';"],
    ['preload/contract/api.ts', "export { router } from '../../main/host/router.ts';"],
    ['preload/contract/jobs.ts', "import ms from 'ms';"],
    ['preload/bridge.ts', "import { x } from '../main/app/windows.ts';"],
    ['main/host/createHost.ts', "import { utilityProcess } from 'electron';"],
    ['main/host/createHost.ts', "import type { UtilityProcess } from 'electron/main';"],
    ['main/host/createHost.ts', "import { startServer } from '../server/startServer.ts';"],
    ['main/host/createHost.ts', "import { createVault } from '../services/vault/vault.ts';"],
    ['main/server/startServer.ts', "import { app } from '../app/entry.ts';"],
    ['main/app/desktop.ts', "import { startServer } from '../server/startServer.ts';"],
    ['main/services/jobs/jobs.ts', "import type { Vault } from '../vault/index.ts';"],
    ['main/services/jobs/jobs.ts', "type V = import('../vault/index.ts').Vault;"],
    ['main/services/jobs/jobs.ts', "import { createHost } from '../../host/createHost.ts';"],
    ['main/services/jobs/jobs.ts', "const rows = read.all('SELECT id FROM jobs WHERE state = ?', state);"],
    ['main/services/jobs/jobs.ts', 'write.run(`update jobs set state = 1`);'],
    ['main/services/jobs/jobs.ts', "write.run('PRAGMA user_version = 3');"],
    ['main/db/store.ts', "database.exec('create table if not exists migrations (id text) strict');"],
    ['main/db/store.ts', "import { createJobs } from '../services/jobs/index.ts';"],
    ['main/base/ids.ts', "import { openStore } from '../db/index.ts';"],
    ['main/inference/supervisor.ts', "import { load } from '../../native/addon/load.ts';"],
    ['main/inference/supervisor.ts', "const child = await import('./child/entry.ts');"],
    ['main/inference/child/entry.ts', "import { supervise } from '../supervisor.ts';"],
    ['main/cli/entry.ts', "const addon = require('../../native/addon/load.ts');"],
    ['main/cli/entry.ts', "import { Fault } from 'main/base/fault.ts';"],
    ['native/addon/load.ts', "import { Fault } from '../../main/base/fault.ts';"],
    ['elsewhere/file.ts', "import { Fault } from '../main/base/fault.ts';"],
  ];
  it.each(planted)('%s with %s', (path, text) => {
    expect(violationsOf(parseSource(path, text))).toHaveLength(1);
  });

  const allowed: [path: string, text: string][] = [
    ['preload/contract/api.ts', "export type { AppRouter } from '../../main/host/router.ts';"],
    ['preload/bridge.ts', "import { contextBridge } from 'electron';"],
    ['main/app/entry.ts', "import { app } from 'electron'; import { hostMessage } from '../host/link.ts';"],
    ['main/app/commandLine.ts', "const { run } = await import('../cli/program.ts');"],
    ['main/host/createHost.ts', "import { createVault } from '../services/vault/index.ts';"],
    [
      'main/inference/child/entry.ts',
      "import { engineRequest } from '../protocol.ts'; import { load } from '../../../native/addon/load.ts';",
    ],
    ['main/services/jobs/jobs.queries.ts', "export const all = (read: ReadHandle) => read.all('select * from jobs');"],
    ['main/db/store.ts', "database.exec('BEGIN IMMEDIATE');"],
    [
      'main/services/jobs/jobs.ts',
      "throw new Fault('CONFLICT', 'Select a model from the list, then update it with another.');",
    ],
    ['main/cli/entry.ts', "import { startServer } from '../server/index.ts';"],
    ['main/cli/program.ts', "import { version } from '../../package.json' with { type: 'json' };"],
    [
      'renderer/app/Frame.tsx',
      "import { ComparePage } from '../features/compare/index.ts'; export const a = <ComparePage />;",
    ],
  ];
  it.each(allowed)('and lets pass %s with %s', (path, text) => {
    expect(violationsOf(parseSource(path, text))).toEqual([]);
  });
});
