import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { removeLater, removeNow } from '../../renderer/ui-state/removals.ts';

describe('a removal that can be undone', () => {
  it('is carried out when its time is up, unless it was undone', async () => {
    const removed: string[] = [];
    removeLater('kept', 20, async () => removed.push('kept'))();
    removeLater('gone', 20, async () => removed.push('gone'));
    await wait(80);
    expect(removed).toEqual(['gone']);
  });

  it('is carried out at once, and once only, when the page or the store closes', async () => {
    const removed: string[] = [];
    removeLater('one', 30, async () => removed.push('one'));
    removeLater('two', 60_000, async () => removed.push('two'));
    await removeNow();
    expect(removed.sort()).toEqual(['one', 'two']);
    await wait(60);
    await removeNow();
    expect(removed).toHaveLength(2);
  });
});
