/**
 * The sample fetches that are implemented, and the ACL keywords that come with them (manual 7.3). `places` says at which
 * of HAProxy's check points a fetch has its data: a rule that asks too early or too late is worth a warning.
 */

import type { ArgumentType } from '../arguments.ts';
import type { KeywordEntry } from '../keyword.ts';
import type { AclModel } from '../model.ts';
import type { SampleType } from '../sample-types.ts';

export type MatchName = AclModel['match'];

/** HAProxy's check points, in its order: the position is the bit. */
export const CHECK_POINTS = [
  'frontend tcp-request connection rule',
  'frontend tcp-request session rule',
  'frontend tcp-request content rule',
  'frontend http-request header rule',
  'frontend http-request body rule',
  'frontend use-backend rule',
  'backend tcp-request content rule',
  'backend http-request header rule',
  'backend http-request body rule',
  'backend use-server, balance or stick-match rule',
  'server source selection',
  'backend tcp-response content rule',
  'backend http-response header rule',
  'backend http-response body rule',
  'backend stick-store rule',
  'frontend tcp-response content rule',
  'frontend http-response header rule',
  'frontend http-response body rule',
  'logs',
  'backend tcp-check rule',
  'configuration parser',
  'CLI parser',
] as const;

export type CheckPoint = (typeof CHECK_POINTS)[number];

export function pointMask(...points: readonly CheckPoint[]): number {
  return points.reduce((mask, point) => mask | (1 << CHECK_POINTS.indexOf(point)), 0);
}

/** From "Y" and "." in the order of the check points, as `haproxy -dKsmp` prints them. */
function places(marks: string): number {
  return [...marks].reduce((mask, mark, bit) => (mark === 'Y' ? mask | (1 << bit) : mask), 0);
}

const ALWAYS = places('YYYYYYYYYYYYYYYYYYYYYY');
const CLIENT = places('YYYYYYYYYYYYYYYYYYYY..');
const REQUEST = places('..YYYYYYYYY...........');
const WHOLE_STREAM = places('..YYYYYYYYYYYYYYYYY...');
const RESPONSE = places('...........YYYYYYY.Y..');
const BOTH_WAYS = places('..YYYYYYYYYYYYYYYY....');

export interface FetchEntry extends KeywordEntry {
  readonly output: SampleType;
  readonly arguments: readonly ArgumentType[];
  /** How many of the arguments must be there. */
  readonly least: number;
  readonly validate?: (values: readonly string[]) => string | undefined;
  readonly places: number;
  /** What it reads, in HAProxy's words for "which is not available here". */
  readonly source: string;
  /** The fetch in the model: synonyms share one. */
  readonly meaning: string;
}

type Declared = Pick<FetchEntry, 'name' | 'output' | 'places' | 'source' | 'help'> &
  Partial<Pick<FetchEntry, 'arguments' | 'least' | 'validate' | 'meaning' | 'since' | 'manual'>>;

function fetch(entry: Declared): FetchEntry {
  const types = entry.arguments ?? [];
  return {
    kind: 'fetch',
    sections: [],
    grammar: types.length === 0 ? entry.name : `${entry.name}([${types.join('[,')}${']'.repeat(types.length)})`,
    initially: '',
    since: '1.5',
    manual: '7.3.6',
    implemented: true,
    arguments: types,
    least: 0,
    meaning: entry.name,
    ...entry,
  };
}

/** HAProxy remembers the last ten occurrences of a header when it is asked from the end. */
function validateOccurrence(values: readonly string[]): string | undefined {
  if ((values[0] ?? '') === '') return 'a header value without a header name is not implemented yet';
  return Number(values[1] ?? 0) < -10 ? 'header occurrence must be >= -10' : undefined;
}

const HEADER = { arguments: ['string', 'integer'] as const, validate: validateOccurrence };
const COUNT = { arguments: ['string'] as const };
const REQUEST_HEADERS = { places: REQUEST, source: 'HTTP request headers' };
const RESPONSE_HEADERS = { places: RESPONSE, source: 'HTTP response headers' };

