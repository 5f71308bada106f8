/** A native object that JavaScript only holds on to. `kind` exists for the types alone. */
export interface Handle<Kind extends string> {
  readonly kind: Kind;
}
export type CancelHandle = Handle<'cancel'>;
export type AttachedContextHandle = Handle<'attached context'>;
export type VocabularyHandle = Handle<'vocabulary'>;
export type ModelHandle = Handle<'model'>;
export type ThreadPoolHandle = Handle<'thread pool'>;
export type BaseReaderHandle = Handle<'base reader'>;
export type BaseWriterHandle = Handle<'base writer'>;

/** `done` of `total`; a note names a tensor. Called on the main thread. */
export type NativeProgress = (done: number, total: number, note: string) => void;

export interface NativeChunk {
  /** Place in the text, for messages and for rows of a base file. */
  index: number;
  /** As the models see them, with the beginning-of-text token where there is one. */
  tokens: Int32Array;
  /** Positions of the scored tokens, ascending, at least 1. */
  targets: Int32Array;
}

/** Chunks that are decoded together, one sequence each: not more than the models were opened for. */
export interface NativeMeasure {
  chunks: NativeChunk[];
  /** Without it, `base` or `kept` is the reference. Several groups may be measured at once as long as no model is in two of them, nor twice in one. */
  reference?: ModelHandle;
  candidates: ModelHandle[];
  /** One for each chunk. */
  kept?: Uint8Array[];
  /** No 16 bits and no cut at e^-16; without effect where the reference is not a model. */
  exact?: boolean;
  /** Also answers what `kept` takes. */
  keep?: boolean;
  base?: BaseReaderHandle;
  writer?: BaseWriterHandle;
  threads: number;
  /**
   * Of all groups that are measured at once: what is spare there is used too, from the next decode on. Seconds count as if all threads of
   * the pool had worked on each. Default: one of `threads` for this group alone.
   */
  pool?: ThreadPoolHandle;
  /** Most tokens of one decode, as the models were opened. */
  batch: number;
}

interface NativeSeconds {
  decodeSeconds: number;
  metricsSeconds: number;
}
export interface NativeReferenceNumbers extends NativeSeconds {
  nll: Float64Array<ArrayBuffer>;
  baseNll: Float64Array<ArrayBuffer>;
  probability: Float32Array<ArrayBuffer>;
}
export interface NativeCandidateNumbers extends NativeSeconds {
  nll: Float64Array<ArrayBuffer>;
  kld: Float64Array<ArrayBuffer>;
  probability: Float32Array<ArrayBuffer>;
  deltaP: Float32Array<ArrayBuffer>;
  sameTop: Uint8Array<ArrayBuffer>;
}
export interface NativeChunkNumbers {
  reference: NativeReferenceNumbers;
  candidates: NativeCandidateNumbers[];
  kept?: Uint8Array<ArrayBuffer>;
}

/** How a run cuts what is looked at, so that numbers are the same. */
export interface NativeCut {
  /** Where batches end, ascending, up to the end of the one with the row that is looked at. */
  ends: Int32Array;
  /** What follows the tokens up to there. */
  ahead: Int32Array;
  /** Rows of logits that are made with that one; at most as many as the model's `outputs`. */
  firstRow: number;
  endRow: number;
}

export interface NativeTimings extends NativeSeconds {
  loadSeconds: number;
  decodedTokens: number;
  /** Steps of graphs that the addon computed itself: products with weights of 16-bit floats and of Q6_K. */
  ownProducts: number;
  /** Of llama.cpp's list of empty tokens, which nothing is asked of: given back to the system (Linux with glibc). */
  dummyTokenBytes: number;
  perf: {
    loadMs: number;
    promptMs: number;
    promptTokens: number;
    evalMs: number;
    evalTokens: number;
    reused: number;
  };
}

export interface NativeModelSettings {
  path: string;
  /** Number of tokens; the file's own tokenizer is left out of memory. */
  vocabulary: number;
  threads: number;
  sequences: number;
  /** Tokens of all sequences together. */
  context: number;
  batch: number;
  /** Most rows of logits at once. */
  outputs: number;
  /** A decode may want more rows than that. With batches of 512 tokens at most, as many of each of some sequences that follow on each other. Default: false. */
  inBlocks?: boolean;
  /** Leaves all products to llama.cpp's own kernels. The numbers are the same. Default: false. */
  plainProducts?: boolean;
  /** Contexts on the same weights, each with a handle of its own. Default: 1. */
  sideBySide?: number;
  cacheKeyType?: string;
  cacheValueType?: string;
}

/**
 * The addon itself. Everything that takes long is a promise; a failure is an Error with a `code` of the contract and a sentence.
 * A set cancel flag ends a decode inside a batch, a load between tensors, a quantization between tensors.
 */
