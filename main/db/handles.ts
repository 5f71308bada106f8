import { Fault } from '../base/fault.ts';
import type { Connection, Statement } from './open.ts';
import { storageFault } from './storageFault.ts';
import type { Bindable, ReadHandle, WriteHandle } from './store.ts';

const cacheLimit = 500;
const reading = /^(select|with|values|explain)\b/i;
const writing = /^(select|with|values|explain|insert|update|delete|replace)\b/i;

/**
 * The statements of one connection, prepared once each. Only statements on data pass: ATTACH (which can write in clear),
 * VACUUM INTO, PRAGMA and the like have no way in, neither has a transaction by hand.
 */
export interface Statements extends WriteHandle {
  close(): void;
}

export function createStatements(connection: Connection, file: string, access: 'read' | 'write'): Statements {
  const cache = new Map<string, Statement<unknown>>();

  function prepare<Row>(sql: string): Statement<Row> {
    if (!connection.open) throw new Fault('LOCKED', 'The store is locked. Unlock it to go on.');
    const cached = cache.get(sql);
    // A statement that is being iterated further up the stack cannot be used a second time.
    if (cached && !cached.busy) return cached as Statement<Row>;
    const allowed = access === 'read' ? reading : writing;
    if (!allowed.test(withoutLeadingComments(sql)))
      throw new Error(`A ${access} handle runs statements on rows only: ${sql.trim().slice(0, 60)}`);
    const statement = connection.prepare<unknown[], Row>(sql);
    if (access === 'read' && !statement.readonly)
      throw new Error(`A read handle does not write: ${sql.trim().slice(0, 60)}`);
    if (!cached) {
      if (cache.size >= cacheLimit) cache.delete(cache.keys().next().value ?? sql);
      cache.set(sql, statement);
    }
    return statement;
  }

  function guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storageFault(error, file);
    }
  }

  return {
    all: <Row>(sql: string, ...parameters: Bindable[]) => guarded(() => prepare<Row>(sql).all(...parameters)),
    get: <Row>(sql: string, ...parameters: Bindable[]) => guarded(() => prepare<Row>(sql).get(...parameters)),
    run: (sql, ...parameters) => guarded(() => prepare(sql).run(...parameters)),
    *iterate<Row>(sql: string, ...parameters: Bindable[]) {
      try {
        yield* prepare<Row>(sql).iterate(...parameters);
      } catch (error) {
        throw storageFault(error, file);
      }
    },
    close() {
      cache.clear();
      connection.close();
    },
  } satisfies Statements & ReadHandle;
}

/** The statement without what SQLite skips before it: white space, semicolons, comments. */
function withoutLeadingComments(sql: string): string {
  return sql.replace(/^(?:[\s;]+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))*/, '');
}
