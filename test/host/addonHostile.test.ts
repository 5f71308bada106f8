import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../main/base/fault.ts';
import {
  addonEnvironment,
  addonStands,
  finished,
  fixture,
  type LabFixture,
  labModel,
  makeModel,
  measured,
  openLabFixture,
  sampleFile,
  smallModel,
  whyNoAddon,
} from '../helpers/labModels.ts';

/** Numbers from a seed, so that a failure comes again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe.skipIf(!addonStands)(`damaged and foreign files${whyNoAddon}`, { timeout: 300_000 }, () => {
  let fixtureOfLab: LabFixture;
  const lab = () => fixtureOfLab.lab;
  const at = (name: string) => fixtureOfLab.path(name);
  beforeAll(async () => {
    fixtureOfLab = openLabFixture();
    makeModel(at('small.gguf'), smallModel);
    await finished(lab().quantize({ input: at('small.gguf'), output: at('smallQ.gguf'), type: 'Q4_0', threads: 1 }));
  });
  afterAll(() => fixtureOfLab.close());

  it('says in words that the disk is full under a base file', ({ skip }) => {
    skip(process.platform !== 'linux', 'There is a device that is always full on Linux.');
    const source = `import { loadAddon } from ${JSON.stringify(join(import.meta.dirname, '../../native/addon/load.ts'))};
      const { addon } = loadAddon();
      const tokens = new Int32Array(64);
      try {
        addon.closeBase(addon.createBase('/dev/full', { shownAs: 'own.kld', context: 64, vocabulary: 512, chunks: 1, tokens }));
      } catch ({ code, message }) {
        console.log(code, message);
      }`;
    const words = ['--input-type=module', '--eval', source];
    const { stdout } = spawnSync(process.execPath, words, { encoding: 'utf8', env: addonEnvironment() });
    expect(stdout).toMatch(/^DISK_FULL The base file own\.kld could not be written: the disk is full\. /);
  });

  /** It ends with a sentence, or works; never with a hang, and never with another code than these. */
  async function endsInWords(work: Promise<unknown>): Promise<string> {
    try {
      await work;
      return 'worked';
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(Fault);
      const { code, message } = thrown as Fault;
      expect([
        'BAD_INPUT',
        'MODEL_UNREADABLE',
        'MODEL_UNSUPPORTED',
        'ENGINE_CRASHED',
        'NOT_ENOUGH_MEMORY',
        'DISK_FAILED',
        'TOO_LARGE',
      ]).toContain(code);
      expect(message).toMatch(/\.$/);
      return code;
    }
  }

  it('reads no base file that is cut, swollen or turned over', async () => {
    const whole = readFileSync(fixture('peer-base.kld'));
    const pick = random(5);
    const variants: Buffer[] = [
      whole.subarray(0, 19),
      whole.subarray(0, whole.length - 1),
      ...[
        [8, -4],
        [12, 2 ** 31 - 1],
        [12, 511],
        [16, 2 ** 31 - 1],
        [20, 2 ** 31 - 1],
      ].map(([offset = 0, value = 0]) => {
        const bytes = Buffer.from(whole);
        bytes.writeInt32LE(value, offset);
        return bytes;
      }),
      ...Array.from({ length: 2 }, () => {
        const bytes = Buffer.from(whole);
        for (let change = 0; change < 200; change++) bytes[pick(bytes.length)] = pick(256);
        return bytes;
      }),
    ];
    // Rows and chunks whose bytes are more than 64 bits count.
    const beyond = Buffer.from(whole.subarray(0, 84));
    for (const [offset, value] of [
      [8, 2 ** 24],
      [12, 2 ** 24],
      [16, 32_868],
    ] as const)
      beyond.writeInt32LE(value, offset);
    variants.push(beyond);
    // A row that says NaN.
    const nan = Buffer.from(whole);
    nan.writeFloatLE(Number.NaN, 20 + 4 * 64 * 4);
    variants.push(nan);
    const ends: string[] = [];
    for (const [index, bytes] of variants.entries()) {
      writeFileSync(at(`base-${index}`), bytes);
      const work = {
        reference: null,
        candidates: [labModel(at('smallQ.gguf'))],
        input: { kind: 'base' as const, path: at(`base-${index}`) },
        threads: 1,
      };
      ends.push(await endsInWords(measured(lab(), work)));
    }
    expect(ends.slice(0, 7)).toEqual(Array.from({ length: 7 }, () => 'BAD_INPUT'));
    expect(ends.slice(-2)).toEqual(['BAD_INPUT', 'BAD_INPUT']);
  });

  it('takes no importance matrix that is something else or damaged', async () => {
    const quantize = (imatrixFile: string) =>
      finished(
        lab().quantize({ input: sampleFile('F16'), output: at('out.gguf'), type: 'Q2_K', threads: 1, imatrixFile }),
      );
    expect(await endsInWords(quantize(fixture('text.txt')))).toBe('BAD_INPUT');
    expect(await endsInWords(quantize(sampleFile('Q2_K')))).toBe('BAD_INPUT');
    await finished(
      lab().imatrix({
        model: at('small.gguf'),
        input: { kind: 'file', path: fixture('text.txt') },
        output: at('imatrix.gguf'),
        context: 64,
        chunks: 1,
        threads: 1,
      }),
    );
    // Of another model: its sizes do not fit.
    expect(await endsInWords(quantize(at('imatrix.gguf')))).toBe('BAD_INPUT');
    const whole = readFileSync(at('imatrix.gguf'));
    const pick = random(9);
    for (let variant = 0; variant < 3; variant++) {
      const bytes = Buffer.from(whole.subarray(0, variant === 0 ? whole.length >> 1 : whole.length));
      for (let change = 0; change < 20; change++) bytes[pick(Math.min(2000, bytes.length))] = pick(256);
      writeFileSync(at('damaged'), bytes);
      await endsInWords(quantize(at('damaged')));
    }
  });

  it('lives through damaged models, or ends its own process alone and says so', async () => {
    const whole = readFileSync(at('smallQ.gguf'));
    const pick = random(3);
    for (let variant = 0; variant < 6; variant++) {
      const bytes = Buffer.from(whole);
      const within = variant < 3 ? 4000 : bytes.length;
      for (let change = 0; change < (variant < 3 ? 2 : 400); change++) bytes[pick(within)] = pick(256);
      writeFileSync(at('damaged.gguf'), bytes);
      const work = {
        reference: labModel(at('small.gguf')),
        candidates: [labModel(at('damaged.gguf'))],
        input: { kind: 'file' as const, path: fixture('text.txt') },
        context: 64,
        chunks: 1,
        threads: 1,
      };
      await endsInWords(measured(lab(), work));
    }
    // The next one is not concerned.
    expect(
      (await lab().plan({ model: at('small.gguf'), input: { kind: 'text', text: 'a b c '.repeat(50) }, context: 16 }))
        .chunks,
    ).toBeGreaterThan(0);
  });
});

