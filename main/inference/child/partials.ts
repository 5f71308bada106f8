import { rmSync } from 'node:fs';

const open = new Set<string>();

/** Does work that writes a file, and takes the file away when the work fails, or when this process must end in the middle of it. */
export async function withPartial<T>(path: string | undefined, work: () => Promise<T>): Promise<T> {
  if (path === undefined) return work();
  open.add(path);
  try {
    return await work();
  } catch (thrown) {
    remove(path);
    throw thrown;
  } finally {
    open.delete(path);
  }
}

/** Of everything that is not whole yet. */
export function removePartials(): void {
  for (const path of open) remove(path);
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Windows keeps what is open; whoever asked for it takes it away.
  }
}
