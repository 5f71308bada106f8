import type { CatalogueEntry } from '../../../preload/contract/downloads.ts';

/**
 * Models that are proposed to whoever has none: small, well known, under a licence that lets everyone use them, each with a ladder to compare.
 * An entry comes in by a change of this file that names where its licence stands. Sizes are about; the hub tells them exactly, and its
 * SHA-256 is what a download is checked against. Here stands one only where it was computed from the file itself.
 */
export const catalogue: readonly CatalogueEntry[] = [
  {
    repository: 'bartowski/SmolLM2-135M-Instruct-GGUF',
    name: 'SmolLM2 135M Instruct',
    about: 'The smallest that holds a conversation; a ladder of it is here in a minute.',
    parameters: 135e6,
    licence: 'Apache-2.0',
    files: [
      { file: 'SmolLM2-135M-Instruct-f16.gguf', quantization: 'F16', aboutBytes: 271e6, sha256: null },
      { file: 'SmolLM2-135M-Instruct-Q8_0.gguf', quantization: 'Q8_0', aboutBytes: 145e6, sha256: null },
      { file: 'SmolLM2-135M-Instruct-Q4_K_M.gguf', quantization: 'Q4_K_M', aboutBytes: 105e6, sha256: null },
    ],
  },
  {
    repository: 'Qwen/Qwen2.5-0.5B-Instruct-GGUF',
    name: 'Qwen2.5 0.5B Instruct',
    about: 'Many languages and JSON, by its maker in every usual quantization.',
    parameters: 494e6,
    licence: 'Apache-2.0',
    files: [
      { file: 'qwen2.5-0.5b-instruct-fp16.gguf', quantization: 'F16', aboutBytes: 1.27e9, sha256: null },
      { file: 'qwen2.5-0.5b-instruct-q8_0.gguf', quantization: 'Q8_0', aboutBytes: 676e6, sha256: null },
      { file: 'qwen2.5-0.5b-instruct-q4_k_m.gguf', quantization: 'Q4_K_M', aboutBytes: 491e6, sha256: null },
    ],
  },
  {
    repository: 'Qwen/Qwen3-0.6B-GGUF',
    name: 'Qwen3 0.6B',
    about: 'Thinks before it answers, where that is asked for.',
    parameters: 596e6,
    licence: 'Apache-2.0',
    files: [{ file: 'Qwen3-0.6B-Q8_0.gguf', quantization: 'Q8_0', aboutBytes: 639e6, sha256: null }],
  },
  {
    repository: 'TheBloke/TinyLlama-1.1B-Chat-v1.0-GGUF',
    name: 'TinyLlama 1.1B Chat',
    about: 'The architecture of Llama 2 in small, quantized down to two bits: where quantization begins to hurt.',
    parameters: 1.1e9,
    licence: 'Apache-2.0',
    files: [
      { file: 'tinyllama-1.1b-chat-v1.0.Q8_0.gguf', quantization: 'Q8_0', aboutBytes: 1.17e9, sha256: null },
      { file: 'tinyllama-1.1b-chat-v1.0.Q4_K_M.gguf', quantization: 'Q4_K_M', aboutBytes: 669e6, sha256: null },
      { file: 'tinyllama-1.1b-chat-v1.0.Q2_K.gguf', quantization: 'Q2_K', aboutBytes: 483e6, sha256: null },
    ],
  },
  {
    repository: 'microsoft/Phi-3-mini-4k-instruct-gguf',
    name: 'Phi-3 mini 4k Instruct',
    about: 'Large enough for real work, small enough for a laptop.',
    parameters: 3.8e9,
    licence: 'MIT',
    files: [
      { file: 'Phi-3-mini-4k-instruct-fp16.gguf', quantization: 'F16', aboutBytes: 7.64e9, sha256: null },
      { file: 'Phi-3-mini-4k-instruct-q4.gguf', quantization: 'Q4_K_M', aboutBytes: 2.39e9, sha256: null },
    ],
  },
];
