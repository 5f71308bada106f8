import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { installShim, shimFor } from '../../main/app/commandShim.ts';
import { commandOf, parseLaunch } from '../../main/app/launch.ts';

const home = mkdtempSync(join(tmpdir(), 'assay-shim-'));
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('the words of a command are those behind the sign, whatever they look like; without it the app is started', () => {
  const words = ['generate', '--', '--as-command', '--no-sandbox', 'a b', ''];
  expect(commandOf(['assay', '--disable-gpu', '--as-command', '--', ...words])).toEqual(words);
  expect(commandOf(['assay', '--as-command', '--'])).toEqual([]);
  for (const line of [['assay'], ['assay', 'model.gguf'], ['assay', '--', '--as-command', '--', 'x'], ['assay', '--']])
    expect(commandOf(line)).toBeNull();
  expect(parseLaunch(['model.gguf'], '/models').files).toEqual(['/models/model.gguf']);
});

test('a Debian package has put the command on the path, so the app offers none', () => {
  expect(shimFor({ platform: 'linux', resources: '/opt/Assay/resources', home, environment: {} })).toBeNull();
});

test('of an AppImage it starts the image, wherever it lies, with every word', ({ skip }) => {
  skip(process.platform === 'win32', 'An AppImage runs on Linux; what starts it is a shell script.');
  const image = join(home, `it's a "folder" $HOME`, 'Assay.AppImage');
  mkdirSync(join(image, '..'), { recursive: true });
  writeFileSync(image, '#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done\n');
  chmodSync(image, 0o755);
  const shim = shimFor({ platform: 'linux', resources: '/tmp/.mount', home, environment: { APPIMAGE: image } });
  if (shim === null) throw new Error('An AppImage has no command of its own.');
  expect(shim.file).toBe(join(home, '.local/bin/assay'));
  expect(installShim(shim, { PATH: '/usr/bin' })).toContain(`Put ${shim.folder} on your PATH`);
  expect(installShim(shim, { PATH: `/usr/bin:${shim.folder}` })).toContain('type `assay --help`');
  const { stdout } = spawnSync(shim.file, ['generate', 'a  b', '$x'], { encoding: 'utf8' });
  expect(commandOf(['assay', ...stdout.trimEnd().split('\n')])).toEqual(['generate', 'a  b', '$x']);
});

test('another program of that name stays as it is, and the person is told', () => {
  const environment = { LOCALAPPDATA: join(home, 'Local') };
  const shim = shimFor({ platform: 'win32', resources: 'C:\\Program Files\\Assay\\resources', home, environment });
  if (shim === null) throw new Error('Windows has no command of its own.');
  mkdirSync(shim.folder, { recursive: true });
  writeFileSync(shim.file, 'theirs');
  expect(installShim(shim, {})).toContain(`There is another program at ${shim.file}`);
  expect(readFileSync(shim.file, 'utf8')).toBe('theirs');
});
