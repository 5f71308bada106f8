import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Server, startServer } from '../../main/server/startServer.ts';
import { builtPage } from '../helpers/builtPage.ts';

let page: Awaited<ReturnType<typeof builtPage>>;
let server: Server;
let connected = 0;
const host = { connect: () => void connected++ };

beforeAll(async () => {
  page = await builtPage();
  server = await startServer({ host, rendererFolder: page.folder });
});
afterAll(async () => {
  await server.close();
  await page.remove();
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

function ask(
  path: string,
  {
    headers = {},
    method = 'GET',
    port = server.port,
  }: { headers?: Record<string, string>; method?: string; port?: number } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    })
      .on('error', reject)
      .end();
  });
}

/** A server of its own with a browser that is signed in. */
async function signIn() {
  const own = await startServer({ host, rendererFolder: page.folder });
  const first = await ask(new URL(own.url).pathname + new URL(own.url).search, { port: own.port });
  const secret = /setItem\('assay-door', '([\w-]{43})'\)/.exec(first.body)?.[1] ?? '';
  return { own, first, cookie: String(first.headers['set-cookie']).split(';')[0] ?? '', secret };
}

function upgrade(port: number, path: string, headers: Record<string, string>, secret?: string): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, secret ? ['assay', secret] : [], { headers });
    socket.on('open', () => {
      resolve(101);
      socket.terminate();
    });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('error', () => resolve(0));
  });
}

describe('the one-time address', () => {
  it('is exchanged for a cookie that scripts cannot read and a secret of the page, and the token leaves the address bar', async () => {
    const { own, first, cookie, secret } = await signIn();
    expect(first.status).toBe(200);
    expect(secret).not.toBe('');
    expect(cookie).not.toContain(secret);
    expect(first.body).toContain("location.replace('/')");
    const policy = String(first.headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'none'; script-src 'nonce-[^']+';/);
    expect(first.headers['cache-control']).toBe('no-store');
    expect(String(first.headers['set-cookie'])).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(new URL(own.url).searchParams.get('token')).toMatch(/^[\w-]{43}$/);
    await own.close();
  });

  it('opens the app for the browser that holds the cookie', async () => {
    const { own, cookie, secret } = await signIn();
    expect((await ask('/', { port: own.port, headers: { cookie } })).status).toBe(200);
    expect((await ask('/session', { port: own.port, headers: { cookie, 'assay-door': secret } })).status).toBe(204);
    const again = await ask(`/${new URL(own.url).search}`, { port: own.port, headers: { cookie } });
    expect([again.status, again.headers.location, again.body]).toEqual([303, '/', '']);
    await own.close();
  });

  it('opens nothing to a program on another port, which the browser sends the cookie but not the secret', async () => {
    const { own, cookie, secret } = await signIn();
    const origin = `http://127.0.0.1:${own.port}`;
    for (const shown of [undefined, 'wrong', secret.toUpperCase(), cookie.split('=')[1] ?? '']) {
      expect(await upgrade(own.port, '/socket', { origin, cookie }, shown), shown).toBe(401);
      const headers = { cookie, ...(shown === undefined ? {} : { 'assay-door': shown }) };
      expect((await ask('/session', { port: own.port, headers })).status, shown).toBe(401);
    }
    for (const path of ['/', '/assets/plain.css', `/${new URL(own.url).search}`])
      expect((await ask(path, { port: own.port, headers: { cookie } })).body, path).not.toContain(secret);
    expect(await upgrade(own.port, '/socket', { origin }, secret)).toBe(401);
    await own.close();
  });

  it('is refused when it is used again, and says what to do', async () => {
    const { own } = await signIn();
    const again = await ask(`/${new URL(own.url).search}`, { port: own.port });
    expect(again.status).toBe(401);
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(again.body).toContain('works once');
    await own.close();
  });

  it('is refused when the token is missing or wrong', async () => {
    for (const path of ['/', '/?token=', '/?token=wrong', '/session', '/assets/plain.css', '/compare/1']) {
      const answer = await ask(path);
      expect(answer.status, path).toBe(401);
      expect(answer.body).toContain('assay serve');
    }
  });

  it('is not spent by a HEAD request, as link previews make', async () => {
    const own = await startServer({ host, rendererFolder: page.folder });
    expect((await ask(`/${new URL(own.url).search}`, { port: own.port, method: 'HEAD' })).status).toBe(401);
    expect((await ask(`/${new URL(own.url).search}`, { port: own.port })).status).toBe(200);
    await own.close();
  });

  it('a made-up cookie opens nothing', async () => {
    const { own, cookie } = await signIn();
    const name = cookie.split('=')[0];
    for (const value of ['', 'x', 'undefined', 'null', cookie.split('=')[1]?.slice(1) ?? '']) {
      expect((await ask('/', { port: own.port, headers: { cookie: `${name}=${value}` } })).status).toBe(401);
    }
    await own.close();
  });
});

