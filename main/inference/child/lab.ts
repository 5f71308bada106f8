import { AddonMissing, type LoadedAddon, loadAddon } from '../../../native/addon/load.ts';
import { probeAddon } from '../../../native/addon/probe.ts';
import type { CancelHandle } from '../../../native/addon/types.d.ts';
import { errorCode } from '../../../preload/contract/errors.ts';
import { Fault } from '../../base/fault.ts';
import type { LabAnswer, LabAside, LabRequest } from '../protocolLab.ts';
import { measureDivergence } from './labDivergence.ts';
import { makeImatrix, planInput, quantizeFile } from './labFiles.ts';
import { lookAt, openInspector } from './labInspector.ts';
import { withPartial } from './partials.ts';

/** What a piece of work of the lab works with. */
export interface LabDesk {
  lab: LoadedAddon;
  cancel: CancelHandle;
  signal: AbortSignal;
  report(event: LabAside): void;
}

/** Does one piece of work with the addon. Failures of the addon come as faults; a partial file never outlives them. */
export async function workInLab(
  request: LabRequest,
  signal: AbortSignal,
  report: (event: LabAside) => void,
): Promise<LabAnswer> {
  if (request.kind === 'probe') return { kind: 'probe', probe: probeAddon() };
  const partial = 'partial' in request ? request.partial : undefined;
  try {
    const lab = loadAddon();
    const cancel = lab.addon.createCancel();
    signal.throwIfAborted();
    signal.addEventListener('abort', () => lab.addon.cancel(cancel), { once: true });
    return await withPartial(partial, () => done(request, { lab, cancel, signal, report }));
  } catch (thrown) {
    throw faultOf(thrown);
  }
}

async function done(request: Exclude<LabRequest, { kind: 'probe' }>, desk: LabDesk): Promise<LabAnswer> {
  switch (request.kind) {
    case 'quantize':
      return { kind: 'quantize', result: await quantizeFile(request.work, request.partial, desk) };
    case 'imatrix':
      return { kind: 'imatrix', result: await makeImatrix(request.work, request.partial, desk) };
    case 'plan':
      return { kind: 'plan', result: await planInput(request.work, desk) };
    case 'divergence':
      return { kind: 'divergence', result: await measureDivergence(request.work, request.partial, desk) };
    case 'open inspector':
      await openInspector(request.work, desk);
      return { kind: 'open inspector' };
    case 'look':
      return { kind: 'look', answer: await lookAt(request.question, desk) };
  }
}

/** The addon's errors carry a code of the contract, and the path of the model that they are about. */
function faultOf(thrown: unknown): unknown {
  if (thrown instanceof AddonMissing) return new Fault('ENGINE_UNAVAILABLE', thrown.message, { cause: thrown });
  if (thrown instanceof Fault || !(thrown instanceof Error) || !('code' in thrown)) return thrown;
  const code = errorCode.safeParse(thrown.code);
  if (!code.success) return thrown;
  const model = 'model' in thrown && typeof thrown.model === 'string' ? thrown.model : undefined;
  return new Fault(code.data, thrown.message, {
    cause: thrown,
    facts: model === undefined ? undefined : { model },
  });
}
