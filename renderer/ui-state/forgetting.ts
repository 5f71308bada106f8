/** What holds names, paths or texts of the store in memory says here how to drop them. */
const held = new Set<() => void>();

/** Called once for each slice, when its module is loaded. */
export function whenLocked(forget: () => void): void {
  held.add(forget);
}

/** Drops all of it: the store was locked. */
export function forgetHeld(): void {
  for (const forget of held) forget();
}
