import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '../assay.ts';

test.use({ provokesFaults: true });

test('the page reaches neither Node nor Electron', async ({ assay }) => {
  const reach = await assay.page.evaluate(() => ({
    require: typeof Reflect.get(window, 'require'),
    process: typeof Reflect.get(window, 'process'),
    module: typeof Reflect.get(window, 'module'),
    buffer: typeof Reflect.get(window, 'Buffer'),
    bridge: Object.keys(window.assay ?? {}).sort(),
    files: Object.keys(window.assay?.files ?? {}).sort(),
    // What the bridge hands out comes from the page's own realm, so its constructor leads nowhere.
    escape: Reflect.get(window.assay?.connect ?? {}, 'constructor') === Function,
  }));
  expect(reach).toEqual({
    require: 'undefined',
    process: 'undefined',
    module: 'undefined',
    buffer: 'undefined',
    bridge: ['connect', 'files', 'onMenu', 'onOpenFiles', 'platform', 'setTheme', 'versions'],
    files: ['chooseExisting', 'choosePath', 'openFolder', 'openModels', 'pathFor', 'saveText'],
    escape: true,
  });
  const preferences = await assay.electron.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    return contents && Reflect.apply(Reflect.get(contents, 'getLastWebPreferences'), contents, []);
  });
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  });
});

test('no request leaves the session either, for code that no policy of a page holds', async ({ assay }) => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    response.end('reached');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const outcome = await assay.electron.evaluate(async ({ session }, address) => {
      return session.defaultSession.fetch(address).then(
        () => 'reached',
        () => 'refused',
      );
    }, `http://127.0.0.1:${port}/session`);
    expect(outcome).toBe('refused');
    expect(seen).toEqual([]);
  } finally {
    server.close();
  }
});

test('no file outside the built page can be loaded', async ({ assay }) => {
  const { origin } = await assay.page.evaluate(() => ({ origin: `${location.protocol}//${location.host}` }));
  expect(origin).toBe('app://assay');
  for (const path of [
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%2fmain%2fapp.js',
    '/etc/passwd',
    '//etc/passwd',
    '/%00',
    '/assets/',
  ]) {
    const status = await assay.electron.evaluate(
      async ({ session }, address) => (await session.defaultSession.fetch(address)).status,
      `${origin}${path}`,
    );
    expect(status, path).toBe(404);
  }
  const file = await assay.page.evaluate(() =>
    fetch('file:///etc/passwd').then(
      () => 'read',
      () => 'refused',
    ),
  );
  expect(file).toBe('refused');
});

test('the page cannot be led away and opens no other window', async ({ assay }) => {
  const before = assay.page.url();
  await assay.page.evaluate(() => {
    window.open('https://example.com/');
    window.open('about:blank');
    location.href = 'https://example.com/';
  });
  await assay.page.evaluate(() => {
    const link = document.createElement('a');
    link.href = 'file:///etc/passwd';
    document.body.append(link);
    link.click();
    link.remove();
  });
  await assay.page.waitForTimeout(300);
  expect(assay.page.url()).toBe(before);
  expect(await assay.electron.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1);
});

test('every permission is refused, but copying text', async ({ assay }) => {
  const answers = await assay.page.evaluate(async () => {
    const refusal = (work: Promise<unknown>) =>
      work.then(
        () => 'given',
        () => 'refused',
      );
    return {
      camera: await refusal(navigator.mediaDevices.getUserMedia({ video: true })),
      microphone: await refusal(navigator.mediaDevices.getUserMedia({ audio: true })),
      screen: await refusal(navigator.mediaDevices.getDisplayMedia()),
      place: await refusal(new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject))),
      notification: await Notification.requestPermission(),
      reading: await refusal(navigator.clipboard.readText()),
    };
  });
  expect(answers).toEqual({
    camera: 'refused',
    microphone: 'refused',
    screen: 'refused',
    place: 'refused',
    notification: 'denied',
    reading: 'refused',
  });
});

test('the policy of each answer has a nonce of its own and lets the page connect to nothing', async ({ assay }) => {
  const headers = await assay.electron.evaluate(async ({ session }) => {
    const answers = [
      await session.defaultSession.fetch('app://assay/'),
      await session.defaultSession.fetch('app://assay/'),
    ];
    return answers.map((answer) => answer.headers.get('content-security-policy') ?? '');
  });
  expect(headers[0]).toMatch(/script-src 'self';.*connect-src 'none'/);
  expect(headers[0]).not.toMatch(/unsafe/);
  expect(headers[0]).not.toBe(headers[1]);
});
