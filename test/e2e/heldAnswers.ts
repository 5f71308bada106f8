import type { Page, WebSocketRoute } from '@playwright/test';

export interface HeldAnswers {
  /** From now on answers of these procedures wait. */
  hold(...paths: string[]): void;
  /** From now on those of their answers wait that hold this text: parts of a subscription. */
  holdThose(text: string, ...paths: string[]): void;
  /** From now on these procedures are answered with a failure that says this sentence. */
  fail(sentence: string, ...paths: string[]): void;
  /** Everything is answered again, and what waited goes on its way. */
  release(): void;
}

interface Asked {
  id: number;
  params?: { path?: string };
}

/**
 * Stands between a page in a browser and its host: holds back or replaces answers, as a slow disk or a failing host would. The screens
 * cannot tell the difference. Takes effect from the next opening of the page.
 */
export async function standBetween(page: Page): Promise<HeldAnswers> {
  /** What of each procedure's answers has to be in one that waits. */
  const held = new Map<string, string>();
  const failing = new Map<string, string>();
  let waiting: (() => void)[] = [];

  await page.routeWebSocket(/\/socket$/, (client: WebSocketRoute) => {
    const host = client.connectToServer();
    const paths = new Map<number, string>();
    client.onMessage((message) => {
      const asked = askedIn(String(message));
      const refused = asked.filter(({ params }) => failing.has(params?.path ?? ''));
      for (const { id, params } of asked) paths.set(id, params?.path ?? '');
      for (const { id, params } of refused) {
        const path = params?.path ?? '';
        const message = failing.get(path) ?? '';
        const data = { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500, path, assay: { code: 'INTERNAL', message } };
        client.send(JSON.stringify({ id, error: { code: -32603, message, data } }));
      }
      if (refused.length === 0) host.send(message);
      else for (const one of asked) if (!refused.includes(one)) host.send(JSON.stringify(one));
    });
    host.onMessage((message) => {
      const [answer] = askedIn(String(message));
      const text = answer && held.get(paths.get(answer.id) ?? '');
      if (text !== undefined && String(message).includes(text)) waiting.push(() => client.send(message));
      else client.send(message);
    });
  });
  return {
    hold: (...more) => {
      for (const path of more) held.set(path, '');
    },
    holdThose: (text, ...more) => {
      for (const path of more) held.set(path, text);
    },
    fail: (sentence, ...more) => {
      for (const path of more) failing.set(path, sentence);
    },
    release: () => {
      held.clear();
      failing.clear();
      for (const pass of waiting) pass();
      waiting = [];
    },
  };
}

/** Frames other than calls and answers (pings, acknowledgements) hold none. */
function askedIn(frame: string): Asked[] {
  if (!frame.startsWith('{') && !frame.startsWith('[')) return [];
  const parsed: unknown = JSON.parse(frame);
  return (Array.isArray(parsed) ? parsed : [parsed]).filter((one): one is Asked => typeof one?.id === 'number');
}
