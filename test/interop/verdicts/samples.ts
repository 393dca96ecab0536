/** Fetches and converters (manual 7.3) with every kind of argument list, right or wrong, as ACLs. */

import { CONVERTERS } from '../../../src/config/keywords/converters.ts';
import { ACL_KEYWORDS, FETCHES } from '../../../src/config/keywords/fetches.ts';
import { type LineCase, lineCase } from './line-case.ts';

const ARGUMENTS = ['', '()', '(1)', '(a)', '(a,1)', '(1,a)', '(10.0.0.1)', '(b/s)', '(a,b,c,d,e,f,g)'];

const FETCH_NAMES = [...new Set([...FETCHES.keys(), ...ACL_KEYWORDS.keys()])];

/** Converters whose arguments are of a kind of their own. */
const SPECIAL = `
  str(a),bytes(1) str(a),bytes(1,2) str(a),bytes(-1) str(a),bytes(1,x)
  str(a),concat(x,txn.a,y) str(a),concat(x,nosuch.a) str(a),cpl
  int(1),add(txn.a) int(1),add(2) int(1),div(0) int(1),mod(0) int(1),and(0x10)
  int(1),http_date int(1),http_date(1,ms) int(1),http_date(1,x) int(1),ltime(%d) int(1),utime(%d,10) int(1),ltime()
  str(a),crc32(1) str(a),crc32c(x) str(a),djb2(2) str(a),xxh32(5) str(a),xxh64(x) str(a),xxh3(1)
  str(a),digest(sha256) str(a),digest(nosuch) str(a),hmac(sha256,a2V5) str(a),hmac(nosuch,a2V5) str(a),hmac(sha256,*)
  str(a),sha2(256) str(a),sha2(100) str(a),sha1(1)
  str(a),aes_gcm_dec(128,txn.n,txn.k,txn.t) str(a),aes_gcm_dec(100,txn.n,txn.k,txn.t)
  str(a),field(1,x) str(a),field(1) str(a),field(0,x) str(a),field(1,x,2) str(a),field(x,x) str(a),word(1,x,-1)
  str(a),fix_tag_value(MsgType) str(a),fix_tag_value(nosuch) str(a),mqtt_field_value(connect,client_identifier)
  str(a),mqtt_field_value(connect,nosuch) str(a),mqtt_field_value(nosuch,a)
  str(a),hex2i str(a),htonl int(1),htonl str(a),host_only str(a),port_only str(a),iif(a,b) str(a),iif(a)
  src,ipmask(24) src,ipmask(33) src,ipmask(24,64) src,ipmask(24,129) src,ipmask(255.255.0.0) src,ipmask(x)
  str(a),json str(a),json(ascii) str(a),json(nosuch) str(a),json_query(x) str(a),json_query($.a) str(a),json_query($.a,int)
  str(a),json_query($.a,x) str(a),jwt_header_query($.alg) str(a),jwt_verify(x,y)
  str(a),language(fr;en) str(a),language(fr;en,de) str(a),lower str(a),upper(x)
  str(a),ltrim(x) str(a),ltrim str(a),rtrim(x)
  str(a),map(map.txt) str(a),map(map.txt,x) str(a),map() str(a),map(nosuchfile) str(a),map_str_int(map.txt,0)
  str(a),map_str_int(map.txt,x) src,map_ip(map-ip.txt) src,map_ip_int(map-ip.txt,1) str(a),map_reg(map.txt)
  str(a),map_regm(map.txt,x) int(1),map_int(map.txt)
  str(a),protobuf(1) str(a),protobuf(1.2,varint) str(a),protobuf(1,nosuch) str(a),protobuf(x) str(a),ungrpc(1)
  str(a),regsub(x,y) str(a),regsub(x,y,g) str(a),regsub(x,y,q) str(a),regsub((,y) str(a),regsub(x)
  str(a),secure_memcmp(txn.a) str(a),secure_memcmp(x) str(a),strcmp(txn.a) str(a),strcmp(x)
  str(a),set-var(txn.a) str(a),set-var(nosuch.a) str(a),set-var(txn.a,ifexists) str(a),unset-var(txn.a) str(a),unset-var()
  str(a),table_conn_cnt str(a),table_conn_cnt(nosuch) str(a),in_table(nosuch) str(a),srv_queue str(a),nbsrv
  str(a),ub64enc(x) str(a),url_dec(1) str(a),url_dec(x) str(a),url_enc(query) str(a),url_enc(x)
  str(a),add_item(x) str(a),add_item(x,txn.a) str(a),add_item(x,txn.a,y) str(a),nosuch str(a),nosuch(1) str(a),lower,
  str(a),lower,upper,,lower str(a)lower str(a),lower(
`;

