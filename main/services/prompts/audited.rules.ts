import type { z } from 'zod';
import type {
  annotateInput,
  exportHistoryInput,
  importInput,
  removeHistoryInput,
} from '../../../preload/contract/prompts.ts';
import type { Facts } from '../../base/procedure.ts';

/** What the audit log keeps: how many and of what kind. Never a search, a tag or a note. */
export function annotated(input: z.input<typeof annotateInput>): Facts {
  return {
    entries: input.ids.length,
    entry: input.ids.length === 1 ? (input.ids[0] ?? null) : null,
    note: input.note === undefined ? 'kept' : input.note ? 'written' : 'removed',
    tagsAdded: input.addTags?.length ?? 0,
    tagsRemoved: input.removeTags?.length ?? 0,
  };
}

export function removed(input: z.input<typeof removeHistoryInput>): Facts {
  if ('matching' in input) return { all: 'that a filter found' };
  return {
    entries: input.ids.length,
    entry: input.ids.length === 1 ? (input.ids[0] ?? null) : null,
    whole: input.whole ?? false,
  };
}

export function exported({ format, ids, matching, after }: z.input<typeof exportHistoryInput>): Facts {
  // Nothing, an empty search and an empty list find everything.
  const isFiltered = Object.values(matching ?? {}).some((value) => value !== undefined && String(value) !== '');
  return {
    format,
    ...(ids ? { entries: ids.length } : { all: isFiltered ? 'that a filter found' : 'the whole history' }),
    // A long export comes in parts, each with an entry in the log.
    part: after === undefined ? 'the first' : 'a further one',
  };
}

export function imported(input: z.input<typeof importInput>): Facts {
  return 'path' in input ? { path: input.path } : { files: input.files.length };
}
