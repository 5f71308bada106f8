import { app, Menu } from 'electron';
import { type MenuActions, menuTemplate } from './menuTemplate.ts';

/** The native menu of this system. */
export function buildMenu(actions: MenuActions, platform: NodeJS.Platform = process.platform): Menu {
  return Menu.buildFromTemplate(menuTemplate(actions, platform === 'darwin', app.name));
}
