import { basename, dirname, join } from 'node:path';
import type { z } from 'zod';
import type {
  AuditCheck,
  AuditDetail,
  AuditEntry,
  AuditExport,
  AuditPage,
  AuditVerdict,
  auditListInput,
  searchAuditInput,
} from '../../../preload/contract/audit.ts';
import type { ErrorCode } from '../../../preload/contract/errors.ts';
import type { Changes } from '../../base/changes.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { Facts, Identity } from '../../base/procedure.ts';
import type { Store, WriteHandle } from '../../db/index.ts';
import { readHead, readPreceding } from './audit.queries.ts';
import { type EntryBody, genesis, type Head, headMismatch, parseEntry } from './audit.rules.ts';
import { type Broken, type ChainKeys, extendChain, headProblem, topOf } from './chain.ts';
import { exportChain } from './exportChain.ts';
import { type OutsideHead, openOutsideHead, readOutsideHead } from './outsideHead.ts';
import { describeEntry, facetsOf, searchChain } from './search.ts';
import { verifyChain } from './verify.ts';

/** What the audit log asks of the vault. */
export interface AuditVault {
  status(): { storeId: string | null };
  deriveKey(purpose: string): Buffer;
  readonly auditHeadFile: string;
  onUnlocked(listener: (store: Store, how: 'create' | 'open') => void): () => void;
  onLocking(listener: (reason: string, by: Identity) => void): () => void;
  onEvent(listener: (event: { action: string; by: Identity; facts: Facts }) => void): () => void;
}

export interface AuditOptions {
  vault: AuditVault;
  changes: Pick<Changes, 'announce'>;
  clock: Clock;
}

export type Outcome = 'ok' | ErrorCode;

/** The log of every act: each entry's hash covers the one before it. Make it right after the vault, so that it is the last to let go at a lock. */
export interface Audit {
  /**
   * Writes the intent, before the act; the function it returns writes the outcome, once. Facts are ids, counts and paths,
   * never a prompt, an answer or a secret. An outcome that comes when the store is locked is written at the next unlock.
   * Faults: LOCKED, DISK_FULL: then the act must not begin.
   */
  record(identity: Identity, action: string, facts: Facts): (outcome: Outcome) => void;
  /** Something that happened by itself, or is already over. Faults: LOCKED, DISK_FULL. */
  event(identity: Identity, action: string, facts: Facts): void;
  /** Newest first, from before `before` on. */
  list(input: z.output<typeof auditListInput>): AuditEntry[];
  /** Reads the whole chain; about four seconds of one processor for a million entries, in slices of 3 ms with a rest after each. */
  verify(progressed?: (done: number, total: number) => void): Promise<AuditVerdict>;
  /** What the last check of this process found, or what an unlock found wanting; null when there was neither since the unlock. */
  lastCheck(): AuditCheck | null;
  /** Newest first, in pages, looked through in slices. */
  search(input: z.output<typeof searchAuditInput>): Promise<AuditPage>;
  /** NOT_FOUND. */
  entry(sequence: number): AuditDetail;
  facets(): { actions: string[]; persons: string[] };
  head(): { sequence: number; hash: string };
  /** The whole log as a file that can be checked without Assay. Faults: BAD_INPUT, NOT_FOUND, CONFLICT, DISK_FULL, READ_ONLY. */
  export(to: string): Promise<AuditExport>;
}

interface Opened {
  store: Store;
  keys: ChainKeys;
  outside: ReturnType<typeof openOutsideHead>;
  /** Up to where this process has written or checked the chain. */
  reached: Head;
}

type Happening = Omit<EntryBody, 'sequence' | 'at'>;

const foundWanting = { holds: false, head: '', unfinished: 0 };

const host: Identity = { person: 'Assay', role: 'owner', home: 'host' };

