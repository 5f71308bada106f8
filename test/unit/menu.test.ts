import { describe, expect, test } from 'vitest';
import { type MenuActions, menuTemplate } from '../../main/app/menuTemplate.ts';
import type { MenuCommand } from '../../preload/contract/bridge.ts';

type Items = ReturnType<typeof menuTemplate>;

const templateOf = (mac: boolean, actions: Partial<MenuActions> = {}) =>
  menuTemplate({ command: () => {}, openModels: () => {}, developerTools: false, ...actions }, mac, 'Assay');
const submenuOf = (menu: Items, name: string): Items => {
  const found = menu.find(({ label, role }) => label === name || role === name)?.submenu;
  return Array.isArray(found) ? found : [];
};
const wordsOf = (items: Items) => items.flatMap(({ label, role }) => label ?? role ?? []);

describe('the native menu', () => {
  test('on macOS: the app has its own menu with About, Settings, Lock and Quit, and File closes the window', () => {
    const menu = templateOf(true);
    expect(wordsOf(menu)).toEqual(['Assay', 'File', 'editMenu', 'View', 'windowMenu', 'help']);
    expect(wordsOf(submenuOf(menu, 'Assay'))).toEqual([
      ...['About Assay', 'Settings…', 'Lock the store', 'services', 'hide', 'hideOthers', 'unhide', 'quit'],
    ]);
    expect(wordsOf(submenuOf(menu, 'File'))).toEqual(['New comparison', 'Open models…', 'close']);
    expect(wordsOf(submenuOf(menu, 'help'))).toEqual(['Keys of this screen']);
  });

  test('elsewhere the same stands under File and Help', () => {
    const menu = templateOf(false);
    expect(wordsOf(menu)).toEqual(['File', 'editMenu', 'View', 'windowMenu', 'help']);
    expect(wordsOf(submenuOf(menu, 'File'))).toEqual([
      ...['New comparison', 'Open models…', 'Settings…', 'Lock the store', 'quit'],
    ]);
    expect(wordsOf(submenuOf(menu, 'help'))).toEqual(['Keys of this screen', 'About Assay']);
  });

  test.each([true, false])('has developer tools only where they are asked for (macOS: %s)', (mac) => {
    expect(wordsOf(submenuOf(templateOf(mac), 'View'))).not.toContain('toggleDevTools');
    expect(wordsOf(submenuOf(templateOf(mac, { developerTools: true }), 'View'))).toContain('toggleDevTools');
  });

  test('offers to install the command where the package has not, on macOS in its own menu', () => {
    const install = 'Install the “assay” command';
    const offered = { installCommand: () => {} };
    expect(wordsOf(submenuOf(templateOf(true, offered), 'Assay'))).toContain(install);
    expect(wordsOf(submenuOf(templateOf(false, offered), 'help'))).toContain(install);
    expect(JSON.stringify([templateOf(true), templateOf(false)])).not.toContain(install);
  });

  test('hands its commands to the page', () => {
    const heard: MenuCommand[] = [];
    const [about] = submenuOf(templateOf(true, { command: (command) => heard.push(command) }), 'Assay');
    // Electron gives more to a click than ours takes.
    if (about?.click) Reflect.apply(about.click, undefined, []);
    expect(heard).toEqual(['showAbout']);
  });
});
