import { commandOf } from './launch.ts';

/** One program, started as the app or as the `assay` command; each loads what it needs alone. */
const command = commandOf(process.argv);
if (command === null) await import('./desktop.ts');
else (await import('./commandLine.ts')).performCommand(command);
