import { describe, expect, it } from 'vitest';
import { readTextFile } from '../../renderer/lib/textFile.ts';

const file = (bytes: Uint8Array<ArrayBuffer>) => new File([bytes], 'my.txt');
const refused = { problem: expect.stringMatching(/^The file my\.txt is not text in UTF-8\./) };

describe('a chosen text file', () => {
  it('is read in UTF-8, without one line break at its end', async () => {
    const text = 'Grüße, 世界\r\n\r\n';
    expect(await readTextFile(file(new TextEncoder().encode(text)))).toEqual({
      name: 'my.txt',
      text: 'Grüße, 世界\r\n',
    });
  });

  it('is refused in another encoding, never read with other characters in the place of its own', async () => {
    expect(await readTextFile(file(Uint8Array.from(Buffer.from('Grüße', 'latin1'))))).toEqual(refused);
    expect(await readTextFile(file(Uint8Array.from(Buffer.from('\ufeffplain', 'utf16le'))))).toEqual(refused);
    expect(await readTextFile(file(Uint8Array.from(Buffer.from('plain', 'utf16le'))))).toEqual(refused);
  });

  it('is refused when it is no text', async () => {
    expect(await readTextFile(file(Uint8Array.of(65, 0, 66)))).toEqual(refused);
  });

  it('says so when it cannot be read', async () => {
    const gone = { name: 'my.txt', arrayBuffer: () => Promise.reject(new DOMException('', 'NotFoundError')) };
    expect(await readTextFile(gone)).toEqual({ problem: 'The file my.txt cannot be read.' });
  });
});
