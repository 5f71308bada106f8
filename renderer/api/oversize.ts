import type { AssayErrorData } from '../../preload/contract/errors.ts';
import { largestRequestBytes } from '../../preload/contract/frames.ts';

/**
 * Which frames to send in place of this one, and the answers to what is too large to be sent: the host would end the whole
 * connection for it, but only one request is at fault. A batch is taken apart first.
 */
export function admit(frame: string): { pass: string[]; refusals: string[] } {
  if (fits(frame)) return { pass: [frame], refusals: [] };
  const parsed: unknown = JSON.parse(frame);
  const requests = Array.isArray(parsed) ? parsed.map((one) => JSON.stringify(one)) : [frame];
  return {
    pass: requests.filter(fits),
    refusals: requests.filter((one) => !fits(one)).map(refuse),
  };
}

function fits(frame: string): boolean {
  // A UTF-16 unit takes at most three bytes in UTF-8, so short frames need no count.
  return frame.length * 3 <= largestRequestBytes || new TextEncoder().encode(frame).length <= largestRequestBytes;
}

function refuse(frame: string): string {
  const request: { id?: unknown } = JSON.parse(frame);
  const assay: AssayErrorData = {
    code: 'TOO_LARGE',
    message: `The request is larger than ${largestRequestBytes / 1024 / 1024} MiB and was not sent. Split it into smaller parts.`,
  };
  return JSON.stringify({
    id: request.id,
    error: { code: -32600, message: assay.message, data: { code: 'PAYLOAD_TOO_LARGE', assay } },
  });
}
