import type { SchemaHandle, Store } from './store.ts';

/** One step of the schema. `up` runs in a transaction of its own; what it leaves behind must be STRICT tables. */
export interface Migration {
  /** Unique and ascending; the file is `NNNN-<domain>-<what>.ts`. */
  readonly number: number;
  /** `<domain>-<what>`, as in the file name. Number and name together identify it for ever. */
  readonly name: string;
  up(schema: SchemaHandle): void;
}

export type { SchemaHandle, Store };
