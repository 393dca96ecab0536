/** What stands in the wrong section, what is missing in one, and lines that do not go together. */

import type { ProxyDraft } from '../draft.ts';
import { type SourceLine, wordOf } from '../source-lines.ts';
import { entriesNamed } from './keywords.ts';
import { choice, type HintRule, keywordOf, type Mistake, wordAt } from './rule.ts';

function belongs(keyword: string, without: string): string | undefined {
  const [name = '', second = ''] = keyword.split(' ');
  const entry =
    entriesNamed(name).find(({ kind }) => kind === 'proxy' && second === '') ??
    entriesNamed(second).find(({ kind }) => kind === name) ??
    entriesNamed(name).find(({ kind }) => kind === 'option');
  const sections = (entry?.sections ?? []).filter((section) => section !== without);
  return sections.length === 0 ? undefined : `it belongs in a ${choice(sections)} section`;
}

function missingTimeouts({ proxy }: Mistake): string | undefined {
  if (proxy === undefined) return undefined;
  const { client, connect, server } = proxy.timeouts;
  const missing = [
    ...(proxy.frontend && client === 0 ? ['timeout client 30s'] : []),
    ...(proxy.servers.length > 0 && connect === 0 ? ['timeout connect 5s'] : []),
    ...(proxy.servers.length > 0 && server === 0 ? ['timeout server 30s'] : []),
  ];
  return `add ${missing.map((line) => `'${line}'`).join(', ')} here or to its defaults section`;
}

/** The line before this one that starts with the same word. */
function previousOf(line: SourceLine | undefined, { draft, proxy }: Mistake): SourceLine | undefined {
  if (line === undefined || proxy === undefined) return undefined;
  const lines = draft.lines.of(proxy);
  return lines.slice(0, lines.indexOf(line)).findLast((one) => wordOf(one, 0) === keywordOf(line));
}

const NEEDS_HTTP = "say 'mode http' in this section or its defaults, or leave the line out";

function modeOf(proxy: ProxyDraft | undefined): string {
  return proxy?.mode ?? 'http';
}

export const SECTION_HINTS: readonly HintRule[] = [
  [/^'(.+)' not allowed in 'defaults' section\./, ([, keyword = '']) => belongs(keyword, 'defaults')],
  [
    /not allowed in anonymous 'defaults' section/,
    () => "name the section, 'defaults <name>', and start from it: 'frontend <name> from <defaults>'",
  ],
  [
    /^'(.+?)' (?:ignored|not allowed|will be ignored) because .* has no \w+ capability/,
    ([, keyword = '']) => belongs(keyword, 'defaults'),
  ],
  [
    /^please use the 'bind' keyword/,
    (_, mistake) => {
      const word = wordAt(mistake);
      if (/[:.]|^\d/.test(word)) return `add a line 'bind ${word}' to the section`;
      return `a name is one word: '${[keywordOf(mistake.line), wordOf(mistake.line as SourceLine, 1)].join(' ')}-${word}'`;
    },
  ],
  [
    /^character '.*' is not permitted in '?(?:\w+ )*\w+'? name/,
    () => "names are made of letters, digits, '-', '_', '.' and ':'",
  ],
  [/ has the same name as /, () => 'give one of them another name'],
  [/has no 'bind' directive/, () => "add the address to listen on: 'bind :80'"],
  [/^missing timeouts for /, (_, mistake) => missingTimeouts(mistake)],
  [
    /tries to use incompatible (\w+) \w+ '(.*?)'/,
    ([, , name = ''], { proxy }) =>
      `both need the same mode: say 'mode ${modeOf(proxy)}' in '${name}', or in their defaults`,
  ],
  [/needs 'mode http'|requires? HTTP mode|as HTTP mode is disabled|in non-HTTP mode/, () => NEEDS_HTTP],
  [/uses http-check rules without 'option httpchk'/, () => "add 'option httpchk'"],
  [
    /action is final and has no condition attached/,
    (_, mistake) => {
      const previous = previousOf(mistake.line, mistake);
      return previous === undefined
        ? undefined
        : `move it above line ${previous.place.line}, or give that one a condition`;
    },
  ],
  [
    /^an? '(.+)' rule placed after an? '(.+)' rule will still be processed before/,
    ([, first = '', second = '']) => `move it above the '${second}' lines: '${first}' runs first`,
  ],
  [/log format ignored .* since it has no log address/, () => "add 'log global' here, and a 'log' line to 'global'"],
  [/always has precedence over the servers/, () => "remove the servers or 'default_backend'"],
  [/another server named/, () => 'give each server a name of its own'],
  [/has neither service port nor check port/, () => "give the server a port, or its check one: 'check port 80'"],
  [/^non-terminated '\.if' block/, () => "end the block with '.endif'"],
  [
    /^a \w+ section cannot inherit from a defaults section|^frontends and backends cannot inherit from the same/,
    () =>
      'rules in defaults are for frontends alone, or for backends alone: give each kind a defaults section of its own',
  ],
  [
    /is explicitly referenced by another proxy and implicitly used/,
    () => "name the defaults section in every proxy: 'from <name>'",
  ],
  [/L6 sample fetches ignored on HTTP proxies/, () => "say 'mode tcp', or ask for what HTTP has"],
  [/global\.tune\.bufsize must be below/, () => 'the usual size is 16384'],
  [/ambiguous defaults section name/, () => 'give each defaults section a name of its own'],
];
