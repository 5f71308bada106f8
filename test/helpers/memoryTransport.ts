import type { Identity } from '../../main/base/procedure.ts';
import type { FramePipe } from '../../main/host/framePipe.ts';
import type { Transport } from '../../renderer/api/transport.ts';
import { memoryPipe } from './memoryPipe.ts';

/** The page's transport to a host in this process; everything still crosses as text. */
export function memoryTransport(
  host: { connect(pipe: FramePipe, identity: Identity): void },
  identity: Identity = { person: 'tester', role: 'owner', home: 'host' },
): Transport {
  return {
    kind: 'bridge',
    connect(listener) {
      const pipe = memoryPipe();
      host.connect(pipe.host, identity);
      pipe.client.onFrame((frame) => listener.frame(frame));
      pipe.client.onClose(() => listener.closed(null));
      return pipe.client;
    },
  };
}
