import { loadAddon } from '../../native/addon/load.ts';

/**
 * A process of its own for tests that rows of logits are the same in two ways: a model (path, size of its vocabulary, tokens of a chunk)
 * against itself. `blocks`: all rows at once, and eight at a time. `products`: llama.cpp's products, and the addon's.
 * Prints the largest KL divergence of a row, the largest difference of a ln p, and how many of the addon's products either had, as JSON.
 */
const [path = '', vocabulary = '0', context = '0', way = 'blocks', threads = '1'] = process.argv.slice(2);
const { addon } = loadAddon();
const size = Number(context);
const rows = size / 2 - 1;
const cancel = addon.createCancel();
const common = {
  path,
  vocabulary: Number(vocabulary),
  threads: Number(threads),
  sequences: 1,
  context: size,
  batch: Math.min(512, size),
  outputs: rows,
};
const inBlocks = { outputs: 8, inBlocks: true };
const ways = {
  blocks: [{}, inBlocks],
  products: [{ plainProducts: true }, {}],
  'products in blocks': [{ plainProducts: true, ...inBlocks }, inBlocks],
};
const [one, other] = ways[way as keyof typeof ways];
const first = await addon.openModel({ ...common, ...one }, cancel);
const second = await addon.openModel({ ...common, ...other }, cancel);

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
      reference: first.handles[0],
      candidates: second.handles,
      exact: true,
      threads: common.threads,
      batch: common.batch,
    },
    cancel,
  );
  const [candidate] = numbers?.candidates ?? [];
  for (const [row, value] of numbers?.reference.nll.entries() ?? []) {
    kld = Math.max(kld, candidate?.kld[row] ?? Number.NaN);
    difference = Math.max(difference, Math.abs(value - (candidate?.nll[row] ?? Number.NaN)));
  }
}
const products = [...first.handles, ...second.handles].map((handle) => addon.timings(handle).ownProducts);
console.log(JSON.stringify({ kld, difference, products }));
