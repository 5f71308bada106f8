/**
 * Records what the peers say on this kind of processor, for the tests of the lab: in test/fixtures/lab/golden.json, beside those of other
 * kinds, and peer-base.kld where there is none yet.
 * Run: npm run peers && node test/helpers/recordLabGolden.ts
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantizeTypes } from '../../main/inference/protocolLab.ts';
import { type Golden, goldenFile } from './labGolden.ts';
import { fixture, makeModel, sampleFile, smallModel, wideModel } from './labModels.ts';

const bin = join(import.meta.dirname, '../../.peers/bin');
const folder = mkdtempSync(join(tmpdir(), 'assay-golden-'));
const at = (name: string) => join(folder, name);
const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
const text = fixture('text.txt');

function peer(tool: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(join(bin, tool), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${tool} ${args.join(' ')} ended with ${status}: ${stderr.slice(-2000)}`);
  return `${stdout}\n${stderr}`;
}

/** The three blocks of numbers that llama-perplexity prints, by our labels. */
function numbersOf(printed: string): Record<string, number> {
  const found: Record<string, number> = {};
  const first = (label: string, pattern: RegExp) => {
    const value = pattern.exec(printed)?.[1];
    if (value !== undefined) found[label] = Number(value);
  };
  first('ppl of the candidate', /Mean PPL\(Q\)\s*:\s*([\d.e+-]+)/);
  first('ppl of the base', /Mean PPL\(base\)\s*:\s*([\d.e+-]+)/);
  first('ln ratio', /Mean ln\(PPL\(Q\)\/PPL\(base\)\)\s*:\s*([\d.e+-]+)/);
  first('kld mean', /Mean\s+KLD:\s*([\d.e+-]+)/);
  first('deltaP mean', /Mean\s+Δp:\s*([\d.e+-]+)/);
  first('deltaP rms', /RMS Δp\s*:\s*([\d.e+-]+)/);
  first('same top', /Same top p:\s*([\d.e+-]+)/);
  const shares = { Maximum: 1, Median: 0.5, Minimum: 0 };
  for (const [, name, what, value] of printed.matchAll(
    /^\s*(Maximum|Median|Minimum|[\d.]+%)\s+(KLD|Δp):\s*([\d.e+-]+)/gm,
  )) {
    const share = name?.endsWith('%')
      ? Number((Number(name.slice(0, -1)) / 100).toFixed(4))
      : shares[name as keyof typeof shares];
    found[`${what === 'KLD' ? 'kld' : 'deltaP'} ${share}`] = Number(value);
  }
  return found;
}

function compared(reference: string, candidates: Record<string, string>, chunks: number, context = 512) {
  const base = at('base.kld');
  const shared = ['-c', String(context), '-t', '1', '--chunks', String(chunks)];
  const begun = peer('llama-perplexity', '-m', reference, '-f', text, ...shared, '--kl-divergence-base', base);
  const firstPass = Number(/Final estimate: PPL = ([\d.]+)/.exec(begun)?.[1]);
  const found = Object.entries(against(base, candidates, chunks, context));
  return Object.fromEntries(found.map(([name, numbers]) => [name, { 'ppl of the first pass': firstPass, ...numbers }]));
}

function against(base: string, candidates: Record<string, string>, chunks: number, context: number) {
  const shared = ['-c', String(context), '-t', '1', '--chunks', String(chunks)];
  return Object.fromEntries(
    Object.entries(candidates).map(([name, path]) => {
      const printed = peer('llama-perplexity', '-m', path, ...shared, '--kl-divergence-base', base, '--kl-divergence');
      return [name, numbersOf(printed)];
    }),
  );
}

try {
  const wide = makeModel(at('wide.gguf'), wideModel);
  const wideQuantized = at('wide-Q4_K_M.gguf');
  peer('llama-quantize', wide, wideQuantized, 'Q4_K_M', '1');
  const small = makeModel(at('small.gguf'), smallModel);
  const smallQuantized = at('small-Q4_0.gguf');
  peer('llama-quantize', small, smallQuantized, 'Q4_0', '1');

  const imatrix = at('imatrix.gguf');
  copyFileSync(text, at('text'));
  spawnSync(
    join(bin, 'llama-imatrix'),
    ['-m', sampleFile('F16'), '-f', 'text', '-o', 'imatrix.gguf', '-t', '1', '--chunks', '4', '--no-ppl'],
    { cwd: folder },
  );
  const quantized: Record<string, string> = {};
  for (const type of quantizeTypes) {
    const needs = /^(IQ[12]|IQ3_X|Q2_K_S)/.test(type);
    const out = at(`${type}.gguf`);
    // The name of the matrix goes into the file.
    const args = [...(needs ? ['--imatrix', 'imatrix.gguf'] : []), sampleFile('F16'), out, type, '1'];
    const { status, stderr } = spawnSync(join(bin, 'llama-quantize'), args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${type}: ${stderr.slice(-500)}`);
    quantized[type] = hash(out);
  }

  const sample = compared(sampleFile('F16'), { Q4_K_M: sampleFile('Q4_K_M'), Q2_K: sampleFile('Q2_K') }, 4);
  const wideNumbers = compared(wide, { Q4_K_M: wideQuantized }, 2);
  const short = compared(wide, { Q4_K_M: wideQuantized }, 17, 128);
  if (!existsSync(fixture('peer-base.kld'))) {
    compared(small, {}, 4, 64);
    copyFileSync(at('base.kld'), fixture('peer-base.kld'));
  }
  const smallNumbers = against(fixture('peer-base.kld'), { Q4_0: smallQuantized }, 4, 64);
  const system = spawnSync(
    join(bin, 'llama-perplexity'),
    ['-m', sampleFile('F16'), '-f', text, '-c', '64', '--chunks', '2'],
    { encoding: 'utf8' },
  );
  const processor = /(CPU : .*\|)/.exec(`${system.stdout}${system.stderr}`)?.[1];
  if (processor === undefined) throw new Error('llama-perplexity does not say what it computes with.');
  const golden: Golden & { about: string; commands: string[] } = {
    about:
      'What llama-perplexity, llama-quantize and llama-imatrix of the pinned release say, by kind of processor. Recorded by: npm run peers && node test/helpers/recordLabGolden.ts',
    commands: [
      'llama-perplexity -m REFERENCE -f text.txt -c 512 -t 1 --chunks N --kl-divergence-base base.kld',
      'llama-perplexity -m CANDIDATE -c 512 -t 1 --chunks N --kl-divergence-base base.kld --kl-divergence',
      'llama-quantize [--imatrix imatrix.gguf] assay-sample-F16.gguf OUT TYPE 1',
      'llama-imatrix -m assay-sample-F16.gguf -f text -o imatrix.gguf -t 1 --chunks 4 --no-ppl',
    ],
    sampleSha256: hash(sampleFile('F16')),
    smallQuantizedSha256: hash(smallQuantized),
    processors: {
      ...goldenFile().processors,
      [processor]: {
        sample: { chunks: 4, candidates: sample },
        wide: { chunks: 2, candidates: wideNumbers },
        short: { chunks: 17, context: 128, candidates: short },
        small: { chunks: 4, context: 64, candidates: smallNumbers },
        quantized,
        imatrixSha256: hash(imatrix),
      },
    },
  };
  writeFileSync(fixture('golden.json'), `${JSON.stringify(golden, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
