/** A frame is one text message of tRPC's socket protocol, on whatever transport. Both ends hold to these limits. */

/** Largest frame that a client may send, in bytes of UTF-8; a larger one is answered with TOO_LARGE and ends the connection. */
export const largestRequestBytes = 16 * 1024 * 1024;

/** Largest frame that the host sends; a larger answer is replaced by TOO_LARGE. */
export const largestAnswerBytes = 64 * 1024 * 1024;

/**
 * A port has no way to ask how much its other end still has to read. So the client tells how many characters of frames it
 * has taken in since the connection began, and the host stops feeding subscriptions while too many are on their way.
 */
export function acknowledgement(charactersTakenIn: number): string {
  return `${acknowledgementMark}${charactersTakenIn}`;
}

/** The number of an acknowledgement, or null when the frame is something else. */
export function readAcknowledgement(frame: string): number | null {
  if (!frame.startsWith(acknowledgementMark)) return null;
  const count = Number(frame.slice(acknowledgementMark.length));
  return Number.isSafeInteger(count) && count >= 0 ? count : null;
}

const acknowledgementMark = 'ACK ';

/** A client acknowledges at the latest after this many characters. */
export const acknowledgeEvery = 64 * 1024;
