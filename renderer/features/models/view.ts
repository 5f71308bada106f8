import type { ModelFamily, ModelUse, Parity, Variant } from '../../../preload/contract/models.ts';
import { plural, significant } from '../../lib/numbers.ts';

export type SortBy = 'name' | 'size' | 'bits' | 'parameters' | 'context' | 'memory' | 'used' | 'added';
export type Flag = 'fits' | 'differs' | 'duplicates' | 'trouble' | 'unhashed';

/** How the list is looked at. */
export interface View {
  /** Words that must all occur in a variant's names, path, quantization or tags. */
  search: string;
  flags: readonly Flag[];
  tags: readonly string[];
  sort: SortBy;
  descending: boolean;
}

export type Row =
  | { kind: 'family'; key: string; family: ModelFamily; shown: number; folded: boolean }
  | { kind: 'variant'; key: string; family: ModelFamily; variant: Variant };

/** How often a model was used, and in what. */
export interface Uses {
  count: number;
  words: string;
}

/** Of each model, by its id. `found`: by what it is called that a model takes part in. */
export function usesOf(found: Readonly<Record<string, readonly ModelUse[] | undefined>>): Map<string, Uses> {
  const uses = new Map<string, Uses>();
  for (const [what, counts = []] of Object.entries(found))
    for (const { model, count } of counts) {
      const before = uses.get(model);
      const words = [...(before ? [before.words] : []), plural(count, what)].join(', ');
      uses.set(model, { count: (before?.count ?? 0) + count, words });
    }
  return uses;
}

/** Families with the variants that the view lets through, as the rows of one list. A search opens what is folded. */
export function rowsOf(
  families: readonly ModelFamily[],
  view: View,
  folded: ReadonlySet<string>,
  uses: ReadonlyMap<string, Pick<Uses, 'count'>> = new Map(),
): Row[] {
  const shown = families.flatMap((family) => {
    const variants = family.variants.filter((variant) => isShown(variant, family, view));
    return variants.length === 0 ? [] : [{ family, variants: sorted(variants, view, uses) }];
  });
  if (view.sort === 'name') {
    if (view.descending) shown.reverse();
  } else {
    const best = ({ variants: [first] }: (typeof shown)[number]) =>
      first ? columnValue(first, view.sort, uses) : null;
    shown.sort((one, other) => compare(best(one), best(other), view.descending));
  }
  const opened = view.search.trim() !== '';
  return shown.flatMap(({ family, variants }): Row[] => {
    const isFolded = folded.has(family.key) && !opened;
    const head: Row = { kind: 'family', key: `family ${family.key}`, family, shown: variants.length, folded: isFolded };
    if (isFolded) return [head];
    return [head, ...variants.map((variant): Row => ({ kind: 'variant', key: variant.id, family, variant }))];
  });
}

function isShown(variant: Variant, family: ModelFamily, { search, flags, tags }: View): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const about = [
    family.name,
    variant.name,
    variant.label,
    variant.source,
    variant.quantization,
    variant.architecture,
    variant.path,
    variant.sha256,
    ...variant.tags,
  ]
    .join(' ')
    .toLowerCase();
  return (
    words.every((word) => about.includes(word)) &&
    tags.every((tag) => variant.tags.includes(tag)) &&
    flags.every((flag) => has(variant, flag))
  );
}

function has(variant: Variant, flag: Flag): boolean {
  switch (flag) {
    case 'fits':
      return variant.memory?.fits === true;
    case 'differs':
      return variant.differs.length > 0;
    case 'duplicates':
      return variant.duplicates.length > 0;
    case 'trouble':
      return variant.state !== 'ready' || variant.notes.length > 0 || variant.hashProblem !== null;
    case 'unhashed':
      return variant.sha256 === null;
  }
}

function sorted(
  variants: readonly Variant[],
  { sort, descending }: View,
  uses: ReadonlyMap<string, Pick<Uses, 'count'>>,
): Variant[] {
  // By name is the order of the ladder: most bits first, whichever way the names go.
  if (sort === 'name') return [...variants];
  return [...variants].sort((one, other) =>
    compare(columnValue(one, sort, uses), columnValue(other, sort, uses), descending),
  );
}

function columnValue(
  variant: Variant,
  sort: SortBy,
  uses: ReadonlyMap<string, Pick<Uses, 'count'>>,
): number | string | null {
  switch (sort) {
    case 'name':
      return variant.name;
    case 'size':
      return variant.sizeBytes;
    case 'bits':
      return variant.bitsPerWeight;
    case 'parameters':
      return variant.parameters;
    case 'context':
      return variant.contextLength;
    case 'memory':
      return variant.memory?.totalBytes ?? null;
    case 'used':
      return uses.get(variant.id)?.count ?? 0;
    case 'added':
      return variant.addedAt;
  }
}

/** What is not known stands last in either direction. */
function compare(one: number | string | null, other: number | string | null, descending: boolean): number {
  if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
  const order = one < other ? -1 : one > other ? 1 : 0;
  return descending ? -order : order;
}

/** A whole number with all of its digits, in groups of three. */
export function whole(value: number): string {
  return significant(value, Math.max(1, String(Math.abs(Math.round(value))).length));
}

/** "its chat template differs", "its special tokens and vocabulary differ". */
export function differWords(kinds: readonly Parity[]): string {
  const isOne = kinds.length === 1 && kinds[0] !== 'special tokens';
  return `${kinds.join(' and ')} ${isOne ? 'differs' : 'differ'}`;
}

/** Every tag of the library, in the order of the alphabet. */
export function tagsOf(families: readonly ModelFamily[]): string[] {
  const tags = new Set(families.flatMap(({ variants }) => variants.flatMap((variant) => variant.tags)));
  return [...tags].sort((one, other) => one.localeCompare(other));
}

/** The unit in which a column of sizes is read best: that of the largest. */
export function sizeUnit(sizes: readonly number[]): { unit: 'MiB' | 'GiB'; bytes: number } {
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  return largest >= 2 ** 29 ? { unit: 'GiB', bytes: 2 ** 30 } : { unit: 'MiB', bytes: 2 ** 20 };
}
