import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesBelow, runCommand, temporaryFolder } from '../helpers/command.ts';
import { tasksFile as tasks } from '../helpers/divergenceInput.ts';
import { whyNoLab } from '../helpers/labHost.ts';

const compare = ['compare', '--ephemeral', '--threads', '1', '--reference', 'sample'];
const sevenChunks = ['--text', tasks, '--context', '128', '--chunks', '7'];

describe('assay compare and assay quantize', { timeout: 300_000 }, () => {
  let why: string | null = null;
  beforeAll(async () => {
    why = await whyNoLab();
  });

  it('measures, prints one document and a report, quantizes what is missing and leaves nothing behind', async ({
    skip,
  }) => {
    skip(why !== null, why ?? '');
    const home = temporaryFolder();
    const temporary = join(home, 'tmp');
    mkdirSync(temporary);
    const report = join(temporaryFolder(), 'report.html');
    const ended = await runCommand(
      [...compare, '--candidate', 'sample:Q6_K', '-c', 'sample', ...sevenChunks, '--html', report, '--json'],
      { environment: { HOME: home, TMPDIR: temporary, XDG_DATA_HOME: undefined, XDG_CONFIG_HOME: undefined } },
    );
    expect(ended.code, ended.stderr).toBe(0);
    const document = JSON.parse(ended.stdout);
    expect(document).toMatchObject({
      context: 128,
      chunks: 7,
      tokensScored: 7 * 63,
      reference: { file: 'sample', ppl: expect.any(Number), pplError: expect.any(Number) },
      candidates: [
        {
          file: 'sample:Q6_K',
          sizeBytes: expect.any(Number),
          bitsPerWeight: expect.any(Number),
          ppl: expect.any(Number),
          pplError: expect.any(Number),
          lnPplRatio: expect.any(Number),
          lnPplRatioError: expect.any(Number),
          kld: {
            mean: expect.any(Number),
            error: expect.any(Number),
            interval95: [expect.any(Number), expect.any(Number)],
            max: expect.any(Number),
            p999: expect.any(Number),
            p99: expect.any(Number),
            p95: expect.any(Number),
            p90: expect.any(Number),
            median: expect.any(Number),
            p10: expect.any(Number),
            p05: expect.any(Number),
            p01: expect.any(Number),
            p001: expect.any(Number),
            min: expect.any(Number),
          },
          deltaP: {
            mean: expect.any(Number),
            error: expect.any(Number),
            rms: expect.any(Number),
            rmsError: expect.any(Number),
          },
          sameTop: { share: expect.any(Number), error: expect.any(Number) },
          secondsDecode: expect.any(Number),
          secondsMetrics: expect.any(Number),
        },
        { file: 'sample', kld: { mean: 0 }, sameTop: { share: 1 }, verdict: { kind: 'identical' } },
      ],
      peakRssBytes: expect.any(Number),
      idleRssBytes: expect.any(Number),
    });
    expect(ended.stderr).toBe(`Report: ${report}\n`);
    expect(readFileSync(report, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<svg [\s\S]*<\/html>\n$/);
    expect(filesBelow(home)).toEqual(['tmp']);
  });

  it('prints a table with intervals and verdicts for a person', async ({ skip }) => {
    skip(why !== null, why ?? '');
    const ended = await runCommand([...compare, '-c', 'sample:Q4_K_M', '-c', 'sample:Q2_K', ...sevenChunks]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(
      /^Reference: Sample model .* F16, PPL [\d.]+ ± [\d.]+ \(95 %: [\d.]+ to [\d.]+\)\n441 tokens scored in 7 chunks, 128 tokens each\n/,
    );
    expect(ended.stdout).toMatch(/\nQ4_K_M +2\.15 MiB +5\.01 .* to .*%\n/);
    // The file itself is no chat, and next to nothing that the model was made for.
    expect(ended.stdout).toMatch(/\nQ2_K: No verdict: the reference hardly predicts this text/);
    expect(ended.stdout.trimEnd().split('\n').at(-1)).toMatch(
      /^No variant can be named by this text at n = 441 tokens in 7 chunks: /,
    );
    expect(ended.stdout).not.toContain('\u001b');
  });

  it('measures each candidate with each type of cache, and by depth, where that is asked', async ({ skip }) => {
    skip(why !== null, why ?? '');
    const more = [
      '--key-type',
      'f16',
      '--key-type',
      'q8_0',
      '--value-type',
      'F16',
      '--value-type',
      'q8_0',
      '--by-depth',
    ];
    const words = [...compare, '-c', 'sample', ...sevenChunks, ...more];
    const ended = await runCommand([...words, '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    const { candidates } = JSON.parse(ended.stdout);
    expect(candidates).toMatchObject([
      { file: 'sample', verdict: { kind: 'identical' } },
      { file: 'sample', keyType: 'Q8_0', valueType: 'Q8_0' },
    ]);
    expect(candidates[1].kld.mean).toBeGreaterThan(0);
    const tokens = candidates[1].byDepth.reduce((sum: number, band: { tokens: number }) => sum + band.tokens, 0);
    expect(tokens).toBe(7 * 63);
    const shown = await runCommand(words);
    expect(shown.stdout).toMatch(/F16 with keys in Q8_0 and values in Q8_0 by depth\nTokens before +Scored/);
  });

  it.each([
    ['no text', ['-c', 'sample:Q2_K'], /--text FILE/],
    ['a text that is not there', ['-c', 'sample:Q2_K', '--text', '/no/such/text.txt'], /there is no such file/],
    ['a candidate that is not there', ['-c', './none.gguf', '--text', tasks], /none\.gguf.*--candidate/],
    ['no candidate', ['--text', tasks], /--candidate/],
    [
      'a type of the sample that needs a text first',
      ['-c', 'sample:IQ1_S', '--text', tasks],
      /sample:IQ1_S cannot be made by its name: .*`assay quantize sample --to IQ1_S --imatrix-text FILE --out FOLDER`/,
    ],
    ['an unknown cache type', ['-c', 'sample', '--text', tasks, '--key-type', 'Q9'], /--key-type/],
    [
      'a base file and another reference',
      ['-c', 'sample', '--base', 'a'],
      /--base brings its own reference, text and context\. Leave out --reference, or leave out --base\./,
    ],
    ['a base file and a text as well', ['-c', 'sample', '--base', 'a', '-t', 'b'], /Leave out --reference and --text,/],
    [
      'a base file and a context as well',
      ['-c', 'sample', '--base', 'a', '--context', '64'],
      /--reference and --context,/,
    ],
    ['a base to read and to write', ['-c', 'sample', '--base', 'a', '--save-base', 'b'], /cannot be used with/],
  ])('with %s ends with 2 and a sentence', async (_, words, sentence) => {
    const ended = await runCommand([...compare, ...words]);
    expect(ended.code, ended.stderr).toBe(2);
    expect(ended.stderr).toMatch(sentence);
    expect(ended.stdout).toBe('');
  });

  it('without the addon say what is missing and what to install, with exit code 3', async () => {
    const environment = { ASSAY_ADDON: join(temporaryFolder(), 'none.node') };
    for (const words of [
      [...compare, '-c', 'sample:Q2_K', '--text', tasks],
      ['quantize', 'sample', '--to', 'Q8_0', '--out', temporaryFolder(), '--ephemeral'],
    ]) {
      const ended = await runCommand(words, { environment });
      expect(ended.code, ended.stderr).toBe(3);
      expect(ended.stderr).toMatch(/addon/);
      expect(ended.stderr).toMatch(/build:native|compiler|reinstall/i);
    }
  });

  it('quantize single tensors, the output and the embeddings to types of their own', async ({ skip }) => {
    skip(why !== null, why ?? '');
    const out = temporaryFolder();
    const words = ['quantize', 'sample', '--to', 'Q2_K', '--threads', '1', '--ephemeral', '--json'];
    const own = ['--tensor-type', 'ffn_down=q8_0', '--output-tensor-type', 'f16', '--token-embedding-type', 'Q6_K'];
    const made = await runCommand([...words, ...own, '--out', out]);
    expect(made.code, made.stderr).toBe(0);
    const document = JSON.parse(made.stdout);
    expect(document).toMatchObject({
      tensorTypes: [{ pattern: 'ffn_down', type: 'q8_0' }],
      outputType: 'f16',
      embeddingType: 'Q6_K',
    });
    const [file] = document.files;
    // Q2_K alone comes to 3.3.
    expect(file.bitsPerWeight).toBeGreaterThan(4);
    for (const [more, sentence] of [
      [['--tensor-type', 'ffn_down'], /--tensor-type takes NAME=TYPE/],
      [['--tensor-type', 'ffn_down=q99'], /no tensor type q99/],
      [
        ['--tensor-type', 'nosuch=q8_0'],
        /"nosuch" fits the name of no tensor of this model; they are called \S+\.weight/,
      ],
      [['--output-tensor-type', 'q99'], /no tensor type q99/],
      [['--token-embedding-type', '?!'], /--token-embedding-type was not understood/],
    ] as const) {
      const refused = await runCommand([...words, ...more, '--out', join(out, 'refused')]);
      expect(refused.code).not.toBe(0);
      expect(refused.stderr + refused.stdout).toMatch(sentence);
    }
  });

  it('quantize to several types and name what they made', async ({ skip }) => {
    skip(why !== null, why ?? '');
    const out = join(temporaryFolder(), 'new', 'folder');
    const words = ['quantize', 'sample', '--to', 'q8_0', '--to', 'Q2_K', '--out', out, '--threads', '1', '--ephemeral'];
    const ended = await runCommand([...words, '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    const document = JSON.parse(ended.stdout);
    expect(document).toMatchObject({
      reference: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      imatrixSha256: null,
      engineRelease: 'v0.4.0',
      files: [
        { type: 'Q8_0', file: join(out, 'assay-sample-Q8_0.gguf'), fallbacks: [] },
        { type: 'Q2_K', file: join(out, 'assay-sample-Q2_K.gguf') },
      ],
    });
    expect(filesBelow(out)).toEqual(['assay-sample-Q2_K.gguf', 'assay-sample-Q8_0.gguf']);
    // Sizes by a dry run, which adds up the very tensors.
    expect(ended.stderr).toMatch(/^Q8_0: about 3\.6\d* MiB, \S+ s.*\nQ2_K: about 1\.\d+ MiB, \S+ s.*\n/);
    expect(ended.stderr).toMatch(/About \S+ MiB of memory while it works; .+ are free in the folder\./);
    const unknown = await runCommand(['quantize', 'sample', '--to', 'Q9_X', '--out', out, '--ephemeral']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('Q9_X');
    // What is refused after the folder was made takes it away again.
    const refused = join(temporaryFolder(), 'never', 'made');
    const nothing = ['quantize', 'sample', '--to', 'q8_0', '--tensor-type', 'no_such=q6_k', '--out', refused];
    expect((await runCommand([...nothing, '--threads', '1', '--ephemeral'])).code).not.toBe(0);
    expect(existsSync(join(refused, '..'))).toBe(false);
    const below = join(out, 'assay-sample-Q2_K.gguf', 'below');
    const onFile = await runCommand(['quantize', 'sample', '--to', 'q8_0', '--out', below, '--ephemeral']);
    expect(onFile.code).toBe(2);
    expect(onFile.stderr).toContain(`${below} cannot be a folder: there is a file of that name, or above it.`);
  });
});
