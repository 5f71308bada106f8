import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createCallerFactory, type Identity } from '../../main/base/procedure.ts';
import { createAbout, createAboutRouter } from '../../main/services/about/index.ts';
import packageFile from '../../package.json' with { type: 'json' };
import { createTestGate } from '../transport/testRouter.ts';

const auditor: Identity = { person: 'p', role: 'auditor', home: 'browser' };

function ask(noticesFile: string) {
  const { gate } = createTestGate();
  const locked = {
    ...gate,
    requireUnlocked: () => {
      throw new Error('The store is locked.');
    },
  };
  return createCallerFactory(createAboutRouter(createAbout({ noticesFile })))({ identity: auditor, gate: locked });
}

it('says what runs here, with a locked store and in every role, and nothing of a person', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-about-'));
  try {
    const noticesFile = join(folder, 'NOTICES.txt');
    writeFileSync(noticesFile, 'zod 4: MIT\n');
    const about = await ask(noticesFile).read();
    expect(about).toEqual({
      version: packageFile.version,
      licence: 'Apache-2.0',
      engine: { llamaCpp: expect.stringMatching(/^v\d/), nodeLlamaCpp: packageFile.dependencies['node-llama-cpp'] },
      database: { sqlite: expect.stringMatching(/^3\.\d+\.\d+$/), cipher: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
      node: process.versions.node,
      system: { name: expect.any(String), release: expect.any(String), architecture: process.arch },
      noticesFile,
    });
    expect(await ask(noticesFile).notices()).toEqual({ text: 'zod 4: MIT\n' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('says so where an installation has no notices', async () => {
  const nowhere = join(tmpdir(), 'no-such-folder', 'NOTICES.txt');
  expect((await ask(nowhere).read()).noticesFile).toBeNull();
  await expect(ask(nowhere).notices()).rejects.toThrow('npm run build');
});
