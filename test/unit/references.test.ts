import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));
/** What people wrote. The lock file holds what packages say about themselves, the data sets what a program wrote. */
const texts = files
  .filter((path) => path !== 'package-lock.json' && !/\.(?:jsonl|gguf|png|ico|icns|woff2)$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
  .filter(({ text }) => !text.includes('\0'));

/** Whose addresses may stand in this repository: public standards that are cited, and names that lead nowhere. */
const hosts: { name: RegExp; because: string }[] = [
  { name: /^(?:localhost|127\.0\.0\.1|\[::1\])$/, because: 'this machine' },
  { name: /(?:^|\.)(?:example|invalid|test|example\.(?:com|org|net))$/, because: 'reserved by RFC 2606' },
  { name: /^bridge$/, because: 'the desktop page speaks through it as if it were a host; nothing is looked up' },
  { name: /^www\.apache\.org$/, because: 'the licence' },
  { name: /^www\.w3\.org$/, because: 'the namespace of SVG' },
  { name: /^www\.apple\.com$/, because: 'the document type of property lists' },
  { name: /^unlicense\.org$/, because: 'the licence of a part that ships' },
  { name: /^huggingface\.co$/, because: 'where models are downloaded from, once a person has turned that on' },
  { name: /^keepachangelog\.com$/, because: 'the format of the changelog' },
  { name: /^semver\.org$/, because: 'the numbering of versions' },
];

it('no file names a host but those of cited standards', () => {
  const named = texts.flatMap(({ path, text }) =>
    [...text.matchAll(/\b(?:https?|wss?|ftp|git|ssh):\/\/(?:[^\s/@'"`]+@)?(\[[\w:]+\]|[\w\\.-]+)/g)].map(
      ([, host = '']) => ({ path, host: host.replaceAll('\\', '').toLowerCase() }),
    ),
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(({ host }) => !hosts.some(({ name }) => name.test(host)))).toEqual([]);
});

it('the lock file names no place that packages are fetched from', () => {
  expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
});

/** First folders of absolute paths that mean the same on every machine, and of paths that belong to no machine. */
const commonFolders = [
  'dev',
  'proc',
  'sys',
  'etc',
  'opt',
  'usr',
  'Applications',
  'Library',
  'Program Files',
  'Windows',
];
const inventedFolders = ['a', 'assets', 'compare', 'models', 'no', 'nowhere', 'path', 'tmp'];

it('no file holds a path of the machine it was written on', () => {
  const found = texts.flatMap(({ path, text }) => [
    ...[...text.matchAll(/(?<=^|[\s"'`(=:])\/([\w.-]+)\/([\w.-]+)/gm)]
      .filter(
        ([, first = '', second = '']) =>
          ![...commonFolders, ...inventedFolders, '..'].includes(first) &&
          // A regular expression: its flags follow the second slash.
          !/^[dgimsuvy]{0,3}(?:\.(?:test|exec))?$/.test(second),
      )
      .map(([whole]) => `${path}: ${whole}`),
    ...[...text.matchAll(/\b[A-Z]:\\{1,2}([A-Z][\w .-]+)\\/g)]
      .filter(([, first = '']) => !commonFolders.includes(first))
      .map(([whole]) => `${path}: ${whole}`),
  ]);
  expect(found).toEqual([]);
});

const names = texts.filter(({ path }) =>
  /(?:^package\.json|\.ya?ml|^scripts\/[^/]+\.mjs|^\.ci\/run|README\.md)$/.test(path),
);
/** Source folders; `out`, `dist` and the like are there only after a build. */
const inRepository =
  /(?<![\w./@-])((?:main|preload|renderer|native|test|docs|scripts)\/[\w./-]*\w|(?:tsconfig[\w.]*|[\w.-]+\.config|package)\.(?:json|ts))(?![\w*<{$])/g;

it.each(names)('$path names only files and folders that there are', ({ path, text }) => {
  const missing = [...text.matchAll(inRepository)]
    .map(([, name = '']) => name)
    // A pattern of names, as `NNNN-what-was-decided.md`; and a decision may be cited by its number alone.
    .filter((name) => !/\/NNNN\b/.test(name))
    .filter((name) => !(/\/\d{4}$/.test(name) && files.some((file) => file.startsWith(`${name}-`))))
    .filter((name) => !existsSync(join(root, name)) && !existsSync(join(root, dirname(path), name)));
  // A file alone, in backticks, lies somewhere in the folder that the README is about, or is named with enough to find it.
  const alone = [...text.matchAll(/`((?:[\w.-]+\/)*[\w-]+(?:\.\w+)*\.(?:ts|tsx|mjs|py|sh|cpp))`/g)]
    .map(([, name = '']) => name)
    .filter((name) => !files.some((file) => file === name || file.endsWith(`/${name}`)));
  expect([...missing, ...alone]).toEqual([]);
});

it('package.json, the workflows and the scripts name only npm scripts that there are', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const named = names.flatMap(({ path, text }) =>
    [...text.matchAll(/\bnpm (?:run (?:-\w+ )*([\w:-]+)|(start|test))\b/g)].map(([, run, own]) => ({
      path,
      script: run ?? own ?? '',
    })),
  );
  expect(named.filter(({ script }) => !(script in scripts))).toEqual([]);
});

/**
 * "Each folder one level below the top" is read as: every top folder of ours, and every folder directly in one that holds source,
 * at whatever depth. Pictures alone are no source; what lies deeper is described by the README above it.
 */
it('every folder one level below the top has a README of at most 30 lines', () => {
  const sources = files.filter((path) =>
    /^(?:main|preload|renderer|native|test|scripts|docs)\/.*\.(?:ts|tsx|mjs|py|cpp|md)$/.test(path),
  );
  const folders = new Set(sources.flatMap((path) => [/^[^/]+/.exec(path)?.[0], /^[^/]+\/[^/]+(?=\/)/.exec(path)?.[0]]));
  const wrong = [...folders].filter((folder) => {
    if (folder === undefined) return false;
    const readme = join(root, folder, 'README.md');
    return !existsSync(readme) || readFileSync(readme, 'utf8').trimEnd().split('\n').length > 30;
  });
  expect(wrong).toEqual([]);
  const deeper = texts.filter(({ path }) => basename(path) === 'README.md' && path.split('/').length > 3);
  expect(deeper.filter(({ text }) => text.trimEnd().split('\n').length > 30).map(({ path }) => path)).toEqual([]);
});
