/** Writes GGUF files for tests: small models with random weights, and files that are broken in exactly one way. */

export type GgufValue =
  | { type: 'u16' | 'u32' | 'i32' | 'f32' | 'u64'; value: number }
  | { type: 'bool'; value: boolean }
  | { type: 'string'; value: string }
  | { type: 'strings'; value: string[] }
  | { type: 'f32s' | 'i32s'; value: number[] };

export interface GgufTensor {
  name: string;
  /** In ggml's order: the first is the row length. */
  shape: number[];
  type: 'F32' | 'F16';
  data: Float32Array;
}

export interface GgufParts {
  version: number;
  metadata: Map<string, GgufValue>;
  tensors: GgufTensor[];
}

const valueTypes = { u16: 2, u32: 4, i32: 5, f32: 6, bool: 7, string: 8, u64: 10 } as const;
const tensorTypes = { F32: 0, F16: 1 } as const;
const alignment = 32;

export function ggufBytes(parts: GgufParts): Buffer {
  const pieces: Buffer[] = [
    Buffer.from('GGUF'),
    u32(parts.version),
    u64(parts.tensors.length),
    u64(parts.metadata.size),
  ];
  for (const [key, value] of parts.metadata) {
    pieces.push(string(key));
    for (const piece of encode(value)) pieces.push(piece);
  }
  let offset = 0;
  for (const tensor of parts.tensors) {
    pieces.push(string(tensor.name), u32(tensor.shape.length), ...tensor.shape.map(u64));
    pieces.push(u32(tensorTypes[tensor.type]), u64(offset));
    offset += padded(sizeOf(tensor));
  }
  const header = Buffer.concat(pieces);
  const data = parts.tensors.map((tensor) => {
    const bytes = Buffer.alloc(padded(sizeOf(tensor)));
    const source =
      tensor.type === 'F32'
        ? Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength)
        : halves(tensor.data);
    source.copy(bytes);
    return bytes;
  });
  return Buffer.concat([header, Buffer.alloc(padded(header.length) - header.length), ...data]);
}

function encode(item: GgufValue): Buffer[] {
  switch (item.type) {
    case 'u16':
      return [u32(valueTypes.u16), number(2, (buffer) => buffer.writeUInt16LE(item.value))];
    case 'u32':
      return [u32(valueTypes.u32), u32(item.value)];
    case 'u64':
      return [u32(valueTypes.u64), u64(item.value)];
    case 'i32':
      return [u32(valueTypes.i32), i32(item.value)];
    case 'f32':
      return [u32(valueTypes.f32), f32(item.value)];
    case 'bool':
      return [u32(valueTypes.bool), Buffer.from([item.value ? 1 : 0])];
    case 'string':
      return [u32(valueTypes.string), string(item.value)];
    case 'strings':
      return [u32(9), u32(valueTypes.string), u64(item.value.length), ...item.value.map(string)];
    case 'f32s':
      return [u32(9), u32(valueTypes.f32), u64(item.value.length), ...item.value.map(f32)];
    case 'i32s':
      return [u32(9), u32(valueTypes.i32), u64(item.value.length), ...item.value.map(i32)];
  }
}

const sizeOf = (tensor: GgufTensor) => tensor.data.length * (tensor.type === 'F32' ? 4 : 2);
const padded = (length: number) => Math.ceil(length / alignment) * alignment;

function number(bytes: number, write: (buffer: Buffer) => void): Buffer {
  const buffer = Buffer.alloc(bytes);
  write(buffer);
  return buffer;
}
const u32 = (value: number) => number(4, (buffer) => buffer.writeUInt32LE(value));
const i32 = (value: number) => number(4, (buffer) => buffer.writeInt32LE(value));
const f32 = (value: number) => number(4, (buffer) => buffer.writeFloatLE(value));
const u64 = (value: number) => number(8, (buffer) => buffer.writeBigUInt64LE(BigInt(value)));
function string(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

/** IEEE half precision, rounded to nearest; values here never overflow it, NaN stays NaN. */
function halves(values: Float32Array): Buffer {
  const out = Buffer.alloc(values.length * 2);
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  for (let index = 0; index < values.length; index++) {
    const bits = view.getUint32(index * 4, true);
    const sign = (bits >>> 16) & 0x8000;
    const exponent = ((bits >>> 23) & 0xff) - 112;
    const half =
      exponent >= 143
        ? 0x7e00
        : exponent <= 0
          ? Math.round(Math.abs(values[index] ?? 0) * 2 ** 24)
          : ((exponent << 10) | ((bits & 0x7fffff) >>> 13)) + ((bits >>> 12) & 1);
    out.writeUInt16LE(sign | half, index * 2);
  }
  return out;
}
