/**
 * All sample fetches with what the configuration must know of them, and the ACL keywords that come with them (manual 7.3).
 */

import type { AclModel } from '../model-rules.ts';
import type { FetchEntry } from './fetch-entry.ts';
import { CONNECTION_FETCHES } from './fetches-connection.ts';
import { CONSTANT_FETCHES } from './fetches-constants.ts';
import { HEADER_FETCHES } from './fetches-headers.ts';
import { HTTP_FETCHES } from './fetches-http.ts';
import { LATER_FETCHES } from './fetches-later.ts';
import { PAYLOAD_FETCHES } from './fetches-payload.ts';
import { STATE_FETCHES } from './fetches-state.ts';
import { TLS_FETCHES } from './fetches-tls.ts';
import { VARIABLE_FETCHES } from './variables.ts';

export type MatchName = AclModel['match'];

export const FETCHES: ReadonlyMap<string, FetchEntry> = new Map(
  [
    ...CONSTANT_FETCHES,
    ...STATE_FETCHES,
    ...CONNECTION_FETCHES,
    ...TLS_FETCHES,
    ...PAYLOAD_FETCHES,
    ...HTTP_FETCHES,
    ...HEADER_FETCHES,
    ...VARIABLE_FETCHES,
    ...LATER_FETCHES,
  ].map((entry) => [entry.name, entry]),
);

export interface AclKeyword {
  readonly name: string;
  readonly fetch: string;
  readonly match: MatchName;
}

const SUFFIXES: readonly MatchName[] = ['beg', 'dir', 'dom', 'end', 'len', 'reg', 'sub'];

function keyword(name: string, fetch: string, match: MatchName = 'str'): AclKeyword {
  return { name, fetch, match };
}

function family(name: string, of: string): readonly AclKeyword[] {
  return [keyword(name, of), ...SUFFIXES.map((match) => keyword(`${name}_${match}`, of, match))];
}

/** `path_beg` is `path -m beg`: keywords that only ACLs understand. `hdr` always means the request's there. */
export const ACL_KEYWORDS: ReadonlyMap<string, AclKeyword> = new Map(
  [
    ...family('base', 'base'),
    ...family('cook', 'req.cook'),
    ...family('hdr', 'req.hdr'),
    keyword('http_auth_group', 'http_auth_group'),
    keyword('method', 'method'),
    ...family('path', 'path'),
    keyword('payload', 'req.payload', 'bin'),
    keyword('payload_lv', 'req.payload_lv', 'bin'),
    keyword('req.ssl_ver', 'req.ssl_ver', 'int'),
    keyword('req_rdp_cookie', 'req.rdp_cookie'),
    keyword('req_rdp_cookie_cnt', 'req.rdp_cookie_cnt', 'int'),
    keyword('req_ssl_sni', 'req.ssl_sni'),
    keyword('req_ssl_ver', 'req.ssl_ver', 'int'),
    keyword('req_ver', 'req.ver'),
    keyword('resp_ver', 'res.ver'),
    ...family('scook', 'res.cook'),
    ...family('shdr', 'res.hdr'),
    keyword('ssl_fc_sni_end', 'ssl_fc_sni', 'end'),
    keyword('ssl_fc_sni_reg', 'ssl_fc_sni', 'reg'),
    ...family('url', 'url'),
    ...family('urlp', 'url_param'),
  ].map((entry) => [entry.name, entry]),
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
