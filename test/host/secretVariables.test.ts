import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { givenPassphrase, takeSecrets } from '../../main/cli/secret.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { startCommand, temporaryFolder } from '../helpers/command.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { descendants } from '../helpers/processes.ts';

const secrets = { ASSAY_PASSPHRASE: 'canary passphrase', ASSAY_RECOVERY_CODE: 'canary code' };

afterEach(() => {
  takeSecrets();
  givenPassphrase();
});

describe('secrets in the environment', { timeout: 60_000 }, () => {
  it('are taken out of it before a command begins, and still open the store, once', () => {
    Object.assign(process.env, secrets);
    takeSecrets();
    expect(process.env).not.toHaveProperty('ASSAY_PASSPHRASE');
    expect(process.env).not.toHaveProperty('ASSAY_RECOVERY_CODE');
    expect(givenPassphrase()).toBe(secrets.ASSAY_PASSPHRASE);
    expect(givenPassphrase()).toBeUndefined();
  });

  it('never reach an engine process', async () => {
    const entry = join(temporaryFolder(), 'tell.mjs');
    writeFileSync(entry, 'process.send(Object.keys(process.env)); setInterval(() => {}, 1000);');
    const engine = forkStarter({ entry, environment: { ...process.env, ...secrets, KEPT: 'yes' } }).start({
      label: 'tell',
    });
    const ended = new Promise<void>((resolve) => engine.onExit(() => resolve()));
    const names = await new Promise<unknown>((resolve) => engine.onMessage(resolve));
    engine.kill();
    await ended;
    expect(names).toContain('KEPT');
    for (const name of Object.keys(secrets)) expect(names).not.toContain(name);
  });

  it.skipIf(process.platform !== 'linux')(
    'are not in the environment of any process that `assay generate --ephemeral` starts (read from /proc, on Linux)',
    async () => {
      const model = writeModel(
        join(temporaryFolder(), 'endless.gguf'),
        randomLlama({ endless: true, context: 32_768 }),
      );
      const words = ['generate', '--ephemeral', '--threads', '1', '--model', model, '--max-tokens', '20000'];
      const command = startCommand([...words, '--prompt', 'hello'], { environment: secrets });
      await command.says(/random llama F32\n./);
      const pids = descendants(command.child.pid ?? 0);
      expect(pids.length).toBeGreaterThan(0);
      for (const pid of pids) {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        expect(environment).toContain('PATH=');
        expect(environment).not.toContain('canary');
      }
    },
  );
});
