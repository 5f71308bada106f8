import type { Llama } from 'node-llama-cpp';
import { Fault } from '../../base/fault.ts';
import type { BackendName, LoadSettings, ProbeResult } from '../protocol.ts';

type Library = typeof import('node-llama-cpp');

/** Best first. */
function backendsOf(platform: NodeJS.Platform): BackendName[] {
  return platform === 'darwin' ? ['metal', 'cpu'] : ['cuda', 'vulkan', 'cpu'];
}

export interface ChosenBackend {
  llama: Llama;
  name: BackendName;
}

/** Loads the best backend that works. `trying` is called before each: it may end the process. */
export async function chooseBackend(
  library: Library,
  settings: Pick<LoadSettings, 'gpu' | 'excluded'>,
  trying: (name: BackendName) => void,
): Promise<ChosenBackend> {
  const candidates = settings.gpu === 'auto' ? backendsOf(process.platform) : [settings.gpu];
  /** Why better ones were passed over; Settings tells it by the probes of each. */
  const passed: string[] = [];
  for (const name of candidates) {
    const excluded = settings.excluded.find((one) => one.name === name);
    const problem = excluded?.reason ?? (await missingDriver(library, name));
    if (problem !== undefined) {
      passed.push(`${titles[name]} is not used: ${problem}`);
      continue;
    }
    trying(name);
    try {
      return { llama: await openBackend(library, name), name };
    } catch (thrown) {
      passed.push(`${titles[name]} is not used: ${reasonOf(thrown)}`);
    }
  }
  const why = passed.join(' ');
  if (settings.gpu === 'auto' || settings.gpu === 'cpu') {
    throw new Fault(
      'ENGINE_UNAVAILABLE',
      `No engine could be loaded on this machine. ${why} Reinstall Assay, or its dependencies in a clone (npm ci).`,
    );
  }
  throw new Fault('ENGINE_UNAVAILABLE', `${why} Choose Automatic or CPU in Settings › Engine.`);
}

/** What a backend finds on this machine. */
export async function probeBackend(library: Library, name: BackendName): Promise<ProbeResult> {
  const missing = await missingDriver(library, name);
  if (missing !== undefined) return { usable: false, reason: missing, release: null };
  try {
    const llama = await openBackend(library, name);
    const devices = await llama.getGpuDeviceNames();
    const reason = name === 'cpu' ? llama.systemInfo : devices.join(', ') || 'no device was found';
    return { usable: name === 'cpu' || devices.length > 0, reason, release: releaseOf(llama) };
  } catch (thrown) {
    return { usable: false, reason: reasonOf(thrown), release: null };
  }
}

export const releaseOf = (llama: Llama): string => String(llama.llamaCppRelease.release);

const titles: Record<BackendName, string> = { cuda: 'CUDA', metal: 'Metal', vulkan: 'Vulkan', cpu: 'The CPU' };

async function missingDriver(library: Library, name: BackendName): Promise<string | undefined> {
  if (name === 'cpu') return undefined;
  const known: readonly (string | false)[] = await library.getLlamaGpuTypes('supported');
  if (known.includes(name)) return undefined;
  return name === 'metal' ? 'this machine has no Metal.' : `no ${titles[name]} driver was found on this machine.`;
}

function openBackend(library: Library, name: BackendName): Promise<Llama> {
  return library.getLlama({
    gpu: name === 'cpu' ? false : name,
    build: 'never',
    progressLogs: false,
    logLevel: library.LlamaLogLevel.error,
    // Above 0 a splitter lowers the threads while several contexts run, and that changes numbers.
    maxThreads: 0,
  });
}

function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (text === 'NoBinaryFoundError' || text === '')
    return 'its library is not installed or does not load on this machine.';
  return text.endsWith('.') ? text : `${text}.`;
}
