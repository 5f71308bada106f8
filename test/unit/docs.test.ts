import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '../..');
const documents = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Inline links and pictures of Markdown, without those in code. */
function linksOf(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
}

/** The anchor that GitHub gives a heading. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(documents)('%s', (path) => {
  const text = read(path);

  it('has only links that lead somewhere', () => {
    const broken = linksOf(text).filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [target = '', anchor] = decodeURIComponent(link).split('#');
      const file = target === '' ? path : join(dirname(path), target);
      if (!existsSync(join(root, file))) return true;
      return anchor !== undefined && !anchorsOf(read(file)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names only npm scripts that there are', () => {
    const named = [...text.matchAll(/npm run (?:-\w+ )*([\w:-]+)/g)].map((match) => match[1] ?? '');
    if (/npm start\b/.test(text)) named.push('start');
    if (/npm test\b/.test(text)) named.push('test');
    expect(named.filter((name) => !(name in packageFile.scripts))).toEqual([]);
  });

  it('names only files of this repository that there are', () => {
    const named = [
      ...text.matchAll(/`((?:main|preload|renderer|native|test|docs|scripts)\/[\w./-]+\.(?:ts|tsx|mjs|md))`/g),
    ];
    expect(named.map((match) => match[1] ?? '').filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

it('the changelog knows the version of the package or keeps it under Unreleased', () => {
  const changelog = read('CHANGELOG.md');
  expect(changelog.includes(`## [${packageFile.version}]`) || changelog.includes('## [Unreleased]')).toBe(true);
});

it('the licence is the one that the package names', () => {
  expect(packageFile.license).toBe('Apache-2.0');
  expect(read('LICENSE')).toMatch(/Apache License\s+Version 2\.0, January 2004/);
});

it('the list of decisions names every record, with its title', () => {
  const records = documents.filter((path) => /^docs\/decisions\/\d{4}-/.test(path));
  const index = read('docs/decisions/records.md');
  const lacking = records.filter((path) => {
    const [, number, title] = /^# (\d{4}) (.+)$/m.exec(read(path)) ?? [];
    return !index.includes(`| [${number}](${basename(path)}) | ${title} |`);
  });
  expect(lacking).toEqual([]);
});

it('the third-party notice names every dependency that ships', () => {
  const notice = read('THIRD-PARTY.md');
  const named = (name: string) => notice.includes(name) || /^@mantine\//.test(name);
  expect(Object.keys(packageFile.dependencies).filter((name) => !named(name))).toEqual([]);
});
