import type { Identity } from '../../main/base/procedure.ts';
import type { FramePipe } from '../../main/host/framePipe.ts';
import { memoryPipe } from './memoryPipe.ts';

export interface FrameAnswer {
  id: number | string | null;
  result?: { type: string; data?: unknown };
  error?: { message: string; data: { code: string; assay: { code: string; message: string } } };
}

/** A client that sends whatever it is told, without types and without checks. */
export function openFrameClient(host: { connect(pipe: FramePipe, identity: Identity): void }) {
  const pipe = memoryPipe();
  const waiting = new Map<FrameAnswer['id'], (answer: FrameAnswer) => void>();
  let ids = 0;
  let open = true;
  pipe.client.onFrame((frame) => {
    const answer: FrameAnswer = JSON.parse(frame);
    const resolve = waiting.get(answer.id);
    waiting.delete(answer.id);
    resolve?.(answer);
  });
  pipe.client.onClose(() => {
    open = false;
  });
  host.connect(pipe.host, { person: 'tester', role: 'owner', home: 'host' });
  return {
    isOpen: () => open,
    /** The first answer; a subscription is stopped after it. */
    async ask(method: string, path: string, input: unknown): Promise<FrameAnswer> {
      const id = ++ids;
      const answer = await new Promise<FrameAnswer>((resolve) => {
        waiting.set(id, resolve);
        pipe.client.send(JSON.stringify({ id, method, params: { path, input } }));
      });
      if (method === 'subscription') pipe.client.send(JSON.stringify({ id, method: 'subscription.stop' }));
      return answer;
    },
    close: () => pipe.client.close(),
  };
}
