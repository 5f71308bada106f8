import { z } from 'zod';
import { assayErrorData } from '../../preload/contract/errors.ts';

/**
 * What the shell (main/app) and a host in a process of its own tell each other. One link, whatever carries it: the parentPort of
 * a utilityProcess, or process.send of a forked Node (`serialization: 'advanced'`). Both ends parse what arrives.
 *
 * Order: the host says `up`; the shell says `start`; the host says `started` or `failed`; then connections come and go;
 * `stop` asks for an orderly end, which `stopped` reports just before the process exits with code 0.
 */

/** Number of a connection, an engine or a request; chosen by the end that begins it, never used twice on one link. */
const number = z.number().int().nonnegative();

export const identity = z.object({
  person: z.string(),
  role: z.enum(['owner', 'engineer', 'reviewer', 'auditor']),
  home: z.enum(['desktop', 'browser', 'command line', 'host']),
});

export const keyRingStatus = z.object({
  available: z.boolean(),
  /** As Electron names it: `gnome_libsecret`, `kwallet6`, `keychain`, `dpapi`, …; `none`. */
  backend: z.string(),
  /** Why it is not available; null when it is. */
  reason: z.string().nullable(),
});

const startOptions = z.object({
  /** Folder of the store; null keeps everything in memory and loses it at the end. */
  folder: z.string().nullable(),
  /** Folder of the embedded sample model. */
  sampleFolder: z.string(),
  /** Who starts engine processes: the shell as utilityProcesses, or the host itself by forking Node. */
  engines: z.discriminatedUnion('by', [
    z.object({ by: z.literal('shell') }),
    /** `execPath`: the Node to fork with; default the one that the host runs on. `entry`: the built engine entry. */
    z.object({ by: z.literal('fork'), entry: z.string(), execPath: z.string().optional() }),
  ]),
  keyRing: keyRingStatus,
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});
export type StartOptions = z.input<typeof startOptions>;

/** Shell to host. */
export const toHost = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), options: startOptions }),
  z.object({ type: z.literal('stop') }),

  /** A window connects. Its frames follow; the shell relays them between the window's port and this link. */
  z.object({ type: z.literal('connection.open'), connection: number, identity }),
  z.object({ type: z.literal('connection.frame'), connection: number, data: z.string() }),
  z.object({ type: z.literal('connection.close'), connection: number }),

  z.object({ type: z.literal('engine.started'), engine: number, pid: number.optional() }),
  z.object({ type: z.literal('engine.message'), engine: number, data: z.unknown() }),
  z.object({ type: z.literal('engine.errorOutput'), engine: number, text: z.string() }),
  /** Once, last. Also the answer when the process could not be started (code and signal null). */
  z.object({
    type: z.literal('engine.exit'),
    engine: number,
    code: z.number().nullable(),
    signal: z.string().nullable(),
  }),

  /**
   * Answer to a `keyRing.encrypt` (base64 of the sealed bytes) or `keyRing.decrypt` (the text). `isStale`: the key ring has a newer key by now,
   * so the text is to be sealed anew.
   */
  z.object({
    type: z.literal('keyRing.answer'),
    request: number,
    result: z.string(),
    isStale: z.boolean().default(false),
  }),
  z.object({ type: z.literal('keyRing.failure'), request: number, error: assayErrorData }),
]);
export type ToHost = z.input<typeof toHost>;

/** Host to shell. */
export const toShell = z.discriminatedUnion('type', [
  z.object({ type: z.literal('up') }),
  z.object({ type: z.literal('started') }),
  /** The host cannot work; it exits with code 1 after this. */
  z.object({ type: z.literal('failed'), error: assayErrorData }),
  z.object({ type: z.literal('stopped') }),

  z.object({ type: z.literal('connection.frame'), connection: number, data: z.string() }),
  /** `reason` is a sentence to show, or null when there is nothing to say. */
  z.object({ type: z.literal('connection.close'), connection: number, reason: z.string().nullable() }),

  /** Make a utilityProcess of the engine entry. `label` is its service name. */
  z.object({
    type: z.literal('engine.start'),
    engine: number,
    label: z.string(),
    memoryCeilingBytes: z.number().optional(),
  }),
  z.object({ type: z.literal('engine.message'), engine: number, data: z.unknown() }),
  /** End it at once (SIGKILL). */
  z.object({ type: z.literal('engine.kill'), engine: number }),

  z.object({ type: z.literal('keyRing.encrypt'), request: number, text: z.string() }),
  /** `blob`: base64 of the sealed bytes. */
  z.object({ type: z.literal('keyRing.decrypt'), request: number, blob: z.string() }),
]);
export type ToShell = z.input<typeof toShell>;

/** One end of the link, in the host. */
export interface HostLink {
  send(message: ToShell): void;
  onMessage(listener: (message: z.output<typeof toHost>) => void): void;
  /** The shell is gone. */
  onClose(listener: () => void): void;
}
