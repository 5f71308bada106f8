import { initTRPC, TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import type { AssayErrorData } from '../../preload/contract/errors.ts';
import { Fault, toErrorData } from './fault.ts';

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
  /** Writes the intent to the audit log and returns what writes the outcome. */
  record(identity: Identity, action: string, facts: Facts): (outcome: 'ok' | AssayErrorData['code']) => void;
}

export interface Context {
  identity: Identity;
  gate: Gate;
}

interface Meta {
  /** What the audit log keeps of a command's input: ids, counts, paths; never a prompt, an answer or a secret. */
  facts?: (input: never) => Facts;
}

const trpc = initTRPC.context<Context>().meta<Meta>().create({
  isServer: true,
  errorFormatter({ shape, error }) {
    return { ...shape, message: errorDataOf(error).message, data: { code: shape.data.code, assay: errorDataOf(error) } };
  },
});

function errorDataOf(error: TRPCError): AssayErrorData {
  if (error.cause instanceof Fault) return toErrorData(error.cause);
  if (error.cause instanceof ZodError) {
    const issue = error.cause.issues[0];
    const where = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
    return { code: 'BAD_INPUT', message: `The request was not understood. ${where}${issue?.message ?? ''}` };
  }
  if (error.code === 'NOT_FOUND') return { code: 'NOT_FOUND', message: 'There is no such procedure.' };
  if (error.code === 'BAD_REQUEST' || error.code === 'PARSE_ERROR') return { code: 'BAD_INPUT', message: 'The request was not understood.' };
  return toErrorData(error.cause ?? error);
}

/** Allowed while the store is locked: its own life cycle, and nothing of what it holds. */
export const open = trpc.procedure;

const unlocked = trpc.procedure.use(({ ctx, next }) => {
  ctx.gate.requireUnlocked();
  ctx.gate.touch();
  return next();
});

/** Changes nothing. Also the kind of every subscription that only watches. */
export const query = unlocked;

/** Changes something: its intent goes to the audit log before it starts, its outcome when it ends. */
export const command = unlocked.use(async ({ ctx, path, meta, getRawInput, next }) => {
  const facts = meta?.facts?.((await getRawInput()) as never) ?? {};
  const settle = ctx.gate.record(ctx.identity, path, facts);
  const result = await next();
  settle(result.ok ? 'ok' : errorDataOf(result.error).code);
  return result;
});

export const router = trpc.router;
export const createCallerFactory = trpc.createCallerFactory;
