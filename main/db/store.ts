/** What can be bound to a `?` or `@name` of a statement. */
export type Bindable =
  | string
  | number
  | bigint
  | Buffer
  | null
  | { readonly [name: string]: string | number | bigint | Buffer | null };

/** Reads committed rows. The connection behind it cannot write. */
export interface ReadHandle {
  /** All rows. `Row` is the caller's word for what its own SQL returns. */
  all<Row>(sql: string, ...parameters: Bindable[]): Row[];
  /** The first row, or undefined. */
  get<Row>(sql: string, ...parameters: Bindable[]): Row | undefined;
  /** Rows one by one. End the loop before control returns to the event loop: an open iteration keeps the log from being folded in. */
  iterate<Row>(sql: string, ...parameters: Bindable[]): IterableIterator<Row>;
}

/** Exists only within `transaction`; also reads what this transaction wrote. */
export interface WriteHandle extends ReadHandle {
  run(sql: string, ...parameters: Bindable[]): { changes: number; lastInsertRowid: number | bigint };
}

/** What a migration gets: also several statements at once, and CREATE, ALTER, DROP. */
export interface SchemaHandle extends WriteHandle {
  /** Runs statements separated by semicolons. */
  script(sql: string): void;
}

/** The open, encrypted database. Every failure is a Fault whose sentence can be shown; after `close` each call answers LOCKED. */
export interface Store {
  readonly file: string;
  readonly read: ReadHandle;
  /** Runs `work` in one transaction (a savepoint when nested) and commits unless it throws. `work` must not be async. */
  transaction<T>(work: (write: WriteHandle) => T): T;
  /** Runs `work` once the outermost transaction is committed, at once when there is none; never after a rollback. */
  afterCommit(work: () => void): void;
  /** Folds the write-ahead log into the database file and empties it: what was deleted lingers in neither. */
  foldIn(): void;
  /** Writes a compact copy, encrypted with the same key, to a file that must not exist yet. Blocks while it copies. */
  vacuumInto(file: string): void;
  /** Reads every page and checks its MAC, the structure and the indexes. Throws STORE_DAMAGED. Blocks while it reads. */
  checkIntegrity(): void;
  /** Folds the write-ahead log into the database and closes both connections. */
  close(): void;
}
