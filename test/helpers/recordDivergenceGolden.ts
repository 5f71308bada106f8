/**
 * Records what llama-perplexity says of the sample's quantizations on this kind of processor, for the tests of divergence:
 * test/fixtures/divergence/llamaPerplexity.json, beside those of other kinds.
 * Run: npm run peers && node test/helpers/recordDivergenceGolden.ts
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import golden from '../fixtures/divergence/llamaPerplexity.json' with { type: 'json' };
import { sampleFile } from './labModels.ts';

const tool = join(import.meta.dirname, '../../.peers/bin/llama-perplexity');
const fixtures = join(import.meta.dirname, '../fixtures/divergence');
const folder = mkdtempSync(join(tmpdir(), 'assay-golden-'));
const base = join(folder, 'base.bin');

function printed(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`llama-perplexity ${args.join(' ')} ended with ${status}: ${stderr.slice(-2000)}`);
  return `${stdout}\n${stderr}`;
}

/** Its log has a thread of its own and loses its last lines when the process ends first: then it is asked again. */
function whole(...args: string[]): string {
  for (let tries = 0; tries < 20; tries++) {
    const text = printed(...args);
    if (text.includes('Same top p:')) return text;
  }
  throw new Error(`llama-perplexity ${args.join(' ')} never printed its last line.`);
}

/** Our names of percentiles and those that are printed; p999 to p001 are shares of the tokens from the top down. */
const KLD = {
  max: 'Maximum',
  p999: '99.9%',
  p99: '99.0%',
  p95: '95.0%',
  p90: '90.0%',
  median: 'Median',
  p10: '10.0%',
  p05: '5.0%',
  p01: '1.0%',
  p001: '0.1%',
  min: 'Minimum',
};
const DELTA = {
  max: 'Maximum',
  p999: '99.9%',
  p99: '99.0%',
  p95: '95.0%',
  p75: '75.0%',
  p25: '25.0%',
  p05: '5.0%',
  p01: '1.0%',
  p001: '0.1%',
  min: 'Minimum',
};

function numbersOf(text: string) {
  const find = (pattern: string, scale = 1) => {
    const found = new RegExp(pattern, 'm').exec(text);
    if (found === null) throw new Error(`llama-perplexity printed nothing like ${pattern}: ${text.slice(-3000)}`);
    return found.slice(1).map((value) => Number((Number(value) * scale).toPrecision(12)));
  };
  const pair = (label: string, scale = 1) => find(`${label}\\s*:\\s*(-?[\\d.e+-]+)\\s*±\\s*([\\d.e+-]+)`, scale);
  const each = (names: Record<string, string>, what: string, scale = 1) =>
    Object.fromEntries(
      Object.entries(names).map(([name, printedAs]) => [
        name,
        find(`^\\s*${printedAs}\\s+${what}:\\s*(-?[\\d.e+-]+)`, scale)[0],
      ]),
    );
  return {
    ppl: pair('Mean PPL\\(Q\\)'),
    pplBase: pair('Mean PPL\\(base\\)'),
    lnPplRatio: pair('Mean ln\\(PPL\\(Q\\)/PPL\\(base\\)\\)'),
    kld: { mean: pair('Mean\\s+KLD'), ...each(KLD, 'KLD') },
    deltaP: {
      mean: pair('Mean\\s+Δp', 0.01),
      rms: pair('RMS Δp', 0.01),
      ...each(DELTA, 'Δp', 0.01),
    },
    sameTop: pair('Same top p', 0.01),
  };
}

try {
  const shared = ['-t', '1', '--kl-divergence-base', base];
  const first = printed(
    '-m',
    sampleFile('F16'),
    '-f',
    join(fixtures, 'tasks.txt'),
    '-c',
    String(golden.context),
    ...shared,
  );
  const compare = (type: string) => numbersOf(whole('-m', sampleFile(type), ...shared, '--kl-divergence'));
  const number = (pattern: RegExp) => Number(pattern.exec(first)?.[1]);
  const chunks = number(/over (\d+) chunks/);
  const processor = /(CPU : .*\|)/.exec(first)?.[1];
  if (processor === undefined) throw new Error('llama-perplexity does not say what it computes with.');
  const recorded = {
    release: golden.release,
    madeWith: golden.madeWith,
    context: golden.context,
    chunks,
    // Of each chunk the second half, its last token apart.
    tokensScored: chunks * (golden.context / 2 - 1),
    processors: {
      ...golden.processors,
      [processor]: {
        reference: { ppl: [number(/Final estimate: PPL = ([\d.]+)/), number(/PPL = [\d.]+ \+\/- ([\d.]+)/)] },
        Q4_K_M: compare('Q4_K_M'),
        Q2_K: compare('Q2_K'),
      },
    },
  };
  writeFileSync(join(fixtures, 'llamaPerplexity.json'), `${JSON.stringify(recorded, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
