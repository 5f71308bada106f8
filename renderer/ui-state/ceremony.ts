import { create } from 'zustand';

interface Ceremony {
  /** The recovery code of a store that was created just now, until its owner has confirmed it. Memory only. */
  recoveryCode: string | null;
  /** The first screen asks for a backup in place of a passphrase. Ends with the store being open. */
  restoring: boolean;
}

/** What the first screen is in the middle of. */
export const useCeremony = create<Ceremony>(() => ({ recoveryCode: null, restoring: false }));

export function showRecoveryCode(recoveryCode: string): void {
  useCeremony.setState({ recoveryCode });
}

export function endCeremony(): void {
  useCeremony.setState({ recoveryCode: null });
}

export function beginRestoring(): void {
  useCeremony.setState({ restoring: true });
}

export function endRestoring(): void {
  useCeremony.setState({ restoring: false });
}
