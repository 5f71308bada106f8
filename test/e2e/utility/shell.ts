import { join } from 'node:path';
import { app, session } from 'electron';
import { answerBridge } from '../../../main/app/calls.ts';
import { endInOrder } from '../../../main/app/endInOrder.ts';
import { guardProcess, guardSession } from '../../../main/app/guard.ts';
import { keepHost } from '../../../main/app/hostKeeper.ts';
import { keyRing } from '../../../main/app/keyRing.ts';
import { log } from '../../../main/app/log.ts';
import { declarePageScheme, servePage } from '../../../main/app/page.ts';
import { openPreferences } from '../../../main/app/preferences.ts';
import { openWindow } from '../../../main/app/window.ts';
import type { UtilityShellStart } from '../utilityShell.ts';

/** The parts of the app's own shell around a host that always runs in Electron's utilityProcess, also where that cannot open a database. */
const { folder, entry, built }: UtilityShellStart = JSON.parse(process.env.ASSAY_UTILITY_SHELL ?? '{}');

guardProcess();
declarePageScheme();
app.setPath('userData', folder);
app.on('window-all-closed', () => app.quit());

const keeper = keepHost({
  entry,
  engineEntry: join(built, 'main/engine.js'),
  externalNode: undefined,
  inElectron: true,
  start: {
    folder: null,
    sampleFolder: join(built, '../native/sample-model'),
    engines: { by: 'shell' },
    logLevel: 'warn',
  },
  keyRing,
  onGivingUp: (reason) => log('no host', reason),
});

app.whenReady().then(() => {
  guardSession(session.defaultSession);
  servePage(session.defaultSession, join(built, 'renderer'));
  answerBridge(keeper, () => undefined);
  openWindow({
    bridge: join(built, 'preload/bridge.cjs'),
    version: 'test',
    developerTools: true,
    preferences: openPreferences(join(folder, 'shell.json')),
  });
});

endInOrder(() => keeper.stop());
