import { libraryId, type Model } from '../../../preload/contract/models.ts';
import type { ShownComparison } from './live.ts';

interface Described {
  /** What the variant's colour goes by. */
  key: string;
  name: string;
  quantization: string;
  problem: string | null;
}

/** How a reference is shown: the known model behind it, else the end of its path, else that it is in the list no more. */
export function describeReference(reference: string, models: readonly Model[]): Described {
  const model = models.find((known) => known.id === reference || known.path === reference);
  if (model) {
    return {
      key: model.id,
      name: distinctName(model, models),
      quantization: quantizationOf(model),
      problem: model.problem,
    };
  }
  if (reference.startsWith('sample')) {
    // The list of models has not come yet; the name is the one that it will give.
    const name = 'Sample model (for trying Assay out)';
    return { key: reference, name, quantization: reference.split(':')[1] ?? 'F16', problem: null };
  }
  if (libraryId.test(reference)) return { key: reference, quantization: '', ...unlisted(models.length > 0) };
  return { key: reference, name: fileName(reference), quantization: 'file', problem: null };
}

/** An id says nothing to a person. `isRead`: the list is there, and it is not in it. */
function unlisted(isRead: boolean): Pick<Described, 'name' | 'problem'> {
  if (!isRead) return { name: 'A model', problem: null };
  const problem = 'It was taken off the list of models. Choose another one, or add its file again.';
  return { name: 'No longer in the list', problem };
}

/** The columns by the names that tell them apart. */
export function withDistinctNames(comparison: ShownComparison, models: readonly Model[]): ShownComparison {
  return {
    ...comparison,
    columns: comparison.columns.map((column) => {
      const model = models.find((known) => known.id === column.modelId);
      return model ? { ...column, name: distinctName(model, models) } : column;
    }),
  };
}

/** Two files may hold the same model in the same quantization; then the name of the file says which is meant. */
function distinctName(model: Model, models: readonly Model[]): string {
  const alike = models.some(
    (other) => other.id !== model.id && other.name === model.name && quantizationOf(other) === quantizationOf(model),
  );
  return alike ? fileName(model.path).replace(/\.gguf$/i, '') : model.name;
}

function quantizationOf(model: Model): string {
  return model.header?.quantization ?? 'unknown';
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
