import { Button, Checkbox, PasswordInput, SegmentedControl, TextInput } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { VaultStatus } from '../../../../preload/contract/vault.ts';
import { NewPassphrase, Notice, passphraseFits } from '../../../design/index.ts';
import { useUnlock } from '../data.ts';
import classes from '../VaultPage.module.css';

type Way = 'passphrase' | 'recovery' | 'os';

export function UnlockStore({ status, onRestore }: { status: VaultStatus; onRestore(): void }) {
  const hasKeyRing = status.slots.some((slot) => slot.kind === 'os');
  const [way, setWay] = useState<Way>('passphrase');
  const [passphrase, setPassphrase] = useState('');
  const [code, setCode] = useState('');
  const [renewing, setRenewing] = useState(false);
  const [next, setNext] = useState('');
  const [repeated, setRepeated] = useState('');
  const unlock = useUnlock();

  const ready =
    way === 'passphrase'
      ? passphrase !== ''
      : way === 'recovery'
        ? code.trim() !== '' && (!renewing || passphraseFits(next, repeated))
        : status.keyRing.available;

  function submit() {
    if (!ready) return;
    if (way === 'passphrase') unlock.mutate({ with: { kind: 'passphrase', passphrase } });
    if (way === 'recovery')
      unlock.mutate({ with: { kind: 'recovery', code }, newPassphrase: renewing ? next : undefined });
    if (way === 'os') unlock.mutate({ with: { kind: 'os' } });
  }

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <header>
        <h1>Unlock your store</h1>
      </header>
      <SegmentedControl
        fullWidth
        aria-label="Unlock with"
        value={way}
        onChange={(value) => {
          setWay(value as Way);
          unlock.reset();
        }}
        data={[
          { value: 'passphrase', label: 'Passphrase' },
          { value: 'recovery', label: 'Recovery code' },
          ...(hasKeyRing ? [{ value: 'os', label: 'Key ring' }] : []),
        ]}
      />
      {way === 'passphrase' && (
        <PasswordInput
          key="passphrase"
          label="Passphrase"
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
          autoComplete="current-password"
          maxLength={1024}
          autoFocus
        />
      )}
      {way === 'recovery' && (
        <>
          <TextInput
            key="recovery"
            label="Recovery code"
            description="Eight groups of four; dashes, spaces and case do not matter."
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            classNames={{ input: 'mono' }}
            autoComplete="off"
            maxLength={200}
            autoFocus
          />
          <Checkbox
            label="Set a new passphrase in place of the old one"
            checked={renewing}
            onChange={(event) => setRenewing(event.currentTarget.checked)}
          />
          {renewing && (
            <NewPassphrase
              label="New passphrase"
              value={next}
              repeated={repeated}
              onChange={setNext}
              onRepeat={setRepeated}
            />
          )}
        </>
      )}
      {way === 'os' && (
        <Notice kind={status.keyRing.available ? 'info' : 'caution'}>
          {status.keyRing.available
            ? `The key ring of this system (${status.keyRing.backend}) opens the store.`
            : status.keyRing.reason}
        </Notice>
      )}
      {unlock.problem && <Notice kind="bad">{unlock.problem.message}</Notice>}
      <Button type="submit" fullWidth loading={unlock.isPending} disabled={!ready} leftSection={<KeyRound size={14} />}>
        Unlock store
      </Button>
      <Button variant="subtle" color="gray" fullWidth onClick={onRestore}>
        Restore from a backup
      </Button>
    </form>
  );
}
