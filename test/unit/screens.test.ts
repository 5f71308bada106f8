import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (pattern: string): string[] =>
  globSync(pattern, { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));

/** The words in which the screens say that something is on its way or could not be had; what stands in `${…}` may be any words. */
const words = read('renderer/**/*.tsx').flatMap((text) =>
  [...text.matchAll(/<(?:SkeletonRows[^>]*?label|FailedState\s+title)=(?:"([^"]+)"|\{`([^`]+)`\})/g)].map(
    ([, plain, template]) => plain ?? template ?? '',
  ),
);

it('each state of waiting and of failure has its picture in `npm run screens`', () => {
  const specs = read('test/e2e/screens/*.spec.ts').join('\n');
  expect(words.length).toBeGreaterThan(50);
  const seen = (label: string) => new RegExp(`'${label.replace(/\$\{\w+\}/g, "[^']+")}'`).test(specs);
  expect(words.filter((label) => !seen(label))).toEqual([]);
});
