import { useState } from 'react';
import { RecoveryCode } from '../../../design/index.ts';
import { useVaultCommand } from '../data.ts';
import { ConfirmByPassphrase } from './ConfirmByPassphrase.tsx';

export function RenewRecoveryCode({ onDone }: { onDone(): void }) {
  const [code, setCode] = useState<string | null>(null);
  const renew = useVaultCommand((client, passphrase: string) => client.renewRecoveryCode.mutate({ passphrase }));
  if (code !== null) return <RecoveryCode code={code} done="Done" onDone={onDone} />;
  return (
    <ConfirmByPassphrase
      words="The old recovery code counts no longer, except with an older copy of the key file. The new one is shown once."
      verb="Renew recovery code"
      isPending={renew.isPending}
      problem={renew.problem}
      onConfirm={(passphrase) => renew.mutate(passphrase, { onSuccess: ({ recoveryCode }) => setCode(recoveryCode) })}
    />
  );
}
