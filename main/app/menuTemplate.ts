import type { MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../../preload/contract/bridge.ts';

export interface MenuActions {
  /** The page carries it out. */
  command(command: MenuCommand): void;
  openModels(): void;
  /** Absent where the package has installed it. */
  installCommand?: () => void;
  developerTools: boolean;
}

/** What the menu holds: on macOS the app's own menu first, elsewhere its items under File and Help. */
export function menuTemplate(actions: MenuActions, mac: boolean, name: string): MenuItemConstructorOptions[] {
  const item = (label: string, command: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => actions.command(command),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const about = item(`About ${name}`, 'showAbout');
  const settings = item('Settings…', 'openSettings', 'CmdOrCtrl+,');
  const { installCommand } = actions;
  const command = installCommand
    ? [{ label: 'Install the “assay” command', click: () => installCommand() } satisfies MenuItemConstructorOptions]
    : [];
  const lock = item('Lock the store', 'lockStore', 'CmdOrCtrl+Shift+L');
  return [
    ...(mac
      ? [
          {
            label: name,
            submenu: [
              about,
              separator,
              settings,
              lock,
              ...command,
              separator,
              { role: 'services' },
              separator,
              { role: 'hide' },
              { role: 'hideOthers' },
              { role: 'unhide' },
              separator,
              { role: 'quit' },
            ],
          } satisfies MenuItemConstructorOptions,
        ]
      : []),
    {
      label: 'File',
      submenu: [
        item('New comparison', 'newComparison', 'CmdOrCtrl+N'),
        { label: 'Open models…', accelerator: 'CmdOrCtrl+O', click: () => actions.openModels() },
        separator,
        ...(mac ? [{ role: 'close' } as const] : [settings, lock, separator, { role: 'quit' } as const]),
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        item('Command palette', 'openPalette', 'CmdOrCtrl+K'),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(actions.developerTools
          ? [separator, { role: 'reload' } as const, { role: 'toggleDevTools' } as const]
          : []),
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: [item('Keys of this screen', 'showKeys'), ...(mac ? [] : [...command, about])] },
  ];
}