export interface Addon {
  /** The llama.cpp version whose headers it was compiled with. */
  readonly builtFor: string;
  /** Opens the libraries in a folder. Throws where they are of another release, and then nothing else may be called. */
  open(libraryFolder: string): { release: string; systemInfo: string; instructions: string };
  /**
   * For `readRow`: a context of node-llama-cpp (its native object, and that of its model) in this very process, made by the libraries
   * that were opened here. Null when it is not laid out as in the release it was written for.
   */
  attachContext(
    context: object,
    model: object,
    known: { contextSize: number; batchSize: number; vocabulary: number },
  ): AttachedContextHandle | null;
  /**
   * At temperature 1 over the whole vocabulary, after a decode. A negative token stands for the most likely one. `out` takes the token,
   * its ln p, then id and ln p of the best ones, as many as there is room for. False: a value is not a number. Milliseconds at most.
   */
  readRow(context: AttachedContextHandle, row: number, token: number, out: Float64Array): boolean;
  createCancel(): CancelHandle;
  cancel(handle: CancelHandle): void;
  quantize(
    request: {
      input: string;
      output: string;
      type: string;
      threads: number;
      imatrixFile?: string;
      imatrixName?: string;
      tensorTypes?: { pattern: string; type: string }[];
      outputType?: string;
      embeddingType?: string;
      pure?: boolean;
      leaveOutputTensor?: boolean;
      allowRequantize?: boolean;
      dryRun?: boolean;
    },
    cancel: CancelHandle,
    progress?: NativeProgress,
  ): Promise<{
    tensorBytes: number;
    bitsPerWeight: number;
    fallbacks: { tensor: string; wanted: string; got: string }[];
    needsImportance: boolean;
  }>;
  imatrix(
    request: {
      model: string;
      output: string;
      dataset: string;
      tokens: Int32Array;
      vocabulary: number;
      /** Left out where a text has no token of its own at its beginning. */
      bos?: number;
      context: number;
      chunks: number;
      threads: number;
      processOutput?: boolean;
    },
    cancel: CancelHandle,
    progress?: NativeProgress,
  ): Promise<{ chunks: number; tensors: number }>;
  openVocabulary(
    path: string,
  ): Promise<{ handle: VocabularyHandle; size: number; bos: number | null; addsEos: boolean }>;
  closeVocabulary(vocabulary: VocabularyHandle): void;
  tokenize(
    vocabulary: VocabularyHandle,
    text: string,
    addSpecial: boolean,
    parseSpecial: boolean,
  ): Promise<Int32Array<ArrayBuffer>>;
  tokenizeNow(
    vocabulary: VocabularyHandle,
    text: string,
    addSpecial: boolean,
    parseSpecial: boolean,
  ): Int32Array<ArrayBuffer>;
  namedToken(vocabulary: VocabularyHandle, name: 'BOS' | 'EOS' | 'EOT' | 'NL' | 'SEP'): number | null;
  /** Bytes, for a token may be a part of a character. */
  pieces(vocabulary: VocabularyHandle, tokens: Int32Array): Buffer[];
  /** Empty when the two are the same; else a clause that names what differs. */
  difference(reference: VocabularyHandle, candidate: VocabularyHandle): Promise<string>;
  openModel(
    settings: NativeModelSettings,
    cancel: CancelHandle,
    progress?: NativeProgress,
  ): Promise<{ handles: ModelHandle[]; vocabulary: number; tensorBytes: number; parameters: number }>;
  closeModel(model: ModelHandle): Promise<void>;
  timings(model: ModelHandle): NativeTimings;
  openBase(
    path: string,
  ): Promise<{ handle: BaseReaderHandle; context: number; vocabulary: number; chunks: number; tokens: Int32Array }>;
  createBase(
    path: string,
    /** `shownAs`: the name that it will have, for messages. */
    header: { shownAs: string; context: number; vocabulary: number; chunks: number; tokens: Int32Array },
  ): BaseWriterHandle;
  /** Throws when the disk did not take it all. */
  closeBase(writer: BaseWriterHandle): void;
  /** `threads`: of all groups together. None is spare at first. */
  createThreadPool(threads: number): ThreadPoolHandle;
  /** For the groups that still run. Answers how many are spare now. */
  leaveThreads(pool: ThreadPoolHandle, threads: number): number;
  measure(work: NativeMeasure, cancel: CancelHandle): Promise<NativeChunkNumbers[]>;
  /** Distributions of all models after the tokens; each goes on from what it has read already. */
  look(
    request: { models: ModelHandle[]; tokens: Int32Array; target: number; top: number; batch: number; as?: NativeCut },
    cancel: CancelHandle,
  ): Promise<
    {
      top: { token: number; logProbability: number }[];
      targetLogProbability: number;
      entropy: number;
      kld: number;
    }[]
  >;
}
