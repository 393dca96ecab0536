/**
 * Addresses as `bind`, `server`, `log` and `source` lines have them (manual 11.1 "Address formats" of 2.6):
 * `[family@]address[:port[-end]]`, `/path`, `unix@path`, `abns@name`, `fd@number`. Names are looked up in a table that
 * the loader fills between two passes, so that parsing itself never waits.
 */

import { isIPv4, isIPv6 } from 'node:net';
import type { Variables } from './lexer.ts';
import type { AddressModel } from './model.ts';
import { readInteger } from './numbers.ts';

export interface HostNames {
  /** The address of a name; undefined when it does not resolve. `family` 0 takes either. */
  find(name: string, family: 0 | 4 | 6): string | undefined;
}

export interface AddressRules {
  /** A port may be given, must be, may be a range, may be an offset (`+80`). */
  readonly port: 'refused' | 'optional' | 'mandatory';
  readonly portRange?: boolean;
  readonly portOffset?: boolean;
  readonly descriptor?: boolean;
  readonly stream: boolean;
  readonly datagram: boolean;
  readonly datagramFirst?: boolean;
  /** connect() will be called: `sockpair@`, `fd@` and datagrams make no sense. */
  readonly connect?: boolean;
  /** A name that does not resolve is left to the caller (`server` lines) instead of being an error. */
  readonly keepName?: boolean;
}

export interface ParsedAddress {
  readonly address: AddressModel;
  readonly protocol: 'stream' | 'datagram';
  /** The host name, when there was one that did not resolve and the caller keeps names. */
  readonly unresolved: string | undefined;
}

export type AddressResult = { readonly parsed: ParsedAddress } | { readonly error: string };

type Family = 0 | 4 | 6 | 'unix' | 'abstract' | 'fd' | 'other';

const PREFIXES: readonly (readonly [string, Family, 'stream' | 'datagram' | undefined])[] = [
  ['unix@', 'unix', undefined],
  ['uxdg@', 'unix', 'datagram'],
  ['uxst@', 'unix', 'stream'],
  ['abns@', 'abstract', undefined],
  ['ip@', 0, undefined],
  ['ipv4@', 4, undefined],
  ['ipv6@', 6, undefined],
  ['tcp4@', 4, 'stream'],
  ['udp4@', 4, 'datagram'],
  ['tcp6@', 6, 'stream'],
  ['udp6@', 6, 'datagram'],
  ['tcp@', 0, 'stream'],
  ['udp@', 0, 'datagram'],
  ['quic4@', 'other', undefined],
  ['quic6@', 'other', undefined],
  ['fd@', 'fd', undefined],
  ['sockpair@', 'other', undefined],
  ['/', 'unix', undefined],
];

/** sockaddr_un's path without its final NUL, and without what HAProxy keeps free for ".<pid>.<bak|tmp>". */
const MAX_PATH = 97;
const MAX_ABSTRACT = 107;

/** The older expansion of `$NAME` and `${NAME}`, done within addresses even outside of quotes. */
export function expandVariables(text: string, variables: Variables): string {
  return text.replace(/\$(?:\{([A-Za-z0-9_]*)\}?|([A-Za-z0-9_]*))/g, (_whole, braced: string, plain: string) => {
    return variables(braced ?? plain) ?? '';
  });
}

const HOST_NAME = /^(?=.{1,255}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_-]{1,63})*\.?$/;

interface Host {
  readonly family: 4 | 6;
  readonly host: string;
  readonly any: boolean;
}

function readHost(text: string, family: 0 | 4 | 6): Host | undefined {
  let host = text;
  if (host.startsWith('[')) {
    if (host.length < 4 || !host.endsWith(']')) return undefined;
    host = host.slice(1, -1);
  }
  if (host === '::') return family === 4 ? undefined : { family: 6, host, any: true };
  if (host === '' || host === '*') {
    return family === 6 ? { family: 6, host: '::', any: true } : { family: 4, host: '0.0.0.0', any: true };
  }
  if (family !== 4 && isIPv6(host) && !host.includes('%')) return { family: 6, host, any: false };
  if (family !== 6 && isIPv4(host)) return { family: 4, host, any: host === '0.0.0.0' };
  return undefined;
}

interface Ports {
  readonly low: number;
  readonly high: number;
  readonly offset: 'none' | 'same' | 'plus' | 'minus';
}

function readPorts(text: string, whole: string, rules: AddressRules): Ports | { readonly error: string } {
  const first = text.charAt(0);
  if (/\d/.test(first)) {
    const dash = text.indexOf('-');
    if (dash >= 0 && rules.portRange !== true) return { error: `port range not permitted here in '${whole}'` };
    const lowText = dash < 0 ? text : text.slice(0, dash);
    const highText = dash < 0 ? text : text.slice(dash + 1);
    const low = readInteger(lowText);
    const high = readInteger(highText);
    const least = rules.port === 'mandatory' ? 1 : 0;
    if (low < least || low > 65535) return { error: `invalid port '${lowText}'` };
    if (high < least || high > 65535) return { error: `invalid port '${highText}'` };
    if (low > high) return { error: `invalid port range '${low}-${high}'` };
    return { low, high, offset: low === 0 && rules.portOffset === true ? 'same' : 'none' };
  }
  if (first === '-' || first === '+') {
    if (rules.portOffset !== true) return { error: `port offset not permitted here in '${whole}'` };
    const offset = readInteger(text.slice(1));
    return { low: offset, high: offset, offset: first === '+' ? 'plus' : 'minus' };
  }
  if (first !== '') return { error: `invalid character '${first}' in port number '${text}' in '${whole}'\n` };
  if (rules.port === 'mandatory') return { error: `missing port specification in '${whole}'` };
  return { low: 0, high: 0, offset: rules.portOffset === true ? 'same' : 'none' };
}

