import type { Token } from '../../../preload/contract/engine.ts';

/*
 * How the tokens of an answer are kept: about eleven bytes a token beside the text, instead of seventy as JSON.
 *
 *   version 1 · count · where the texts are (0 slices of the answer's text, 1 in this blob) · whether there are alternatives
 *   count × id · count × log-probability in millionths · count × microseconds since the token before
 *   count × text (its length, and the text itself when it is not a slice)
 *   with alternatives: count × (0 none | n + 1, n × (id, millionths, text))
 *
 * Every number is a LEB128 varint; those that can be negative are zigzagged. Lengths count UTF-16 units; texts are UTF-16LE.
 */
const version = 1;

/** Rounds what is kept of a token to what can be kept: 1e-6 nats and one microsecond. So live and stored answers are equal. */
export function roundToken(token: Token): Token {
  return {
    ...token,
    logprob: round(token.logprob, 1e6),
    ms: round(token.ms, 1e3),
    ...(token.alternatives && {
      alternatives: token.alternatives.map((one) => ({ ...one, logprob: round(one.logprob, 1e6) })),
    }),
  };
}

/** Negative zero would not survive, and is never meant. */
function round(value: number, steps: number): number {
  return Math.round(value * steps) / steps + 0;
}

export function encodeTokens(tokens: readonly Token[], text: string): Buffer {
  const sliced = text.isWellFormed() && tokens.map((token) => token.text).join('') === text;
  const writer = createWriter();
  const alternatives = tokens.some((token) => token.alternatives !== undefined);
  for (const value of [version, tokens.length, sliced ? 0 : 1, alternatives ? 1 : 0]) writer.unsigned(value);
  for (const token of tokens) writer.signed(token.id);
  for (const token of tokens) writer.signed(Math.round(token.logprob * 1e6));
  let before = 0;
  for (const token of tokens) {
    const at = Math.round(token.ms * 1e3);
    writer.signed(at - before);
    before = at;
  }
  for (const token of tokens) {
    if (sliced) writer.unsigned(token.text.length);
    else writer.text(token.text);
  }
  if (alternatives) for (const token of tokens) writeAlternatives(writer, token);
  return writer.end();
}

function writeAlternatives(writer: Writer, { alternatives }: Token): void {
  writer.unsigned(alternatives === undefined ? 0 : alternatives.length + 1);
  for (const one of alternatives ?? []) {
    writer.signed(one.id);
    writer.signed(Math.round(one.logprob * 1e6));
    writer.text(one.text);
  }
}

/** Throws RangeError when the blob is not one of ours. */
export function decodeTokens(blob: Buffer, text: string): Token[] {
  const reader = createReader(blob);
  if (reader.unsigned() !== version) throw new RangeError('These tokens were kept by another version.');
  const count = reader.unsigned();
  const sliced = reader.unsigned() === 0;
  const alternatives = reader.unsigned() === 1;
  const ids = list(count, reader.signed);
  const logprobs = list(count, reader.signed);
  const deltas = list(count, reader.signed);
  let at = 0;
  let from = 0;
  const tokens = ids.map((id, index): Token => {
    const length = sliced ? reader.unsigned() : 0;
    const own = sliced ? text.slice(from, from + length) : reader.text();
    from += length;
    at += deltas[index] ?? 0;
    return { text: own, id, logprob: (logprobs[index] ?? 0) / 1e6, ms: at / 1e3 };
  });
  if (!alternatives) return tokens;
  return tokens.map((token) => {
    const one = reader.unsigned();
    if (one === 0) return token;
    return { ...token, alternatives: list(one - 1, () => readAlternative(reader)) };
  });
}

function readAlternative(reader: Reader): { id: number; text: string; logprob: number } {
  const id = reader.signed();
  const logprob = reader.signed() / 1e6;
  return { id, text: reader.text(), logprob };
}

function list<T>(count: number, read: () => T): T[] {
  return Array.from({ length: count }, read);
}

type Writer = ReturnType<typeof createWriter>;
type Reader = ReturnType<typeof createReader>;

function createWriter() {
  let buffer = Buffer.alloc(1024);
  let end = 0;
  function room(bytes: number): void {
    if (end + bytes <= buffer.length) return;
    buffer = Buffer.concat([buffer], Math.max(buffer.length * 2, end + bytes));
  }
  function unsigned(value: number): void {
    room(8);
    let left = value;
    for (; left >= 128; left = Math.floor(left / 128)) buffer[end++] = (left % 128) + 128;
    buffer[end++] = left;
  }
  return {
    unsigned,
    /** Zigzag: 0, -1, 1, -2 become 0, 1, 2, 3. */
    signed: (value: number) => unsigned(value < 0 ? -2 * value - 1 : 2 * value),
    text(text: string): void {
      unsigned(text.length);
      room(text.length * 2);
      end += buffer.write(text, end, 'utf16le');
    },
    end: () => Buffer.from(buffer.subarray(0, end)),
  };
}

function createReader(buffer: Buffer) {
  let at = 0;
  function unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = buffer[at++];
      if (byte === undefined) throw new RangeError('The kept tokens end too early.');
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  }
  return {
    unsigned,
    signed(): number {
      const value = unsigned();
      return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
    },
    text(): string {
      const bytes = unsigned() * 2;
      const text = buffer.toString('utf16le', at, at + bytes);
      at += bytes;
      return text;
    },
  };
}
