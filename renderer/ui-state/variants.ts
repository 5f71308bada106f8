import { useEffect } from 'react';
import { usePreferences } from './preferences.ts';
import { assignSlots, sharedSlot } from './slots.ts';

/** Colour and marker of each of these models, the same on every screen and after a restart. */
export function useVariantSlots(ids: readonly string[]): (id: string) => number {
  const known = usePreferences((preferences) => preferences.variants);
  const assigned = assignSlots(known, ids);
  const isNew = ids.some((id) => known[id] === undefined);
  useEffect(() => {
    if (isNew) usePreferences.setState({ variants: assigned });
  });
  return (id) => assigned[id] ?? sharedSlot(id);
}
