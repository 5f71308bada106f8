import type { z } from 'zod';
import type { Identity } from '../base/procedure.ts';
import type { FramePipe } from './framePipe.ts';
import type { HostLink, toHost } from './link.ts';
import { linkPipe } from './linkPipe.ts';

type FromShell = Extract<z.output<typeof toHost>, { type: `connection.${string}` }>;

/** The connections that come and go over a link. Each begins with a call of `connect`; `take` is given what the shell says of them. */
export function createLinkConnections(
  link: Pick<HostLink, 'send'>,
  connect: (pipe: FramePipe, identity: Identity) => void,
): { take(message: FromShell): void } {
  const connections = new Map<number, ReturnType<typeof linkPipe>>();
  return {
    take(message) {
      const { connection } = message;
      switch (message.type) {
        case 'connection.open': {
          const relayed = linkPipe(link, connection, () => connections.delete(connection));
          connections.set(connection, relayed);
          return connect(relayed.pipe, message.identity);
        }
        case 'connection.frame':
          return connections.get(connection)?.frame(message.data);
        case 'connection.close':
          return connections.get(connection)?.closed();
      }
    },
  };
}
