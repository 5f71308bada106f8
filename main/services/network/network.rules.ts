import { BlockList, isIP, isIPv6 } from 'node:net';
import type { NetworkSettings } from '../../../preload/contract/network.ts';

/** A page that sends somebody on more often than this leads nowhere. */
const mostRedirects = 5;

const inside = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  inside.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  inside.addSubnet(network, prefix, 'ipv6');

/** An address of this machine or of the network around it; `address` without brackets. */
export function isInside(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const plain = mapped ?? address;
  return isIP(plain) !== 0 && inside.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}

/** The host of an address as a socket takes it: an IPv6 address without its brackets. */
export const hostOf = (url: URL) => url.hostname.replace(/^\[|\]$/g, '');
export const portOf = (url: URL) => Number(url.port) || (url.protocol === 'https:' ? 443 : 80);

/** A name that only a network of its own knows: of one word, or below what is reserved for such names (RFC 6761, 6762, 8375). */
export function isInsideName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (isIP(name) !== 0 || name === '') return false;
  return !name.includes('.') || /\.(localhost|local|internal|intranet|private|corp|home|lan|home\.arpa)$/.test(name);
}

export interface RedirectCircumstances {
  /** The page itself lies on this machine or the network around it. */
  fromInside: boolean;
  /** The proxy looks names up, so nobody here knows where one leads. */
  byProxy: boolean;
  visited: ReadonlySet<string>;
}

/**
 * Why a page may not send to where it does; null when it may. One from outside must not reach in, and nothing goes from https to http.
 * By a proxy an unencrypted redirect stays with its host: any other name may lead into the proxy's own network, where only a certificate
 * tells that it is the one meant.
 */
export function whyNoRedirect(
  from: URL,
  to: URL,
  { fromInside, byProxy, visited }: RedirectCircumstances,
): string | null {
  if (to.protocol !== 'https:' && to.protocol !== 'http:') return `sends to ${to.protocol}, which is no web address`;
  if (from.protocol === 'https:' && to.protocol === 'http:')
    return 'sends from an encrypted connection to one that is not';
  if (visited.has(to.href)) return 'sends in a circle';
  if (visited.size > mostRedirects) return `sends on more than ${mostRedirects} times`;
  if (fromInside) return null;
  if (isInside(hostOf(to)) || isInsideName(hostOf(to)))
    return 'sends to an address of this machine or of the network around it';
  if (byProxy && to.protocol === 'http:' && to.host !== from.host)
    return 'sends to another host without encryption, and through a proxy nobody here can tell where that leads';
  return null;
}

/** Facts for the audit log; a proxy may hold a password, which stays out. */
export function auditedSettings(input: Partial<NetworkSettings>) {
  return {
    ...(typeof input.enabled === 'boolean' ? { enabled: input.enabled } : {}),
    ...(input.mirror !== undefined ? { mirror: input.mirror } : {}),
    ...(input.proxy !== undefined ? { proxy: input.proxy === null ? null : shownProxy(input.proxy) } : {}),
  };
}

/** Host and port alone. */
export function shownProxy(proxy: string): string {
  const url = new URL(proxy);
  return `${url.hostname}:${portOf(url)}`;
}
