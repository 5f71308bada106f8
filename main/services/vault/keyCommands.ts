import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import { sealSettings } from './keyFile.ts';
import type { KeyRing } from './keyRing.ts';
import { newRecoveryCode } from './recoveryCode.ts';
import type { OpenedWithKeys, Session } from './session.ts';
import { keyRingSlot, openSlot, passphraseSlot, recoverySlot, type SlotContext, sameKey, withSlot } from './slots.ts';
import type { Vault } from './vault.ts';

export interface KeyParts {
  session: Session;
  keyRing: KeyRing;
  clock: Clock;
  passphraseCost: number;
}

type KeyCommand = 'changePassphrase' | 'renewRecoveryCode' | 'addKeyRingSlot' | 'removeKeyRingSlot' | 'setLockAfter';

/** What an unlocked store lets its owner do to the key file. Of the database only the record of that file changes. */
export function createKeyCommands({ session, keyRing, clock, passphraseCost }: KeyParts): Pick<Vault, KeyCommand> {
  /** Proves that it is the owner who asks. */
  async function confirm(passphrase: string): Promise<OpenedWithKeys> {
    const current = session.requireKeys();
    const { dataKey: found } = await openSlot(
      current.keys,
      { kind: 'passphrase', passphrase },
      keyRing,
      session.paths.folder,
    );
    const same = sameKey(found, current.dataKey);
    found.fill(0);
    if (!same)
      throw new Fault(
        'KEY_FILE_DAMAGED',
        `The key file ${session.paths.keys} belongs to another store. Put back a copy of its own from a backup.`,
      );
    return current;
  }

  return {
    changePassphrase: ({ current, next }) =>
      session.inTurn(async () => {
        const { keys, ...rest } = await confirm(current);
        const slot = await passphraseSlot(slotContext(rest, clock), next, passphraseCost);
        session.saveKeys(withSlot(keys, slot), { settles: true });
      }),

    renewRecoveryCode: ({ passphrase }) =>
      session.inTurn(async () => {
        const { keys, ...rest } = await confirm(passphrase);
        const code = newRecoveryCode();
        session.saveKeys(withSlot(keys, recoverySlot(slotContext(rest, clock), code)));
        return { recoveryCode: code };
      }),

    addKeyRingSlot: ({ passphrase }) =>
      session.inTurn(async () => {
        const { keys, ...rest } = await confirm(passphrase);
        session.saveKeys(withSlot(keys, await keyRingSlot(slotContext(rest, clock), keyRing)));
      }),

    removeKeyRingSlot: () =>
      session.inTurn(async () => {
        const { keys } = session.requireKeys();
        session.saveKeys({ ...keys, slots: keys.slots.filter(({ kind }) => kind !== 'os') });
      }),

    setLockAfter: ({ minutes }) =>
      session.inTurn(async () => {
        const { keys, storeId, dataKey } = session.requireKeys();
        session.saveKeys({ ...keys, settings: sealSettings(storeId, minutes, dataKey) });
      }),
  };
}

export function slotContext({ storeId, dataKey }: { storeId: string; dataKey: Buffer }, clock: Clock): SlotContext {
  return { storeId, dataKey, createdAt: new Date(clock.now()).toISOString() };
}