function parseInternet(
  body: string,
  whole: string,
  family: 0 | 4 | 6,
  rules: AddressRules,
  names: HostNames,
): { readonly address: AddressModel; readonly unresolved: string | undefined } | { readonly error: string } {
  // The last colon separates the port, unless a bracket closes after it: "::1" is host ":" with port "1", as in HAProxy.
  let at = body.length - 1;
  while (at > 0 && body.charAt(at) !== ']' && body.charAt(at) !== ':') at--;
  const hasPort = body.charAt(Math.max(at, 0)) === ':';
  if (hasPort && rules.port === 'refused') return { error: `port specification not permitted here in '${whole}'` };
  if (!hasPort && rules.port === 'mandatory') return { error: `missing port specification in '${whole}'` };
  const hostText = hasPort ? body.slice(0, at) : body;
  const ports = readPorts(hasPort ? body.slice(at + 1) : '', whole, rules);
  if ('error' in ports) return ports;

  let host = readHost(hostText, family);
  let unresolved: string | undefined;
  if (host === undefined) {
    const found = HOST_NAME.test(hostText) ? names.find(hostText, family) : undefined;
    if (found === undefined && rules.keepName !== true)
      return { error: `invalid address: '${hostText}' in '${whole}'\n` };
    if (found === undefined) unresolved = hostText;
    host = { family: found === undefined ? 4 : isIPv6(found) ? 6 : 4, host: found ?? '0.0.0.0', any: false };
  }
  const address: AddressModel = {
    kind: host.family === 4 ? 'ipv4' : 'ipv6',
    host: host.host,
    port: ports.low,
    portEnd: ports.high,
    any: host.any,
    portOffset: ports.offset,
  };
  return { address, unresolved };
}

/** Reads one address. The error is HAProxy's message (some of them end in a line feed there, too). */
export function parseAddress(
  text: string,
  rules: AddressRules,
  names: HostNames,
  variables: Variables,
  pathPrefix = '',
): AddressResult {
  let body = expandVariables(text, variables);
  if (body === '') return { error: `'${text}' resolves to an empty address (environment variable missing?)\n` };
  let protocol: 'stream' | 'datagram' =
    rules.datagram && (!rules.stream || rules.datagramFirst) ? 'datagram' : 'stream';
  if (body.startsWith('stream+')) {
    body = body.slice(7);
    protocol = 'stream';
  } else if (body.startsWith('dgram+')) {
    body = body.slice(6);
    protocol = 'datagram';
  }
  const prefix = PREFIXES.find(([start]) => body.startsWith(start));
  const family = prefix?.[1] ?? 0;
  if (prefix !== undefined && prefix[0] !== '/') body = body.slice(prefix[0].length);
  protocol = prefix?.[2] ?? protocol;

  let address: AddressModel;
  let unresolved: string | undefined;
  if (family === 'other') return { error: `'${prefix?.[0] ?? ''}' addresses are not implemented yet` };
  if (family === 'fd') {
    if (!/^\s*\+?\d+$/.test(body)) return { error: `file descriptor '${body}' is not a valid integer in '${text}'\n` };
    if (rules.descriptor !== true) return { error: `a file descriptor is not acceptable here in '${text}'\n` };
    address = { kind: 'fd', fd: readInteger(body) };
  } else if (family === 'unix' || family === 'abstract') {
    const limit = family === 'abstract' ? MAX_ABSTRACT : MAX_PATH - pathPrefix.length;
    if (body.length > limit) return { error: `socket path '${text}' too long (max ${limit})\n` };
    address = family === 'abstract' ? { kind: 'abstract', path: body } : { kind: 'unix', path: pathPrefix + body };
  } else {
    const internet = parseInternet(body, text, family, rules, names);
    if ('error' in internet) return internet;
    address = internet.address;
    unresolved = internet.unresolved;
  }
  if (protocol === 'stream' && !rules.stream) return { error: `stream-type address not acceptable in '${text}'\n` };
  if (protocol === 'datagram' && !rules.datagram) return { error: `dgram-type address not acceptable in '${text}'\n` };
  if (rules.connect === true && address.kind === 'fd') {
    return { error: `a file descriptor is not acceptable here in '${text}'\n` };
  }
  return { parsed: { address, protocol, unresolved } };
}

/** `address[/mask]` in the form that conditions compare with; undefined when it is no IPv4 or IPv6 network. */
export function isNetwork(text: string): boolean {
  const slash = text.lastIndexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  const mask = slash < 0 ? undefined : text.slice(slash + 1);
  if (isIPv4(host)) {
    return mask === undefined || isIPv4(mask) || (/^\d+$/.test(mask) && Number(mask) <= 32);
  }
  if (isIPv6(host) && !host.includes('%')) return mask === undefined || (/^\d+$/.test(mask) && Number(mask) <= 128);
  return false;
}
