import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { UnlockInput } from '../../../preload/contract/vault.ts';
import { Fault } from '../../base/fault.ts';
import type { Migration } from '../../db/index.ts';
import { finishRestore, prepareRestore } from './backup.ts';
import { type KeyParts, slotContext } from './keyCommands.ts';
import { type KeyFile, readKeyFile, sealSettings, writeKeyFile } from './keyFile.ts';
import { newRecoveryCode } from './recoveryCode.ts';
import { defaultLockAfterMinutes, host, isEphemeral, noStore } from './session.ts';
import { keyRingSlot, type OpenedSlot, openSlot, passphraseSlot, recoverySlot, withSlot } from './slots.ts';
import { countFailedUnlock } from './storeFolder.ts';
import type { Vault } from './vault.ts';

export interface OpeningParts extends KeyParts {
  migrations: readonly Migration[];
}

/** The ways to an open store: create, unlock, a new passphrase by the recovery code, restore. */
export function createOpening({
  session,
  keyRing,
  clock,
  passphraseCost,
  migrations,
}: OpeningParts): Pick<Vault, 'create' | 'unlock' | 'resetPassphrase' | 'restore'> {
  const { paths } = session;

  function requireKeyFile(): KeyFile {
    const keys = readKeyFile(paths.keys);
    if (keys) return keys;
    if (!existsSync(paths.database)) throw noStore(paths);
    throw new Fault(
      'KEY_FILE_DAMAGED',
      `The key file ${paths.keys} is missing. Put back a copy of it: there is one in every backup of this store. Without it the store cannot be opened.`,
      { facts: { path: paths.keys } },
    );
  }

  /** So that a look at a folder that does not exist does not make it. */
  function requireFolder(): void {
    if (session.ephemeral) throw isEphemeral();
    if (!existsSync(paths.folder)) throw noStore(paths);
  }

  /** Every way to try a secret goes through here, so that the audit log learns how often one was wrong. */
  async function openCounted(keys: KeyFile, input: UnlockInput, place = paths.folder): Promise<OpenedSlot> {
    try {
      return await openSlot(keys, input, keyRing, place);
    } catch (error) {
      if (error instanceof Fault && error.code === 'WRONG_SECRET') countFailedUnlock(paths, clock.now());
      throw error;
    }
  }

  /** Where the key ring refuses, or the key file cannot be written, the slot that has just opened the store stays as it is. */
  async function renewKeyRingSlot(): Promise<void> {
    const { keys, ...rest } = session.requireKeys();
    try {
      session.saveKeys(withSlot(keys, await keyRingSlot(slotContext(rest, clock), keyRing)));
      session.emit('vault.renewKeyRingSlot', host);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }

  async function newKeyFile(passphrase: string, code: string, dataKey: Buffer): Promise<KeyFile> {
    const storeId = randomBytes(12).toString('hex');
    const context = slotContext({ storeId, dataKey }, clock);
    return {
      format: 'assay-keys',
      version: 1,
      storeId,
      createdAt: context.createdAt,
      slots: [await passphraseSlot(context, passphrase, passphraseCost), recoverySlot(context, code)],
      settings: sealSettings(storeId, defaultLockAfterMinutes, dataKey),
    };
  }

  function storeExists(): Fault {
    return new Fault(
      'STORE_EXISTS',
      `There is already a store in ${paths.folder}. Unlock it, or choose another data folder.`,
    );
  }

  return {
    create: ({ passphrase }, by = host) =>
      session.inTurn(async () => {
        if (session.current()) throw storeExists();
        return session.taking(async (lock) => {
          if (existsSync(paths.keys) || existsSync(paths.database)) throw storeExists();
          const dataKey = randomBytes(32);
          const code = newRecoveryCode();
          const keys = await newKeyFile(passphrase, code, dataKey);
          try {
            // The key file first: a database without its key is lost, a key without a database is merely useless.
            writeKeyFile(paths.keys, keys);
            session.open(keys, dataKey, lock, 'create', { action: 'vault.create', by, facts: {} });
          } catch (error) {
            const { database } = paths;
            for (const file of [paths.keys, database, `${database}-wal`, `${database}-shm`, paths.auditHead])
              rmSync(file, { force: true });
            throw error;
          }
          return { recoveryCode: code };
        });
      }),

    unlock: (input, by = host) =>
      session.inTurn(async () => {
        if (session.current()) return;
        requireFolder();
        await session.taking(async (lock) => {
          const keys = requireKeyFile();
          const { dataKey, isStale } = await openCounted(keys, input);
          session.open(keys, dataKey, lock, 'open', { action: 'vault.unlock', by, facts: { slot: input.kind } });
          if (isStale) await renewKeyRingSlot();
        });
      }),

    resetPassphrase: ({ recoveryCode: code, next: passphrase }, by = host) =>
      session.inTurn(async () => {
        requireFolder();
        const reset = async (): Promise<{ keys: KeyFile; next: KeyFile; dataKey: Buffer }> => {
          const keys = requireKeyFile();
          const { dataKey } = await openCounted(keys, { kind: 'recovery', code });
          const slot = await passphraseSlot(
            slotContext({ storeId: keys.storeId, dataKey }, clock),
            passphrase,
            passphraseCost,
          );
          return { keys, next: withSlot(keys, slot), dataKey };
        };
        if (session.current()) {
          const { next, dataKey } = await reset();
          dataKey.fill(0);
          session.saveKeys(next, { settles: true });
          session.emit('vault.resetPassphrase', by);
        } else
          await session.taking(async (lock) => {
            const { keys, next, dataKey } = await reset();
            const event = { action: 'vault.resetPassphrase', by, facts: { slot: 'recovery' } };
            session.open(keys, dataKey, lock, 'open', event, next);
          });
      }),

    restore: ({ from, secret }, by = host) =>
      session.inTurn(async () => {
        if (session.ephemeral) throw isEphemeral();
        if (session.current())
          throw new Fault('CONFLICT', `The store in ${paths.folder} is open. Lock it before a backup replaces it.`);
        return session.taking(async (lock) => {
          const now = clock.now();
          const openKey = async (keys: KeyFile, place: string) => (await openCounted(keys, secret, place)).dataKey;
          const { keys, dataKey, replaced: kept } = await prepareRestore(paths, { from, openKey, migrations, now });
          finishRestore(paths);
          const replaced = existsSync(join(paths.folder, kept)) ? kept : null;
          session.open(keys, dataKey, lock, 'open', { action: 'vault.restore', by, facts: { from, replaced } });
          return { replaced: replaced && join(paths.folder, replaced) };
        });
      }),
  };
}
