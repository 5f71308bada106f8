// Called by electron-builder once Electron lies where the app is put together. It takes Electron's own app and version away from one that it
// downloaded, and not from one that lay here already; a package has neither.
import { rmSync } from 'node:fs';
import { join } from 'node:path';

export default function afterExtract({ appOutDir, electronPlatformName, packager }) {
  const { distMacOsAppName } = packager.info.framework;
  const resources = electronPlatformName === 'darwin' ? join(distMacOsAppName, 'Contents/Resources') : 'resources';
  for (const path of [join(resources, 'default_app.asar'), 'version']) rmSync(join(appOutDir, path), { force: true });
}
