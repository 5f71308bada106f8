const slots = 16;

/** The slots of these models, in their order; a model seen for the first time gets the next free one and keeps it. */
export function assignSlots(known: Record<string, number>, ids: readonly string[]): Record<string, number> {
  const assigned = { ...known };
  for (const id of ids) {
    if (assigned[id] !== undefined) continue;
    const taken = new Set(Object.values(assigned));
    const free = Array.from({ length: slots }, (_, slot) => slot).find((slot) => !taken.has(slot));
    // Every slot is taken: reuse one that none of these models holds.
    const here = new Set(ids.map((other) => assigned[other]));
    assigned[id] = free ?? Array.from({ length: slots }, (_, slot) => slot).find((slot) => !here.has(slot)) ?? 0;
  }
  return assigned;
}

/** Of one of too many models: always the same, and not all of them one. */
export function sharedSlot(id: string): number {
  return [...id].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521, 7) % slots;
}
