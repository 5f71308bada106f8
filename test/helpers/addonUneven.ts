import { loadAddon } from '../../native/addon/load.ts';

/**
 * A process of its own for tests of chunks of unlike length, read together: a model (path, size of its vocabulary) on as many threads as
 * asked; of each chunk how many tokens it has and how many of the last are scored (`511:11,600:100`); rows of logits at a time, in blocks, or
 * 0 for all at once. Prints −ln p of all scored tokens, as one JSON document.
 */
const [path = '', vocabulary = '0', threads = '1', lengths = '', rows = '0'] = process.argv.slice(2);
const { addon } = loadAddon();
const cancel = addon.createCancel();
const common = { vocabulary: Number(vocabulary), threads: Number(threads), batch: 512 };
const chunks = lengths.split(',').map((words, index) => {
  const [length = 0, scored = 0] = words.split(':').map(Number);
  return {
    index,
    tokens: Int32Array.from({ length }, (_, place) => (place * 31 + index * 7) % common.vocabulary),
    targets: Int32Array.from({ length: scored }, (_, row) => length - scored + row),
  };
});
const { handles } = await addon.openModel(
  {
    ...common,
    path,
    sequences: chunks.length,
    context: 1200 * chunks.length,
    outputs: Number(rows) || 512,
    inBlocks: rows !== '0',
  },
  cancel,
);
const [reference] = handles;
const measured = await addon.measure(
  { chunks, reference, candidates: [], threads: common.threads, batch: 512 },
  cancel,
);
console.log(JSON.stringify(measured.map((one) => Array.from(one.reference.nll))));
