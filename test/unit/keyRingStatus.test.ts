import { expect, it } from 'vitest';
import { askKeyRing, type KeyRingSource } from '../../main/app/keyRingStatus.ts';

const answering = (isAvailable: KeyRingSource['isAvailable'], backend = 'gnome_libsecret'): KeyRingSource => ({
  electron: '45.4.1',
  backend: () => backend,
  isAvailable,
});

it('a key ring that answers is available, one that refuses is not', async () => {
  expect(await askKeyRing(answering(async () => true))).toEqual({
    available: true,
    backend: 'gnome_libsecret',
    reason: null,
  });
  expect(await askKeyRing(answering(async () => false))).toMatchObject({
    available: false,
    reason: expect.stringContaining('refuses'),
  });
});

it('a key ring that fails is not available, with its reason, and the start goes on', async () => {
  const reason = expect.stringMatching(/failed: the D-Bus is gone.*passphrase/);
  const failed = { available: false, backend: 'gnome_libsecret', reason };
  const error = new Error('the D-Bus is gone');
  expect(await askKeyRing(answering(() => Promise.reject(error)))).toEqual(failed);
  expect(
    await askKeyRing(
      answering(() => {
        throw error;
      }),
    ),
  ).toEqual(failed);
  const nameless: KeyRingSource = {
    electron: '45.4.1',
    backend: () => {
      throw error;
    },
    isAvailable: async () => true,
  };
  expect(await askKeyRing(nameless)).toEqual({ ...failed, backend: 'none' });
});

it('a key ring that hangs keeps the start waiting no longer than its patience', async () => {
  const late = await askKeyRing(
    answering(() => new Promise<boolean>(() => undefined)),
    20,
  );
  expect(late).toMatchObject({ available: false, reason: expect.stringContaining('in time') });
});

it('what protects nothing, and an Electron without the asynchronous key ring, are not used', async () => {
  expect(await askKeyRing(answering(async () => true, 'basic_text'))).toMatchObject({
    available: false,
    backend: 'basic_text',
  });
  expect(await askKeyRing(answering(undefined))).toMatchObject({
    available: false,
    backend: 'none',
    reason: expect.stringContaining('45.4.1'),
  });
});