describe('requests that are not meant for this server', () => {
  it.each([
    'evil.example',
    `evil.example:80`,
    '127.0.0.1.evil.example',
    '0.0.0.0',
    '192.168.1.7',
    'localhost.evil.example',
    '[::2]',
    '127.0.0.1@evil.example',
  ])('refuses the foreign Host %s, signed in or not (DNS rebinding)', async (name) => {
    const { own, cookie } = await signIn();
    expect((await ask('/', { port: own.port, headers: { cookie, host: name } })).status).toBe(403);
    expect(await upgrade(own.port, '/socket', { cookie, host: name, origin: `http://${name}` })).toBe(403);
    await own.close();
  });

  it('refuses a foreign Origin over HTTP and over WebSocket', async () => {
    const { own, cookie } = await signIn();
    for (const origin of [
      'http://evil.example',
      'null',
      `https://127.0.0.1:${own.port}`,
      `http://127.0.0.1:${own.port + 1}`,
      `http://localhost:${own.port}`,
    ]) {
      expect((await ask('/', { port: own.port, headers: { cookie, origin } })).status, origin).toBe(403);
      expect(await upgrade(own.port, '/socket', { cookie, origin }), origin).toBe(403);
    }
    await own.close();
  });

  it('refuses a WebSocket without Origin, without cookie, or at another path, and lets the own page connect', async () => {
    const { own, cookie, secret } = await signIn();
    const origin = `http://127.0.0.1:${own.port}`;
    const before = connected;
    expect(await upgrade(own.port, '/socket', { cookie }, secret)).toBe(403);
    expect(await upgrade(own.port, '/socket', { origin }, secret)).toBe(401);
    expect(await upgrade(own.port, '/other', { origin, cookie }, secret)).toBe(404);
    expect(connected).toBe(before);
    expect(await upgrade(own.port, '/socket', { origin, cookie }, secret)).toBe(101);
    expect(connected).toBe(before + 1);
    await own.close();
  });

  it('answers through a tunnel that maps another port to localhost', async () => {
    const { own, cookie, secret } = await signIn();
    expect((await ask('/', { port: own.port, headers: { cookie, host: 'localhost:9999' } })).status).toBe(200);
    expect(
      await upgrade(own.port, '/socket', { cookie, host: 'localhost:9999', origin: 'http://localhost:9999' }, secret),
    ).toBe(101);
    await own.close();
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('refuses %s', async (method) => {
    expect((await ask('/', { method })).status).toBe(405);
  });

  it.each(['0.0.0.0', '::', '192.168.1.7', 'example.com', ''])(
    'refuses to listen on %s, with a sentence',
    async (address) => {
      await expect(startServer({ host, rendererFolder: page.folder, address })).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringContaining('this machine only'),
      });
    },
  );

  it('refuses a port that is taken with a sentence', async () => {
    await expect(startServer({ host, rendererFolder: page.folder, port: server.port })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('refuses to start without a built page and says how to build it', async () => {
    await expect(startServer({ host, rendererFolder: `${page.folder}/assets` })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('npm run build'),
    });
  });
});

describe('what is served', () => {
  it('gives the document a policy without unsafe-eval or unsafe-inline and a nonce of its own each time', async () => {
    const { own, cookie } = await signIn();
    const nonces = new Set<string>();
    for (let count = 0; count < 3; count++) {
      const { headers, body } = await ask('/', { port: own.port, headers: { cookie } });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe-|\*|https?:/);
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      expect(body).toContain(`content="${nonce}"`);
      expect(body).not.toContain('__STYLE_NONCE__');
      nonces.add(nonce);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
        'content-type': 'text/html; charset=utf-8',
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
      // A document with both is a network error by the standard (HTML, "attempt to populate the history entry's document").
      expect(policy).toMatch(/; sandbox [a-z -]+$/);
      expect(policy).not.toMatch(/allow-(popups|top-navigation|modals)/);
      expect(headers['cross-origin-opener-policy']).toBeUndefined();
    }
    expect(nonces.size).toBe(3);
    await own.close();
  });

  it('serves files with their types and caches those whose name changes with their content', async () => {
    const { own, cookie } = await signIn();
    const script = await ask('/assets/index-Ab3dEf9h.js', { port: own.port, headers: { cookie } });
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'private, max-age=31536000, immutable',
    });
    const style = await ask('/assets/plain.css', { port: own.port, headers: { cookie } });
    expect(style.headers).toMatchObject({ 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-store' });
    const head = await ask('/assets/plain.css', { port: own.port, headers: { cookie }, method: 'HEAD' });
    expect([head.status, head.body, head.headers['content-length']]).toEqual([
      200,
      '',
      style.headers['content-length'],
    ]);
    await own.close();
  });

  it('serves the page at every place within it, and nothing outside of its folder', async () => {
    const { own, cookie } = await signIn();
    expect((await ask('/compare/01j', { port: own.port, headers: { cookie } })).body).toContain(
      '<script type="module"',
    );
    for (const path of [
      '/../package.json',
      '/assets/../../../package.json',
      '/%2e%2e/package.json',
      '/..%2fpackage.json',
      '/assets/nothing.js',
      '//etc/passwd.txt',
      '/assets\\..\\index.js',
    ]) {
      expect((await ask(path, { port: own.port, headers: { cookie } })).status, path).toBe(404);
    }
    await own.close();
  });
});
