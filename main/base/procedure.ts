import { initTRPC, type TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import type { AssayErrorData } from '../../preload/contract/errors.ts';
import { Fault, toErrorData } from './fault.ts';
import { guardSubscription } from './subscription.ts';

/** Who acts, and from where. Comes from the connection, never from a request. */
export interface Identity {
  person: string;
  role: 'owner' | 'engineer' | 'reviewer' | 'auditor';
  home: 'desktop' | 'browser' | 'command line' | 'host';
}

export type Facts = NonNullable<AssayErrorData['facts']>;

/** What the procedure kinds ask of the host. */
export interface Gate {
  /** Throws LOCKED or NO_STORE. */
  requireUnlocked(): void;
  /** Postpones the idle lock. */
  touch(): void;
  /** Called when the store locks, so that nothing of it is watched any longer. Returns what ends the listening. */
  onLocking(listener: () => void): () => void;
  /**
   * Writes the intent to the audit log (throws when that fails: what cannot be recorded is not done) and returns what writes the
   * outcome, which does not throw.
   */
  record(identity: Identity, action: string, facts: Facts): (outcome: 'ok' | AssayErrorData['code']) => void;
}

export interface Context {
  identity: Identity;
  gate: Gate;
  /** Resolves when the client can take more of a subscription, or when the signal is aborted. Absent: it can always. */
  ready?: (signal: AbortSignal | undefined) => Promise<void>;
}

interface Meta {
  /** What the audit log keeps of a command's input, each fact by its own name: ids, counts, paths; never a prompt, an answer or a secret. */
  facts?: (input: never) => Facts;
  /** Who may call it. Default: everyone for what changes nothing, owner and engineer for commands and open mutations. */
  roles?: readonly Identity['role'][];
}

const trpc = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    isServer: true,
    errorFormatter({ shape, error }) {
      const assay = errorDataOf(error);
      return { ...shape, message: assay.message, data: { code: shape.data.code, assay } };
    },
  });

/** What crosses the border for an error of tRPC's: the Fault behind it, or the code that says what was wrong with the request. */
export function errorDataOf(error: TRPCError): AssayErrorData {
  if (error.cause instanceof Fault) return toErrorData(error.cause);
  if (error.code === 'BAD_REQUEST' && error.cause instanceof ZodError) {
    return { code: 'BAD_INPUT', message: sentenceOf(error.cause.issues[0]) };
  }
  if (error.code === 'NOT_FOUND' || error.code === 'METHOD_NOT_SUPPORTED')
    return { code: 'NOT_FOUND', message: 'There is no such procedure.' };
  if (error.code === 'BAD_REQUEST' || error.code === 'PARSE_ERROR')
    return { code: 'BAD_INPUT', message: 'The request was not understood.' };
  return toErrorData(error.cause ?? error);
}

/** What a person may have typed too much or nothing into has a sentence; anything else is a fault of the client. */
function sentenceOf(issue: ZodError['issues'][number] | undefined): string {
  const where = issue?.path.join('.') ?? '';
  if (where !== '' && issue?.code === 'too_big' && issue.origin === 'string')
    return `“${where}” has at most ${issue.maximum} characters. Shorten it.`;
  if (where !== '' && issue?.code === 'too_small' && issue.origin === 'string' && issue.minimum === 1)
    return `“${where}” is empty. Fill it in.`;
  return `The request was not understood. ${where === '' ? '' : `${where}: `}${issue?.message ?? ''}`;
}

const paced = trpc.procedure.use(async ({ ctx, type, signal, next }) => {
  const result = await next();
  if (!result.ok || type !== 'subscription' || !isIterable(result.data)) return result;
  return { ...result, data: guardSubscription(result.data, { ready: async () => ctx.ready?.(signal) }) };
});

/** Allowed while the store is locked: its own life cycle, and nothing of what it holds. */
export const open = paced.use(({ ctx, meta, type, next }) => {
  requireRole(ctx.identity, meta?.roles ?? (type === 'mutation' ? commanders : everyone));
  return next();
});

const unlocked = paced.use(async ({ ctx, meta, type, next }) => {
  ctx.gate.requireUnlocked();
  requireRole(ctx.identity, meta?.roles ?? everyone);
  ctx.gate.touch();
  const result = await next();
  if (!result.ok || type !== 'subscription' || !isIterable(result.data)) return result;
  return {
    ...result,
    data: guardSubscription(result.data, {
      breakable: (breakWith) =>
        ctx.gate.onLocking(() => breakWith(new Fault('LOCKED', 'The store was locked. Unlock it to go on.'))),
    }),
  };
});

/** Changes nothing. Also the kind of every subscription that only watches. */
export const query = unlocked;

/**
 * Changes something: its intent goes to the audit log before it starts, its outcome when it ends. A subscription of this kind ends
 * with its last item; one that its client stops has the outcome CANCELLED.
 */
export const command = unlocked.use(async ({ ctx, path, type, meta, getRawInput, next }) => {
  requireRole(ctx.identity, meta?.roles ?? commanders);
  const settle = ctx.gate.record(ctx.identity, path, factsOf(meta, await getRawInput()));
  const result = await next();
  if (result.ok && type === 'subscription' && isIterable(result.data)) {
    return {
      ...result,
      data: guardSubscription(result.data, {
        ended: (how) =>
          settle(how.state === 'failed' ? toErrorData(how.thrown).code : how.state === 'done' ? 'ok' : 'CANCELLED'),
      }),
    };
  }
  settle(result.ok ? 'ok' : errorDataOf(result.error).code);
  return result;
});

const commanders: readonly Identity['role'][] = ['owner', 'engineer'];
/** For `roles` of a mutation that no role is kept from. */
export const everyone: readonly Identity['role'][] = [...commanders, 'reviewer', 'auditor'];

function requireRole({ role }: Identity, allowed: readonly Identity['role'][]): void {
  if (allowed.includes(role)) return;
  throw new Fault('FORBIDDEN', `This may not be done in the role of ${role}. Ask a person with another role to do it.`);
}

/** Runs before the input is parsed, so a malformed one must neither make this throw nor bring odd or many things into the log. */
function factsOf(meta: Meta | undefined, input: unknown): Facts {
  if (!meta?.facts) return {};
  try {
    const named = Object.entries(meta.facts(input as never));
    if (named.length > mostFacts || named.some(([name]) => name.length > longestName)) return { malformed: true };
    const scalars = named.flatMap(([name, value]): [string, Facts[string]][] => {
      if (typeof value === 'string') return [[name, value.slice(0, longestFact)]];
      return value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
        ? [[name, value]]
        : [];
    });
    return Object.fromEntries(scalars);
  } catch {
    return { malformed: true };
  }
}

/** Characters; as long as the longest path. */
const longestFact = 4096;
const longestName = 64;
const mostFacts = 32;

function isIterable(data: unknown): data is AsyncIterable<unknown> {
  return typeof data === 'object' && data !== null && Symbol.asyncIterator in data;
}

export const router = trpc.router;
export const createCallerFactory = trpc.createCallerFactory;
