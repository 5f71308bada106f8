import { Button, Modal, Select } from '@mantine/core';
import { useState } from 'react';
import type { VaultStatus } from '../../../../preload/contract/vault.ts';
import { Notice } from '../../../design/index.ts';
import { bytes, moment, text } from '../../../lib/numbers.ts';
import { beginRestoring, endRestoring } from '../../../ui-state/index.ts';
import { useVaultCommand } from '../data.ts';
import classes from '../SettingsPage.module.css';
import { BackUp } from './BackUp.tsx';
import { ChangePassphrase } from './ChangePassphrase.tsx';
import { ConfirmByPassphrase } from './ConfirmByPassphrase.tsx';
import { RenewRecoveryCode } from './RenewRecoveryCode.tsx';
import { Row } from './Row.tsx';

const lockAfter = [
  { value: '5', label: '5 minutes' },
  { value: '15', label: '15 minutes' },
  { value: '30', label: '30 minutes' },
  { value: '60', label: '1 hour' },
  { value: '240', label: '4 hours' },
  { value: 'never', label: 'Never' },
];

type Dialog = 'passphrase' | 'recovery' | 'os' | 'backup';

const titles: Record<Dialog, string> = {
  passphrase: 'Change passphrase',
  recovery: 'Renew recovery code',
  os: 'Let the key ring open the store',
  backup: 'Back up store',
};

export function StoreSection({ vault }: { vault: VaultStatus }) {
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const setLockAfter = useVaultCommand((client, minutes: number | null) => client.setLockAfter.mutate({ minutes }));
  const removeSlot = useVaultCommand((client, _: undefined) => client.removeKeyRingSlot.mutate());
  const addSlot = useVaultCommand((client, passphrase: string) => client.addKeyRingSlot.mutate({ passphrase }));
  const lock = useVaultCommand(async (client, _: undefined) => {
    beginRestoring();
    await client.lock.mutate().catch((error: unknown) => {
      endRestoring();
      throw error;
    });
  });
  const slotOf = (kind: 'passphrase' | 'recovery' | 'os') => vault.slots.find((slot) => slot.kind === kind);
  const keyRing = slotOf('os');
  const current = vault.lockAfterMinutes === null ? 'never' : String(vault.lockAfterMinutes);
  const problem = setLockAfter.problem ?? removeSlot.problem ?? lock.problem;

  function done(words: string) {
    setDialog(null);
    setSaid(words);
  }

  if (vault.ephemeral) {
    return (
      <>
        <h1>Store</h1>
        <Notice kind="info">
          This run is ephemeral: its store lies in a temporary folder, under a key that is kept nowhere, and is removed
          at the end. So there is no passphrase and nothing to back up.
        </Notice>
      </>
    );
  }
  return (
    <>
      <h1>Store</h1>
      <p className={classes.lead}>
        {text(bytes(vault.sizeBytes))}, encrypted, in <span className="mono">{vault.folder}</span>
      </p>
      <div role="status">{said && <Notice kind="good">{said}</Notice>}</div>
      {problem && <Notice kind="bad">{problem.message}</Notice>}
      <section className={classes.group} aria-label="Lock">
        <Row label="Lock after" hint="Without a request for this long, the key leaves the memory.">
          <Select
            aria-label="Lock after"
            value={current}
            onChange={(value) => {
              if (value) setLockAfter.mutate(value === 'never' ? null : Number(value));
            }}
            data={
              lockAfter.some(({ value }) => value === current)
                ? lockAfter
                : [...lockAfter, { value: current, label: `${current} minutes` }]
            }
          />
        </Row>
      </section>
      <h2>Keys</h2>
      <section className={classes.group} aria-label="Keys">
        <Row label="Passphrase" hint={since(slotOf('passphrase')?.createdAt)}>
          <Button variant="default" onClick={() => setDialog('passphrase')}>
            Change passphrase
          </Button>
        </Row>
        <Row label="Recovery code" hint={since(slotOf('recovery')?.createdAt)}>
          <Button variant="default" onClick={() => setDialog('recovery')}>
            Renew recovery code
          </Button>
        </Row>
        <Row
          label="Key ring of the system"
          hint={
            keyRing
              ? `${since(keyRing.createdAt)} It opens the store without the passphrase (${keyRing.backend ?? vault.keyRing.backend}).`
              : (vault.keyRing.reason ?? `Opens the store without the passphrase, by ${vault.keyRing.backend}.`)
          }
        >
          {keyRing ? (
            <Button
              variant="default"
              loading={removeSlot.isPending}
              onClick={() =>
                removeSlot.mutate(undefined, { onSuccess: () => setSaid('The key ring no longer opens the store.') })
              }
            >
              Remove from key ring
            </Button>
          ) : (
            <Button variant="default" disabled={!vault.keyRing.available} onClick={() => setDialog('os')}>
              Add to key ring
            </Button>
          )}
        </Row>
      </section>
      <h2>Backup</h2>
      <section className={classes.group} aria-label="Backup">
        <Row
          label="Back up store"
          hint="One encrypted file with everything in it. The passphrase or the recovery code of today opens it."
        >
          <Button variant="default" onClick={() => setDialog('backup')}>
            Back up store
          </Button>
        </Row>
        <Row
          label="Restore"
          hint="Locks the store and asks for the backup. This store is replaced only when the backup opens, and is kept beside it."
        >
          <Button variant="default" loading={lock.isPending} onClick={() => lock.mutate(undefined)}>
            Lock and restore
          </Button>
        </Row>
      </section>
      <Modal
        opened={dialog !== null}
        onClose={() => setDialog(null)}
        title={dialog && titles[dialog]}
        closeOnClickOutside={dialog !== 'recovery'}
      >
        {dialog === 'passphrase' && <ChangePassphrase onDone={() => done(`The passphrase is changed. ${older}`)} />}
        {dialog === 'recovery' && <RenewRecoveryCode onDone={() => done(`The recovery code is renewed. ${older}`)} />}
        {dialog === 'os' && (
          <ConfirmByPassphrase
            words={`${vault.keyRing.backend} will hold a key of this store, so whoever is signed in as you can open it.`}
            verb="Add to key ring"
            isPending={addSlot.isPending}
            problem={addSlot.problem}
            onConfirm={(passphrase) =>
              addSlot.mutate(passphrase, { onSuccess: () => done('The key ring can open the store now.') })
            }
          />
        )}
        {dialog === 'backup' && <BackUp onDone={done} />}
      </Modal>
    </>
  );
}

/** A new secret rewrites the key file; the data key stays the same. */
const older =
  'An older key file, in a backup or a copy of this folder, still opens this store with the old one: delete those if others may know it.';

function since(iso: string | undefined): string {
  return iso === undefined ? '' : `Set ${moment(iso)}.`;
}
