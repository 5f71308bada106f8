import { closeSync, openSync, readSync } from 'node:fs';
import { readParts } from './inspect.ts';
import { tensorTypes } from './tensorTypes.ts';

/** Where the scales of a block stand, in half precision; of the layouts in ggml-common.h of llama.cpp v0.4.0. */
const scales: Record<string, readonly number[]> = {
  Q1_0: [0],
  Q2_0: [0],
  Q4_0: [0],
  Q4_1: [0, 2],
  Q5_0: [0],
  Q5_1: [0, 2],
  Q8_0: [0],
  IQ4_NL: [0],
  Q2_K: [80, 82],
  Q3_K: [108],
  Q4_K: [0, 2],
  Q5_K: [0, 2],
  Q6_K: [208],
  IQ1_S: [0],
  IQ2_XXS: [0],
  IQ2_XS: [0],
  IQ2_S: [0],
  IQ3_XXS: [0],
  IQ3_S: [0],
  IQ4_XS: [0],
  TQ1_0: [52],
  TQ2_0: [64],
};
/** All bits of the exponent: infinite, or NaN. */
const exponents = { F16: 0x7c00, BF16: 0x7f80, F32: 0x7f800000 };
const pieceBytes = 2 ** 20;

/** The first tensor of a model that holds NaN or an infinite weight; null where none does, or its type does not show it. One pass over the file. */
export function damagedTensor(path: string): string | null {
  for (const { path: file, header } of readParts(path)) {
    const opened = openSync(file, 'r');
    try {
      for (const { name, shape, type, offset } of header.tensors) {
        const layout = tensorTypes[type];
        if (layout === undefined) continue;
        const weights = shape.reduce((product, length) => product * length, 1);
        const bytes = (weights / layout.block) * layout.bytes;
        if (holdsDamage(opened, header.dataStart + offset, bytes, layout)) return name;
      }
    } finally {
      closeSync(opened);
    }
  }
  return null;
}

function holdsDamage(file: number, from: number, bytes: number, layout: { name: string; bytes: number }): boolean {
  const isBad = badIn(layout.name);
  if (isBad === null) return false;
  const piece = Buffer.alloc(Math.max(1, Math.floor(pieceBytes / layout.bytes)) * layout.bytes);
  for (let done = 0; done < bytes; ) {
    const read = readSync(file, piece, 0, Math.min(piece.length, bytes - done), from + done);
    if (read < layout.bytes) return false;
    for (let block = 0; block + layout.bytes <= read; block += layout.bytes) if (isBad(piece, block)) return true;
    done += read - (read % layout.bytes);
  }
  return false;
}

/** Whether the block at a place has a weight or scale that is no number; null for types in which nothing shows. */
function badIn(type: string): ((bytes: Buffer, at: number) => boolean) | null {
  if (type === 'F32') return (bytes, at) => (bytes.readUInt32LE(at) & exponents.F32) === exponents.F32;
  if (type === 'BF16') return (bytes, at) => (bytes.readUInt16LE(at) & exponents.BF16) === exponents.BF16;
  const places = type === 'F16' ? [0] : scales[type];
  if (places === undefined) return null;
  return (bytes, at) => places.some((place) => (bytes.readUInt16LE(at + place) & exponents.F16) === exponents.F16);
}
