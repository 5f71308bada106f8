import type { Page } from '@playwright/test';

/**
 * Calls procedures over a connection of its own through the page's bridge, by the frames themselves: for specs of what no screen does
 * (a hundred commands in a row, one while the host dies). Fails with the code and the sentence of the answer.
 */
export async function call(page: Page, kind: 'query' | 'mutation', path: string, input?: unknown): Promise<unknown> {
  return page.evaluate(
    ([method, procedure, given]) =>
      new Promise<unknown>((resolve, reject) => {
        const { assay } = window;
        if (!assay) throw new Error('This page has no bridge.');
        const connection = assay.connect({
          frame(text) {
            const answer = JSON.parse(text);
            if (answer.id !== 1) return;
            if (answer.error) reject(new Error(`${answer.error.data?.assay?.code}: ${answer.error.message}`));
            else resolve(answer.result.data ?? null);
            connection.close();
          },
          closed: (reason) => reject(new Error(`CLOSED: ${reason}`)),
        });
        connection.send(JSON.stringify({ id: 1, method, params: { path: procedure, input: given } }));
      }),
    [kind, path, input] as const,
  );
}

/** Calls until it holds or 30 s have passed. */
export async function until<T>(ask: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const end = Date.now() + 30_000;
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    if (Date.now() > end) throw new Error(`It did not come about within 30 s; the last was ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
