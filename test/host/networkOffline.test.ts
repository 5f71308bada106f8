import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConnectionAttempt, NetworkSummary } from '../../preload/contract/network.ts';
import { node } from '../helpers/command.ts';
import { isolates, traceConnects, whyNoTrace } from '../helpers/tracedConnects.ts';
import { temporaryFolders } from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);
const child = join(import.meta.dirname, '../helpers/offlineChild.ts');

describe('with the network off', () => {
  it.skipIf(whyNoTrace !== null)(
    `a whole run connects to nothing but loopback${isolates ? ', where there is no route to anything' : ''}, and the ledger agrees${
      whyNoTrace === null ? '' : ` (skipped: ${whyNoTrace})`
    }`,
    async () => {
      const folder = temporaryFolder('offline');
      const command = [node, child, join(folder, 'store')];
      const { stdout, foreign } = await traceConnects(command, join(folder, 'connects'), 150_000);
      const said: { refusal: string; answers: number; attempts: ConnectionAttempt[]; summary: NetworkSummary } =
        JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
      expect(said.answers).toBe(2);
      expect(foreign).toEqual([]);
      expect(said.refusal).toBe('NETWORK_OFF');
      expect(said.attempts).toMatchObject([{ outcome: 'refused', host: 'huggingface.co', receivedBytes: 0 }]);
      expect(said.summary).toMatchObject({ enabled: false, connections: 0, refused: 1, recorded: 1 });
    },
    180_000,
  );
});
