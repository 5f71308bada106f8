import { expect, it } from 'vitest';
import type { BackupsStatus } from '../../preload/contract/backups.ts';
import { failedBackup, otherJobs } from '../../renderer/features/home/failedBackup.ts';

const failed = { at: '2026-03-02T10:00:00.000Z', path: null, sizeBytes: 0, problem: '/away is no folder.' };
const made = { at: '2026-03-03T10:00:00.000Z', path: 'last.assay-backup', sizeBytes: 1, problem: null };
const status = (enabled: boolean, last: BackupsStatus['last']): BackupsStatus => ({
  schedule: { enabled, folder: '/away', everyDays: 7, keep: 4 },
  last,
  lastGood: null,
  nextAt: null,
  kept: [],
  isRunning: false,
});

it('a backup that failed needs a person until a later one is made or the schedule is off, and its jobs tell nothing beside it', () => {
  expect(failedBackup(status(true, failed))).toEqual(failed);
  expect(failedBackup(status(true, made))).toBeNull();
  expect(failedBackup(status(true, null))).toBeNull();
  expect(failedBackup(status(false, failed))).toBeNull();
  const backup = { kind: 'backups.scheduled', state: 'failed' } as const;
  const others = [
    { kind: 'backups.scheduled', state: 'interrupted' },
    { kind: 'compare.answers', state: 'failed' },
  ] as const;
  expect(otherJobs([backup, ...others])).toEqual(others);
});
