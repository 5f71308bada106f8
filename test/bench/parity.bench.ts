/**
 * What the golden values cannot hold: every type of llama-quantize byte for byte, a base file of ours read by llama-perplexity, and
 * base files of large vocabularies read by ours.
 *
 *     npm run peers && npm run bench -- parity
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { createLab } from '../../main/inference/lab.ts';
import { quantizeTypes } from '../../main/inference/protocolLab.ts';
import { finished, fixture, labModel, makeModel, measured, printedNumbers, sampleFile } from '../helpers/labModels.ts';
import { tell } from './summary.ts';

const bin = join(import.meta.dirname, '../../.peers/bin');
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const at = (name: string) => join(folder, name);
const lab = createLab({ starter: forkStarter() });
const wideShape = { dim: 256, layers: 4, heads: 4, feedForward: 512, type: 'F16', seed: 5, peak: 3 } as const;
const peer = (tool: string, ...args: string[]) =>
  spawnSync(join(bin, tool), args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 });

if (!existsSync(bin)) {
  console.log('There are no peers to compare with: run npm run peers first (Linux).');
} else {
  try {
    const input = sampleFile('F16');
    const file = { kind: 'file', path: fixture('text.txt') } as const;
    const differing: string[] = [];
    // Of seven chunks the last three are read together, in graphs of 510 tokens.
    for (const [model, chunks] of [
      [makeModel(at('wide.gguf'), { ...wideShape, vocabulary: 32_000 }), '7'],
      [input, '4'],
    ] as const) {
      const text = fixture('text.txt');
      const own = { input: file, output: at('own.imatrix'), chunks: Number(chunks), threads: 1, dataset: text };
      await finished(lab.imatrix({ model, ...own }));
      const rest = ['-t', '1', '--chunks', chunks, '--no-ppl', '--output-format', 'gguf'];
      peer('llama-imatrix', '-m', model, '-f', text, '-o', 'peer.imatrix', ...rest);
      if (!same(at('own.imatrix'), at('peer.imatrix'))) differing.push(`importance matrix of ${basename(model)}`);
    }
    for (const type of quantizeTypes) {
      const needs = /^(IQ[12]|IQ3_X|Q2_K_S)/.test(type);
      const output = at(`${type}.gguf`);
      const imatrixFile = needs ? at('peer.imatrix') : undefined;
      await finished(lab.quantize({ input, output, type, threads: 1, imatrixFile }));
      peer('llama-quantize', ...(needs ? ['--imatrix', at('peer.imatrix')] : []), input, at('peer.gguf'), type, '1');
      if (!same(output, at('peer.gguf'))) differing.push(type);
      rmSync(output);
    }
    console.log(`files that differ from the peers': ${differing.length === 0 ? 'none' : differing.join(', ')}`);
    tell({
      figure: `files that differ from llama-quantize's, of ${quantizeTypes.length} types`,
      value: differing.length,
      unit: '',
      atMost: 0,
    });

    const candidate = sampleFile('Q4_K_M');
    const found = await measured(lab, {
      reference: labModel(input),
      candidates: [labModel(candidate)],
      input: file,
      threads: 1,
      saveBase: at('own.kld'),
    });
    const { stdout, stderr } = peer(
      'llama-perplexity',
      '-m',
      candidate,
      '-t',
      '1',
      '--kl-divergence-base',
      at('own.kld'),
      '--kl-divergence',
    );
    const theirs = Number(/Mean\s+KLD:\s*([\d.]+)/.exec(`${stdout}${stderr}`)?.[1]);
    const ours = printedNumbers(found)['kld mean'] ?? Number.NaN;
    console.log(`mean KLD from our base file: ours ${ours}, llama-perplexity ${theirs}`);
    tell({
      figure: 'mean KLD from our base file read by llama-perplexity, relative difference',
      value: Math.abs(ours / theirs - 1),
      unit: '',
      atMost: 1e-3,
    });

    for (const vocabulary of [50_257, 128_256]) {
      const reference = makeModel(at('wide.gguf'), { ...wideShape, vocabulary });
      const quantized = at('wide-Q4_0.gguf');
      await finished(lab.quantize({ input: reference, output: quantized, type: 'Q4_0', threads: 1 }));
      const base = at('peer.kld');
      peer(
        'llama-perplexity',
        '-m',
        reference,
        '-f',
        file.path,
        '--chunks',
        '3',
        '-t',
        '1',
        '--kl-divergence-base',
        base,
      );
      const meanOf = async (model: string) => {
        const fromBase = { kind: 'base', path: base } as const;
        const run = { reference: null, candidates: [labModel(model)], input: fromBase, threads: 1 };
        return printedNumbers(await measured(lab, run))['kld mean'] ?? Number.NaN;
      };
      tell({
        figure: `mean KLD of a file against llama-perplexity's base file of it, ${vocabulary} tokens`,
        value: Math.abs(await meanOf(reference)),
        unit: '',
        atMost: 1e-5,
      });
      const other = peer(
        'llama-perplexity',
        '-m',
        quantized,
        '-t',
        '1',
        '--kl-divergence-base',
        base,
        '--kl-divergence',
      );
      const peers = Number(/Mean\s+KLD:\s*([\d.]+)/.exec(`${other.stdout}${other.stderr}`)?.[1]);
      tell({
        figure: `mean KLD of a Q4_0 from llama-perplexity's base file, ${vocabulary} tokens, relative difference`,
        value: Math.abs((await meanOf(quantized)) / peers - 1),
        unit: '',
        atMost: 1e-3,
      });
    }
  } finally {
    await lab.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function same(one: string, other: string): boolean {
  return readFileSync(one).equals(readFileSync(other));
}
