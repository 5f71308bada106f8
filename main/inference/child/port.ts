import { type EngineEvent, type EngineRequest, engineRequest } from '../protocol.ts';
import { removePartials } from './partials.ts';

/** The way to the host: Electron's parentPort in a utilityProcess, else the channel of a forked Node. */
export interface HostPort {
  send(event: EngineEvent): void;
}

interface ElectronPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

/** Listens for requests. Ends the process when the host is gone: an engine without a host serves nobody. */
export function openHostPort(onRequest: (request: EngineRequest) => void): HostPort {
  const receive = (message: unknown) => onRequest(engineRequest.parse(message));
  const electron: unknown = Reflect.get(process, 'parentPort');
  if (isElectronPort(electron)) {
    electron.on('message', (event) => receive(event.data));
    return { send: (event) => electron.postMessage(event) };
  }
  process.on('message', receive);
  process.on('disconnect', () => {
    removePartials();
    // The threads of the addon would go on beside an orderly exit, to the end of their tensor, or of their file.
    process.kill(process.pid, 'SIGKILL');
  });
  // Ctrl-C reaches every process of the terminal; the host cancels in an orderly way and then ends this one.
  process.on('SIGINT', () => undefined);
  return {
    send(event) {
      if (process.connected) process.send?.(event);
    },
  };
}

function isElectronPort(value: unknown): value is ElectronPort {
  return typeof value === 'object' && value !== null && 'postMessage' in value && 'on' in value;
}
