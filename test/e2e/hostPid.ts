import type { Assay } from './assay.ts';
import { processTree } from './processTree.ts';

/** The host's process, if there is one now: a process of Electron itself, or the Node that runs it where Electron's is too old (decision 0006). */
export async function hostPid(assay: Assay): Promise<number | undefined> {
  const own = await assay.electron.evaluate(
    ({ app }) => app.getAppMetrics().find(({ name }) => name === 'Assay host')?.pid,
  );
  return own ?? processTree(assay.pid).find(({ command }) => /out[\\/]main[\\/]host\.js/.test(command))?.pid;
}
