import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { BrowserWindow, dialog, type IpcMainEvent, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { z } from 'zod';
import { channels } from '../../preload/contract/shell.ts';
import { isOurs } from './guard.ts';
import type { HostKeeper } from './hostKeeper.ts';
import { log } from './log.ts';

const themes = z.enum(['system', 'light', 'dark']);
/** 64 MB: a whole comparison of eight long columns is a hundredth of it. */
const text = z.string().max(64 * 2 ** 20);
const fileName = z
  .string()
  .min(1)
  .max(255)
  .transform((name) => basename(name));

/** Answers the bridge. Each call is checked: only the main frame of our own page may ask, and what it says is parsed. */
export function answerBridge(keeper: HostKeeper, setTheme: (theme: z.infer<typeof themes>) => void): void {
  ipcMain.on(channels.connect, (event) => {
    const [port] = event.ports;
    if (port && isTrusted(event, channels.connect)) keeper.connect(port);
  });
  ipcMain.on(channels.setTheme, (event, theme: unknown) => {
    const parsed = themes.safeParse(theme);
    if (parsed.success && isTrusted(event, channels.setTheme)) setTheme(parsed.data);
  });
  handle(channels.openModels, (window) => chooseModels(window));
  handle(channels.openFolder, async (window) => {
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title: 'Add a folder with models',
      properties: ['openDirectory'],
    });
    return canceled ? null : (filePaths[0] ?? null);
  });
  handle(channels.saveText, async (window, name, content) => {
    const body = text.parse(content);
    const path = await choosePath(window, fileName.parse(name));
    if (path) await writeFile(path, body, { mode: 0o600 });
    return path;
  });
  handle(channels.choosePath, (window, name) => choosePath(window, fileName.parse(name)));
  handle(channels.chooseExisting, async (window) => {
    // Only macOS has one dialog for files and folders; elsewhere a backup is chosen as the file it is.
    const properties: ('openFile' | 'openDirectory')[] =
      process.platform === 'darwin' ? ['openFile', 'openDirectory'] : ['openFile'];
    const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties });
    return canceled ? null : (filePaths[0] ?? null);
  });
}

export async function chooseModels(window: BrowserWindow): Promise<string[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: 'Open models',
    properties: ['openFile', 'multiSelections'],
    filters: [
      { name: 'GGUF models', extensions: ['gguf'] },
      { name: 'All files', extensions: ['*'] },
    ],
  });
  return canceled ? [] : filePaths;
}

async function choosePath(window: BrowserWindow, defaultPath: string): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath });
  return canceled || !filePath ? null : filePath;
}

function handle(channel: string, work: (window: BrowserWindow, ...args: unknown[]) => Promise<unknown>): void {
  ipcMain.handle(channel, (event, ...args: unknown[]) => {
    const window = BrowserWindow.fromWebContents(event.sender);
    if (!window || !isTrusted(event, channel)) throw new Error('Refused: this call is not open to this page.');
    return work(window, ...args);
  });
}

function isTrusted(event: IpcMainEvent | IpcMainInvokeEvent, channel: string): boolean {
  const frame = event.senderFrame;
  if (frame && frame === event.sender.mainFrame && isOurs(frame.url)) return true;
  log('refused a call', channel);
  return false;
}
