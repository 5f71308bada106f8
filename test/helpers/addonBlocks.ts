import { loadAddon } from '../../native/addon/load.ts';

/**
 * A process of its own for a test of rows in blocks: each model of its arguments (path, size of the vocabulary, tokens of a chunk) against
 * itself, with all rows of logits at once and with eight at a time. Prints the largest KL divergence of a row and the largest difference
 * of a ln p, as one JSON document.
 */
const [path = '', vocabulary = '0', context = '0'] = process.argv.slice(2);
const { addon } = loadAddon();
const size = Number(context);
const rows = size / 2 - 1;
const cancel = addon.createCancel();
const common = {
  path,
  vocabulary: Number(vocabulary),
  threads: 1,
  sequences: 1,
  context: size,
  batch: Math.min(512, size),
};
const whole = await addon.openModel({ ...common, outputs: rows }, cancel);
const blocks = await addon.openModel({ ...common, outputs: 8, inBlocks: true }, cancel);

let state = 1;
/** A whole number from 0 on. */
function pick(below: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}
let kld = 0;
let difference = 0;
for (let index = 0; index < 3; index++) {
  const [numbers] = await addon.measure(
    {
      chunks: [
        {
          index,
          tokens: Int32Array.from({ length: size }, () => pick(common.vocabulary)),
          targets: Int32Array.from({ length: rows }, (_, row) => size / 2 + 1 + row),
        },
      ],
      reference: whole.handles[0],
      candidates: blocks.handles,
      exact: true,
      threads: 1,
      batch: common.batch,
    },
    cancel,
  );
  const [one] = numbers?.candidates ?? [];
  for (const [row, value] of numbers?.reference.nll.entries() ?? []) {
    kld = Math.max(kld, one?.kld[row] ?? Number.NaN);
    difference = Math.max(difference, Math.abs(value - (one?.nll[row] ?? Number.NaN)));
  }
}
console.log(JSON.stringify({ kld, difference }));
