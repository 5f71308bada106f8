import { openHostLink } from './hostLink.ts';
import { placesOf } from './placesOf.ts';
import { runHost } from './runHost.ts';

/** The host as a process of its own: an Electron utilityProcess, or a Node that the shell has forked. */
const link = openHostLink();

// The system's own report would print the words of the error, which may quote what a person typed.
process.on('uncaughtException', (error) => {
  console.error(`The host ends because of an unforeseen failure: ${placesOf(error)}`);
  link.send({
    type: 'failed',
    error: {
      code: 'INTERNAL',
      message: 'The host met an unforeseen failure and has ended. It is started again; its log says where.',
    },
  });
  setTimeout(() => process.exit(1), 50);
});

const code = await runHost(link);
// The last message leaves the process in a later turn.
setTimeout(() => process.exit(code), 20);
