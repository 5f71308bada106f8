import type { StorageItem } from '../../../preload/contract/storage.ts';
import type { WrittenModel } from './storage.queries.ts';

type Described = Pick<StorageItem, 'kind' | 'name' | 'about' | 'removable'>;

/** What the name of a file in the models folder says of it, and what is known of how it came there; only what Assay wrote can go. */
export function describeModelFile(name: string, sizeBytes: number, written: WrittenModel | undefined): Described {
  const partial = /^(?<file>.+)\.[0-9a-f]{12}\.part$/.exec(name)?.groups?.file;
  if (partial !== undefined)
    return {
      kind: 'left over',
      name: `${partial}, part of a download`,
      about: 'A download that is resumed goes on from here; without it, it begins anew.',
      removable: true,
    };
  if (written?.sizeBytes !== sizeBytes)
    return {
      kind: 'models',
      name,
      about: 'Not written by Assay, or changed since. It only lies in this folder, and is not removed from here.',
      removable: false,
    };
  const again = written.how === 'downloaded' ? 'downloaded again' : 'made again from its reference';
  return {
    kind: 'models',
    name,
    about: `${written.how === 'downloaded' ? 'Downloaded' : 'Quantized'} by Assay. Without it Models shows its entry as missing; it can be ${again}.`,
    removable: true,
  };
}

const aboutBase = {
  same: 'Logits of a reference, written by a divergence run. The run keeps its numbers; another run could no longer read it.',
  other: 'A divergence run wrote a file of this name, but another lies there by now. It is not removed from here.',
  unknown:
    'A divergence run of an earlier version wrote a file of this name, and kept nothing by which it is known again. Whether this is that file cannot be told; it goes only by its name.',
};

/** A base file lies wherever a person asked for it; `what` lies there: what the run wrote, another file, or nobody can tell. */
export function describeBaseFile(name: string, what: keyof typeof aboutBase): Described & Pick<StorageItem, 'byName'> {
  const described = { kind: 'base files', name, about: aboutBase[what], removable: what === 'same' } as const;
  return what === 'unknown' ? { ...described, byName: true } : described;
}

/** A quantization outside of the models folder, where a person asked for it. */
export function describeQuantization(name: string, isSame: boolean): Described {
  const about = isSame
    ? 'Quantized by Assay. Without it Models shows its entry as missing; it can be made again from its reference.'
    : 'Assay quantized a file of this name, but what lies there has another size by now. It is not removed from here.';
  return { kind: 'models', name, about, removable: isSame };
}

/** What the name of a folder beside the store says of it; null: it is none of these. */
export function describeCopy(name: string): Pick<StorageItem, 'kind' | 'name' | 'about'> | null {
  if (name.startsWith('replaced-'))
    return {
      kind: 'left over',
      name: `Store that a restore replaced (${momentOf(name)})`,
      about: 'The store as it was before the restore, encrypted. Without it the restore cannot be taken back.',
    };
  return null;
}

export function describeBackup(name: string): Pick<StorageItem, 'kind' | 'name' | 'about'> | null {
  if (!name.startsWith('before-')) return null;
  return {
    kind: 'backups',
    name: `Copy before an update of the store (${momentOf(name)})`,
    about: 'Made by itself before a new version changed the store, encrypted. Without it that older state is gone.',
  };
}

/** The day in a name such as replaced-2026-11-23-142501-031. */
function momentOf(name: string): string {
  return /\d{4}-\d{2}-\d{2}/.exec(name)?.[0] ?? name;
}
