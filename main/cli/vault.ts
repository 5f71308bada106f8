import { resolve } from 'node:path';
import { Fault } from '../base/fault.ts';
import { exitCode } from './exit.ts';
import { significant } from './numbers.ts';
import type { VaultOptions } from './options.ts';
import { flushOutput } from './output.ts';
import type { Work } from './perform.ts';
import { readPassphrase, readRecoveryCode } from './secret.ts';
import { openHome, openSession, type Session } from './session.ts';
import type { RestoreOptions } from './vault.options.ts';

/** `assay vault create`: the recovery code is printed here and never again. */
export async function createStore(options: VaultOptions, { output, interruption }: Work): Promise<number> {
  let told = true;
  const code = await withSession(await openHome(options), async ({ api }) => {
    const before = await api.vault.status();
    if (before.state !== 'none') {
      throw new Fault(
        'STORE_EXISTS',
        `There is a store in ${before.folder} already. Name another folder with --data-dir.`,
      );
    }
    const passphrase = await readPassphrase({ signal: interruption.signal, confirm: true, prompt: 'New passphrase: ' });
    const { recoveryCode } = await api.vault.create({ passphrase });
    const { folder, storeId } = await api.vault.status();
    output.print(`Created a store in ${folder}\nRecovery code: ${recoveryCode}\n`);
    output.document({ folder, storeId, recoveryCode });
    told = (await flushOutput()) === null;
    output.say(
      told
        ? 'Keep the recovery code apart from this machine: it opens the store when the passphrase is lost, and it is not shown again.'
        : `assay: The store in ${folder} was created, but its recovery code could not be printed and is lost. Make a new one in the app, or in the browser by \`assay serve\`: Settings, Store, Renew recovery code.`,
    );
  });
  return told ? code : exitCode.failed;
}

/** `assay vault status`: asks for no passphrase. */
export async function showStatus(options: VaultOptions, { output }: Work): Promise<number> {
  return await withSession(await openHome(options), async ({ api }) => {
    const status = await api.vault.status();
    const { state, folder, slots, sizeBytes } = status;
    output.print(
      state === 'none'
        ? `No store in ${folder}\n`
        : `Store ${status.storeId ?? ''} in ${folder}: ${state}, ${inMegabytes(sizeBytes)}\n`,
    );
    if (slots.length > 0) output.print(`Opens with: ${slots.map(({ kind }) => slotInWords[kind]).join(', ')}\n`);
    output.document(status);
  });
}

/** `assay vault backup TO`: the copy is encrypted with the same key and opens with the same secrets. */
export async function backUp(to: string, options: VaultOptions, work: Work): Promise<number> {
  const { output } = work;
  return await withSession(await openSession(options, work), async ({ api }) => {
    const result = await api.vault.backup({ to: resolve(to) });
    output.print(`Wrote ${result.path}, ${inMegabytes(result.sizeBytes)}\n`);
    output.document(result);
  });
}

/** `assay vault restore FROM`: the secret is the one the backup was made with. */
export async function restore(from: string, options: RestoreOptions, { output, interruption }: Work): Promise<number> {
  const { signal } = interruption;
  return await withSession(await openHome(options), async ({ api }) => {
    const { replaced } = await api.vault.restore({
      from: resolve(from),
      secret: options.recoveryCode
        ? { kind: 'recovery', code: await readRecoveryCode({ signal }) }
        : { kind: 'passphrase', passphrase: await readPassphrase({ signal, prompt: 'Passphrase of the backup: ' }) },
    });
    const { folder, storeId } = await api.vault.status();
    output.print(`Restored the store in ${folder}\n`);
    if (replaced) output.print(`The store that was there is kept in ${replaced}\n`);
    output.document({ folder, storeId, replaced });
  });
}

async function withSession(session: Session, work: (session: Session) => Promise<void>): Promise<number> {
  try {
    await work(session);
    return exitCode.done;
  } finally {
    await session.close();
  }
}

const slotInWords = {
  passphrase: 'the passphrase',
  recovery: 'the recovery code',
  os: "the system's key ring",
} as const;

function inMegabytes(bytes: number): string {
  return `${significant(bytes / 1e6)} MB`;
}
