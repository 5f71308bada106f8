import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { startCommand, temporaryFolder } from '../helpers/command.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { descendants } from '../helpers/processes.ts';

const before = 'ulimit -c unlimited';

beforeEach(({ skip }) => {
  skip(process.platform !== 'linux', 'elsewhere the system writes no dump by itself: SECURITY.md');
  skip(spawnSync('sh', ['-c', before]).status !== 0, 'this machine allows nobody to turn core dumps on');
});

it('a command and its engines dump no memory when they crash, whatever the shell that starts them allows', async () => {
  const model = writeModel(
    join(temporaryFolder('assay-cores-'), 'long.gguf'),
    randomLlama({ context: 16_384, endless: true }),
  );
  const words = ['generate', '--ephemeral', '--threads', '1', '--model', model, '--prompt', 'Go on.'];
  const command = startCommand([...words, '--max-tokens', '16000'], { before });
  await command.says(/\n.{20}/);
  const host = command.child.pid ?? 0;
  const engines = descendants(host);
  expect(engines.length).toBeGreaterThan(0);
  for (const pid of [host, ...engines]) {
    expect(readFileSync(`/proc/${pid}/limits`, 'utf8'), `${pid}`).toMatch(/^Max core file size +0 +0 /m);
    // Where dumps go through a pipe the limit does not hold, and this does.
    expect(readFileSync(`/proc/${pid}/coredump_filter`, 'utf8').trim(), `${pid}`).toBe('00000000');
  }
}, 120_000);