const ENTRIES: readonly FetchEntry[] = [
  fetch({
    name: 'always_true',
    output: 'bool',
    places: ALWAYS,
    source: 'internal state',
    manual: '7.3.2',
    help: 'Always true.',
  }),
  fetch({
    name: 'always_false',
    output: 'bool',
    places: ALWAYS,
    source: 'internal state',
    manual: '7.3.2',
    help: 'Always false.',
  }),
  fetch({
    name: 'src',
    output: 'ipv4',
    places: CLIENT,
    source: 'client address',
    manual: '7.3.3',
    help: 'The address the client came from, or what the PROXY protocol said it was.',
  }),
  fetch({
    name: 'method',
    output: 'meth',
    places: WHOLE_STREAM,
    source: 'HTTP request',
    help: 'The request method, such as GET.',
  }),
  fetch({
    name: 'path',
    output: 'str',
    ...REQUEST_HEADERS,
    help: 'The path of the request: from the first slash up to the question mark.',
  }),
  fetch({ name: 'url', output: 'str', ...REQUEST_HEADERS, help: 'The whole request target as it was received.' }),
  fetch({
    name: 'req.ver',
    output: 'str',
    ...REQUEST_HEADERS,
    help: 'The HTTP version of the request: "1.0", "1.1".',
  }),
  fetch({
    name: 'req_ver',
    meaning: 'req.ver',
    output: 'str',
    ...REQUEST_HEADERS,
    help: 'An older name of req.ver.',
  }),
  fetch({
    name: 'req.proto_http',
    output: 'bool',
    places: REQUEST,
    source: 'HTTP request headers',
    help: 'True when the request is HTTP, which it is wherever HTTP rules run.',
  }),
  fetch({
    name: 'req.hdr',
    output: 'str',
    ...HEADER,
    ...REQUEST_HEADERS,
    help: 'A value of a request header (values are what commas separate), the last one or the given occurrence.',
  }),
  fetch({
    name: 'hdr',
    meaning: 'req.hdr',
    output: 'str',
    ...HEADER,
    places: BOTH_WAYS,
    source: 'HTTP request headers,HTTP response headers',
    help: 'req.hdr in requests, res.hdr in responses.',
  }),
  fetch({
    name: 'req.hdr_cnt',
    output: 'sint',
    ...COUNT,
    ...REQUEST_HEADERS,
    help: 'How many values a request header has in all.',
  }),
  fetch({
    name: 'hdr_cnt',
    meaning: 'req.hdr_cnt',
    output: 'sint',
    ...COUNT,
    ...REQUEST_HEADERS,
    help: 'req.hdr_cnt.',
  }),
  fetch({
    name: 'res.hdr',
    output: 'str',
    ...HEADER,
    ...RESPONSE_HEADERS,
    help: 'A value of a response header, the last one or the given occurrence.',
  }),
  fetch({
    name: 'shdr',
    meaning: 'res.hdr',
    output: 'str',
    ...HEADER,
    ...RESPONSE_HEADERS,
    help: 'An older name of res.hdr.',
  }),
  fetch({
    name: 'res.hdr_cnt',
    output: 'sint',
    ...COUNT,
    ...RESPONSE_HEADERS,
    help: 'How many values a response header has in all.',
  }),
  fetch({
    name: 'shdr_cnt',
    meaning: 'res.hdr_cnt',
    output: 'sint',
    ...COUNT,
    ...RESPONSE_HEADERS,
    help: 'An older name of res.hdr_cnt.',
  }),
  fetch({
    name: 'status',
    output: 'sint',
    places: RESPONSE | pointMask('logs'),
    source: 'HTTP response',
    help: 'The status code of the response.',
  }),
];

export const FETCHES: ReadonlyMap<string, FetchEntry> = new Map(ENTRIES.map((entry) => [entry.name, entry]));

export interface AclKeyword {
  readonly name: string;
  readonly fetch: string;
  readonly match: MatchName;
}

const SUFFIXES: readonly MatchName[] = ['beg', 'dir', 'dom', 'end', 'len', 'reg', 'sub'];

function family(name: string, of: string): readonly AclKeyword[] {
  const derived = SUFFIXES.map((match) => ({ name: `${name}_${match}`, fetch: of, match }));
  return [{ name, fetch: of, match: 'str' }, ...derived];
}

/** `path_beg` is `path -m beg`: keywords that only ACLs understand. `hdr` always means the request's there. */
export const ACL_KEYWORDS: ReadonlyMap<string, AclKeyword> = new Map(
  [
    ...family('path', 'path'),
    ...family('url', 'url'),
    ...family('hdr', 'req.hdr'),
    ...family('shdr', 'res.hdr'),
    { name: 'method', fetch: 'method', match: 'str' as const },
    { name: 'req_ver', fetch: 'req.ver', match: 'str' as const },
  ].map((keyword) => [keyword.name, keyword]),
);

export const MATCH_NAMES: readonly MatchName[] = [
  'found',
  'bool',
  'int',
  'ip',
  'bin',
  'len',
  'str',
  'beg',
  'sub',
  'dir',
  'dom',
  'end',
  'reg',
];

/** ACLs that exist without being declared (manual 7.4). Those whose fetch is not implemented are refused by it. */
export const PREDEFINED_ACLS: ReadonlyMap<string, readonly string[]> = new Map([
  ['TRUE', ['always_true']],
  ['FALSE', ['always_false']],
  ['LOCALHOST', ['src', '127.0.0.1/8', '::1']],
  ['HTTP', ['req.proto_http']],
  ['HTTP_1.0', ['req.ver', '1.0']],
  ['HTTP_1.1', ['req.ver', '1.1']],
  ['HTTP_2.0', ['req.ver', '2.0']],
  ['METH_CONNECT', ['method', 'CONNECT']],
  ['METH_DELETE', ['method', 'DELETE']],
  ['METH_GET', ['method', 'GET', 'HEAD']],
  ['METH_HEAD', ['method', 'HEAD']],
  ['METH_OPTIONS', ['method', 'OPTIONS']],
  ['METH_POST', ['method', 'POST']],
  ['METH_PUT', ['method', 'PUT']],
  ['METH_TRACE', ['method', 'TRACE']],
  ['HTTP_URL_ABS', ['url_reg', '^[^/:]*://']],
  ['HTTP_URL_SLASH', ['url_beg', '/']],
  ['HTTP_URL_STAR', ['url', '*']],
  ['HTTP_CONTENT', ['req.hdr_val(content-length)', 'gt', '0']],
  ['RDP_COOKIE', ['req.rdp_cookie_cnt', 'gt', '0']],
  ['REQ_CONTENT', ['req.len', 'gt', '0']],
  ['WAIT_END', ['wait_end']],
]);
