import type { MemoryEstimate, RoomForModels } from '../../../preload/contract/models.ts';
import type { HeaderFacts } from '../../inference/protocol.ts';

/** Tokens of context when nobody names a number; fewer when the model was trained on fewer. */
const usualContext = 4096;

/** Node, llama.cpp's libraries and small buffers, measured on the smallest model. */
const processBytes = 192 * 2 ** 20;
/** Tokens that prefill takes at once. */
const batch = 512;

export function contextOf(facts: HeaderFacts, asked: number | undefined): number {
  const trained = facts.header.contextLength;
  return asked ?? (trained > 0 ? Math.min(usualContext, trained) : usualContext);
}

/** Bytes of one token's keys and values in half precision over all layers that keep them. */
function keyValueBytes(facts: HeaderFacts): number {
  return facts.attentionLayers * facts.keyValueHeads * (facts.keyLength + facts.valueLength) * 2;
}

/**
 * An upper bound: sliding windows and compressed caches take less. Scratch: what prefill of a batch holds at once in single
 * precision, which are the logits, two rows of the feed-forward layer and a few of the width of the model.
 */
export function estimateMemory(facts: HeaderFacts, contextSize: number, room: RoomForModels): MemoryEstimate {
  const { header } = facts;
  const scratch = batch * 4 * (header.vocabularySize + 2 * facts.feedForwardLength + 8 * header.embeddingLength);
  const perToken = keyValueBytes(facts);
  const weightsBytes = facts.tensorBytes;
  const contextBytes = contextSize * perToken + scratch + processBytes;
  const totalBytes = weightsBytes + contextBytes;
  const left = room.availableBytes - weightsBytes - scratch - processBytes;
  const trained = header.contextLength > 0 ? header.contextLength : Number.MAX_SAFE_INTEGER;
  return {
    weightsBytes,
    contextBytes,
    totalBytes,
    ...room,
    fits: totalBytes <= room.availableBytes,
    largestContext: left <= 0 ? 0 : Math.min(trained, perToken > 0 ? Math.floor(left / perToken) : trained),
    method:
      'Weights as large as in the file; keys and values of every context token in half precision; scratch memory for a batch of 512 tokens; 192 MiB for the process. An upper bound for main memory: layers on a GPU take its memory instead.',
  };
}
