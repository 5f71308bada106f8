import { type Command, InvalidArgumentError } from 'commander';
import { addPlace, type PlaceOptions, wholeNumber } from './options.ts';
import { perform } from './perform.ts';

export interface ServeOptions extends PlaceOptions {
  port: number;
  json?: boolean;
}

export function describeServe(command: Command): void {
  command
    .description('serve the app to a browser on this machine and print the address with its one-time token')
    .option('--port <n>', 'port on the loopback address; 0: any free one', portNumber, 0)
    .option('--json', 'print {url, port, pid}');
  addPlace(command);
  command.action((options: ServeOptions) =>
    perform(options, async (work) => (await import('./serve.ts')).serve(options, work)),
  );
}

function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port > 65_535) throw new InvalidArgumentError('A port lies between 0 and 65535.');
  return port;
}
