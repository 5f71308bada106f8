import { Fault } from '../base/fault.ts';
import type { Lab } from './lab.ts';

/** The lab of a build that holds none. */
export function unavailableLab(): Lab {
  const why = { reason: 'This build of Assay holds no native addon.', remedy: 'Build it with `npm run build:native`.' };
  const refuse = (): never => {
    throw new Fault('ENGINE_UNAVAILABLE', `${why.reason} ${why.remedy}`);
  };
  return {
    probe: async () => ({ available: false, ...why }),
    quantize: refuse,
    imatrix: refuse,
    plan: refuse,
    divergence: refuse,
    inspector: refuse,
    close: async () => undefined,
  };
}
