import { basename } from 'node:path';
import type { AssayErrorData } from '../../../preload/contract/errors.ts';
import type { RoomForModels, Variant } from '../../../preload/contract/models.ts';
import type { HeaderFacts } from '../../inference/protocol.ts';
import { fileNameOf } from './inspector.ts';
import type { StoredModel } from './models.queries.ts';
import { contextOf, estimateMemory } from './models.rules.ts';

/** What is listed of a model, whether it is stored or a sample. */
export interface Listed {
  row: Pick<StoredModel, 'id' | 'path' | 'addedAt' | 'source' | 'label' | 'sha256' | 'previousSha256' | 'files'>;
  sizeBytes: number;
  facts: HeaderFacts | null;
  problem: AssayErrorData | null;
  sample: boolean;
}

export interface Around {
  room: RoomForModels;
  tags: ReadonlyMap<string, string[]>;
  /** Ids by hash. */
  byHash: ReadonlyMap<string, string[]>;
  failures: ReadonlyMap<string, string>;
}

/** A model as the ladder shows it. */
export function variantOf({ row, sizeBytes, facts, problem, sample }: Listed, around: Around): Variant {
  const header = facts?.header ?? null;
  const memory = facts === null ? null : estimateMemory(facts, contextOf(facts, undefined), around.room);
  const hashProblem = row.files.flatMap(({ path }) => around.failures.get(path) ?? [])[0] ?? null;
  return {
    id: row.id,
    path: row.path,
    fileName: basename(row.path.replaceAll('\\', '/')),
    name: header?.name ?? row.label ?? fileNameOf(row.path),
    source: row.source,
    label: row.label,
    sample,
    addedAt: row.addedAt,
    sizeBytes,
    parts: row.files.length,
    quantization: header?.quantization ?? null,
    bitsPerWeight: header?.bitsPerWeight ?? null,
    parameters: header?.parameters ?? null,
    contextLength: header?.contextLength ?? null,
    architecture: header?.architecture ?? null,
    state: problem === null ? 'ready' : problem.code === 'MODEL_NOT_FOUND' ? 'missing' : 'unreadable',
    problem: problem?.message ?? null,
    notes: notesOf(row),
    differs: [],
    sha256: row.sha256,
    hashProblem,
    duplicates: (row.sha256 === null ? [] : (around.byHash.get(row.sha256) ?? [])).filter((id) => id !== row.id),
    tags: around.tags.get(row.id) ?? [],
    memory:
      memory === null
        ? null
        : { totalBytes: memory.totalBytes, contextSize: contextOf(facts ?? missing(), undefined), fits: memory.fits },
  };
}

function missing(): never {
  throw new Error('A model without facts has no memory.');
}

function notesOf({ sha256, previousSha256 }: Listed['row']): string[] {
  if (previousSha256 === null || previousSha256 === sha256) return [];
  const before = `SHA-256 ${previousSha256.slice(0, 12)}…`;
  return [
    sha256 === null
      ? `The file was changed or replaced since it was hashed (${before}). It is read again.`
      : `Another file lies under this name than the one that was hashed before (${before}). Results of that one are not results of this.`,
  ];
}
