import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { AssayBridge, MenuCommand } from './contract/bridge.ts';
import { channels, versionArgument } from './contract/shell.ts';
import { connectOver } from './portConnection.ts';

/** Hears what the shell sends on a channel; what came before the first listener waits for it. */
function hear<T>(channel: string): (listener: (message: T) => void) => () => void {
  const listeners = new Set<(message: T) => void>();
  const waiting: T[] = [];
  ipcRenderer.on(channel, (_event, message: T) => {
    if (listeners.size === 0) waiting.push(message);
    for (const listener of listeners) listener(message);
  });
  return (listener) => {
    listeners.add(listener);
    for (const message of waiting.splice(0)) listener(message);
    return () => listeners.delete(listener);
  };
}

const connect: AssayBridge['connect'] = (listener) => {
  const { port1, port2 } = new MessageChannel();
  const connection = connectOver(port1, listener);
  ipcRenderer.postMessage(channels.connect, null, [port2]);
  return connection;
};

const bridge: AssayBridge = {
  platform: process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux',
  versions: {
    app: process.argv.find((part) => part.startsWith(versionArgument))?.slice(versionArgument.length) ?? '',
    electron: process.versions.electron ?? '',
    chromium: process.versions.chrome ?? '',
  },
  connect,
  files: {
    pathFor: (file) => webUtils.getPathForFile(file),
    openModels: () => ipcRenderer.invoke(channels.openModels),
    openFolder: () => ipcRenderer.invoke(channels.openFolder),
    saveText: (suggestedName, text) => ipcRenderer.invoke(channels.saveText, suggestedName, text),
    choosePath: (suggestedName) => ipcRenderer.invoke(channels.choosePath, suggestedName),
    chooseExisting: () => ipcRenderer.invoke(channels.chooseExisting),
  },
  setTheme: (theme) => ipcRenderer.send(channels.setTheme, theme),
  onOpenFiles: hear<string[]>(channels.openFiles),
  onMenu: hear<MenuCommand>(channels.menu),
};

contextBridge.exposeInMainWorld('assay', bridge);
