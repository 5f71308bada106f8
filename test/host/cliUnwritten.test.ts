import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Ended, filesBelow, runCommand, startCommand, temporaryFolder } from '../helpers/command.ts';
import { whyNoLab } from '../helpers/labHost.ts';
import { bigModel, makeModel } from '../helpers/labModels.ts';

const environment = { ASSAY_PASSPHRASE: 'correct horse battery staple' };
const unwritten =
  'assay: The answer could not be written to standard output: ENOSPC: no space left on device, write.\n';

/** Exit code 1 would say that a check did not hold. */
function expectUnwritten(ended: Ended): void {
  expect(ended).toMatchObject({ code: 3, stdout: '', stderr: unwritten });
}

describe('an answer that cannot be written', { timeout: 300_000 }, () => {
  beforeEach(({ skip }) => skip(process.platform !== 'linux', 'There is a device that is always full on Linux.'));
  const full = { environment, before: 'exec >/dev/full' };

  it('ends help and commands with 3 and one sentence', async () => {
    const folder = temporaryFolder();
    expectUnwritten(await runCommand(['--help'], full));
    expectUnwritten(await runCommand(['vault', 'status', '--data-dir', folder], full));
    expectUnwritten(await runCommand(['vault', 'status', '--data-dir', folder, '--json'], full));
    const refused = await runCommand(['--nonsense', '--json'], full);
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringMatching(/^assay: Unknown option.*\n.*\n$/) });
  });

  it('stops the model that answers, and leaves no store behind', async () => {
    const temporary = temporaryFolder();
    const words = ['generate', '--ephemeral', '--model', 'sample', '--prompt', 'Go on.', '--threads', '1'];
    const before = full.before;
    expectUnwritten(await runCommand(words, { environment: { TMPDIR: temporary }, before }));
    expect(filesBelow(temporary)).toEqual([]);
  });

  it('ends a server whose address nobody has read', async () => {
    const { code, stderr } = await runCommand(['serve', '--ephemeral'], full);
    expect(code).toBe(3);
    expect(stderr).toContain(unwritten);
  });

  it('is a lost recovery code: the store is named, and where to get a new one', async () => {
    const folder = join(temporaryFolder(), 'store');
    const { code, stderr } = await runCommand(['vault', 'create', '--data-dir', folder, '--json'], full);
    expect(code).toBe(3);
    expect(stderr).toContain(`The store in ${folder} was created, but its recovery code could not be printed`);
    expect(stderr).toContain('Renew recovery code');
    const verified = await runCommand(['audit', 'verify', '--data-dir', folder, '--json'], full);
    expectUnwritten(verified);
  });
});

describe('a place that takes no more', { timeout: 300_000 }, () => {
  beforeEach(({ skip }) => skip(process.platform === 'win32', 'Windows limits no file by ulimit.'));

  it('is left as it was by a store that cannot be made there', async () => {
    const temporary = temporaryFolder();
    const words = ['generate', '--ephemeral', '--model', 'sample', '--prompt', 'Go on.', '--threads', '1'];
    const { code, stderr } = await runCommand(words, { environment: { TMPDIR: temporary }, before: 'ulimit -f 0' });
    expect(code, stderr).not.toBe(0);
    expect(stderr).toContain('assay-ephemeral-');
    expect(filesBelow(temporary)).toEqual([]);
  });

  it('is named by quantize, which leaves no half file', async ({ skip }) => {
    const why = await whyNoLab();
    skip(why !== null, why ?? '');
    const out = temporaryFolder();
    const model = makeModel(join(temporaryFolder(), 'big-F16.gguf'), bigModel);
    const words = ['quantize', model, '--to', 'Q8_0', '--out', out, '--ephemeral', '--threads', '1'];
    // Blocks of 512 bytes or of 1 KiB, by the shell: more than the store takes, less than the file.
    const { code, stderr } = await runCommand(words, { before: 'ulimit -f 8192' });
    expect(code, stderr).toBe(3);
    expect(stderr).toContain('The file could not be written: the disk');
    expect(filesBelow(out)).toEqual([]);
  });
});

it('an error that nobody foresaw ends a command with 3, and says where it was without its words', async () => {
  const planted = "setTimeout(() => { throw new Error('what was typed'); }, 300)";
  const { code, stderr } = await runCommand(['serve', '--ephemeral'], {
    environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(planted)}` },
  });
  expect(code).toBe(3);
  expect(stderr).toMatch(/assay: An unforeseen failure, which should be reported: Error \| at /);
  expect(stderr).not.toContain('what was typed');
});

describe('a reader that went away', { timeout: 300_000 }, () => {
  it('from the recovery code is told of too', async () => {
    const folder = join(temporaryFolder(), 'store');
    const command = startCommand(['vault', 'create', '--data-dir', folder], { environment });
    command.child.stdout?.destroy();
    const { code, stderr } = await command.ended;
    expect(code).toBe(3);
    expect(stderr).toContain('its recovery code could not be printed');
  });

  it('from stderr changes neither the answer nor the exit code', async () => {
    const folder = join(temporaryFolder(), 'store');
    const command = startCommand(['vault', 'create', '--data-dir', folder, '--json'], { environment });
    command.child.stderr?.destroy();
    const { code, stdout } = await command.ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ folder });
  });
});
