import { AddonMissing, loadAddon } from './load.ts';

export type AddonProbe =
  | { available: true; release: string; systemInfo: string }
  | { available: false; reason: string; remedy: string };

/** Tries the addon. Call it in a throwaway process: what does not fit the system can end the process that loads it. */
export function probeAddon(): AddonProbe {
  try {
    const { release, systemInfo } = loadAddon();
    return { available: true, release, systemInfo };
  } catch (thrown) {
    if (thrown instanceof AddonMissing) return { available: false, reason: thrown.reason, remedy: thrown.remedy };
    throw thrown;
  }
}
