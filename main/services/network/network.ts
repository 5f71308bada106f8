import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import {
  type ConnectionAttempt,
  changeNetworkSettingsInput,
  type NetworkSettings,
  type NetworkSummary,
} from '../../../preload/contract/network.ts';
import type { Changes } from '../../base/changes.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault, isAbort } from '../../base/fault.ts';
import type { Store } from '../../db/store.ts';
import { get } from './connection.ts';
import * as queries from './network.queries.ts';
import { hostOf, isInside, isInsideName, portOf, shownProxy, whyNoRedirect } from './network.rules.ts';

export interface NetworkDependencies {
  vault: { store(): Store };
  changes: Pick<Changes, 'announce'>;
  clock: Clock;
  /** Default: 20 s for a connection to come about, 60 s in which nothing may come. */
  limits?: { connectMs: number; idleMs: number };
}

export interface NetworkRequest {
  url: string;
  /** What for, in words, for the ledger. */
  purpose: string;
  headers?: Record<string, string>;
  signal: AbortSignal;
}

export interface NetworkResponse {
  status: number;
  headers: IncomingHttpHeaders;
  /** Where it came from in the end. */
  url: string;
  /** Read it to its end or leave the loop: either closes the connection. Throws when the connection breaks off. */
  body: AsyncIterable<Buffer>;
  /** For who does not read the body. */
  discard(): void;
}

/** The only way out of Assay: off until a person turns it on, cut when it is turned off, and every attempt stands in the ledger. */
export interface Network {
  settings(): NetworkSettings;
  /** Returns all of them. */
  updateSettings(change: Partial<NetworkSettings>): NetworkSettings;
  /** Faults: LOCKED, NO_STORE. */
  allowed(): boolean;
  /**
   * GET; follows redirects, each an attempt of its own. Faults: NETWORK_OFF; NETWORK_FAILED, whose sentence says with whom and why;
   * CANCELLED. What comes with whatever status is an answer.
   */
  fetch(request: NetworkRequest): Promise<NetworkResponse>;
  /** Newest first, those before `before`. */
  connections(before: number | null, limit: number, filter?: queries.AttemptFilter): ConnectionAttempt[];
  summary(): NetworkSummary;
}

const defaults: NetworkSettings = { enabled: false, mirror: null, proxy: null };

