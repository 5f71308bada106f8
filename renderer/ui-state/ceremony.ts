import { create } from 'zustand';

/** The recovery code of a store that was created just now, until its owner has confirmed it. Memory only. */
export const useCeremony = create<{ recoveryCode: string | null }>(() => ({ recoveryCode: null }));

export function showRecoveryCode(recoveryCode: string): void {
  useCeremony.setState({ recoveryCode });
}

export function endCeremony(): void {
  useCeremony.setState({ recoveryCode: null });
}
