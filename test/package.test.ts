import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { commandOption } from '../main/app/launch.ts';
import { writeChecksums } from '../scripts/checksums.mjs';

const repository = join(import.meta.dirname, '..');
const at = (...path: string[]) => join(repository, ...path);
const read = (...path: string[]) => readFileSync(at(...path), 'utf8');
const scripts: Record<string, string> = JSON.parse(read('package.json')).scripts;

describe('electron-builder.yml', () => {
  const settings = parse(read('electron-builder.yml'));

  test('makes the installers of every system', () => {
    expect(settings.linux.target).toEqual(['AppImage', 'deb']);
    expect(settings.mac.target).toEqual(['dmg', 'zip']);
    expect(settings.win.target).toEqual(['nsis']);
  });

  test('opens GGUF files, and leaves them to whom they belong by default', () => {
    expect(settings.fileAssociations).toEqual([
      expect.objectContaining({ ext: 'gguf', role: 'Viewer', rank: 'Alternate' }),
    ]);
  });

  test('has no positive pattern after an exclusion: such a one leaves native modules out in silence', () => {
    const first = settings.files.findIndex((pattern: string) => pattern.startsWith('!'));
    expect(settings.files.slice(first).filter((pattern: string) => !pattern.startsWith('!'))).toEqual([]);
  });

  test('every file that it names is there', () => {
    for (const path of [
      settings.linux.icon,
      settings.mac.icon,
      settings.win.icon,
      settings.mac.entitlements,
      'LICENSE',
    ])
      expect(existsSync(at(path)), path).toBe(true);
  });
});

describe('the `assay` command', () => {
  const settings = parse(read('electron-builder.yml'));

  test('goes into every package, and with the Debian one onto the path', () => {
    for (const [system, name] of [
      ['linux', 'assay'],
      ['mac', 'assay'],
      ['win', 'assay.cmd'],
    ] as const)
      expect(settings[system].extraResources).toContainEqual({ from: `build/command/${name}`, to: `bin/${name}` });
    expect(settings.deb.fpm).toEqual(['build/command/assay=/usr/bin/assay']);
    expect(statSync(at('build/command/assay')).mode & 0o111).toBe(0o111);
  });

  test('starts the program that the package has, which has another name: the package links that one onto the path too', () => {
    expect(settings.linux.executableName).not.toBe('assay');
    expect(read('build/command/assay')).toContain(`"$app/${settings.linux.executableName}" `);
    expect(read('build/command/assay')).toContain(`app=/opt/${settings.productName}\n`);
    expect(read('build/command/assay')).toContain(`"$app/MacOS/${settings.productName}" `);
    expect(read('build/command/assay.cmd')).toContain(`"%~dp0..\\..\\${settings.productName}.exe" `);
  });

  test('hands the words over behind the sign that keeps Chromium from reading them', () => {
    for (const name of ['assay', 'assay.cmd'])
      for (const line of read('build/command', name)
        .split(/\r?\n/)
        .filter((text) => text.includes('--disable-gpu')))
        expect(line.trim()).toMatch(new RegExp(` ${commandOption} -- ("\\$@"|%\\*)$`));
  });
});

describe('the mark', () => {
  test('has each size that Linux asks for', () => {
    const sizes = readdirSync(at('build/icons')).map((name) => {
      const { width, height } = pngSize(readFileSync(at('build/icons', name)));
      expect(name).toBe(`${width}x${height}.png`);
      return width;
    });
    expect(sizes.sort((a, b) => a - b)).toEqual([16, 24, 32, 48, 64, 128, 256, 512]);
  });

  test('has each size that Windows asks for, in one file', () => {
    const file = readFileSync(at('build/icon.ico'));
    const entries = Array.from({ length: file.readUInt16LE(4) }, (_, index) => 6 + 16 * index);
    const sizes = entries.map((entry) => {
      const picture = file.subarray(file.readUInt32LE(entry + 12)).subarray(0, file.readUInt32LE(entry + 8));
      const { width } = pngSize(picture);
      expect(file.readUInt8(entry) || 256).toBe(width);
      return width;
    });
    expect(sizes).toEqual([16, 20, 24, 32, 40, 48, 64, 128, 256]);
  });

  test('has each size that macOS asks for, in one file', () => {
    const file = readFileSync(at('build/icon.icns'));
    expect(file.toString('latin1', 0, 4)).toBe('icns');
    expect(file.readUInt32BE(4)).toBe(file.length);
    const sizes: Record<string, number> = {};
    for (let offset = 8; offset < file.length; offset += file.readUInt32BE(offset + 4))
      sizes[file.toString('latin1', offset, offset + 4)] = pngSize(file.subarray(offset + 8)).width;
    expect(sizes).toEqual({
      icp4: 16,
      ic11: 32,
      icp5: 32,
      ic12: 64,
      ic07: 128,
      ic13: 256,
      ic08: 256,
      ic14: 512,
      ic09: 512,
      ic10: 1024,
    });
  });
});

const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.looseObject({ path: z.string().optional() }).optional(),
});
const workflow = z.looseObject({
  on: z.looseObject({}),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.looseObject({
      needs: z.union([z.string(), z.array(z.string())]).optional(),
      'runs-on': z.string(),
      strategy: z.looseObject({ matrix: z.looseObject({}) }).optional(),
      steps: z.array(step),
    }),
  ),
});

