import type { ShellFrame } from '../../preload/contract/shell.ts';
import type { Identity } from '../base/procedure.ts';
import type { ToHost, ToShell } from '../host/link.ts';

/** The part of Electron's MessagePortMain that a window's end needs. */
export interface WindowPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: ShellFrame): void;
  start(): void;
  close(): void;
}

type FromHost = Extract<ToShell, { type: `connection.${string}` }>;

/** Carries frames between the windows' ports and the link to a host, over any number of hosts one after another. */
export interface Relay {
  /** The port's frames belong to a connection of its own from now on; those sent before the host is up wait. */
  connect(port: WindowPort): void;
  /** The host is up: what has waited goes to it. */
  opened(): void;
  take(message: FromHost): void;
  /** The host has ended, so its connections end with the reason; what connects from now on waits for the next one. */
  broken(reason: string): void;
  /** There will be no host any more: whoever connects is told the reason. */
  refuse(reason: string): void;
}

export function createRelay({ tell, identity }: { tell(message: ToHost): void; identity: Identity }): Relay {
  const connections = new Map<number, { port: WindowPort; waiting: string[] | null }>();
  let connectionCount = 0;
  let ready = false;
  /** Why there is no host any more; null while there is one or will be. */
  let refusal: string | null = null;

  function open(connection: number): void {
    const held = connections.get(connection);
    const waiting = held?.waiting ?? [];
    if (held) held.waiting = null;
    tell({ type: 'connection.open', connection, identity });
    for (const data of waiting) tell({ type: 'connection.frame', connection, data });
  }

  function close(connection: number, reason: string | null): void {
    const held = connections.get(connection);
    connections.delete(connection);
    held?.port.postMessage({ closed: reason });
    held?.port.close();
  }

  function closeAll(reason: string): void {
    ready = false;
    for (const connection of [...connections.keys()]) close(connection, reason);
  }

  return {
    connect(port) {
      const connection = connectionCount++;
      connections.set(connection, { port, waiting: [] });
      port.on('message', ({ data }) => {
        if (typeof data !== 'string') return;
        const held = connections.get(connection);
        if (held?.waiting) held.waiting.push(data);
        else if (held) tell({ type: 'connection.frame', connection, data });
      });
      port.on('close', () => {
        const held = connections.get(connection);
        connections.delete(connection);
        if (held && !held.waiting) tell({ type: 'connection.close', connection });
      });
      port.start();
      if (refusal !== null) close(connection, refusal);
      else if (ready) open(connection);
    },
    opened() {
      ready = true;
      for (const connection of connections.keys()) open(connection);
    },
    take(message) {
      if (message.type === 'connection.close') close(message.connection, message.reason);
      else connections.get(message.connection)?.port.postMessage(message.data);
    },
    broken: closeAll,
    refuse(reason) {
      refusal = reason;
      closeAll(reason);
    },
  };
}