export function createAudit({ vault, changes, clock }: AuditOptions): Audit {
  let opened: Opened | null = null;
  let checked: AuditCheck | null = null;
  const late: { storeId: string; happening: Happening }[] = [];

  function requireOpen(): Opened {
    if (!opened) throw new Fault('LOCKED', 'The store is locked. Unlock it to go on.');
    return opened;
  }

  function append(happening: Happening): number {
    const current = requireOpen();
    const head = current.store.transaction((write) => {
      const problem = problemOfEnd(write, current);
      if (problem) recordProblem(write, current.keys, problem);
      return extendChain(write, current.keys, topOf(write, current.keys), { ...happening, at: now() });
    });
    current.store.afterCommit(() => reach(current, head));
    return head.sequence;
  }

  /** Nearly always the head is the one that this process wrote last; only otherwise all is checked. */
  function problemOfEnd(write: WriteHandle, { keys, reached }: Opened): Broken | null {
    const head = readHead(write);
    if (head && head.sequence === reached.sequence && head.hash.equals(reached.hash)) return null;
    return headProblem(write, keys, { state: 'valid', head: reached });
  }

  function recordProblem(write: WriteHandle, keys: ChainKeys, { sequence, reason }: Broken): Head {
    const facts = { sequence, reason };
    return extendChain(write, keys, topOf(write, keys), { ...entryOf(host, headMismatch, 'event', facts), at: now() });
  }

  function reach(current: Opened, head: Head): void {
    current.reached = head;
    current.outside.write(head);
    changes.announce('audit');
  }

  /** A restore makes the log shorter: how far the replaced one had reached, where its head was written under the same data key. */
  function replacedHead(folder: Facts[string] | undefined): Facts {
    if (typeof folder !== 'string') return {};
    const { keys } = requireOpen();
    const path = join(dirname(vault.auditHeadFile), folder, basename(vault.auditHeadFile));
    const said = readOutsideHead(path, keys.key, keys.storeId);
    return said.state === 'valid'
      ? { replacedEntries: said.head.sequence, replacedHead: said.head.hash.toString('hex') }
      : {};
  }

  function now(): string {
    return new Date(clock.now()).toISOString();
  }

  vault.onUnlocked((store, how) => {
    // Left over when someone after us made an unlock fail.
    opened?.outside.close();
    opened = null;
    checked = null;
    const storeId = vault.status().storeId ?? '';
    const keys: ChainKeys = { storeId, key: vault.deriveKey('audit head') };
    const said: OutsideHead = readOutsideHead(vault.auditHeadFile, keys.key, storeId);
    // Only a store that is made in this very call may be without the file beside it.
    const isNew = how === 'create' && said.state === 'missing';
    const problem = isNew ? null : headProblem(store.read, keys, said);
    if (problem)
      checked = { at: now(), verdict: { ...foundWanting, entries: topOf(store.read, keys).sequence, broken: problem } };
    const outside = openOutsideHead(vault.auditHeadFile, keys.key, storeId);
    const current: Opened = { store, keys, outside, reached: genesis(storeId) };
    opened = current;
    const head = problem
      ? store.transaction((write) => recordProblem(write, keys, problem))
      : (readHead(store.read) ?? current.reached);
    reach(current, head);
    for (const { happening } of late.splice(0).filter((one) => one.storeId === storeId)) append(happening);
  });

  vault.onEvent(({ by, action, facts }) => {
    const told = action === 'vault.restore' ? { ...facts, ...replacedHead(facts.replaced) } : facts;
    append(entryOf(by, action, 'event', told));
  });

  vault.onLocking((reason, by) => {
    if (!opened) return;
    const closing = opened;
    try {
      append(entryOf(by, 'vault.lock', 'event', { reason }));
    } finally {
      opened = null;
      closing.outside.close();
      closing.keys.key.fill(0);
    }
  });

  return {
    record(identity, action, facts) {
      const intent = append(entryOf(identity, action, 'intent', facts));
      const { storeId } = requireOpen().keys;
      let settled = false;
      return (outcome) => {
        if (settled) return;
        settled = true;
        const happening: Happening = { ...entryOf(identity, action, 'outcome', {}), outcome, intent };
        if (opened?.keys.storeId === storeId) append(happening);
        else late.push({ storeId, happening });
      };
    },
    event(identity, action, facts) {
      append(entryOf(identity, action, 'event', facts));
    },
    list({ before = Number.MAX_SAFE_INTEGER, limit }) {
      return readPreceding(requireOpen().store.read, before, limit).map(({ entry, hash }) => parseEntry(entry, hash));
    },
    async verify(progressed) {
      const { store, keys } = requireOpen();
      const outside = readOutsideHead(vault.auditHeadFile, keys.key, keys.storeId);
      const verdict = await verifyChain(store.read, keys, outside, progressed);
      // Of a store that was locked meanwhile nothing is kept.
      if (opened?.store === store) checked = { at: now(), verdict };
      changes.announce('audit');
      return verdict;
    },
    lastCheck() {
      requireOpen();
      return checked;
    },
    async search({ filter, before, limit }) {
      const { store, keys } = requireOpen();
      return searchChain(store.read, keys, filter, before, limit);
    },
    entry(sequence) {
      const { store, keys } = requireOpen();
      return describeEntry(store.read, keys, sequence);
    },
    facets() {
      const { store, keys } = requireOpen();
      return facetsOf(store.read, keys);
    },
    head() {
      const { store, keys } = requireOpen();
      const { sequence, hash } = topOf(store.read, keys);
      return { sequence, hash: hash.toString('hex') };
    },
    async export(to) {
      const { store, keys } = requireOpen();
      return exportChain(store.read, keys, to, clock.now());
    },
  };
}

function entryOf({ person, home }: Identity, action: string, phase: EntryBody['phase'], facts: Facts): Happening {
  return { person, home, action, phase, outcome: null, intent: null, facts };
}
