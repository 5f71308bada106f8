import { z } from 'zod';

/** The stable codes by which a client tells failures apart. The sentence for a person travels beside the code. */
export const errorCode = z.enum([
  // store
  'LOCKED',
  'NO_STORE',
  'STORE_EXISTS',
  'WRONG_SECRET',
  'KEY_FILE_DAMAGED',
  'STORE_DAMAGED',
  'STORE_TOO_NEW',
  'STORE_IN_USE',
  'DISK_FULL',
  'READ_ONLY',
  'DISK_FAILED',
  'KEY_RING_UNAVAILABLE',
  // engine and models
  'MODEL_NOT_FOUND',
  'MODEL_UNREADABLE',
  'MODEL_UNSUPPORTED',
  'NOT_ENOUGH_MEMORY',
  'CONTEXT_TOO_LARGE',
  'ENGINE_CRASHED',
  'ENGINE_HUNG',
  'ENGINE_DOWN',
  'ENGINE_UNAVAILABLE',
  // network
  'NETWORK_OFF',
  'NETWORK_FAILED',
  'DOWNLOAD_DAMAGED',
  // requests
  'BAD_INPUT',
  'TOO_LARGE',
  'NOT_FOUND',
  'CONFLICT',
  'FORBIDDEN',
  'CANCELLED',
  /** Made by the client: the connection ended before the answer came. */
  'DISCONNECTED',
  'INTERNAL',
]);
export type ErrorCode = z.infer<typeof errorCode>;

/** What crosses the border when a procedure fails: the code to branch on and the sentence to show. */
export const assayErrorData = z.object({
  code: errorCode,
  /** What happened, where, and what to do; complete and ready to show. */
  message: z.string(),
  /** Facts that the client may use (a path, a number of bytes); never anything that a person typed or a model said. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});
export type AssayErrorData = z.infer<typeof assayErrorData>;

/** Whether the text had fewer tokens than were needed: it is kept as it was, so another try ends the same way. */
export function isTextTooShort(error: AssayErrorData | null): boolean {
  return error?.code === 'BAD_INPUT' && typeof error.facts?.needed === 'number';
}

/** Stands in the place of an answer that a person deleted in Prompts. */
export const deletedInPrompts: AssayErrorData = {
  code: 'NOT_FOUND',
  message: 'Deleted in Prompts.',
  facts: { deleted: true },
};

export function isDeleted({ error }: { error: AssayErrorData | null }): boolean {
  return error?.facts?.deleted === true;
}
