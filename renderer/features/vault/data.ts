import { useMutation } from '@tanstack/react-query';
import type { UnlockInput } from '../../../preload/contract/vault.ts';
import { failureOf, useApi } from '../../api/index.ts';
import { showRecoveryCode } from '../../ui-state/index.ts';

/** Creating unlocks the new store too, so the code is put aside before the frame can take the screen's place. */
export function useCreateStore() {
  const { client } = useApi();
  const mutation = useMutation({
    mutationFn: async (input: { passphrase: string }) => {
      const { recoveryCode } = await client.vault.create.mutate(input);
      showRecoveryCode(recoveryCode);
    },
    gcTime: 0,
  });
  return { ...mutation, problem: mutation.error && failureOf(mutation.error) };
}

interface Unlocking {
  with: UnlockInput;
  /** Sets this passphrase by the recovery code, in place of the forgotten one, and unlocks. */
  newPassphrase?: string;
}

export function useUnlock() {
  const { client } = useApi();
  const mutation = useMutation({
    mutationFn: async ({ with: secret, newPassphrase }: Unlocking) => {
      if (secret.kind === 'recovery' && newPassphrase !== undefined) {
        await client.vault.resetPassphrase.mutate({ recoveryCode: secret.code, next: newPassphrase });
        return;
      }
      await client.vault.unlock.mutate(secret);
    },
    gcTime: 0,
  });
  return { ...mutation, problem: mutation.error && failureOf(mutation.error) };
}

export function useRestore() {
  const { client } = useApi();
  const mutation = useMutation({
    mutationFn: (input: { from: string; secret: UnlockInput }) => client.vault.restore.mutate(input),
    gcTime: 0,
  });
  return { ...mutation, problem: mutation.error && failureOf(mutation.error) };
}
