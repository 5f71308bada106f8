import type { ModelFamily, Parity, Variant } from '../../../preload/contract/models.ts';
import type { HeaderFacts } from '../../inference/protocol.ts';
import type { ModelIdentity } from '../../inference/protocolFiles.ts';

/** A variant with what decides which family it belongs to. */
export interface Member {
  variant: Variant;
  facts: HeaderFacts | null;
}

/**
 * Quant ladders: variants of the same weights. By what the files say of themselves (base name, fine-tune, size), else by their name
 * without its quantization; of one architecture always. The biggest rung first.
 */
export function familiesOf(members: readonly Member[]): ModelFamily[] {
  const groups = new Map<string, Member[]>();
  const sampleKeys = new Set(members.filter(({ variant }) => variant.sample).map(familyKey));
  for (const member of members) {
    const own = familyKey(member);
    // Files that were made of the sample elsewhere stand in its ladder as well.
    const key = sampleKeys.has(own) ? 'sample' : own;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [member]);
    else group.push(member);
  }
  return [...groups]
    .map(([key, group]) => familyOf(key, group))
    .sort((one, other) => one.name.localeCompare(other.name, 'en', { numeric: true, sensitivity: 'base' }));
}

function familyOf(key: string, members: readonly Member[]): ModelFamily {
  const group = [...members].sort((one, other) => byPrecision(one.variant, other.variant));
  const differing = differencesOf(group);
  const variants = group.map(({ variant }, index) => ({ ...variant, differs: differing[index] ?? [] }));
  const identities = group.flatMap(({ facts }) => facts?.identity ?? []);
  return {
    key,
    name: familyName(group),
    architecture: group.find(({ facts }) => facts !== null)?.facts?.header.architecture ?? null,
    parameters: group.reduce<number | null>(
      (most, { facts }) => (facts === null ? most : Math.max(most ?? 0, facts.header.parameters)),
      null,
    ),
    baseModels: [...new Set(identities.flatMap(({ baseModels }) => baseModels))],
    differs: parities.filter((kind) => differing.some((kinds) => kinds.includes(kind))),
    variants,
  };
}

/** Most bits a weight first; a tie goes to the larger file, then to the sample itself before a copy of it, then to the path. */
function byPrecision(one: Variant, other: Variant): number {
  return (
    (other.bitsPerWeight ?? -1) - (one.bitsPerWeight ?? -1) ||
    other.sizeBytes - one.sizeBytes ||
    Number(other.sample) - Number(one.sample) ||
    (one.path < other.path ? -1 : 1)
  );
}

const parities: readonly Parity[] = ['chat template', 'special tokens', 'vocabulary'];
const hashOf = (identity: ModelIdentity, kind: Parity): string | null =>
  kind === 'chat template'
    ? identity.templateHash
    : kind === 'special tokens'
      ? identity.specialTokensHash
      : identity.vocabularyHash;

/** In what each member differs from most of its family; of two groups of one size the one with the most precise member counts as most. */
export function differencesOf(group: readonly Member[]): Parity[][] {
  const result: Parity[][] = group.map(() => []);
  for (const kind of parities) {
    const hashes = group.map(({ facts }) => (facts?.identity ? (hashOf(facts.identity, kind) ?? 'none') : null));
    const counts = new Map<string, number>();
    for (const hash of hashes) if (hash !== null) counts.set(hash, (counts.get(hash) ?? 0) + 1);
    const usual = [...counts].sort((one, other) => other[1] - one[1])[0]?.[0];
    hashes.forEach((hash, index) => {
      if (hash !== null && hash !== usual) result[index]?.push(kind);
    });
  }
  return result;
}

function familyKey({ variant, facts }: Member): string {
  const words = wordsOf(nameOf(variant, facts));
  const size = facts?.identity?.sizeLabel?.toLowerCase() ?? null;
  if (size !== null && !words.includes(size)) words.push(size);
  const shape =
    facts === null ? '' : `${facts.header.architecture} ${facts.header.layers}x${facts.header.embeddingLength} `;
  return `${shape}${[...new Set(words)].sort().join(' ')}`;
}

/** What the model is called, without its quantization: its base name and fine-tune, else its name, else that of its file. */
function nameOf(variant: Variant, facts: HeaderFacts | null): string {
  const identity = facts?.identity;
  if (identity?.baseName) {
    const parts = [identity.baseName, identity.sizeLabel, identity.fineTune, identity.version];
    return parts.filter((part) => part !== null && part !== undefined).join(' ');
  }
  const said = facts?.header.name ?? null;
  return withoutQuantization(said !== null && tellsSomething(said) ? said : variant.fileName.replace(/\.gguf$/i, ''));
}

/** Converters write the folder's name where nobody gave one. */
function tellsSomething(name: string): boolean {
  const plain = withoutQuantization(name).toLowerCase();
  return plain.length >= 3 && !/^(models?|snapshots?|tmp|hf|output|merged|gguf|[0-9a-f]{32,64})$/.test(plain);
}

/** Types as llama.cpp's tools and those who publish files write them. */
const quantization =
  /(^|[\s._-])((UD|i1|imat|imatrix|iMat)[\s._-])*(I?Q\d(_\d|_[0K]|_[XSMLN]+|_K_[SMLXP]+|_K_XL)*|TQ\d_0|MXFP4(_MOE)?|NVFP4|BF16|FP?16|FP?32|F16|F32|fp8|int8|int4|\dbpw)(?=$|[\s._-])/gi;
const decoration = /(^|[\s._-])(gguf|imat|imatrix|i1|unsloth|qat)(?=$|[\s._-])/gi;
const part = /-\d{5}-of-\d{5}$/;

export function withoutQuantization(name: string): string {
  const bare = name
    .replace(part, '')
    .replace(quantization, ' ')
    .replace(decoration, ' ')
    .replace(/[\s._-]+$/g, '')
    .trim();
  return bare === '' ? name : bare.replace(/\s{2,}/g, ' ');
}

/** Names of those who publish, which stand before some names of a model and not before others. */
const publishers = new Set(['meta', 'google', 'mistralai', 'microsoft', 'deepseek-ai', 'hf', 'hfified']);

function wordsOf(name: string): string[] {
  return name
    .toLowerCase()
    .normalize('NFKC')
    .split(/[\s_\-/:()[\]]+/)
    .flatMap((word) => word.match(/^([\p{L}]+)(\d+(?:\.\d+)*)$/u)?.slice(1) ?? [word])
    .filter((word) => word !== '' && !publishers.has(word));
}

function familyName(group: readonly Member[]): string {
  if (group.some(({ variant }) => variant.sample)) return 'Assay sample';
  const names = group.map(({ variant, facts }) => {
    const identity = facts?.identity;
    if (!identity?.baseName) return nameOf(variant, facts);
    const parts = [identity.baseName, identity.sizeLabel, identity.fineTune, identity.version];
    return parts
      .flatMap((one) => one ?? [])
      .join(' ')
      .replaceAll('-', ' ');
  });
  // The name that most files agree on.
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1] || one[0].length - other[0].length)[0]?.[0] ?? '';
}
