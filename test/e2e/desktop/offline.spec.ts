import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { traceConnects, whyNoTrace } from '../../helpers/tracedConnects.ts';
import { whyNoElectron } from '../browsers.ts';
import type { OfflineRun } from '../offlineApp.ts';

test('with the network off no process of the app connects to anything but loopback, from start to end, and the ledger agrees', async () => {
  const reason = whyNoElectron() ?? whyNoTrace;
  test.skip(reason !== null, reason ?? '');
  test.setTimeout(300_000);
  const folder = await mkdtemp(join(tmpdir(), 'assay-offline-'));
  try {
    await mkdir(join(folder, 'data'));
    const app = [process.execPath, join(import.meta.dirname, '../offlineApp.ts'), join(folder, 'data')];
    const { stdout, foreign } = await traceConnects(app, join(folder, 'connects'), 280_000);
    const said: OfflineRun = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(foreign).toEqual([]);
    expect(said.faults).toEqual([]);
    expect(said.refusal).toContain('NETWORK_OFF');
    expect(said.badge).toBe('Offline: 0 connections');
    expect(said.attempts).toMatchObject([{ outcome: 'refused', host: 'huggingface.co', receivedBytes: 0 }]);
    expect(said.summary).toMatchObject({ enabled: false, connections: 0, refused: 1, recorded: 1 });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
