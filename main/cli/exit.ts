import type { ErrorCode } from '../../preload/contract/errors.ts';

/** What the exit code of every command says. */
export const exitCode = {
  done: 0,
  /** A check that was asked for did not hold. */
  checkFailed: 1,
  /** Bad usage or bad input: another call would help. */
  badInput: 2,
  /** The engine or the store failed, or the answer could not be written. */
  failed: 3,
  /** 128 + the signal that ended it. */
  hungUp: 129,
  interrupted: 130,
  brokenPipe: 141,
  terminated: 143,
} as const;

/** 2 where the caller can put it right by calling differently, 3 where the engine or the store is at fault. */
const exitCodes = {
  LOCKED: 2,
  NO_STORE: 2,
  STORE_EXISTS: 2,
  WRONG_SECRET: 2,
  KEY_FILE_DAMAGED: 3,
  STORE_DAMAGED: 3,
  STORE_TOO_NEW: 3,
  STORE_IN_USE: 3,
  DISK_FULL: 3,
  READ_ONLY: 3,
  DISK_FAILED: 3,
  KEY_RING_UNAVAILABLE: 3,
  MODEL_NOT_FOUND: 2,
  MODEL_UNREADABLE: 2,
  MODEL_UNSUPPORTED: 2,
  NOT_ENOUGH_MEMORY: 3,
  CONTEXT_TOO_LARGE: 2,
  ENGINE_CRASHED: 3,
  ENGINE_HUNG: 3,
  ENGINE_DOWN: 3,
  ENGINE_UNAVAILABLE: 3,
  NETWORK_OFF: 2,
  NETWORK_FAILED: 3,
  DOWNLOAD_DAMAGED: 3,
  BAD_INPUT: 2,
  TOO_LARGE: 2,
  NOT_FOUND: 2,
  CONFLICT: 2,
  FORBIDDEN: 2,
  CANCELLED: 130,
  DISCONNECTED: 3,
  INTERNAL: 3,
} as const satisfies Record<ErrorCode, number>;

export function exitCodeOf(code: ErrorCode): number {
  return exitCodes[code];
}
