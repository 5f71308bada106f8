import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { countPlaywright, countVitest, reasonLines } from '../../scripts/counts.mjs';

const root = join(import.meta.dirname, '../..');

it('vitest: a test that is skipped counts as skipped, with its note or with the name that holds the reason', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-counts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(
    join(folder, 'few.test.js'),
    `test('holds', () => {});
     test('cannot', ({ skip }) => skip(true, 'there is no moon'));
     describe('group', () => {
       beforeEach(({ skip }) => skip(true, 'there is no moon'));
       test('cannot either', () => {});
     });
     describe.skip('far side (skipped: nobody (yet) went)', () => test('is dark', () => {}));
     test.skip('is silent', () => {});`,
  );
  const file = join(folder, 'vitest.json');
  const reporters = ['json', join(root, 'scripts/skipNotes.mjs')].map((name) => `--reporter=${name}`);
  const words = ['run', '--globals', `--root=${folder}`, ...reporters, `--outputFile.json=${file}`];
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...words], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  const { passed, failed, skipped } = countVitest(JSON.parse(readFileSync(file, 'utf8')));
  expect({ passed, failed }).toEqual({ passed: 1, failed: 0 });
  expect(reasonLines(skipped)).toEqual([
    '2 skipped: there is no moon',
    '1 skipped: nobody (yet) went',
    '1 skipped: no reason is given: is silent',
  ]);
});

it('Playwright: a spec that is skipped counts with its reason; one that the run did not come to has failed', () => {
  const spec = (title: string, status: string, more: object) => ({
    title,
    tests: [{ status, annotations: [], results: [{}], ...more }],
  });
  const skip = { annotations: [{ type: 'skip', description: 'there is no display' }] };
  const report = {
    stats: { expected: 1, flaky: 0, unexpected: 0, skipped: 4 },
    errors: [],
    suites: [
      {
        specs: [spec('opens', 'expected', {}), spec('shows', 'skipped', skip)],
        suites: [
          {
            specs: [spec('hides', 'skipped', skip), spec('mumbles', 'skipped', {})],
            suites: [{ specs: [spec('waits', 'skipped', { results: [] })] }],
          },
        ],
      },
    ],
  };
  const { passed, failed, skipped } = countPlaywright(report);
  expect({ passed, failed }).toEqual({ passed: 1, failed: 1 });
  expect(reasonLines(skipped)).toEqual(['2 skipped: there is no display', '1 skipped: no reason is given: mumbles']);
});
