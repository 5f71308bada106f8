import { spawn } from 'node:child_process';

interface Message {
  id?: number;
  method?: string;
  sessionId?: string;
  params?: { sessionId?: string; targetInfo?: { type: string }; context?: { id: number } };
  result?: { result?: { value?: number } };
}

/** Starts a program of Chromium's kind and gives the milliseconds from spawn to the first frame that shows something matching `selector`. */
export async function firstFrame(
  program: string,
  args: string[],
  environment: Record<string, string>,
  selector: string,
): Promise<number> {
  const begun = performance.timeOrigin + performance.now();
  const child = spawn(program, [...args, '--remote-debugging-port=0'], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  try {
    const address = await new Promise<string>((resolve, reject) => {
      let heard = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        heard += text;
        const found = /DevTools listening on (ws:\S+)/.exec(heard)?.[1];
        if (found) resolve(found);
      });
      child.on('exit', (code) => reject(new Error(`${program} ended with ${code}:\n${heard}`)));
    });
    return (await seen(address, selector)) - begun;
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

/** Attaches to every page as it comes up and asks each of its documents; the first one that shows it answers with the time. */
function seen(address: string, selector: string): Promise<number> {
  const expression = `new Promise((resolve) => {
    const look = () => document.querySelector(${JSON.stringify(selector)})
      ? requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now())))
      : setTimeout(look, 1);
    look();
  })`;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    const late = setTimeout(() => reject(new Error(`Nothing matched ${selector} within 30 s.`)), 30_000);
    let count = 0;
    const send = (method: string, params: object, sessionId?: string) =>
      socket.send(JSON.stringify({ id: ++count, method, params, sessionId }));
    socket.onerror = () => reject(new Error(`No connection to ${address}.`));
    socket.onopen = () =>
      send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: true });
    socket.onmessage = ({ data }) => {
      const { method, params, result, sessionId }: Message = JSON.parse(String(data));
      if (method === 'Target.attachedToTarget' && params?.targetInfo?.type === 'page')
        send('Runtime.enable', {}, params.sessionId);
      if (method === 'Runtime.executionContextCreated') {
        send(
          'Runtime.evaluate',
          { expression, awaitPromise: true, returnByValue: true, contextId: params?.context?.id },
          sessionId,
        );
      }
      const value = result?.result?.value;
      if (typeof value !== 'number') return;
      clearTimeout(late);
      socket.close();
      resolve(value);
    };
  });
}
