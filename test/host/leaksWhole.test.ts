import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCommand, startCommand, temporaryFolder } from '../helpers/command.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { descendants, isAlive, whyNoProcessControl } from '../helpers/processes.ts';

const repository = join(import.meta.dirname, '../..');
const canary = 'The-bittern-booms-where-nobody-listens-5519';
const needles = [canary, canary.toLowerCase(), Buffer.from(canary, 'utf16le')];

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Files without a name that a process still holds, as SQLite's temporary ones. Linux only. */
function namelessFiles(pid: number): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    const path = `/proc/${pid}/fd/${name}`;
    try {
      return readlinkSync(path).endsWith('(deleted)') && statSync(path).isFile() ? [path] : [];
    } catch (thrown) {
      // Closed since the folder was read.
      if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return [];
      throw thrown;
    }
  });
}

const findings = (paths: readonly string[]) =>
  paths.filter((path) => {
    const bytes = bytesOf(path);
    return needles.some((needle) => bytes.includes(needle));
  });

/** Nothing of a file that went away since its folder was read. */
function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return Buffer.alloc(0);
    throw thrown;
  }
}

/** Shared memory that came since `before`, of anybody; another process may take its own away meanwhile. */
function sharedMemory(before: ReadonlySet<string>): string[] {
  if (!existsSync('/dev/shm')) return [];
  return filesBelow('/dev/shm').filter((path) => !before.has(path));
}

describe('a prompt is nowhere in clear: data folder, home, temporary folder, shared memory, working folder, log', {
  timeout: 300_000,
}, () => {
  beforeEach(({ skip }) => skip(whyNoProcessControl !== null, whyNoProcessControl ?? ''));

  it.each([
    { how: 'after an engine ended by SIGSEGV in the middle of its answer', victim: 'engine', signal: 'SIGSEGV' },
    { how: 'after kill -9 of the whole command in the middle of an answer', victim: 'command', signal: 'SIGKILL' },
  ] as const)('$how', async ({ victim, signal }) => {
    const home = temporaryFolder('assay-whole-');
    for (const name of ['tmp', 'work', 'data']) mkdirSync(join(home, name));
    const model = writeModel(
      join(temporaryFolder('assay-whole-model-'), 'long.gguf'),
      // An answer that lasts until its context is full, which takes seconds.
      randomLlama({ context: 16_384, endless: true }),
    );
    const environment = {
      HOME: home,
      TMPDIR: join(home, 'tmp'),
      SQLITE_TMPDIR: join(home, 'tmp'),
      XDG_CONFIG_HOME: undefined,
      XDG_DATA_HOME: undefined,
      XDG_CACHE_HOME: undefined,
      ASSAY_PASSPHRASE: 'correct horse battery staple',
    };
    const shared = new Set(existsSync('/dev/shm') ? filesBelow('/dev/shm') : []);
    const data = ['--data-dir', join(home, 'data', 'store')];
    expect((await runCommand(['vault', 'create', ...data], { environment })).code).toBe(0);
    const words = [
      'generate',
      ...data,
      '--threads',
      '1',
      '--model',
      model,
      '--prompt',
      canary,
      '--max-tokens',
      '16000',
    ];
    const command = startCommand(words, { environment });
    await command.says(/\n.{20}/);
    const processes = [command.child.pid ?? 0, ...descendants(command.child.pid ?? 0)];
    expect(processes.length).toBeGreaterThan(1);
    const held = [...filesBelow(home), ...processes.flatMap(namelessFiles), ...sharedMemory(shared)];
    expect(held.some((path) => path.endsWith('-wal'))).toBe(true);
    expect(findings(held)).toEqual([]);

    process.kill(victim === 'engine' ? (processes[1] ?? 0) : (processes[0] ?? 0), signal);
    const { stderr } = await command.ended;
    await expect.poll(() => processes.filter(isAlive), { timeout: 30_000 }).toEqual([]);
    expect(findings([...filesBelow(home), ...sharedMemory(shared)])).toEqual([]);
    expect(stderr).not.toContain(canary);
  });

  it('after the command of the clone, also not in the log that npm keeps of its runs', async () => {
    const home = temporaryFolder('assay-whole-npm-');
    const [logs, temporary] = [join(home, '.npm/_logs'), join(home, 'tmp')];
    mkdirSync(logs, { recursive: true });
    mkdirSync(temporary);
    const foreign = join(logs, '2025-01-01T00_00_00_000Z-debug-0.log');
    writeFileSync(foreign, 'of another project');
    // What an npm around the test hands on would stand in for the settings of the clone.
    const own = Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_'));
    const line = 'run -s assay -- generate --ephemeral --model sample --max-tokens 2 --threads 1 --prompt'.split(' ');
    const { stdout } = await promisify(execFile)('npm', [...line, canary], {
      cwd: repository,
      env: { ...Object.fromEntries(own), HOME: home, TMPDIR: temporary },
    });
    expect(stdout).not.toBe('');
    const ours = join(repository, 'node_modules/.cache/npm-logs');
    expect(findings([...filesBelow(home), ...(existsSync(ours) ? filesBelow(ours) : [])])).toEqual([]);
    expect(existsSync(foreign)).toBe(true);
  });
});
