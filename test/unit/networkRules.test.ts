import { expect, it } from 'vitest';
import { catalogue } from '../../main/services/downloads/catalogue.ts';
import { isModelPath } from '../../main/services/downloads/hub.ts';
import { auditedSettings, isInside, isInsideName, whyNoRedirect } from '../../main/services/network/network.rules.ts';
import { catalogueEntry } from '../../preload/contract/downloads.ts';
import { changeNetworkSettingsInput } from '../../preload/contract/network.ts';

const url = (text: string) => new URL(text);

it.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '::1',
  '::',
  'fe80::1',
  'fd12::1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
])('%s is an address of this machine or the network around it', (address) => expect(isInside(address)).toBe(true));

it.each(['1.1.1.1', '172.32.0.1', '192.169.0.1', '2606:4700::1', '::ffff:8.8.8.8', 'example.org', ''])(
  '%s is none',
  (address) => expect(isInside(address)).toBe(false),
);

it.each(['nas', 'localhost', 'LOCALHOST.', 'printer.local', 'vault.internal', 'git.corp', 'router.home.arpa'])(
  '%s is a name that only a network of its own knows',
  (name) => expect(isInsideName(name)).toBe(true),
);

it.each(['hub.example', 'local.example', 'internal.example', '8.8.8.8', '2606:4700::1'])('%s is none', (name) =>
  expect(isInsideName(name)).toBe(false),
);

const outside = { fromInside: false, byProxy: false, visited: new Set<string>() };

it('a page from outside sends nobody in, whatever the address is written like', () => {
  const hub = url('https://hub.example/');
  for (const host of ['127.0.0.1', 'localhost', '169.254.169.254', '[::1]', '0x7f.1', '[::ffff:127.0.0.1]', 'nas'])
    expect(whyNoRedirect(hub, url(`https://${host}/`), outside)).not.toBeNull();
  expect(whyNoRedirect(hub, url('https://cdn.example/file?x=1'), outside)).toBeNull();
  const inside = { ...outside, fromInside: true };
  expect(whyNoRedirect(url('http://127.0.0.1:1/'), url('http://127.0.0.1:2/'), inside)).toBeNull();
});

it('by a proxy, which alone knows where a name leads, only an encrypted redirect goes to another host', () => {
  const byProxy = { ...outside, byProxy: true };
  const mirror = url('http://mirror.example/a');
  expect(whyNoRedirect(mirror, url('http://storage.example/b'), byProxy)).toContain('through a proxy');
  expect(whyNoRedirect(mirror, url('http://mirror.example:81/b'), byProxy)).toContain('through a proxy');
  expect(whyNoRedirect(mirror, url('https://localhost/b'), byProxy)).toContain('the network around');
  expect(whyNoRedirect(mirror, url('http://mirror.example/b'), byProxy)).toBeNull();
  expect(whyNoRedirect(mirror, url('https://storage.example/b'), byProxy)).toBeNull();
  expect(whyNoRedirect(mirror, url('http://storage.example/b'), outside)).toBeNull();
});

it('nothing goes from an encrypted connection to one that is not', () => {
  expect(whyNoRedirect(url('https://hub.example/'), url('http://cdn.example/'), outside)).toContain('not');
});

it('what the audit log keeps of a proxy is its place, not its password', () => {
  expect(auditedSettings({ enabled: true, proxy: 'http://name:word@proxy.example:3128' })).toEqual({
    enabled: true,
    proxy: 'proxy.example:3128',
  });
});

it('settings take web addresses and nothing else', () => {
  for (const mirror of ['https://hub.example', 'http://127.0.0.1:8080/below', null])
    expect(changeNetworkSettingsInput.safeParse({ mirror }).success).toBe(true);
  for (const mirror of ['file:///etc/passwd', 'hub.example', 'javascript:1', 'https://hub.example/?a=1', ''])
    expect(changeNetworkSettingsInput.safeParse({ mirror }).success).toBe(false);
});

it('the catalogue proposes models under licences that let everyone use them, with files that can be put on disk', () => {
  expect(catalogue.length).toBeGreaterThan(2);
  for (const entry of catalogue) {
    catalogueEntry.parse(entry);
    expect(['Apache-2.0', 'MIT']).toContain(entry.licence);
    for (const { file, aboutBytes } of entry.files) {
      expect(isModelPath(file), file).toBe(true);
      // Between one and eighteen bits a parameter, or a number is wrong.
      expect((aboutBytes * 8) / entry.parameters).toBeGreaterThan(1);
      expect((aboutBytes * 8) / entry.parameters).toBeLessThan(21);
    }
  }
  expect(new Set(catalogue.map(({ repository }) => repository)).size).toBe(catalogue.length);
});
