import { accountName } from '../base/accountName.ts';
import { dataFolder } from '../base/dataFolder.ts';
import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { Host } from '../host/createHost.ts';
import type { EngineStarter } from '../inference/starter.ts';
import type { PlaceOptions } from './options.ts';
import type { Work } from './perform.ts';
import { readPassphrase } from './secret.ts';

/** The host in this process, called as the person who typed the command. */
export interface Session {
  host: Host;
  api: ReturnType<Host['caller']>;
  close(): Promise<void>;
}

let engineStarter: EngineStarter | undefined;

/** Where no Node can be forked: how engines are started instead, said before the first command. */
export function startEnginesWith(starter: EngineStarter): void {
  engineStarter = starter;
}

/** The host, whatever the state of its store. A command ends by saying what failed, so only one that goes on needs a `log`. */
export async function openHome(options: PlaceOptions, log?: Log): Promise<Session> {
  const [{ createHost }, { forkStarter }, { sampleFolder }] = await Promise.all([
    import('../host/createHost.ts'),
    import('../inference/forkStarter.ts'),
    import('../host/places.ts'),
  ]);
  const host = await createHost({
    folder: options.ephemeral ? null : dataFolder(options.dataDir),
    engineStarter: engineStarter ?? forkStarter(),
    sampleFolder: sampleFolder(),
    log,
  });
  const api = host.caller({ person: accountName(), role: 'owner', home: 'command line' });
  return { host, api, close: () => host.close() };
}

/** The host with its store open: an ephemeral one is created here, another one opened with the passphrase. */
export async function openSession(
  options: PlaceOptions,
  { interruption }: Pick<Work, 'interruption'>,
): Promise<Session> {
  const session = await openHome(options);
  try {
    await unlock(session, interruption.signal);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

async function unlock({ api }: Session, signal: AbortSignal): Promise<void> {
  const { state, folder } = await api.vault.status();
  if (state === 'none') {
    throw new Fault(
      'NO_STORE',
      `There is no store in ${folder}. Create one with \`assay vault create\`, name another folder with --data-dir, or work without one with --ephemeral.`,
    );
  }
  if (state === 'locked') await api.vault.unlock({ kind: 'passphrase', passphrase: await readPassphrase({ signal }) });
}
