import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { expect, test } from './assay.ts';
import { unlock } from './steps.ts';

test.use({ provokesFaults: true });

test('no request leaves the page, whichever way it is made, and nothing leads it away', async ({ page }) => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    response.setHeader('access-control-allow-origin', '*').end('reached');
  });
  server.on('upgrade', (request, stream) => {
    seen.push(request.url ?? '');
    stream.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await expect(page.getByRole('heading').first()).toBeVisible();
    const { origin } = new URL(page.url());
    const pages = page.context().pages().length;
    const answers = await tryToReach(page, `127.0.0.1:${port}`);
    expect(answers.filter((answer) => answer.reached)).toEqual([]);
    expect(seen).toEqual([]);
    for (const way of ways) {
      await page.evaluate(leave, { way, address: `http://127.0.0.1:${port}/${way}` });
      await page.waitForTimeout(200);
      expect(seen, way).toEqual([]);
      expect(new URL(page.url()).origin, way).toBe(origin);
      expect(page.context().pages().length, way).toBe(pages);
    }
    // The same page all the while, and it works still.
    expect(await page.evaluate(() => Reflect.get(window, 'triedToReach'))).toBe(true);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('no datagram leaves by WebRTC', async ({ page, home }) => {
  test.skip(home === 'browser', 'No policy of a browser governs WebRTC; SECURITY.md says so.');
  const socket = createSocket('udp4');
  let datagrams = 0;
  socket.on('message', () => datagrams++);
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  try {
    await page.evaluate(async (port) => {
      const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${port}` }] });
      peer.createDataChannel('any');
      await peer.setLocalDescription(await peer.createOffer());
      await new Promise((resolve) => setTimeout(resolve, 1500));
      peer.close();
    }, socket.address().port);
    expect(datagrams).toBe(0);
  } finally {
    socket.close();
  }
});

test('code from a string, scripts and styles in the markup and markup from a string are not taken', async ({
  page,
}) => {
  await expect(page.getByRole('heading').first()).toBeVisible();
  const acted = await page.evaluate(async () => {
    // What a debugger runs at once may evaluate text; what runs after it is held to the policy.
    await new Promise((resolve) => setTimeout(resolve));
    const put = (tag: string, text: string, place: Element) => {
      const made = document.createElement(tag);
      made.append(text);
      place.append(made);
    };
    const refused = (work: () => unknown) => {
      try {
        work();
        return false;
      } catch {
        return true;
      }
    };
    const code = "Reflect.set(window, 'acted', true)";
    const probe = document.createElement('p');
    document.body.append(probe);
    const evaluated = refused(() => Reflect.apply(Reflect.get(window, 'eval'), window, [code]));
    const compiled = refused(() => Reflect.construct(Function, [code])());
    refused(() => put('script', code, document.head));
    put('style', 'p { outline-width: 77px !important; outline-style: solid !important }', document.head);
    probe.setAttribute('style', 'padding-left: 77px');
    refused(() => probe.setAttribute('onclick', code));
    probe.click();
    refused(() => Reflect.apply(setTimeout, window, [code, 0]));
    const markup = refused(() => {
      probe.innerHTML = '<b>bold</b>';
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { outlineWidth, paddingLeft } = getComputedStyle(probe);
    const outcome = {
      evaluated,
      compiled,
      markup,
      acted: Reflect.get(window, 'acted') ?? false,
      styles: [outlineWidth, paddingLeft].filter((width) => width === '77px'),
      children: probe.children.length,
    };
    probe.remove();
    return outcome;
  });
  expect(acted).toEqual({ evaluated: true, compiled: true, markup: true, acted: false, styles: [], children: 0 });
});

test.describe('with a store', () => {
  test.use({ store: 'created' });

  test('what is typed goes to no spell checker and no translator of the browser', async ({ assay, page }) => {
    await unlock(page, assay.passphrase);
    await page.getByRole('link', { name: 'Compare' }).click();
    await expect(page.getByRole('textbox', { name: 'Prompt', exact: true })).toBeVisible();
    const offered = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('textarea, input, [contenteditable]')].map(
        ({ spellcheck, translate }) => spellcheck || translate,
      ),
    );
    expect(offered.length).toBeGreaterThan(0);
    expect(offered).not.toContain(true);
  });
});

const ways = [
  'window.open',
  'window.open of a frame',
  'link to a new window',
  'link without opener',
  'ping',
  'form',
  'form to a new window',
  'refresh',
  'frame that leaves',
  'frame that leads the page',
  'location',
  'location.replace',
] as const;

/** Each way in which a page is left or opens another; runs in the page. */
function leave({ way, address }: { way: (typeof ways)[number]; address: string }): void {
  const put = <Tag extends keyof HTMLElementTagNameMap>(tag: Tag, into: Document = document) => {
    const made = into.createElement(tag);
    into.body.append(made);
    return made;
  };
  const click = (attributes: Record<string, string>, into: Document = document) => {
    const link = put('a', into);
    for (const [name, value] of Object.entries(attributes)) link.setAttribute(name, value);
    link.click();
  };
  const submit = (target: string) => {
    const form = put('form');
    Object.assign(form, { action: address, method: 'post', target });
    form.submit();
  };
  const inner = (frame: HTMLIFrameElement) => {
    if (!frame.contentDocument || !frame.contentWindow) throw new Error('The frame is empty.');
    return { document: frame.contentDocument, window: frame.contentWindow };
  };
  const acts: Record<typeof way, () => void> = {
    'window.open': () => void window.open(address),
    'window.open of a frame': () => void inner(put('iframe')).window.open(address),
    'link to a new window': () => click({ href: address, target: '_blank' }),
    'link without opener': () => click({ href: address, target: '_blank', rel: 'noopener' }),
    ping: () => click({ href: '#', ping: address }),
    form: () => submit('_self'),
    'form to a new window': () => submit('_blank'),
    refresh() {
      const refresh = document.createElement('meta');
      refresh.httpEquiv = 'refresh';
      refresh.content = `0;url=${address}`;
      document.head.append(refresh);
    },
    'frame that leaves'() {
      inner(put('iframe')).window.location.href = address;
    },
    'frame that leads the page': () => click({ href: address, target: '_top' }, inner(put('iframe')).document),
    location() {
      location.href = address;
    },
    'location.replace': () => location.replace(address),
  };
  acts[way]();
}

/** Each way in which a page makes a request, tried at an address that listens. */
function tryToReach(page: Page, host: string): Promise<{ way: string; reached: boolean }[]> {
  return page.evaluate(async (target) => {
    const address = `http://${target}`;
    const within = (way: string, work: Promise<unknown>) =>
      Promise.race([
        work.then(
          () => ({ way, reached: true }),
          () => ({ way, reached: false }),
        ),
        new Promise<{ way: string; reached: boolean }>((resolve) =>
          setTimeout(() => resolve({ way, reached: false }), 500),
        ),
      ]);
    const element = (tag: 'img' | 'script' | 'link' | 'iframe', attributes: Record<string, string>) =>
      new Promise<void>((resolve, reject) => {
        const made = document.createElement(tag);
        made.onload = () => (tag === 'iframe' ? reject(new Error('a frame loads its error page')) : resolve());
        made.onerror = () => reject(new Error('blocked'));
        for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
        document.body.append(made);
        setTimeout(() => made.remove(), 450);
      });
    const socket = (made: WebSocket | EventSource) =>
      new Promise<void>((resolve, reject) => {
        made.onopen = () => resolve();
        made.onerror = () => reject(new Error('blocked'));
      });
    Reflect.set(window, 'triedToReach', true);
    const attempt = (make: () => Promise<unknown>) => Promise.resolve().then(make);
    return Promise.all([
      within('fetch', fetch(`${address}/fetch`)),
      within('fetch without CORS', fetch(`${address}/no-cors`, { mode: 'no-cors' })),
      within(
        'beacon',
        attempt(async () => {
          navigator.sendBeacon(`${address}/beacon`, 'text');
          throw new Error('whether it was sent, only the server can tell');
        }),
      ),
      within('image', element('img', { src: `${address}/img` })),
      within('script', element('script', { src: `${address}/script` })),
      within('style sheet', element('link', { rel: 'stylesheet', href: `${address}/style` })),
      within('prefetch', element('link', { rel: 'prefetch', href: `${address}/prefetch` })),
      within('frame', element('iframe', { src: `${address}/frame` })),
      within(
        'WebSocket',
        attempt(() => socket(new WebSocket(`ws://${target}/socket`))),
      ),
      within(
        'EventSource',
        attempt(() => socket(new EventSource(`${address}/events`))),
      ),
      within(
        'worker',
        attempt(async () => new Worker(`${address}/worker`)),
      ),
    ]);
  }, host);
}
