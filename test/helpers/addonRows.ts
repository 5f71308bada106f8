import { loadAddon } from '../../native/addon/load.ts';
import type { NativeMeasure } from '../../native/addon/types.d.ts';

/**
 * A process of its own for tests that rows of logits are the same in two ways: a model (path, size of its vocabulary, tokens of a chunk)
 * against itself. `blocks`: all rows of a batch at once, and eight of all at a time, each read alone. `products`: llama.cpp's products, and
 * the addon's, side by side.
 * Prints the largest KL divergence of a row (0 where each is read alone), the largest difference of a ln p, and how many of the addon's
 * products either had, and the bytes of llama.cpp's list of tokens that were given back, as JSON. The lengths of the chunks differ: at the end of one there may be fewer rows than eight, or a token alone.
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
const [reference] = first.handles;
const [candidate] = second.handles;
let kld = 0;
let difference = 0;
for (let index = 0; index < 4; index++) {
  const length = index === 3 ? Math.min(size, size / 2 + 6) : size - (index % 2);
  const chunk = {
    index,
    tokens: Int32Array.from({ length }, () => pick(common.vocabulary)),
    targets: Int32Array.from({ length: length - size / 2 - 1 }, (_, row) => size / 2 + 1 + row),
  };
  const measure = async (request: Pick<NativeMeasure, 'reference' | 'candidates'>) => {
    const cut = { batch: common.batch, threads: common.threads };
    return (await addon.measure({ chunks: [chunk], exact: true, ...cut, ...request }, cancel))[0];
  };
  const alone = way === 'blocks';
  const numbers = await measure({ reference, candidates: alone || candidate === undefined ? [] : [candidate] });
  const [beside] = numbers?.candidates ?? [];
  const nll = alone ? (await measure({ reference: candidate, candidates: [] }))?.reference.nll : beside?.nll;
  for (const [row, value] of numbers?.reference.nll.entries() ?? []) {
    if (!alone) kld = Math.max(kld, beside?.kld[row] ?? Number.NaN);
    difference = Math.max(difference, Math.abs(value - (nll?.[row] ?? Number.NaN)));
  }
}
const products = [...first.handles, ...second.handles].map((handle) => addon.timings(handle).ownProducts);
const [dummyTokenBytes] = second.handles.map((handle) => addon.timings(handle).dummyTokenBytes);
console.log(JSON.stringify({ kld, difference, products, dummyTokenBytes }));
