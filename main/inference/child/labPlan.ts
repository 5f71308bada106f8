import type { HeaderFacts } from '../protocol.ts';
import type { DivergenceWork } from '../protocolLab.ts';
import type { PreparedInput } from './labInput.ts';

/** How chunks are run through the models. */
export interface Layout {
  /** Chunks decoded together, one sequence each. */
  sequences: number;
  /** Most tokens, and most rows of logits, of one decode. */
  batch: number;
  outputs: number;
  flashAttention: boolean;
  /** Groups of so many sequences that are read at once, each by contexts of its own and a part of the threads. */
  sideBySide: number;
}

const mostBatch = 2048;
const mostSequences = 128;
/** Rows of logits that one model may hold twice over (llama.cpp keeps them in its graph and in its output): 16 MiB for all rows of a batch… */
const wideBytes = 16 * 2 ** 20;
/** …20 MiB for blocks of 128 rows, below which its attention kernel changes… */
const blockBytes = 20 * 2 ** 20;
const blockRows = 128;
/** …and 48 MiB for all models together where a vocabulary is larger. */
const narrowBytes = 48 * 2 ** 20;
/** Tokens of a sequence that llama.cpp's flash attention on a processor takes at once; with fewer it rounds in other places. */
const attentionRows = 64;

export interface LayoutWish {
  /** How many are measured, the reference among them. */
  models: number;
  /** Of a cache; they need flash attention. */
  quantizedValues: boolean;
  /** A base file is read or written, and llama-perplexity is to come to the same numbers with it. */
  baseFile: boolean;
}

/** With room for all rows, the batches of llama-perplexity; else one chunk at a time in blocks of few rows. */
export function layoutOf(
  input: Pick<PreparedInput, 'context' | 'chunks'>,
  vocabulary: number,
  { models, quantizedValues, baseFile }: LayoutWish,
): Layout {
  const rowBytes = vocabulary * 4;
  const together = Math.min(mostSequences, Math.max(1, Math.floor(mostBatch / input.context)));
  const rows = Math.max(...input.chunks.map(({ targets }) => targets.length));
  if (together * rows * rowBytes <= wideBytes) {
    const batch = Math.min(mostBatch, together * input.context);
    return {
      sequences: together,
      batch,
      outputs: Math.max(together, together * rows),
      flashAttention: true,
      sideBySide: 1,
    };
  }
  const batch = Math.min(512, input.context);
  if (blockRows * rowBytes <= blockBytes)
    return { sequences: 1, batch, outputs: balanced(rows, blockRows), flashAttention: true, sideBySide: 1 };
  if (baseFile) {
    const outputs = Math.ceil(rows / Math.max(1, Math.floor((rows + 1) / attentionRows)));
    return { sequences: 1, batch, outputs, flashAttention: true, sideBySide: 1 };
  }
  const affordable = Math.floor(narrowBytes / (2 * models * rowBytes));
  // Without flash attention the rows of a block do not matter for the numbers; with quantized values it has to be on.
  return {
    sequences: 1,
    batch,
    outputs: balanced(rows, Math.min(64, Math.max(8, affordable))),
    flashAttention: quantizedValues,
    sideBySide: 1,
  };
}

/** Equal blocks: no small one at the end. */
const balanced = (rows: number, most: number) => Math.ceil(rows / Math.ceil(rows / most));

/** Contexts beside the first of each model may take so much of the free memory, and so much at most. */
const shareOfMemory = 1 / 4;
const mostBeside = 512 * 2 ** 20;

/**
 * How many groups are read at once: as many as there are threads, if they do not take too much memory. Where a vocabulary is so large
 * that only few rows of it are held, one.
 */
export function sideBySideOf({ threads, groups, vocabulary, contextBytes, memoryBytes }: SideBySide): number {
  if (blockRows * vocabulary * 4 > blockBytes) return 1;
  const affordable = 1 + Math.floor(Math.min(mostBeside, memoryBytes * shareOfMemory) / contextBytes);
  return Math.max(1, Math.min(threads, groups, affordable));
}

/** `contextBytes`: of all models that are in memory at once. */
interface SideBySide {
  threads: number;
  groups: number;
  vocabulary: number;
  contextBytes: number;
  memoryBytes: number;
}

/** Bytes that a model's context takes, about: keys and values, logits, and what the graph computes with. */
export function contextBytesOf(facts: HeaderFacts, layout: Layout, context: number, vocabulary: number): number {
  const cached = facts.attentionLayers * facts.keyValueHeads * (facts.keyLength + facts.valueLength) * 2;
  const graph = 16 * 2 ** 20 + layout.batch * facts.feedForwardLength * 8;
  return cached * context * layout.sequences + 2 * layout.outputs * vocabulary * 4 + graph;
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
