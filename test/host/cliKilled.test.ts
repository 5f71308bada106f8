import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand, startCommand, temporaryFolder } from '../helpers/command.ts';
import { whyNoLab } from '../helpers/labHost.ts';
import { bigModel, makeModel } from '../helpers/labModels.ts';
import { descendants, isAlive, whyNoProcessControl } from '../helpers/processes.ts';

const whyNot = async () => whyNoProcessControl ?? (await whyNoLab());
const text = 'The quick brown fox jumps over the lazy dog, and the five boxing wizards jump quickly. '.repeat(60);

/** Starts a command in a folder of its own, and kills all of its processes as soon as it has written what is found by the pattern. */
async function killed(words: string[], setting: Setting, unfinished: RegExp): Promise<string[]> {
  const { child, ended } = startCommand(words, setting);
  const names = () => readdirSync(setting.out);
  await expect.poll(names, { timeout: 60_000, interval: 20 }).toContainEqual(expect.stringMatching(unfinished));
  const engines = descendants(child.pid ?? 0);
  // A process that stands still cannot take anything away.
  for (const pid of engines) process.kill(pid, 'SIGSTOP');
  child.kill('SIGKILL');
  for (const pid of engines) process.kill(pid, 'SIGKILL');
  await ended;
  await expect.poll(() => engines.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  return names();
}

interface Setting {
  out: string;
  model: string;
  file: string;
  environment: Record<string, string>;
}

function setting(): Setting {
  const folder = temporaryFolder('assay-cli-killed-');
  for (const name of ['out', 'tmp']) mkdirSync(join(folder, name));
  const model = makeModel(join(folder, 'big-F16.gguf'), bigModel);
  const file = join(folder, 'text.txt');
  writeFileSync(file, text);
  const temporary = join(folder, 'tmp');
  return { out: join(folder, 'out'), model, file, environment: { TMPDIR: temporary, TEMP: temporary } };
}

describe('an --ephemeral command whose processes are all killed', { timeout: 200_000 }, () => {
  it('leaves no half quantization and no importance matrix after the next command', async ({ skip }) => {
    const why = await whyNot();
    skip(why !== null, why ?? '');
    const place = setting();
    const words = ['quantize', place.model, '--to', 'IQ3_S', '--imatrix-text', place.file, '--out', place.out];
    const left = await killed([...words, '--ephemeral', '--threads', '1'], place, /\.partial$/);
    expect(left).toHaveLength(2);
    const next = await runCommand(['models', 'inspect', place.model], place);
    expect(next).toMatchObject({ code: 0 });
    expect(readdirSync(place.out)).toEqual([]);
    expect(readdirSync(place.environment.TMPDIR ?? '')).toEqual([]);
  });

  it('ends with the process that started it, as the command of a clone is started', async ({ skip }) => {
    const why = await whyNot();
    skip(why !== null, why ?? '');
    const place = setting();
    const words = ['quantize', place.model, '--to', 'Q3_K_M', '--to', 'Q5_K_M', '--out', place.out, '--ephemeral'];
    const { child, ended } = startCommand([...words, '--threads', '1'], { ...place, channel: true });
    const names = () => readdirSync(place.out);
    await expect.poll(names, { timeout: 60_000, interval: 20 }).toContainEqual(expect.stringMatching(/\.partial$/));
    child.disconnect();
    expect((await ended).code).toBe(143);
    expect(names()).not.toContainEqual(expect.stringMatching(/\.partial$/));
    expect(readdirSync(place.environment.TMPDIR ?? '')).toEqual([]);
  });

  it('leaves no half base file after the next command', async ({ skip }) => {
    const why = await whyNot();
    skip(why !== null, why ?? '');
    const place = setting();
    const words = ['compare', '--reference', place.model, '--candidate', place.model, '--text', place.file];
    const write = ['--context', '64', '--save-base', join(place.out, 'own.kld'), '--ephemeral', '--threads', '1'];
    const left = await killed([...words, ...write], place, /\.partial$/);
    expect(left).toEqual([expect.stringMatching(/^own\.kld\..*\.partial$/)]);
    const next = await runCommand(['models', 'inspect', place.model], place);
    expect(next).toMatchObject({ code: 0 });
    expect(readdirSync(place.out)).toEqual([]);
  });
});