export function createNetwork({
  vault,
  changes,
  clock,
  limits = { connectMs: 20_000, idleMs: 60_000 },
}: NetworkDependencies): Network {
  const settings = (): NetworkSettings => ({ ...defaults, ...queries.selectSettings(vault.store().read) });
  const now = () => new Date(clock.now()).toISOString();
  const since = now();
  /** Aborted, and replaced, when the network is turned off: what is under way ends with it. */
  let turnedOff = new AbortController();

  /** One attempt: its row stands before anything is connected to, so what cannot be recorded is not done. */
  async function attempt(
    target: URL,
    { purpose, headers = {}, signal: wish }: NetworkRequest,
    { proxy }: NetworkSettings,
    off: AbortSignal,
    insideAllowed: boolean,
  ) {
    const row = begin(target, purpose, proxy, 'under way', null);
    let response: IncomingMessage;
    const signal = AbortSignal.any([wish, off]);
    try {
      signal.throwIfAborted();
      const via = proxy === null ? null : new URL(proxy);
      response = await get(target, headers, { ...limits, proxy: via, signal, insideAllowed });
    } catch (thrown) {
      const reason = reasonOf(thrown, wish, off);
      settle(row, { outcome: 'failed', reason, status: null, receivedBytes: 0 });
      if (signal.aborted) throw ended(target, wish, thrown);
      throw failed(target, proxy, reason, thrown);
    }
    return { row, response, address: proxy === null ? response.socket.remoteAddress : undefined };
  }

  function begin(
    target: URL,
    purpose: string,
    proxy: string | null,
    outcome: 'under way' | 'refused',
    reason: string | null,
  ): number {
    const row = {
      at: now(),
      purpose,
      host: hostOf(target),
      port: portOf(target),
      path: target.pathname.slice(0, 2048),
      proxy: proxy === null ? null : shownProxy(proxy),
      outcome,
      reason,
    };
    const id = vault.store().transaction((write) => queries.insertAttempt(write, row));
    changes.announce('network');
    return id;
  }

  function settle(row: number, end: Pick<ConnectionAttempt, 'outcome' | 'reason' | 'status' | 'receivedBytes'>): void {
    try {
      vault.store().transaction((write) => queries.settleAttempt(write, row, { ...end, endedAt: now() }));
      changes.announce('network');
    } catch (thrown) {
      // The store was locked meanwhile: the row stays as one that was cut off.
      if (!(thrown instanceof Fault && (thrown.code === 'LOCKED' || thrown.code === 'NO_STORE'))) throw thrown;
    }
  }

  async function* bodyOf(
    response: IncomingMessage,
    target: URL,
    row: number,
    wish: AbortSignal,
    off: AbortSignal,
  ): AsyncGenerator<Buffer> {
    let receivedBytes = 0;
    // Who leaves the loop early has what it wanted.
    let end: Pick<ConnectionAttempt, 'outcome' | 'reason'> = { outcome: 'answered', reason: null };
    try {
      for await (const part of response) {
        receivedBytes += part.length;
        yield part;
      }
    } catch (thrown) {
      const reason = reasonOf(thrown, wish, off);
      end = { outcome: 'failed', reason };
      if (wish.aborted || off.aborted) throw ended(target, wish, thrown);
      throw failed(target, null, `after ${receivedBytes} bytes ${reason}`, thrown);
    } finally {
      response.destroy();
      settle(row, { ...end, status: response.statusCode ?? 0, receivedBytes });
    }
  }

  return {
    settings,
    updateSettings(change) {
      const given = changeNetworkSettingsInput.parse(change);
      vault
        .store()
        .transaction((write) => queries.writeSettings(write, { ...queries.selectSettings(write), ...given }));
      changes.announce('network');
      const all = settings();
      if (!all.enabled) {
        turnedOff.abort();
        turnedOff = new AbortController();
      }
      return all;
    },
    allowed: () => settings().enabled,
    connections: (before, limit, filter) => queries.selectAttempts(vault.store().read, before, limit, filter),
    summary: () => ({ enabled: settings().enabled, since, ...queries.countAttempts(vault.store().read, since) }),
    async fetch(request) {
      const chosen = settings();
      let target = new URL(request.url);
      if (!chosen.enabled) {
        begin(target, request.purpose, chosen.proxy, 'refused', 'The network is off.');
        throw new Fault(
          'NETWORK_OFF',
          `The network is off, so ${hostOf(target)} was not asked. An owner can turn it on in Settings, Network.`,
        );
      }
      const visited = new Set<string>();
      let fromInside = true;
      const off = turnedOff.signal;
      for (;;) {
        const insideAllowed = visited.size === 0 || fromInside;
        const { row, response, address } = await attempt(target, request, chosen, off, insideAllowed);
        if (visited.size === 0) {
          const host = hostOf(target);
          fromInside = address === undefined ? isInside(host) || isInsideName(host) : isInside(address);
        }
        visited.add(target.href);
        const status = response.statusCode ?? 0;
        const { location } = response.headers;
        if (![301, 302, 303, 307, 308].includes(status) || location === undefined) {
          const body = bodyOf(response, target, row, request.signal, off);
          return { status, headers: response.headers, url: target.href, body, discard: () => discard(response, row) };
        }
        response.destroy();
        settle(row, { outcome: 'answered', reason: null, status, receivedBytes: 0 });
        const next = URL.canParse(location, target.href) ? new URL(location, target.href) : null;
        const refusal =
          next === null
            ? 'sends to what is no address'
            : whyNoRedirect(target, next, { fromInside, byProxy: chosen.proxy !== null, visited });
        if (next === null || refusal !== null) {
          if (next !== null) begin(next, request.purpose, chosen.proxy, 'refused', `${hostOf(target)} ${refusal}.`);
          throw failed(target, null, `${refusal}`, undefined);
        }
        target = next;
      }
    },
  };

  function discard(response: IncomingMessage, row: number): void {
    response.destroy();
    settle(row, { outcome: 'answered', reason: null, status: response.statusCode ?? 0, receivedBytes: 0 });
  }
}

function ended(target: URL, wish: AbortSignal, cause: unknown): Fault {
  if (wish.aborted) return new Fault('CANCELLED', 'Cancelled.', { cause });
  return new Fault(
    'NETWORK_OFF',
    `The network was turned off, so ${hostOf(target)} was read no further. An owner can turn it on in Settings, Network.`,
    { cause },
  );
}

function failed(target: URL, proxy: string | null, reason: string, cause: unknown): Fault {
  const through = proxy === null ? '' : ` through the proxy ${shownProxy(proxy)}`;
  return new Fault(
    'NETWORK_FAILED',
    `${target.host} could not be read${through}: ${reason}. Check the connection and try again.`,
    {
      cause,
    },
  );
}

/** What happened, in a few words; of an error of the system its sentence. */
function reasonOf(thrown: unknown, wish: AbortSignal, off: AbortSignal): string {
  if (off.aborted && !wish.aborted) return 'the network was turned off';
  if (wish.aborted || isAbort(thrown)) return 'cancelled';
  if (thrown instanceof AggregateError) return reasonOf(thrown.errors[0], wish, off);
  if (!(thrown instanceof Error)) return String(thrown);
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
  return sentences[code] ?? thrown.message;
}

const sentences: Record<string, string> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'names cannot be looked up',
  ECONNREFUSED: 'it refused the connection',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'it did not answer',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no network',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody who is known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by nobody who is known here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};
