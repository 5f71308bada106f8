import type { AssayErrorData, ErrorCode } from '../../preload/contract/errors.ts';

/** A failure that a person can act on. `message` says what happened, where, and what to do. */
export class Fault extends Error {
  readonly code: ErrorCode;
  readonly facts: AssayErrorData['facts'];

  constructor(code: ErrorCode, message: string, options: { facts?: AssayErrorData['facts']; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.facts = options.facts;
  }
}

/** What crosses a border in place of a thrown thing. An unforeseen error becomes INTERNAL and keeps its words. */
export function toErrorData(thrown: unknown): AssayErrorData {
  if (thrown instanceof Fault) return { code: thrown.code, message: thrown.message, facts: thrown.facts };
  if (isAbort(thrown)) return { code: 'CANCELLED', message: 'Cancelled.' };
  return {
    code: 'INTERNAL',
    message: `Something unforeseen failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
  };
}

export function fromErrorData(data: AssayErrorData): Fault {
  return new Fault(data.code, data.message, { facts: data.facts });
}

export function isAbort(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    (thrown.name === 'AbortError' || (thrown instanceof Fault && thrown.code === 'CANCELLED'))
  );
}
