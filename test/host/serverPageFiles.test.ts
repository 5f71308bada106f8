import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Server, startServer } from '../../main/server/startServer.ts';
import { builtPage } from '../helpers/builtPage.ts';

const host = { connect: () => undefined };

describe('a page that cannot be read', () => {
  const logged: object[] = [];
  let page: Awaited<ReturnType<typeof builtPage>>;
  let server: Server;
  let cookie: string;

  beforeEach(async () => {
    page = await builtPage();
    const log = { error: (facts: object, message: string) => void logged.push({ ...facts, message }) };
    server = await startServer({ host, rendererFolder: page.folder, log });
    const admitted = await fetch(server.url, { redirect: 'manual' });
    cookie = admitted.headers.get('set-cookie')?.split(';')[0] ?? '';
  });
  afterEach(async () => {
    await server.close();
    await page.remove();
    logged.length = 0;
  });
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { headers: { cookie } });
    return { status: answer.status, body: await answer.text() };
  };

  it('because it was built anew meanwhile says so, and the log has it', async () => {
    await rm(join(page.folder, 'assets', 'plain.css'));
    const { status, body } = await ask('/assets/plain.css');
    expect(status).toBe(500);
    expect(body).toMatch(/plain\.css of the page is gone.*start it again/s);
    expect(logged).toEqual([{ asked: '/assets/plain.css', code: 'NOT_FOUND', message: expect.any(String) }]);
  });

  it('for another reason names the file and what the system said, and the log has both', async () => {
    const file = join(page.folder, 'index.html');
    await rm(file);
    await mkdir(file);
    const { status, body } = await ask('/compare/1?filter=a-secret-of-the-address');
    expect(status).toBe(500);
    expect(body).toMatch(/index\.html \(EISDIR\)/);
    expect(logged).toEqual([
      { asked: '/compare/1', code: 'DISK_FAILED', path: file, systemCode: 'EISDIR', message: expect.any(String) },
    ]);
    expect(JSON.stringify(logged)).not.toContain('a-secret');
  });
});

it('a folder that is no folder is told apart from a page that is not built', async () => {
  const page = await builtPage();
  try {
    await expect(startServer({ host, rendererFolder: join(page.folder, 'nowhere') })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('not built'),
    });
    await expect(startServer({ host, rendererFolder: join(page.folder, 'index.html') })).rejects.toMatchObject({
      code: 'DISK_FAILED',
      message: expect.stringContaining('ENOTDIR'),
    });
  } finally {
    await page.remove();
  }
});
