/**
 * A process that works on a store, to be killed, starved or shut out: node storeProcess.ts SCENARIO FOLDER. Prints JSON lines.
 */
import { rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../main/base/fault.ts';
import { createCompare } from '../../main/services/compare/index.ts';
import { characterModels, createCharacterEngine } from './characterEngine.ts';
import { openServices } from './openServices.ts';
import { owner, passphrase, vaultIn, writeNote } from './vaultFixture.ts';

const [scenario = '', folder = '', argument = ''] = process.argv.slice(2);

/** Written at once, so that a line is out before the kill that may follow. */
function say(value: unknown): void {
  writeSync(1, `${JSON.stringify(value)}\n`);
}

async function attempt(name: string, work: () => unknown): Promise<void> {
  try {
    await work();
    say({ name, ok: true });
  } catch (error) {
    say({ name, ok: false, code: error instanceof Fault ? error.code : 'none', message: String(error) });
  }
}

const stayAlive = () => new Promise<never>(() => setInterval(() => undefined, 60_000));

const scenarios: Record<string, () => Promise<void>> = {
  /** Creates a store, works in it a little, and keeps it. */
  async create() {
    const { vault, audit } = vaultIn(folder);
    await vault.create({ passphrase }, owner);
    for (let index = 0; index < 5; index++) audit.record(owner, 'test.write', { index })('ok');
    writeNote(vault, 'worked');
    say({ name: 'created' });
    await stayAlive();
  },

  /** Unlocks and keeps the store. */
  async hold() {
    const { vault } = vaultIn(folder);
    await vault.unlock({ kind: 'passphrase', passphrase });
    say({ name: 'held' });
    await stayAlive();
  },

  /** Writes notes and audit entries one by one, each told once it is committed, until it is killed. */
  async write() {
    const { vault, audit } = vaultIn(folder);
    await vault.unlock({ kind: 'passphrase', passphrase });
    for (let index = 0; ; index++) {
      const settle = audit.record(owner, 'test.write', { index });
      const id = writeNote(vault, `note ${argument} ${index} ${'x'.repeat(200)}`);
      settle('ok');
      say({ name: 'acknowledged', id, text: `note ${argument} ${index}` });
    }
  },

  /** Writes the canary everywhere, sorts more of it than the cache holds, and stays in the middle of that. */
  async canary() {
    const { vault, audit } = vaultIn(folder);
    await vault.unlock({ kind: 'passphrase', passphrase });
    for (let index = 0; index < 300; index++) writeNote(vault, `${argument} ${index}`);
    audit.event(owner, 'test.canary', { notes: 300 });
    const sorted = vault.store().read.iterate<{ line: string }>(
      `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 140000)
       SELECT ? || ' ' || (n * 7919 % 140000) || ' ' || hex(zeroblob(1000)) AS line FROM numbers ORDER BY line`,
      argument,
    );
    sorted.next();
    vault.store().transaction((write) => write.run('UPDATE notes SET text = text || ?', ` ${argument}`));
    say({ name: 'sorting' });
    await stayAlive();
  },

  /** Fills a small disk, then frees it. */
  async full() {
    const { vault, audit } = vaultIn(folder);
    await attempt('create', () => vault.create({ passphrase }));
    let written = 0;
    await attempt('fill', () => {
      for (;;) {
        writeNote(vault, 'x'.repeat(10_000));
        written++;
      }
    });
    await attempt('backup', () => vault.backup({ to: join(folder, 'copy.assay-backup') }));
    const counted = vault.store().read.get<{ n: number }>('SELECT count(*) AS n FROM notes')?.n;
    say({ name: 'kept', ok: counted === written, written, counted });
    rmSync(join(folder, 'ballast'), { force: true });
    await attempt('after', () => writeNote(vault, 'there is room again'));
    say({ name: 'verdict', ok: (await audit.verify()).holds });
    await vault.close();
  },

  /** Compares until a small disk is full, then frees it and lets the job go on. */
  async compare() {
    const services = openServices({ folder });
    const { vault, jobs } = services;
    const models = characterModels(['base', 'q4']);
    const compare = createCompare({ ...services, models, engine: createCharacterEngine() });
    await vault.create({ passphrase });
    const prompts = Array.from({ length: 100 }, (_, index) => `Prompt number ${index}`);
    const { id, jobId } = compare.start({ models: ['base', 'q4'], prompts, sampler: { maxTokens: 1000 } });
    let acknowledged = 0;
    const view = { id, from: 0, count: prompts.length };
    for await (const event of compare.watch(view, new AbortController().signal))
      if (event.type === 'cell' && event.cell.state === 'done') acknowledged++;
    const ended = async () => {
      while (['queued', 'running'].includes(jobs.get(jobId).state)) await sleep(10);
      const { state, error } = jobs.get(jobId);
      return { state, code: error?.code, message: error?.message };
    };
    say({ name: 'job', ...(await ended()) });
    const done = () =>
      compare.get(view).cells.filter(({ state, tokens }) => state === 'done' && tokens.length === 1000);
    say({ name: 'kept', ok: done().length === acknowledged, acknowledged });
    rmSync(join(folder, 'ballast'), { force: true });
    jobs.resume(jobId);
    say({ name: 'after', ...(await ended()), done: done().length });
    await services.close();
  },

  /** Creates and unlocks where it may not write; as root it first becomes nobody, for whom the permissions count. */
  async readOnly() {
    const warm = vaultIn(null);
    await warm.vault.close();
    if (process.getuid?.() === 0) {
      process.setgid?.(65534);
      process.setuid?.(65534);
    }
    await attempt('unlock', () => vaultIn(folder).vault.unlock({ kind: 'passphrase', passphrase }));
    await attempt('create', () => vaultIn(join(folder, 'inside')).vault.create({ passphrase }));
    await attempt('open', () => vaultIn(argument).vault.unlock({ kind: 'passphrase', passphrase }));
  },
};

await scenarios[scenario]?.();
process.exit(0);
