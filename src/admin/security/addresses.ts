/**
 * Which names we answer to, and who is near. A page of somebody else whose name was pointed at our address (DNS rebinding)
 * sends its own name as Host: only our names and addresses are let in.
 */

import { BlockList, isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/** `host` of `host:port`, small letters, brackets of IPv6 taken off; undefined: not a Host header. */
export function hostOf(header: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::\d{1,5})?$/.exec(header ?? '');
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, '');
}

/** Our names: localhost, the host's name (with .local as mDNS has it), and those the owner added. */
export function ownNames(added: readonly string[]): readonly string[] {
  const name = hostname().toLowerCase();
  const short = name.split('.')[0] ?? name;
  return [...new Set(['localhost', name, short, `${short}.local`, ...added.map((one) => one.toLowerCase())])];
}

/** Addresses of our interfaces now: they come and go. */
export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map(({ address }) => address.split('%')[0] ?? address);
}

function sameAddress(one: string, other: string): boolean {
  const list = new BlockList();
  const family = isIP(one) === 6 ? 'ipv6' : 'ipv4';
  list.addAddress(one, family);
  return list.check(other, isIP(other) === 6 ? 'ipv6' : 'ipv4');
}

/** Is the Host header ours? */
export function isOwnHost(header: string | undefined, names: readonly string[]): boolean {
  const host = hostOf(header);
  if (host === undefined) return false;
  if (names.includes(host)) return true;
  return isIP(host) !== 0 && ownAddresses().some((address) => sameAddress(host, address));
}

const near = new BlockList();
near.addSubnet('127.0.0.0', 8, 'ipv4');
near.addSubnet('10.0.0.0', 8, 'ipv4');
near.addSubnet('172.16.0.0', 12, 'ipv4');
near.addSubnet('192.168.0.0', 16, 'ipv4');
near.addSubnet('169.254.0.0', 16, 'ipv4');
near.addAddress('::1', 'ipv6');
near.addSubnet('fe80::', 10, 'ipv6');
near.addSubnet('fc00::', 7, 'ipv6');

/** Loopback, link-local and private networks: where a unit may be claimed from. */
export function isNear(address: string): boolean {
  const plain = (address.split('%')[0] ?? address).replace(/^::ffff:(?=\d+\.)/, '');
  const family = isIP(plain);
  return family !== 0 && near.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}
