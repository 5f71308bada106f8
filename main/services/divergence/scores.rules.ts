/** The scored tokens of one chunk as they were read: which, where, and how the reference predicted them. */
export interface ReferenceScores {
  tokens: Int32Array;
  /** Index of each token in its chunk. */
  places: Int32Array;
  texts: readonly string[];
  /** −ln p of the token, exact. */
  nll: Float64Array;
  /** The same through the 16 bits in which llama-perplexity keeps a reference. */
  baseNll: Float64Array;
}

/** How a candidate predicted the same tokens. */
export interface CandidateScores {
  nll: Float32Array;
  kld: Float32Array;
  deltaP: Float32Array;
  /** 1: the likeliest token is the reference's. */
  sameTop: Uint8Array;
}

/** Sums over a chunk that add up over chunks; all means, errors and intervals come from them. */
export const sum = {
  count: 0,
  nll: 1,
  nllSquares: 2,
  base: 3,
  baseSquares: 4,
  product: 5,
  kld: 6,
  kldSquares: 7,
  deltaP: 8,
  deltaPSquares: 9,
  deltaPFourths: 10,
  sameTop: 11,
  /** Of a candidate only: the reference's exact NLL, and its product with the candidate's. */
  exact: 12,
  exactSquares: 13,
  exactProduct: 14,
} as const;
export const sumCount = 15;

export function referenceSums({ nll, baseNll }: Pick<ReferenceScores, 'nll' | 'baseNll'>): Float64Array {
  const sums = new Float64Array(sumCount);
  sums[sum.count] = nll.length;
  for (let index = 0; index < nll.length; index++) {
    add(sums, sum.nll, nll[index] ?? 0);
    add(sums, sum.nllSquares, (nll[index] ?? 0) ** 2);
    add(sums, sum.base, baseNll[index] ?? 0);
    add(sums, sum.baseSquares, (baseNll[index] ?? 0) ** 2);
  }
  return sums;
}

/** What the engine hands over of a candidate's chunk. */
export interface MeasuredChunk {
  nll: Float64Array;
  kld: Float64Array;
  deltaP: Float32Array;
  sameTop: Uint8Array;
}

/**
 * Scores and sums of a candidate's chunk. Where both rows of logits are equal (KLD 0 and the same exact NLL) the reference counts
 * with its exact NLL: else the 16 bits of `baseNll` would make a file differ from itself.
 */
export function candidateScores(
  measured: MeasuredChunk,
  reference: Pick<ReferenceScores, 'nll' | 'baseNll'>,
): { scores: CandidateScores; sums: Float64Array } {
  const length = measured.nll.length;
  const sums = new Float64Array(sumCount);
  const deltas = Float32Array.from(measured.deltaP);
  sums[sum.count] = length;
  for (let index = 0; index < length; index++) {
    const nll = measured.nll[index] ?? 0;
    const kld = measured.kld[index] ?? 0;
    const equal = kld === 0 && nll === reference.nll[index];
    if (equal) deltas[index] = 0;
    const exact = reference.nll[index] ?? 0;
    const base = equal ? nll : (reference.baseNll[index] ?? 0);
    const square = (deltas[index] ?? 0) ** 2;
    add(sums, sum.nll, nll);
    add(sums, sum.nllSquares, nll * nll);
    add(sums, sum.base, base);
    add(sums, sum.baseSquares, base * base);
    add(sums, sum.product, nll * base);
    add(sums, sum.exact, exact);
    add(sums, sum.exactSquares, exact * exact);
    add(sums, sum.exactProduct, nll * exact);
    add(sums, sum.kld, kld);
    add(sums, sum.kldSquares, kld * kld);
    add(sums, sum.deltaP, deltas[index] ?? 0);
    add(sums, sum.deltaPSquares, square);
    add(sums, sum.deltaPFourths, square * square);
    add(sums, sum.sameTop, measured.sameTop[index] ?? 0);
  }
  const scores = {
    nll: Float32Array.from(measured.nll),
    kld: Float32Array.from(measured.kld),
    deltaP: deltas,
    sameTop: measured.sameTop,
  };
  return { scores, sums };
}

/** From here on what a base file holds of a token may be where it was cut: at e^−16 of the row's likeliest token. */
const deepest = 16 - 1e-3;

/** Whether a base file may not hold how unlikely a token was. */
export const isCut = (nll: number) => nll >= deepest;

/**
 * Sums against a base file, for ratio and verdict. Of a token that may have been cut the file does not say how unlikely it was, so it
 * counts as no difference: its reference is the candidate itself. The ln ratio of llama-perplexity (`base`) stays as that prints it.
 */
export function withoutCut(
  sums: Float64Array,
  candidate: Pick<CandidateScores, 'nll'>,
  reference: Pick<ReferenceScores, 'nll'>,
): Float64Array {
  const kept = sums.slice();
  reference.nll.forEach((exact, index) => {
    const nll = candidate.nll[index] ?? 0;
    if (!isCut(exact)) return;
    add(kept, sum.exact, nll - exact);
    add(kept, sum.exactSquares, nll * nll - exact * exact);
    add(kept, sum.exactProduct, nll * nll - nll * exact);
  });
  return kept;
}

function add(sums: Float64Array, index: number, value: number): void {
  sums[index] = (sums[index] ?? 0) + value;
}

/** As it is stored: the arrays one after the other, little-endian as on all machines that Assay runs on. */
export function encodeCandidate({ nll, kld, deltaP, sameTop }: CandidateScores): Buffer {
  return Buffer.concat([bytesOf(nll), bytesOf(kld), bytesOf(deltaP), bytesOf(sameTop)]);
}

export function decodeCandidate(stored: Uint8Array): CandidateScores {
  const count = stored.byteLength / 13;
  const bytes = aligned(stored);
  return {
    nll: new Float32Array(bytes, 0, count),
    kld: new Float32Array(bytes, count * 4, count),
    deltaP: new Float32Array(bytes, count * 8, count),
    sameTop: new Uint8Array(bytes, count * 12, count),
  };
}

export function encodeReference({ tokens, places, nll, baseNll }: Omit<ReferenceScores, 'texts'>): Buffer {
  return Buffer.concat([bytesOf(nll), bytesOf(baseNll), bytesOf(tokens), bytesOf(places)]);
}

export function decodeReference(stored: Uint8Array): Omit<ReferenceScores, 'texts'> {
  const count = stored.byteLength / 24;
  const bytes = aligned(stored);
  return {
    nll: new Float64Array(bytes, 0, count),
    baseNll: new Float64Array(bytes, count * 8, count),
    tokens: new Int32Array(bytes, count * 16, count),
    places: new Int32Array(bytes, count * 20, count),
  };
}

export function encodeSums(sums: Float64Array): Buffer {
  return bytesOf(sums);
}

export function decodeSums(stored: Uint8Array): Float64Array {
  return new Float64Array(aligned(stored));
}

function bytesOf(array: Float32Array | Float64Array | Int32Array | Uint8Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

/** A copy that begins where every kind of array may begin. */
function aligned(stored: Uint8Array): ArrayBuffer {
  return new Uint8Array(stored).buffer;
}
