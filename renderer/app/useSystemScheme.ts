import { useSyncExternalStore } from 'react';

const query = typeof matchMedia === 'undefined' ? null : matchMedia('(prefers-color-scheme: dark)');

/** Light or dark, as the system has it now. */
export function useSystemScheme(): 'light' | 'dark' {
  return useSyncExternalStore(
    (changed) => {
      query?.addEventListener('change', changed);
      return () => query?.removeEventListener('change', changed);
    },
    () => (query?.matches ? 'dark' : 'light'),
  );
}
