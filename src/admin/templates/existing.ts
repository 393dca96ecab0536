/** What a configuration has already that a template must fit in with: names, ports, time-outs. */

import { type Document, readDocument, type Section, statementWords, wordTexts } from '../text/document.ts';

export interface Listening {
  /** The section. */
  readonly name: string;
  readonly line: number;
  /** '' for all addresses. */
  readonly host: string;
  readonly lowPort: number;
  readonly highPort: number;
}

export type TimeoutName = 'connect' | 'client' | 'server';

export interface Existing {
  readonly proxyNames: ReadonlySet<string>;
  readonly peersNames: ReadonlySet<string>;
  readonly listening: readonly Listening[];
  readonly hasDefaults: boolean;
  /** The time-outs that a section at the end of the text would inherit. */
  readonly inheritedTimeouts: ReadonlySet<TimeoutName>;
  /** The text ends within an `.if`. */
  readonly openCondition: boolean;
}

const WILDCARDS = new Set(['', '*', '0.0.0.0', '::', '[::]']);

const FORMER_TIMEOUTS: Readonly<Record<string, TimeoutName>> = {
  contimeout: 'connect',
  clitimeout: 'client',
  srvtimeout: 'server',
};

/** `host:port` or `host:low-high`; undefined for sockets of files, variables and the like. */
export function readListening(word: string): Omit<Listening, 'name' | 'line'> | undefined {
  const plain = word.replace(/^(?:ipv[46]|tcp[46]?|ip)@/, '');
  const found = /^(.*):([0-9]+)(?:-([0-9]+))?$/.exec(plain);
  if (found === null || plain.startsWith('/')) return undefined;
  const [, host = '', low = '', high = low] = found;
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return { host: WILDCARDS.has(host) ? '' : bare, lowPort: Number(low), highPort: Number(high) };
}

export function collides(
  one: Pick<Listening, 'host' | 'lowPort' | 'highPort'>,
  other: Pick<Listening, 'host' | 'lowPort' | 'highPort'>,
): boolean {
  const ports = one.lowPort <= other.highPort && other.lowPort <= one.highPort;
  return ports && (one.host === '' || other.host === '' || one.host === other.host);
}

function listeningOf(section: Section): readonly Listening[] {
  return section.lines.flatMap((line) => {
    const [keyword, addresses = ''] = wordTexts(line);
    if (keyword !== 'bind') return [];
    return addresses.split(',').flatMap((word) => {
      const found = readListening(word);
      return found === undefined ? [] : [{ ...found, name: section.name, line: line.number }];
    });
  });
}

function timeoutsOf(section: Section): readonly TimeoutName[] {
  return section.lines.flatMap((line) => {
    const [keyword = '', name = ''] = wordTexts(line);
    const former = FORMER_TIMEOUTS[keyword];
    if (former !== undefined) return [former];
    return keyword === 'timeout' && (name === 'connect' || name === 'client' || name === 'server') ? [name] : [];
  });
}

/** The last `defaults` section counts, and those it says it is `from`. */
function inheritedTimeouts(document: Document): ReadonlySet<TimeoutName> {
  const all = document.sections.filter((section) => section.keyword === 'defaults');
  const found = new Set<TimeoutName>();
  const seen = new Set<Section>();
  let current = all[all.length - 1];
  while (current !== undefined && !seen.has(current)) {
    seen.add(current);
    for (const name of timeoutsOf(current)) found.add(name);
    const [first] = current.lines;
    const words = first === undefined ? [] : wordTexts(first);
    const parent = words[words.indexOf('from') + 1] ?? '';
    current = words.includes('from') ? all.find((section) => section.name === parent) : undefined;
  }
  return found;
}

function conditionDepth(document: Document): number {
  let depth = 0;
  for (const line of document.lines) {
    const keyword = statementWords(line)[0]?.text;
    if (keyword === '.if') depth++;
    else if (keyword === '.endif') depth--;
  }
  return depth;
}

export function readExisting(text: string): Existing {
  const document = readDocument(text);
  const proxies = document.sections.filter((section) => /^(?:frontend|backend|listen)$/.test(section.keyword));
  return {
    proxyNames: new Set(proxies.map((section) => section.name)),
    peersNames: new Set(document.sections.flatMap(({ keyword, name }) => (keyword === 'peers' ? [name] : []))),
    listening: proxies.flatMap(listeningOf),
    hasDefaults: document.sections.some((section) => section.keyword === 'defaults'),
    inheritedTimeouts: inheritedTimeouts(document),
    openCondition: conditionDepth(document) > 0,
  };
}

export interface ExistingFloating {
  readonly names: ReadonlySet<string>;
  readonly routers: ReadonlySet<number>;
}

/** The same for keepalived.conf. Comments begin with `#` or `!`. */
export function readExistingFloating(text: string): ExistingFloating {
  const plain = text.replace(/[#!].*/g, '');
  const named = plain.matchAll(/^[ \t]*(?:vrrp_[a-z_]+|track_[a-z_]+)[ \t]+([^\s{]+)/gm);
  const routers = plain.matchAll(/virtual_router_id[ \t]+([0-9]+)/g);
  return {
    names: new Set([...named].map((found) => found[1] ?? '')),
    routers: new Set([...routers].map((found) => Number(found[1]))),
  };
}