describe.each(readdirSync(at('.github/workflows')))('workflow %s', (name) => {
  const text = read('.github/workflows', name);
  const flow = workflow.parse(parse(text));
  const steps = Object.values(flow.jobs).flatMap((job) => job.steps);

  test('runs scripts that package.json has', () => {
    const named = steps.flatMap(({ run = '' }) => [...run.matchAll(/npm (?:run ([\w:]+)|(test)\b)/g)]);
    expect(named.length).toBeGreaterThan(0);
    for (const [, script, test] of named) expect(Object.keys(scripts)).toContain(script ?? test);
  });

  test('needs jobs that are there, and takes actions of GitHub itself at a stated version', () => {
    for (const { needs = [] } of Object.values(flow.jobs))
      for (const job of [needs].flat()) expect(Object.keys(flow.jobs)).toContain(job);
    for (const { uses } of steps) if (uses) expect(uses).toMatch(/^actions\/[\w-]+@v\d+$/);
  });

  test('may read the code and nothing else, unless a job says so; no secret stands in a command', () => {
    expect(flow.permissions).toEqual({ contents: 'read' });
    for (const { run } of steps) if (run) expect(run).not.toContain('secrets.');
  });

  test('names of its matrix are the ones it uses', () => {
    for (const job of Object.values(flow.jobs)) {
      const matrix = job.strategy?.matrix ?? {};
      const rows = Array.isArray(matrix.include) ? matrix.include : [];
      const keys = new Set([...Object.keys(matrix), ...rows.flatMap((row: object) => Object.keys(row))]);
      for (const [, key] of JSON.stringify(job).matchAll(/matrix\.(\w+)/g)) expect([...keys]).toContain(key);
    }
  });
});

test('a release is built on three systems and both processors, tested, and comes with bills of materials and checksums', () => {
  const flow = workflow.parse(parse(read('.github/workflows/release.yml')));
  const rows = z.array(z.object({ os: z.string(), name: z.string() })).parse(flow.jobs.build?.strategy?.matrix.include);
  expect(rows.map(({ name }) => name).sort()).toEqual([
    'linux-arm64',
    'linux-x64',
    'mac-arm64',
    'mac-x64',
    'win-arm64',
    'win-x64',
  ]);
  const runs = (flow.jobs.build?.steps ?? []).map(({ run }) => run ?? '').join('\n');
  for (const command of ['npm ci --ignore-scripts', 'npm run build:native', 'npm test', 'npm run dist', 'npm run sbom'])
    expect(runs).toContain(command);
  const uploaded = flow.jobs.build?.steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact'))?.with?.path;
  for (const ending of ['AppImage', 'deb', 'dmg', 'zip', 'exe', 'cdx.json'])
    expect(uploaded?.split('\n')).toContain(`dist/*.${ending}`);
  expect(uploaded).toContain('dist/SHA256SUMS-*');
});

describe('checksums', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-checksums-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('cover installers alone, in the form that sha256sum reads', async () => {
    const files = { 'b.deb': 'second', 'a.AppImage': 'first', 'builder-debug.yml': 'no installer' };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    expect(await writeChecksums(folder, 'SHA256SUMS')).toBe(2);
    const line = (name: 'a.AppImage' | 'b.deb') =>
      `${createHash('sha256').update(files[name]).digest('hex')}  ${name}\n`;
    expect(readFileSync(join(folder, 'SHA256SUMS'), 'utf8')).toBe(line('a.AppImage') + line('b.deb'));
  });
});

const bill = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  serialNumber: z.string(),
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string(), type: z.literal('application') }) }),
  components: z.array(
    z.looseObject({
      'bom-ref': z.string(),
      type: z.enum(['library', 'machine-learning-model']),
      name: z.string(),
      version: z.string().optional(),
      purl: z.string().optional(),
      licenses: z.array(z.looseObject({})).optional(),
      hashes: z.array(z.object({ alg: z.string(), content: z.string() })).optional(),
    }),
  ),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()).optional() })),
});

test('the bill of materials names what ships and nothing that only builds or tests it, without the network', () => {
  const result = spawnSync(process.execPath, [at('scripts/sbom.mjs')], {
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
    // Whoever asked a registry would ask here, and fail.
    env: { ...process.env, npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' },
  });
  expect(result.status, result.stderr).toBe(0);
  const { components, dependencies, metadata } = bill.parse(JSON.parse(result.stdout));
  const names = components.map(({ name }) => name);
  for (const name of [
    'electron',
    'node-llama-cpp',
    'better-sqlite3-multiple-ciphers',
    'react',
    'zod',
    'llama.cpp and ggml',
  ])
    expect(names).toContain(name);
  for (const name of ['vitest', 'typescript', 'electron-builder', 'vite', '@playwright/test', '@reflink/reflink'])
    expect(names).not.toContain(name);
  expect(names.filter((name) => /cuda|^node-(linux|darwin|win)/.test(name))).toEqual([]);
  for (const { name, version, purl, licenses } of components) {
    expect(licenses?.length, name).toBeGreaterThan(0);
    if (version) expect(purl, name).toContain(version);
  }
  // Every reference leads somewhere, and none twice.
  const references = components.map((component) => component['bom-ref']);
  expect(new Set(references).size).toBe(references.length);
  const known = new Set([...references, metadata.component['bom-ref']]);
  for (const { ref, dependsOn = [] } of dependencies)
    for (const other of [ref, ...dependsOn]) expect(known).toContain(other);
  const models = components.filter(({ type }) => type === 'machine-learning-model');
  expect(models.map(({ hashes }) => hashes?.[0]?.content)).toEqual(
    JSON.parse(read('native/sample-model/manifest.json')).files.map(({ sha256 }: { sha256: string }) => sha256),
  );
});

function pngSize(file: Buffer): { width: number; height: number } {
  expect(file.toString('latin1', 1, 4)).toBe('PNG');
  return { width: file.readUInt32BE(16), height: file.readUInt32BE(20) };
}