const whyNoLibraries =
  whyNoAddon ||
  (process.platform === 'linux' ? '' : ' (skipped: the libraries have other names elsewhere than on Linux)');
describe.skipIf(whyNoLibraries !== '')(`libraries of another release${whyNoLibraries}`, { timeout: 300_000 }, () => {
  it('are refused with both releases named, and a missing addon with what to install', async () => {
    const own = openLabFixture();
    const libraries = join(
      import.meta.dirname,
      `../../node_modules/@node-llama-cpp/linux-${process.arch}/bins/linux-${process.arch}`,
    );
    const folder = join(own.folder, 'libraries');
    mkdirSync(folder);
    for (const file of readdirSync(libraries)) {
      if (/^libllama\.v/.test(file)) continue;
      symlinkSync(join(libraries, file), join(folder, file));
    }
    writeFileSync(join(own.folder, 'other.c'), 'const char * llama_version(void) { return "0.9.9"; }\n');
    const compiled = spawnSync('cc', [
      '-shared',
      '-fPIC',
      '-o',
      join(folder, 'libllama.v0.9.9.so'),
      join(own.folder, 'other.c'),
    ]);
    const other = openLabFixture({ ...process.env, ASSAY_LLAMA_LIBRARIES: folder });
    if (compiled.status === 0)
      expect(await other.lab.probe()).toMatchObject({
        available: false,
        reason: expect.stringMatching(/llama\.cpp 0\.9\.9, and the addon was built for 0\.4\.0-dev/),
      });
    const missing = openLabFixture({ ...process.env, ASSAY_ADDON: join(own.folder, 'nothing.node') });
    expect(await missing.lab.probe()).toMatchObject({
      available: false,
      remedy: expect.stringMatching(/npm run build:native/),
    });
    const refused = missing.lab.plan({ model: sampleFile('F16'), input: { kind: 'text', text: '' } });
    await expect(refused).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    cpSync(fixture('text.txt'), join(own.folder, 'not-an-addon.node'));
    const wrong = openLabFixture({ ...process.env, ASSAY_ADDON: join(own.folder, 'not-an-addon.node') });
    expect(await wrong.lab.probe()).toMatchObject({
      available: false,
      reason: expect.stringMatching(/does not load/),
    });
    for (const one of [own, other, missing, wrong]) await one.close();
  });
});