const SPECIAL_FETCHES = `
  bool(1) bool(x) bin(00ff) bin(0) int(x) ipv4(1.2.3.4) ipv4(x) ipv6(::1) ipv6(x) meth(GET) str()
  date date(5) date(5,ms) date(5,x) env(PATH) env() rand rand(0) rand(x) uuid uuid(4) uuid(3) uuid(x) var(txn.a)
  var(nosuch.a) var(txn) var(txn.a,x) nbsrv(b) nbsrv(nosuch) be_conn(b) fe_conn(f) fe_conn(nosuch) srv_conn(b/s)
  srv_conn(s) srv_conn(b/nosuch) srv_is_up(b/s) queue(b) avg_queue(b) connslots(b) http_auth(people) http_auth(nosuch)
  http_auth_group(people) hdr(a) hdr(a,1) hdr(a,-1) hdr(a,-11) hdr(a,x) req.hdr_ip(a,2) cookie(a) cook(a) url_param(a)
  url_param(a,;) url_param(a,xx) urlp(a,b,i) urlp(a,b,x) path method capture.req.hdr(0) capture.req.hdr(x)
  capture.res.hdr(0) payload(0,10) payload(0) payload(-1,1) payload(10,0) payload_lv(0,2) payload_lv(0,0) payload_lv(0,2,-1)
  payload_lv(0,2,x) req.payload(0,0) req.payload_lv(0,2,+1) table_cnt(nosuch) sc_conn_cnt(0) sc_conn_cnt(3) sc_conn_cnt(x)
  sc0_conn_cnt src_conn_cnt(nosuch) src_get_gpc(0,nosuch) src_get_gpc(x) ssl_c_s_dn(cn) ssl_c_s_dn(cn,1,rfc2253)
  ssl_c_s_dn(cn,1,x) ssl_fc_cipherlist_str(1) ssl_fc_cipherlist_str(x) ssl_c_ca_err rdp_cookie(a) req.rdp_cookie
  req.body_param(a) fc_pp_authority fc_rtt fc_rtt(us) fc_rtt(ms) fc_rtt(x) fc_rttvar(us) distcc_param(ARGC) distcc_body(x)
  fix_is_valid nosuch nosuch(1) 1 a: path, path( path) hdr(a
`;

function words(table: string): readonly string[] {
  return table.split(/\s+/).filter((word) => word !== '');
}

export const FETCH_LINES: readonly LineCase[] = [
  ...FETCH_NAMES.flatMap((name) => ARGUMENTS.map((list) => lineCase('fetch', `acl a ${name}${list} -m found`))),
  ...words(SPECIAL_FETCHES).map((expression) => lineCase('fetch', `acl a ${expression} -m found`)),
];

export const CONVERTER_LINES: readonly LineCase[] = [
  ...[...CONVERTERS.keys()].flatMap((name) =>
    ARGUMENTS.map((list) => lineCase('converter', `acl a str(1),${name}${list} -m found`)),
  ),
  ...words(SPECIAL).map((expression) => lineCase('converter', `acl a ${expression} -m found`)),
];

const MATCHES = 'found bool int ip bin len str sub reg beg end dir dom nosuch'.split(' ');
const SUBJECTS = ['path', 'src', 'src_port', 'req.hdr(a)', 'method', 'always_true', 'rand', 'req.payload(0,4)'];
const PATTERNS = [
  '',
  'a',
  '1',
  '1:5',
  'ge 5',
  '10.0.0.0/8',
  '0a0b',
  '(',
  '-i a',
  '-f patterns.txt',
  '-f nosuchfile',
  '-- -i',
];

export const MATCH_LINES: readonly LineCase[] = [
  ...SUBJECTS.flatMap((subject) =>
    MATCHES.flatMap((match) => PATTERNS.map((pattern) => lineCase('match', `acl a ${subject} -m ${match} ${pattern}`))),
  ),
  ...SUBJECTS.flatMap((subject) => PATTERNS.map((pattern) => lineCase('match', `acl a ${subject} ${pattern}`))),
  ...['-M -f map.txt', '-u 5 a', '-u x a', '-n a', '-i', '-m', '-x a', '-f', '-u', '-i -n -- a'].map((flags) =>
    lineCase('match', `acl a path ${flags}`),
  ),
];
