import { createHash } from 'node:crypto';
import type { ModelIdentity } from '../protocolFiles.ts';
import { type GgufHeader, isTemplate } from './ggufHeader.ts';
import { clipped } from './quoted.ts';

/** Characters of a text that are kept. */
const mostText = 200;
/** A merge of models names some; the first ones say enough. */
const mostBaseModels = 4;

/** What a header says of the model and its origin, and the fingerprints by which two files of a family are held against each other. */
export function identityOf({ values, lists, hashes }: GgufHeader, parts: number): ModelIdentity {
  const text = (key: string) => {
    const value = values.get(key);
    return typeof value === 'string' && value.trim() !== '' ? clipped(value.trim(), mostText) : null;
  };
  const count = Number(values.get('general.base_model.count') ?? 0);
  const baseModels = Array.from(
    { length: Math.min(mostBaseModels, Math.max(0, Math.trunc(count) || 0)) },
    (_, index) => {
      const key = `general.base_model.${index}`;
      return text(`${key}.repo_url`)?.replace(/^https?:\/\/huggingface\.co\//, '') ?? text(`${key}.name`);
    },
  );
  const chunks = values.get('quantize.imatrix.chunks_count');
  const imatrix = {
    file: text('quantize.imatrix.file'),
    dataset: text('quantize.imatrix.dataset'),
    chunks: typeof chunks === 'number' ? chunks : null,
  };
  return {
    baseName: text('general.basename'),
    sizeLabel: text('general.size_label'),
    fineTune: text('general.finetune'),
    version: text('general.version'),
    organization: text('general.organization'),
    baseModels: baseModels.flatMap((name) => name ?? []),
    quantizedBy: text('general.quantized_by'),
    imatrix: imatrix.file === null && imatrix.dataset === null ? null : imatrix,
    parts,
    templateHash: templateHash(hashes),
    specialTokensHash: hashOf([
      ...[...values].filter(([key]) => isSpecial(key)).sort(byKey),
      ['types', hashes.get('tokenizer.ggml.token_type') ?? null],
    ]),
    vocabularyHash: hashOf([
      values.get('tokenizer.ggml.model') ?? null,
      values.get('tokenizer.ggml.pre') ?? null,
      lists.get('tokenizer.ggml.tokens')?.length ?? 0,
      ...['tokens', 'scores', 'merges'].map((name) => hashes.get(`tokenizer.ggml.${name}`) ?? null),
    ]),
  };
}

/** Ids of special tokens, and the switches `add_bos_token` and the like. */
const isSpecial = (key: string) => /^tokenizer\.ggml\.(\w+_token_id|add_\w+)$/.test(key);

function templateHash(hashes: ReadonlyMap<string, string>): string | null {
  const templates = [...hashes].filter(([key]) => isTemplate(key)).sort(byKey);
  const [only] = templates;
  if (only === undefined) return null;
  return templates.length === 1 ? only[1] : hashOf(templates);
}

const byKey = ([one]: [string, unknown], [other]: [string, unknown]) => (one < other ? -1 : one > other ? 1 : 0);
const hashOf = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');
