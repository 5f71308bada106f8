import type { HeaderFacts } from '../protocol.ts';
import type { DivergenceWork } from '../protocolLab.ts';
import type { PreparedInput } from './labInput.ts';

/** How chunks are run through the models. */
export interface Layout {
  /** Chunks that llama-perplexity decodes together. */
  together: number;
  /** Chunks of these decoded together here, one sequence each: all, or one, four or sixteen. */
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

/** Tokens of a batch of llama-perplexity, and of the graphs in which llama.cpp computes it. */
const mostBatch = 2048;
const mostTokens = 512;
const mostSequences = 128;
/** With fewer tokens in a graph, of one chunk or of several, computing it is mostly what surrounds it. */
const leastAlone = 16;
const leastBeside = 64;
/** Kernels take tokens by so many. */
const tokensOfKernel = 4;
/** All rows of logits of a graph, of one model, that are held at once, where memory is not kept small; llama.cpp has them twice. */
const wideBytes = 16 * 2 ** 20;
/** Rows of a block: llama.cpp's kernels take up to sixteen of them, in fours, for each look at a weight. */
const mostRows = 64;
export const leastRows = 4;
const rowsOfKernel = 16;
/**
 * Beyond so many tokens, memory is kept small beside that of the models: one chunk is read at a time, and the blocks of all models together
 * take at most so many bytes, if a block of the fewest rows does. The fewer bytes are for models whose weights are little else than the
 * matrix of the logits: while rows are computed, all else is given back to the system. With more, rows leave the processor's cache.
 */
const largeVocabulary = 2 ** 16;
const smallBytes = 40 * 2 ** 20;
const leastBytes = 28 * 2 ** 20;
/** Chunks that are read together have more keys and values. */
const leastTogether = 16 * 2 ** 20;

/**
 * As llama-perplexity does, of the same `total` chunks. Without room for all rows of a graph, they come in blocks. Kernels take tokens by
 * fours and round what is left over in another place, so a chunk is read alone where it leaves nothing over, as four chunks never do.
 */
export function layoutOf(
  input: Pick<PreparedInput, 'context' | 'chunks'>,
  vocabulary: number,
  candidates: readonly Weights[],
  total: number,
): Layout {
  const rowBytes = vocabulary * 4;
  const together = Math.min(mostSequences, Math.max(1, Math.floor(mostBatch / input.context)), Math.max(1, total));
  const large = vocabulary > largeVocabulary;
  const { context } = input;
  const perGraph = [together, total % together || together].map((chunks) => tokensEach(chunks, context));
  const leavesNothing = (count: number) =>
    perGraph.every((each) => [each, context % each].every((tokens) => (tokens * count) % tokensOfKernel === 0));
  const isEnough = (count: number) => Math.min(...perGraph) * count >= (count === 1 ? leastAlone : leastBeside);
  const few = [1, tokensOfKernel, 4 * tokensOfKernel].find((count) => large && leavesNothing(count) && isEnough(count));
  const sequences = Math.min(few ?? together, together);
  const alone = sequences === 1;
  const most = large ? affordableRows(candidates, vocabulary, alone) : mostRows;
  const batch = Math.min(mostTokens, sequences < together ? Math.max(...perGraph) * sequences : together * context);
  const rows = Math.min(batch, sequences * Math.max(...input.chunks.map(({ targets }) => targets.length)));
  const inBlocks = large || rows * rowBytes > wideBytes;
  return { together, sequences, batch, outputs: inBlocks ? balanced(rows, most) : rows, inBlocks, sideBySide: 1 };
}

/** Of a model, what its header says of them. */
export interface Weights {
  tensorBytes: number;
  header: Pick<HeaderFacts['header'], 'parameters' | 'embeddingLength'>;
}

/** Bytes of a model's weights beside one matrix of the logits. */
function besideLogits({ tensorBytes, header }: Weights, vocabulary: number): number {
  return tensorBytes * Math.max(0, 1 - (vocabulary * header.embeddingLength) / Math.max(1, header.parameters));
}

/** Tokens of each chunk in a graph that has as many of all. */
const tokensEach = (chunks: number, context: number) => Math.floor(Math.min(mostTokens, chunks * context) / chunks);

/** The chunks that are decoded together, in the order of the text: none together that llama-perplexity reads apart. */
export function groupsOf({ together, sequences }: Pick<Layout, 'together' | 'sequences'>, total: number): number[][] {
  const groups: number[][] = [];
  for (let begin = 0; begin < total; begin += together)
    for (let first = begin; first < Math.min(total, begin + together); first += sequences) {
      const end = Math.min(first + sequences, begin + together, total);
      groups.push(Array.from({ length: end - first }, (_, offset) => first + offset));
    }
  return groups;
}

/**
 * Most tokens of one decode of a group of chunks. Attention has another kernel for few tokens of a chunk, so chunks of which others are
 * left out are cut as beside those that llama-perplexity reads with them; at the end of a text these are fewer.
 */
export function batchOf(layout: Layout, context: number, group: readonly number[], total: number): number {
  const { together, sequences, batch } = layout;
  if (sequences === together) return batch;
  const first = group[0] ?? 0;
  return tokensEach(Math.min(together, total - (first - (first % together))), context) * group.length;
}

/** Where the batches of a group of chunks end that have so many tokens, with so many of each at most; as batches.cpp cuts them. */
export function batchEndsOf(lengths: readonly number[], each: number): number[] {
  const ends: number[] = [];
  const longest = Math.max(...lengths);
  for (let from = 0; from < longest; from = ends.at(-1) ?? longest)
    ends.push(Math.min((Math.floor(from / each) + 1) * each, ...lengths.filter((length) => length > from)));
  return ends;
}

/**
 * As with a reference, whether it is there or not: a chunk's last digits may depend on how many rows come together, and are to be the
 * same where a base file stands for the reference.
 */
function affordableRows(candidates: readonly Weights[], vocabulary: number, alone: boolean): number {
  // Two models at a time have theirs, and memory does not come back to the byte.
  const spared = candidates.reduce((sum, one) => sum + besideLogits(one, vocabulary), 0) / 2;
  const bytes = Math.min(smallBytes, (alone ? leastBytes : leastTogether) + spared);
  const rows = Math.floor(bytes / ((candidates.length + 1) * vocabulary * 4));
  const step = rows < rowsOfKernel ? leastRows : rowsOfKernel;
  return Math.max(leastRows, Math.min(mostRows, rows - (rows % step)));
}

/** Blocks of about one size, in eights: no small one at the end. */
const balanced = (rows: number, most: number) => Math.min(rows, most, Math.ceil(rows / Math.ceil(rows / most) / 8) * 8);

/** Contexts beside the first of each model may take so much of the free memory, and so much at most. */
const shareOfMemory = 1 / 4;
const mostBeside = 512 * 2 ** 20;

/** How many groups are read at once: as many as there are threads, if they do not take too much memory. */
export function sideBySideOf({ threads, groups, vocabulary, contextBytes, memoryBytes }: SideBySide): number {
  if (vocabulary > largeVocabulary) return 1;
  const most = Math.min(mostBeside, memoryBytes * shareOfMemory);
  return Math.max(1, Math.min(threads, groups, 1 + Math.floor(most / contextBytes)));
}

interface SideBySide {
  threads: number;
  groups: number;
  vocabulary: number;
  /** Of all models that are in memory at once, for one group. */
  contextBytes: number;
  /** That is free besides. */
  memoryBytes: number;
}

/** Bytes that a model's context takes, about: keys and values, logits, and what the graph computes with. */
export function contextBytesOf(facts: HeaderFacts, layout: Layout, context: number, vocabulary: number): number {
  const cached = facts.attentionLayers * facts.keyValueHeads * (facts.keyLength + facts.valueLength) * 2;
  // What the attention of each token may look at, in 32 bits and in 16.
  const mask = layout.batch * context * 6;
  const graph = 7 * 2 ** 20 + layout.batch * (facts.feedForwardLength + facts.header.embeddingLength) * 4;
  // In blocks, rows of logits are computed where llama.cpp would copy them to.
  const rows = layout.outputs * vocabulary * 4 * (layout.inBlocks ? 1 : 2);
  return cached * context * layout.sequences + rows + mask + graph;
}

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
