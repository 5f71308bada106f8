import { type HostLink, toHost } from './link.ts';

interface ElectronPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  postMessage(message: unknown): void;
}

/** The link to the shell that started this process: Electron's parentPort in a utilityProcess, else the channel of a forked Node. */
export function openHostLink(): HostLink {
  const electron: unknown = Reflect.get(process, 'parentPort');
  if (isElectronPort(electron)) {
    return {
      send: (message) => electron.postMessage(message),
      onMessage: (listener) => void electron.on('message', ({ data }) => listener(toHost.parse(data))),
      // Electron ends a utilityProcess together with the app.
      onClose: () => undefined,
    };
  }
  if (!process.send)
    throw new Error('The host is started by the desktop app, not by itself. Run `npm start`, or `assay serve`.');
  return {
    send(message) {
      if (process.connected) process.send?.(message);
    },
    onMessage: (listener) => void process.on('message', (message) => listener(toHost.parse(message))),
    onClose: (listener) => void process.on('disconnect', listener),
  };
}

function isElectronPort(value: unknown): value is ElectronPort {
  return typeof value === 'object' && value !== null && 'postMessage' in value && 'on' in value;
}
