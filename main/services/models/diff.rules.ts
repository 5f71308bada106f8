import type { ModelDiff } from '../../../preload/contract/models.ts';
import type { HeaderFacts } from '../../inference/protocol.ts';
import type { FileDescription, VocabularyDifference } from '../../inference/protocolFiles.ts';

type Described = FileDescription & { facts: HeaderFacts };

/** What two files say differently. `vocabulary`: token by token, where their fingerprints differ. */
export function diffOf(
  one: Described,
  other: Described,
  vocabulary: VocabularyDifference | null,
): Omit<ModelDiff, 'one' | 'other'> {
  const [left, right] = [one.facts.identity, other.facts.identity];
  const sameTemplate = left?.templateHash === right?.templateHash;
  const specialTokens = differingTokens(one, other);
  return {
    warnings: warningsOf(one, other, vocabulary),
    metadata: differingMetadata(one, other),
    templates: { one: one.template, other: other.template, same: sameTemplate },
    specialTokens,
    vocabulary: {
      same: left?.vocabularyHash === right?.vocabularyHash,
      sizes: [one.facts.header.vocabularySize, other.facts.header.vocabularySize],
      different: vocabulary?.count ?? null,
      examples: vocabulary?.examples ?? [],
    },
    tensors: differingTensors(one, other),
  };
}

function warningsOf(one: Described, other: Described, vocabulary: VocabularyDifference | null): ModelDiff['warnings'] {
  const warnings: ModelDiff['warnings'] = [];
  const [left, right] = [one.facts.identity, other.facts.identity];
  if (left?.templateHash !== right?.templateHash) {
    const absent =
      left?.templateHash == null ? 'the first has none' : right?.templateHash == null ? 'the second has none' : null;
    warnings.push({
      kind: 'chat template',
      message: `The chat templates differ${absent === null ? '' : `: ${absent}`}. The same conversation becomes another prompt, so comparing the two says nothing of the quantization. A changed template is also a known way to plant a back door: read both before you trust either.`,
    });
  }
  if (left?.specialTokensHash !== right?.specialTokensHash) {
    warnings.push({
      kind: 'special tokens',
      message:
        'The special tokens differ (their ids, which are added by themselves, or which tokens count as control tokens). Prompts begin or answers end differently, so a comparison of the two is void.',
    });
  }
  if (left?.vocabularyHash !== right?.vocabularyHash) {
    const count = vocabulary === null || vocabulary.count === 0 ? '' : ` at ${vocabulary.count} ids`;
    warnings.push({
      kind: 'vocabulary',
      message: `The vocabularies differ${count}${vocabulary?.count === 0 ? ' in their scores, merges or kind of tokenizer' : ''}. The same text becomes other tokens: perplexity and divergence of the two cannot be held against each other.`,
    });
  }
  return warnings;
}

/** Keys that a quantization changes by its nature. */
const ofQuantization =
  /^(general\.(file_type|quantization_version|quantized_by|name|size_label|repo_url|uuid)|quantize\.|split\.)/;

function differingMetadata(one: Described, other: Described): ModelDiff['metadata'] {
  const valuesOf = ({ metadata }: Described) =>
    new Map(metadata.map(({ key, value, length }) => [key, length === null ? value : `${length} items ${value}`]));
  const [left, right] = [valuesOf(one), valuesOf(other)];
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((key) => key !== 'tokenizer.chat_template' && left.get(key) !== right.get(key))
    .sort((a, b) => Number(ofQuantization.test(a)) - Number(ofQuantization.test(b)) || (a < b ? -1 : 1))
    .map((key) => ({ key, one: left.get(key) ?? null, other: right.get(key) ?? null }));
}

function differingTokens(one: Described, other: Described): ModelDiff['specialTokens'] {
  const tokensOf = ({ specialTokens }: Described) =>
    new Map(specialTokens.map(({ role, id, text }) => [role, text === null ? String(id) : `${id} ${text}`]));
  const [left, right] = [tokensOf(one), tokensOf(other)];
  return [...new Set([...left.keys(), ...right.keys()])]
    .sort()
    .filter((role) => left.get(role) !== right.get(role))
    .map((role) => ({ role, one: left.get(role) ?? null, other: right.get(role) ?? null }));
}

function differingTensors(one: Described, other: Described): ModelDiff['tensors'] {
  const rest = new Map(other.tensors.map((tensor) => [tensor.name, tensor]));
  const types = new Map<string, ModelDiff['tensors']['types'][number]>();
  const unlike: string[] = [];
  for (const { name, type, shape } of one.tensors) {
    const partner = rest.get(name);
    rest.delete(name);
    if (partner === undefined || partner.shape.join() !== shape.join()) {
      unlike.push(name);
      continue;
    }
    const key = `${type} ${partner.type}`;
    const count = types.get(key) ?? { one: type, other: partner.type, tensors: 0 };
    count.tensors += 1;
    types.set(key, count);
  }
  unlike.push(...rest.keys());
  return { types: [...types.values()].sort((a, b) => b.tensors - a.tensors), unlike: unlike.slice(0, 20) };
}
