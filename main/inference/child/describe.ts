import type { HeaderFacts } from '../protocol.ts';
import type { FileDescription } from '../protocolFiles.ts';
import type { GgufHeader, Scalar } from './ggufHeader.ts';
import { inspect, readParts, wholeOf } from './inspect.ts';
import { clipped } from './quoted.ts';
import { renderExample } from './renderExample.ts';
import { tensorTypes } from './tensorTypes.ts';

/** Characters of a value that are shown; templates have a place of their own. */
const mostValue = 2000;
const mostTemplate = 200_000;
const mostItems = 8;
const mostTensors = 20_000;
const mostEntries = 5000;

/** The names of GGUF's types of values, by their numbers. */
const typeNames = ['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'f32', 'bool', 'string', 'array', 'u64', 'i64', 'f64'];

/** All that the file says about itself. Refuses what `inspect` refuses. */
export function describe(path: string): FileDescription & { facts: HeaderFacts } {
  const facts = inspect(path);
  const header = wholeOf(readParts(path, { texts: mostItems, vocabulary: true }));
  const tokens = header.lists.get('tokenizer.ggml.tokens')?.texts ?? [];
  const template = header.values.get('tokenizer.chat_template');
  const specialTokens = [...header.values].flatMap(([key, value]) => {
    const role = /^tokenizer\.ggml\.(\w+)_token_id$/.exec(key)?.[1];
    if (role === undefined || typeof value !== 'number') return [];
    const text = tokens[value];
    return [{ role, id: Math.trunc(value), text: text === undefined ? null : clipped(text, 100) }];
  });
  const textOf = (role: string) => specialTokens.find((token) => token.role === role)?.text ?? '';
  return {
    facts,
    metadata: metadataOf(header),
    template: typeof template === 'string' ? clipped(template, mostTemplate) : null,
    example:
      typeof template === 'string' && template.trim() !== ''
        ? renderExample(template, { bos: textOf('bos'), eos: textOf('eos') })
        : null,
    specialTokens: specialTokens.filter(({ id }) => id >= 0 && id < 4_294_967_295),
    tensorTypes: typesOf(header),
    tensors: header.tensors
      .slice(0, mostTensors)
      .map(({ name, type, shape }) => ({ name: clipped(name, 200), type: nameOf(type), shape })),
  };
}

function metadataOf({ values, lists, types }: GgufHeader): FileDescription['metadata'] {
  const entries = [
    ...[...values].map(([key, value]) => ({
      key,
      type: typeNames[types.get(key) ?? -1] ?? '',
      value: shown(key, value),
      length: null,
    })),
    ...[...lists].map(([key, { type, length, numbers, texts }]) => ({
      key,
      type: `array of ${typeNames[type] ?? type}`,
      value: firstItems(type === 8 ? texts.map((text) => clipped(text, 64)) : numbers, length),
      length,
    })),
  ];
  return entries
    .slice(0, mostEntries)
    .map((entry) => ({ ...entry, key: clipped(entry.key, 200) }))
    .sort((one, other) => (one.key < other.key ? -1 : 1));
}

function shown(key: string, value: Scalar): string {
  const text = typeof value === 'string' ? value : String(value);
  return clipped(text, key === 'tokenizer.chat_template' ? 200 : mostValue);
}

function firstItems(items: readonly (string | number)[], length: number): string {
  const first = JSON.stringify(items.slice(0, mostItems)).slice(1, -1);
  return length > mostItems ? `[${first}${first === '' ? '' : ','}…]` : `[${first}]`;
}

function typesOf({ tensors }: GgufHeader): FileDescription['tensorTypes'] {
  const byType = new Map<string, { type: string; tensors: number; bytes: number }>();
  for (const { type, shape } of tensors) {
    const name = nameOf(type);
    const kind = tensorTypes[type];
    const sum = byType.get(name) ?? { type: name, tensors: 0, bytes: 0 };
    sum.tensors += 1;
    sum.bytes +=
      kind === undefined ? 0 : (shape.reduce((product, size) => product * size, 1) / kind.block) * kind.bytes;
    byType.set(name, sum);
  }
  return [...byType.values()].sort((one, other) => other.bytes - one.bytes);
}

const nameOf = (type: number) => tensorTypes[type]?.name ?? `type ${type}`;
