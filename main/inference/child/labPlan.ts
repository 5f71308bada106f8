import type { HeaderFacts } from '../protocol.ts';
import type { DivergenceWork } from '../protocolLab.ts';
import type { PreparedInput } from './labInput.ts';

/** How chunks are run through the models. */
export interface Layout {
  /** Chunks decoded together, one sequence each. */
  sequences: number;
  /** Most tokens of one decode. */
  batch: number;
  /** Most rows of logits of one model at once. */
  outputs: number;
  /** A decode may want more rows than that: they are computed behind it, block by block. */
  inBlocks: boolean;
  /** Groups of so many sequences that are read at once, each by contexts of its own and a part of the threads. */
  sideBySide: number;
}

const mostBatch = 2048;
const mostSequences = 128;
/** All rows of logits of a batch, of one model, that are held at once; llama.cpp has them twice. */
const wideBytes = 16 * 2 ** 20;
/** Rows of a block; llama.cpp's kernels take them in eights or fours. */
const mostRows = 64;
const leastRows = 8;
/** Beyond so many tokens, all blocks of rows that there are at once share 40 MiB. */
const largeVocabulary = 2 ** 16;
const blockBytes = 40 * 2 ** 20;

/** With room for all rows, the batches of llama-perplexity; else one chunk at a time, and its rows in blocks. `models`: with the reference. */
export function layoutOf(input: Pick<PreparedInput, 'context' | 'chunks'>, vocabulary: number, models: number): Layout {
  const rowBytes = vocabulary * 4;
  const together = Math.min(mostSequences, Math.max(1, Math.floor(mostBatch / input.context)));
  const rows = Math.max(...input.chunks.map(({ targets }) => targets.length));
  if (together * rows * rowBytes <= wideBytes)
    return {
      sequences: together,
      batch: Math.min(mostBatch, together * input.context),
      outputs: Math.max(together, together * rows),
      inBlocks: false,
      sideBySide: 1,
    };
  return {
    sequences: 1,
    batch: Math.min(512, input.context),
    outputs: balanced(rows, vocabulary > largeVocabulary ? affordableRows(models, rowBytes) : mostRows),
    inBlocks: true,
    sideBySide: 1,
  };
}

/** For two groups side by side, whether there are or not: a chunk's last digits may depend on how many rows come together. */
function affordableRows(models: number, rowBytes: number): number {
  const eights = Math.floor(blockBytes / (2 * models * rowBytes) / 8);
  return Math.min(mostRows, Math.max(leastRows, eights * 8));
}

/** Equal blocks: no small one at the end. */
const balanced = (rows: number, most: number) => Math.ceil(rows / Math.ceil(rows / most));

/** Contexts beside the first of each model may take so much of the free memory, and so much at most. */
const shareOfMemory = 1 / 4;
const mostBeside = 512 * 2 ** 20;

/** How many groups are read at once: as many as there are threads, if they do not take too much memory. */
export function sideBySideOf({ threads, groups, vocabulary, rowBytes, contextBytes, memoryBytes }: SideBySide): number {
  const affordable = 1 + Math.floor(Math.min(mostBeside, memoryBytes * shareOfMemory) / contextBytes);
  const sharing = vocabulary > largeVocabulary ? Math.floor(blockBytes / rowBytes) : threads;
  return Math.max(1, Math.min(threads, groups, affordable, sharing));
}

/** Bytes are of all models that are in memory at once, for one group: what their contexts take, and of that their rows of logits. */
interface SideBySide {
  threads: number;
  groups: number;
  vocabulary: number;
  rowBytes: number;
  contextBytes: number;
  memoryBytes: number;
}

/** Bytes that a model's context takes, about: keys and values, logits, and what the graph computes with. */
export function contextBytesOf(facts: HeaderFacts, layout: Layout, context: number, vocabulary: number): number {
  const cached = facts.attentionLayers * facts.keyValueHeads * (facts.keyLength + facts.valueLength) * 2;
  const graph = 16 * 2 ** 20 + layout.batch * (facts.feedForwardLength + facts.header.embeddingLength) * 8;
  return cached * context * layout.sequences + rowBytesOf(layout, vocabulary) + graph;
}

/** Bytes of a model's rows of logits. In blocks they are computed where llama.cpp would copy them to. */
export const rowBytesOf = ({ outputs, inBlocks }: Layout, vocabulary: number): number =>
  outputs * vocabulary * 4 * (inBlocks ? 1 : 2);

/** Whether one model at a time is in memory, and why, as a sentence. */
export function arrangementOf(
  work: Pick<DivergenceWork, 'arrangement' | 'memoryBytes'>,
  needs: number[],
): { turns: boolean; note: string | null } {
  if (work.arrangement === 'turns') return { turns: true, note: null };
  if (work.arrangement === 'together' || needs.length < 2) return { turns: false, note: null };
  const reserve = 256 * 2 ** 20;
  const available = work.memoryBytes ?? process.availableMemory() - reserve;
  const wanted = needs.reduce((sum, bytes) => sum + bytes, 0);
  if (wanted <= available) return { turns: false, note: null };
  const gibibytes = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
  return {
    turns: true,
    note: `The models need about ${gibibytes(wanted)} GiB together and ${gibibytes(Math.max(0, available))} GiB are free, so they run in turns over a reference kept in 16 bits.`,
  };
}
