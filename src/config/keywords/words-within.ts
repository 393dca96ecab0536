/**
 * Words that are no keyword of a section and still have a meaning of their own on the lines they stand on: methods of
 * `balance`, what stick tables store, how ACLs compare. Their lines are read elsewhere; this is for the tables people read.
 */

import type { KeywordEntry, WithinKind } from '../keyword.ts';
import { ACL_KEYWORDS, FETCHES, PREDEFINED_ACLS } from './fetches.ts';
import { FILTER_NAMES } from './later-filters.ts';
import { STATISTICS_WORDS } from './later-statistics.ts';
import { TABLE_DATA } from './stick-table-words.ts';

type Row = readonly [name: string, grammar: string, since: string, help: string];

function words(kind: WithinKind, manual: string, implemented: boolean, rows: readonly Row[]): readonly KeywordEntry[] {
  return rows.map(([name, grammar, since, help]) => ({
    kind,
    name,
    sections: [],
    grammar,
    help,
    initially: '',
    since,
    manual,
    implemented,
  }));
}

const BALANCE = words('balance', '4.2', true, [
  ['roundrobin', 'roundrobin', '1.0', 'Each server in its turn, as often as its weight says.'],
  ['static-rr', 'static-rr', '1.3', 'As roundrobin, with weights that do not change.'],
  ['leastconn', 'leastconn', '1.3', 'The server with the fewest connections.'],
  ['first', 'first', '1.5', 'The first server that has room.'],
  ['source', 'source', '1.1', "By the client's address."],
  ['uri', 'uri [len <length>] [depth <depth>] [whole] [path-only]', '1.3', 'By the URI.'],
  ['url_param', 'url_param <name> [check_post]', '1.3', 'By a parameter of the query.'],
  ['hdr', 'hdr(<name>) [use_domain_only]', '1.3', 'By a header field.'],
  ['random', 'random[(<draws>)]', '1.9', 'The less busy of some that are drawn.'],
  ['rdp-cookie', 'rdp-cookie[(<name>)]', '1.4', "By the cookie in an RDP client's first packet."],
  ['hash', 'hash <expression>', '2.6', 'By an expression.'],
]);

const HASHES = words('hash-type', '4.2', true, [
  ['map-based', 'map-based [<function> [avalanche]]', '1.3', 'A table of servers; a changed one moves most keys.'],
  ['consistent', 'consistent [<function> [avalanche]]', '1.4', 'A ring of servers; a changed one moves few keys.'],
  ['sdbm', '{map-based | consistent} sdbm [avalanche]', '1.5', 'The hash of sdbm.'],
  ['djb2', '{map-based | consistent} djb2 [avalanche]', '1.5', "Bernstein's hash."],
  ['wt6', '{map-based | consistent} wt6 [avalanche]', '1.5', 'A hash of 32 bits.'],
  ['crc32', '{map-based | consistent} crc32 [avalanche]', '1.6', 'A checksum.'],
  ['avalanche', 'avalanche', '1.5', 'Mixes the hash once more.'],
]);

const COMPARISONS = words('acl-match', '7.1', true, [
  ['found', '-m found', '1.5', 'There is a value.'],
  ['bool', '-m bool', '1.5', 'The value is true.'],
  ['int', '-m int', '1.5', 'The value is a number that fits.'],
  ['ip', '-m ip', '1.5', 'The value is an address of a network.'],
  ['bin', '-m bin', '1.5', 'The value is these bytes, in hexadecimal digits.'],
  ['len', '-m len', '1.5', 'The length fits.'],
  ['str', '-m str', '1.5', 'The value is a text.'],
  ['sub', '-m sub', '1.5', 'The value contains a text.'],
  ['reg', '-m reg', '1.5', 'An expression matches.'],
  ['beg', '-m beg', '1.5', 'The value begins with a text.'],
  ['end', '-m end', '1.5', 'The value ends with a text.'],
  ['dir', '-m dir', '1.5', 'A text is a part of the value between slashes.'],
  ['dom', '-m dom', '1.5', 'A text is a part of the value between dots.'],
]);

const OPERATORS = words('acl-operator', '7.1.2', true, [
  ['eq', 'eq <number>', '1.3', 'Equal.'],
  ['ge', 'ge <number>', '1.3', 'Greater or equal.'],
  ['gt', 'gt <number>', '1.3', 'Greater.'],
  ['le', 'le <number>', '1.3', 'Less or equal.'],
  ['lt', 'lt <number>', '1.3', 'Less.'],
]);

const LOG_FLAGS = words('log-flag', '8.2.4', true, [
  ['Q', '%{+Q}<variable>', '1.5', 'In quotation marks.'],
  ['X', '%{+X}<variable>', '1.5', 'In hexadecimal digits.'],
  ['E', '%{+E}<variable>', '1.5', 'With backslashes before quotation marks, brackets and backslashes.'],
]);

const PREDEFINED = words(
  'acl-predefined',
  '7.4',
  true,
  [...PREDEFINED_ACLS].map(([name, [fetch = '', ...patterns]]) => [
    name,
    name,
    '1.3',
    `Short for \`${[fetch, ...patterns].join(' ')}\`.`,
  ]),
);

function aclKeywords(): readonly KeywordEntry[] {
  return [...ACL_KEYWORDS.values()].map(({ name, fetch, match }) => ({
    kind: 'acl-keyword',
    name,
    sections: [],
    grammar: `${name} [<flag>...] [<pattern>...]`,
    help: `Short for \`${fetch} -m ${match}\`.`,
    initially: '',
    since: '1.3',
    manual: '7.3',
    implemented: FETCHES.get(fetch)?.implemented ?? false,
  }));
}

const FILTER_HELP: Readonly<Record<string, string>> = {
  cache: 'Where among the filters responses are cached.',
  compression: 'Where among the filters responses are compressed.',
  'fcgi-app': 'Where among the filters FastCGI is spoken.',
  opentracing: 'Tells a tracer.',
  spoe: 'Asks agents.',
  trace: 'Prints what passes.',
};

export function wordsWithin(): readonly KeywordEntry[] {
  return [
    ...BALANCE,
    ...HASHES,
    ...words('stats', '4.2', false, STATISTICS_WORDS),
    ...words(
      'filter',
      '9',
      false,
      FILTER_NAMES.map((name) => [name, name, '1.7', FILTER_HELP[name] ?? '']),
    ),
    ...words('stick-table-data', '4.2', false, TABLE_DATA),
    ...aclKeywords(),
    ...COMPARISONS,
    ...OPERATORS,
    ...PREDEFINED,
    ...LOG_FLAGS,
  ];
}
