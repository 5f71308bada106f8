import { loadAddon } from '../../native/addon/load.ts';

/**
 * A process of its own for a test of two chunks of unlike length, of which the longer one has a batch of a single token behind the end of the
 * other: a model (path, size of its vocabulary) on as many threads as asked. Prints −ln p of all scored tokens, as one JSON document.
 */
const [path = '', vocabulary = '0', threads = '1'] = process.argv.slice(2);
const { addon } = loadAddon();
const cancel = addon.createCancel();
const common = { vocabulary: Number(vocabulary), threads: Number(threads), batch: 512 };
const { handles } = await addon.openModel({ ...common, path, sequences: 2, context: 1200, outputs: 512 }, cancel);
const chunk = (index: number, length: number) => ({
  index,
  tokens: Int32Array.from({ length }, (_, place) => (place * 31 + index * 7) % common.vocabulary),
  targets: Int32Array.from({ length: length - 500 }, (_, row) => 500 + row),
});
const chunks = [chunk(0, 511), chunk(1, 600)];
const [reference] = handles;
const measured = await addon.measure(
  { chunks, reference, candidates: [], threads: common.threads, batch: 512 },
  cancel,
);
console.log(JSON.stringify(measured.map((one) => Array.from(one.reference.nll))));
