import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createRelay, type WindowPort } from '../../main/app/relay.ts';
import type { Identity } from '../../main/base/procedure.ts';
import type { FramePipe } from '../../main/host/framePipe.ts';
import { type ToHost, type ToShell, toHost, toShell } from '../../main/host/link.ts';
import { createLinkConnections } from '../../main/host/linkConnections.ts';
import type { ShellFrame } from '../../preload/contract/shell.ts';
import type { PagePort } from '../../preload/portConnection.ts';

const owner: Identity = { person: 'owner', role: 'owner', home: 'desktop' };

/**
 * The way of a frame on the desktop: a window's port, the shell's relay, the link to the host's process, the host's connections.
 * Only the carriers are Node's: MessageChannels, which clone and wait a turn as Electron's ports and links do.
 */
export function openDesktop(host: { connect(pipe: FramePipe, identity: Identity): void }) {
  const link = new MessageChannel();
  const relay = createRelay({ tell: (message: ToHost) => link.port1.postMessage(message), identity: owner });
  const connections = createLinkConnections(
    { send: (message: ToShell) => link.port2.postMessage(message) },
    host.connect,
  );
  link.port1.on('message', (data: unknown) => {
    const message = toShell.parse(data);
    if (message.type === 'connection.frame' || message.type === 'connection.close') relay.take(message);
  });
  link.port2.on('message', (data: unknown) => {
    const message = toHost.parse(data);
    if (message.type === 'connection.open') connections.take(message);
    if (message.type === 'connection.frame' || message.type === 'connection.close') connections.take(message);
  });
  relay.opened();
  const windows: MessagePort[] = [];
  return {
    relay,
    /** A new connection: the window's end of its port. */
    dial(): MessagePort {
      const { port1, port2 } = new MessageChannel();
      windows.push(port1, port2);
      relay.connect(windowPort(port2));
      return port1;
    },
    close() {
      for (const port of [...windows, link.port1, link.port2]) port.close();
    },
  };
}

/** Node's MessagePort in the shape of Electron's MessagePortMain: the message comes as `data` of an event. */
export function windowPort(port: MessagePort): WindowPort {
  return {
    postMessage: (message) => port.postMessage(message),
    on(event: 'message' | 'close', listener: ((event: { data: unknown }) => void) | (() => void)) {
      if (event === 'message') port.on('message', (data: unknown) => listener({ data }));
      else port.on('close', () => listener({ data: undefined }));
    },
    start: () => port.start(),
    close: () => port.close(),
  };
}

/** Node's MessagePort in the shape of the page's. */
export function pagePort(port: MessagePort): PagePort {
  return {
    postMessage: (frame) => port.postMessage(frame),
    addEventListener(event: 'message' | 'close', listener: ((event: { data: ShellFrame }) => void) | (() => void)) {
      if (event === 'message') port.on('message', (data: ShellFrame) => listener({ data }));
      else port.on('close', () => listener({ data: '' }));
    },
    start: () => port.start(),
    close: () => port.close(),
  };
}
