import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { content, type DownloadsPlace, openDownloadsPlace } from '../helpers/downloadsPlace.ts';
import { breakingOffAfter, revision, sendWell } from '../helpers/hubServer.ts';

let here: DownloadsPlace;
let hub: DownloadsPlace['hub'];
let place: DownloadsPlace['place'];
let part: DownloadsPlace['part'];
let open: DownloadsPlace['open'];

beforeEach(async () => {
  here = await openDownloadsPlace();
  ({ hub, place, part, open } = here);
});
afterEach(() => here.close());

describe('what cannot be trusted is thrown away', () => {
  const nothingLeft = (added: string[]) => {
    expect(added).toEqual([]);
    expect(existsSync(part('model-Q8_0.gguf'))).toBe(false);
    expect(existsSync(place('model-Q8_0.gguf'))).toBe(false);
  };
  const damaged = { state: 'failed', error: { code: 'DOWNLOAD_DAMAGED' } };

  it('wrong bytes of the right length', async () => {
    const { fetch, added } = await open();
    const wrong = Buffer.from(content);
    wrong.writeUInt8(wrong.readUInt8(1_234_567) ^ 1, 1_234_567);
    hub.behave((request, response) => sendWell(request, response, wrong));
    expect(await fetch('model-Q8_0.gguf')).toMatchObject(damaged);
    nothingLeft(added);
  });

  it('another length than the list of files says', async () => {
    const { fetch, added } = await open();
    for (const length of [content.length - 1, content.length + 1, 0]) {
      hub.behave((_, response) => {
        response.writeHead(200, { 'content-length': length });
        response.end(Buffer.alloc(length));
      });
      expect(await fetch('model-Q8_0.gguf')).toMatchObject(damaged);
      nothingLeft(added);
    }
  });

  it('more than was announced, when no length is said', async () => {
    const { fetch, added } = await open();
    hub.behave((_, response) => {
      const more = () => void (response.destroyed || response.write(Buffer.alloc(2 ** 20), more));
      more();
    });
    expect(await fetch('model-Q8_0.gguf')).toMatchObject(damaged);
    nothingLeft(added);
  });

  it('less than was announced, when no length is said, is asked for again and not taken for all', async () => {
    const { fetch } = await open();
    hub.behave(
      (request, response, bytes) =>
        void response.writeHead(request.headers.range ? 416 : 200).end(bytes.subarray(0, 1000)),
    );
    expect(await fetch('model-Q8_0.gguf')).toMatchObject({ state: 'failed', error: { code: 'NETWORK_FAILED' } });
    expect(existsSync(place('model-Q8_0.gguf'))).toBe(false);
  });

  it('another part than was asked for', async () => {
    const { fetch, added } = await open();
    hub.behave((request, response, bytes) => {
      if (!request.headers.range) return breakingOffAfter(1000)(request, response, bytes);
      response
        .writeHead(206, {
          'content-range': `bytes 5-${bytes.length - 1}/${bytes.length}`,
          'content-length': bytes.length - 5,
        })
        .end(bytes.subarray(5));
    });
    expect(await fetch('model-Q8_0.gguf')).toMatchObject(damaged);
    nothingLeft(added);
  });

  it('what was compressed on the way', async () => {
    const { fetch } = await open();
    hub.behave((_, response, bytes) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes));
    expect(await fetch('model-Q8_0.gguf')).toMatchObject(damaged);
  });

  it.each([
    ['mine', true],
    // Of this one only its bytes tell.
    ['mine'.padEnd(content.length), false],
  ])(
    'another file in its place is found before a byte comes, stays as it is, and it can come beside that',
    async (mine, taken) => {
      const { fetch, downloads, settled } = await open();
      const path = place('model-Q8_0.gguf');
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, mine);
      const { files } = await downloads.look('org/model');
      expect(files.map((file) => file.taken)).toEqual([taken, false, false]);
      expect(await fetch('model-Q8_0.gguf')).toMatchObject({
        state: 'failed',
        error: { code: 'CONFLICT', facts: { path } },
      });
      expect(hub.seen.filter((line) => line.includes('/resolve/'))).toEqual([]);
      const asked = { repository: 'org/model', revision, file: 'model-Q8_0.gguf', acceptedLicence: 'apache-2.0' };
      expect(await settled(downloads.start({ ...asked, beside: true }).jobId)).toMatchObject({ state: 'done' });
      expect(readFileSync(path, 'utf8')).toBe(mine);
      expect(readFileSync(place(`${revision.slice(0, 10)}/model-Q8_0.gguf`)).equals(content)).toBe(true);
    },
  );

  it('another licence than the one that was accepted, and another revision', async () => {
    const { settled, downloads } = await open();
    const look = await downloads.look('org/model');
    hub.describe({ cardData: { license: 'other', license_name: 'pay-me' } });
    const later = downloads.start({
      repository: 'org/model',
      revision: look.revision,
      file: 'model-Q8_0.gguf',
      acceptedLicence: look.licence,
    });
    expect(await settled(later.jobId)).toMatchObject({
      error: { code: 'CONFLICT', message: expect.stringContaining('pay-me') },
    });
    hub.describe({ sha: 'f'.repeat(40) });
    const other = downloads.start({
      repository: 'org/model',
      revision,
      file: 'sub/folder/other.gguf',
      acceptedLicence: 'apache-2.0',
    });
    expect(await settled(other.jobId)).toMatchObject({ error: { code: 'DOWNLOAD_DAMAGED' } });
  });

  it('what there is no room for, before a byte of it comes', async () => {
    const { fetch } = await open({ rest: { freeBytes: async () => 200 * 2 ** 20 } });
    expect(await fetch('model-Q8_0.gguf')).toMatchObject({
      error: { code: 'DISK_FULL', message: expect.stringContaining('3 MB are to come') },
    });
    expect(hub.seen.filter((line) => line.includes('/resolve/'))).toEqual([]);
  });
});
