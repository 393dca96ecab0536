/** Where a frontend of a configuration can be reached from the unit itself, and whose servers may answer. */

import { isIPv6 } from 'node:net';
import { readListening } from '../templates/existing.ts';
import { readDocument, wordTexts } from '../text/document.ts';

export interface Entrance {
  /** For `connect`: loopback where the frontend listens on all addresses. */
  readonly host: string;
  readonly port: number;
  /** Backends it may choose, itself if it is a `listen`. */
  readonly backends: readonly string[];
}

/** Undefined: there is no such frontend, or its addresses are not written out (variables, sockets of files). */
export function entranceOf(text: string, name: string): Entrance | undefined {
  const section = readDocument(text).sections.find(
    (one) => one.name === name && (one.keyword === 'frontend' || one.keyword === 'listen'),
  );
  if (section === undefined) return undefined;
  const backends = section.keyword === 'listen' ? [name] : [];
  let found: Pick<Entrance, 'host' | 'port'> | undefined;
  for (const line of section.lines) {
    const [keyword, argument = ''] = wordTexts(line);
    if (keyword === 'use_backend' || keyword === 'default_backend') backends.push(argument);
    if (keyword !== 'bind' || found !== undefined) continue;
    const listening = readListening(argument.split(',', 1)[0] ?? '');
    if (listening === undefined) continue;
    const everywhere = isIPv6(argument.replace(/^\[?(.*?)\]?:\d+$/, '$1')) ? '::1' : '127.0.0.1';
    found = { host: listening.host === '' ? everywhere : listening.host, port: listening.lowPort };
  }
  return found === undefined ? undefined : { ...found, backends: [...new Set(backends)] };
}

/** As people write it. */
export function addressOf({ host, port }: Pick<Entrance, 'host' | 'port'>): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
