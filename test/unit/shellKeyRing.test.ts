import { expect, it } from 'vitest';
import { createShellKeyRing, type KeyRingCalls } from '../../main/app/shellKeyRing.ts';

/** Electron's calls in their shape: sealing turns each byte over, and a key can be followed by a newer one. */
function calls(over: Partial<KeyRingCalls> = {}): KeyRingCalls & { shouldReEncrypt: boolean } {
  const turned = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 0xff));
  return {
    electron: '45.4.1',
    backend: () => 'gnome_libsecret',
    isAvailable: async () => true,
    shouldReEncrypt: false,
    encrypt: async (text) => turned(Buffer.from(text)),
    async decrypt(sealed) {
      return { result: turned(sealed).toString(), shouldReEncrypt: this.shouldReEncrypt };
    },
    ...over,
  };
}

it('what was sealed comes back as it was, and crosses the link as text', async () => {
  const keyRing = createShellKeyRing(calls());
  expect(await keyRing.status()).toEqual({ available: true, backend: 'gnome_libsecret', reason: null });
  const { result: blob } = await keyRing.encrypt('a key, äöü, 鍵');
  expect(blob).toMatch(/^[A-Za-z0-9+/]+=*$/);
  expect(blob).not.toContain(Buffer.from('a key').toString('base64'));
  expect(await keyRing.decrypt(blob)).toEqual({ result: 'a key, äöü, 鍵', isStale: false });
});

it('that the key ring asks for sealing anew is passed on with the text', async () => {
  const electron = calls();
  const keyRing = createShellKeyRing(electron);
  const { result: blob } = await keyRing.encrypt('a key');
  electron.shouldReEncrypt = true;
  expect(await keyRing.decrypt(blob)).toEqual({ result: 'a key', isStale: true });
});

it('what the key ring refuses fails with its own words', async () => {
  const refusing = () => Promise.reject(new Error('the collection is locked'));
  const keyRing = createShellKeyRing(calls({ encrypt: refusing, decrypt: refusing }));
  await expect(keyRing.encrypt('a key')).rejects.toThrow('the collection is locked');
  await expect(keyRing.decrypt('AAAA')).rejects.toThrow('the collection is locked');
});
