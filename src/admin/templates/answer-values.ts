/** Addresses, host names and servers in answers: each is a value, or what is wrong in words that fit any question. */

import { isIPv4, isIPv6 } from 'node:net';
import type { RouteAnswer, ServerAnswer } from './question.ts';
import { SHAPES } from './text-shapes.ts';

export type Read<Value> = { readonly value: Value } | { readonly error: string };

const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** IPv4 as four numbers, IPv6 without a zone. */
export function isAddress(text: string): boolean {
  return isIPv4(text) || (isIPv6(text) && !text.includes('%'));
}

/** Of one machine: not "all", not multicast. */
export function isMachineAddress(text: string): boolean {
  if (!isAddress(text)) return false;
  if (isIPv4(text)) {
    const first = Number(text.split('.')[0]);
    return first > 0 && first < 224;
  }
  return !/^ff/i.test(text) && /[1-9a-f]/i.test(text);
}

export function readHost(text: string): Read<string> {
  const labels = text.split('.');
  const good = text.length <= 120 && labels.every((label) => LABEL.test(label));
  // "10.0.0" would be taken for an address by the system's resolver.
  if (!good || /^[0-9.]+$/.test(text)) return { error: 'must be a host name, such as www.example.com' };
  return { value: text };
}

export function readPort(text: string): Read<number> {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65535 ? { value: port } : { error: 'must be a port, from 1 to 65535' };
}

/** `10.0.0.1:80`, `[::1]:80`, `host:80`. */
function readEndpoint(text: string): Read<string> {
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, Math.max(colon, 0));
  const port = readPort(text.slice(colon + 1));
  if (colon < 1 || 'error' in port) return { error: 'must be an address and a port, such as 10.0.0.1:80' };
  if (host.startsWith('[') && host.endsWith(']')) {
    const inner = host.slice(1, -1);
    if (!isIPv6(inner) || inner.includes('%')) return { error: 'has no valid IPv6 address in its brackets' };
    return { value: `${host}:${port.value}` };
  }
  if (host.includes(':')) return { error: 'is IPv6: put the address in brackets, such as [2001:db8::1]:80' };
  if (isIPv4(host)) return { value: `${host}:${port.value}` };
  const named = readHost(host);
  return 'error' in named ? { error: 'must be an address and a port, such as 10.0.0.1:80' } : { value: text };
}

const NAME = new RegExp(`^(?:${SHAPES.name.pattern})$`);

/** Servers without a name get the prefix and the first number that is free. */
export function readServers(texts: readonly string[], prefix: string): Read<readonly ServerAnswer[]> {
  const given = texts.map((text) => text.split(' '));
  const names = new Set(given.flatMap((words) => (words.length > 1 ? [words[0] ?? ''] : [])));
  const servers: ServerAnswer[] = [];
  const taken = new Set<string>();
  for (const [index, words] of given.entries()) {
    const which = `server ${index + 1}`;
    if (words.length > 2) return { error: `${which} must be an address and a port, with a name before it at most` };
    const endpoint = readEndpoint(words[words.length - 1] ?? '');
    if ('error' in endpoint) return { error: `${which} ${endpoint.error}` };
    let name = words.length > 1 ? (words[0] ?? '') : '';
    if (words.length > 1 && (!NAME.test(name) || name.length > SHAPES.name.mostCharacters)) {
      return { error: `${which}: its name must ${SHAPES.name.must}` };
    }
    for (let number = index + 1; name === ''; number++) {
      const candidate = `${prefix}${number}`;
      if (!names.has(candidate) && !taken.has(candidate)) name = candidate;
    }
    if (taken.has(name)) return { error: `${which}: the name is given twice` };
    taken.add(name);
    servers.push({ name, address: endpoint.value });
  }
  return { value: servers };
}

export function readRoutes(texts: readonly string[]): Read<readonly RouteAnswer[]> {
  const routes: RouteAnswer[] = [];
  for (const [index, text] of texts.entries()) {
    const which = `line ${index + 1}`;
    const [name = '', ...endpoints] = text.split(' ');
    const host = readHost(name);
    if ('error' in host) return { error: `${which} must begin with a host name, such as www.example.com` };
    if (endpoints.length === 0 || endpoints.length > 16) {
      return { error: `${which} must have one to 16 servers behind the host name, each address:port` };
    }
    const servers = readServers(endpoints, 'server');
    if ('error' in servers) return { error: `${which}: ${servers.error}` };
    const lower = host.value.toLowerCase();
    if (routes.some((route) => route.host === lower)) return { error: `${which}: the host name is given twice` };
    routes.push({ host: lower, servers: servers.value });
  }
  return { value: routes };
}
