/** Removals that can still be undone, by id. They are carried out when their time is up, or at once when the page or the store closes. */
const pending = new Map<string, { timer: ReturnType<typeof setTimeout>; carryOut(): Promise<unknown> }>();

/** Removes after `wait` milliseconds. Returns what undoes it, as long as it has not been carried out. */
export function removeLater(id: string, wait: number, carryOut: () => Promise<unknown>): () => void {
  undo(id);
  const timer = setTimeout(() => {
    pending.delete(id);
    void carryOut();
  }, wait);
  pending.set(id, { timer, carryOut });
  return () => undo(id);
}

/** Carries out every removal now: what was said to be deleted must not outlive a lock or a closed page. */
export async function removeNow(): Promise<void> {
  const due = [...pending.values()];
  for (const id of [...pending.keys()]) undo(id);
  await Promise.all(due.map(({ carryOut }) => carryOut()));
}

function undo(id: string): void {
  clearTimeout(pending.get(id)?.timer);
  pending.delete(id);
}
