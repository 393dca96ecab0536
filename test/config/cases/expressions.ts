/** Sample expressions: their grammar, typed arguments, what converters accept, and names that are looked up at the end. */

import { B, type DifferentialCase, F, goesOn, H, known, same, T } from './case.ts';

const LIST = 'userlist known\n user u insecure-password p\n group g\n';

/** A header made of an expression, in a frontend. */
function header(expression: string): string {
  return `${F} http-request set-header x '%[${expression}]'\n`;
}

/** The same expressions as log-format pieces, as an ACL and as words of their own. */
function everywhere(expression: string): DifferentialCase[] {
  const word = `'${expression}'`;
  return [
    goesOn(`${expression} in a header`, header(expression)),
    same(`${expression} in an ACL`, `${F} acl a ${word} -m found\n`),
    goesOn(`${expression} in set-var`, `${F} http-request set-var(txn.x) ${word}\n`),
  ];
}

const GRAMMAR = [
  ...['', 'nonsense', 'src,', 'src,,lower', 'src,nonsense', 'src lower', 'src)', 'src(', 'src()', 'src(1)'],
  ...['path,lower(', 'path,lower()', 'path,lower(1)', 'path,lowerx', 'path,lower,upper', 'path,lower,,upper,', 'path,'],
  ...[
    'hdr(a',
    'hdr(a,',
    'hdr(a,1',
    'hdr(a,x)',
    'hdr(a,1,2)',
    'hdr(a,)',
    'hdr(a,-11)',
    'hdr("a,b")',
    'hdr(a\\)',
    'hdr("a)',
  ],
  ...[
    'path,field',
    'path,field()',
    'path,field(1)',
    'path,field(,x)',
    'path,field(1,x',
    'path,field(1,x,)',
    'path,field(1,x,y)',
  ],
  ...['path,bytes(1', 'path,bytes(1,2', 'path,bytes(1,2,3)', 'path,ipmask(', 'path,ipmask()', 'path,ipmask(24,x)'],
  ...['src,neg', 'ssl_fc,length', 'src,ipmask(24),lower', 'ipv6(::1),neg', 'path,neg,htonl,hex', 'method,lower'],
  ...['path,lower]', 'path,lower ,upper', 'path,protobuf(1.2.)', 'path,protobuf()', 'path,protobuf(1,)'],
];

const REFUSALS = [
  ...['path,json(x)', 'path,regsub(a)', 'path,regsub(a,b,ix)', 'path,digest(x)', 'path,sha2(1)', 'path,url_enc(x)'],
  ...['int(1),add(x)', 'int(1),and(txn)', 'path,strcmp()', 'path,strcmp(x)', 'path,concat(,x.y)', 'path,add_item(a,)'],
  ...['path,be2dec(x,9)', 'path,be2hex(x)', 'path,hmac(sha1,x)', 'path,aes_gcm_dec(1,,,)', 'path,jwt_verify(x,y)'],
  ...['path,json_query()', 'path,json_query($,x)', 'path,fix_tag_value(x)', 'path,mqtt_field_value(x,y)'],
  ...['path,mqtt_field_value(connack,username)', 'int(1),http_date(1,x)', 'path,word(0,x)', 'path,secure_memcmp(x)'],
];

/** Names, in each kind of place. */
const NAMES = [
  'nbsrv(nothing)',
  'nbsrv(f)',
  'nbsrv(b)',
  'nbsrv',
  'nbsrv()',
  'fe_conn(b)',
  'fe_conn(nothing)',
  'be_conn(f)',
  'srv_conn(nothing)',
  'srv_conn(b/nothing)',
  'srv_conn(nothing/s)',
  'srv_conn(b/s)',
  'srv_conn()',
  'srv_is_up(s)',
  'http_auth(nothing)',
  'http_auth(known)',
  'http_auth()',
  "path,regsub('(',x)",
  "path,regsub('',x)",
  'path,regsub(a,b),regsub([,x)',
];

const POOL = 'backend b\n server s 127.0.0.1:1\n';

const names: DifferentialCase[] = NAMES.flatMap((expression) => {
  const word = `'${expression}'`;
  return [
    same(`${expression} in a header`, `${LIST}${header(expression)}${POOL}`),
    same(`${expression} in an ACL`, `${LIST}${F} acl a ${word} -m found\n use_backend b if a\n${POOL}`),
    same(`${expression} in braces`, `${LIST}${F} http-request deny if { ${word} -m found }\n${POOL}`),
    goesOn(
      `${expression} in a backend`,
      `${LIST}${F} default_backend b\n${POOL} http-response set-header x '%[${expression}]'\n`,
    ),
  ];
});

const places: DifferentialCase[] = [
  same('a name that is not there, in a log format', `${F} log-format '%[nbsrv(nothing)]'\n log 127.0.0.1:514 local0\n`),
  same('a name that is not there, in a redirect', `${F} redirect location '/%[nbsrv(nothing)]'\n`),
  same('a name that is not there, in a redirect rule', `${F} http-request redirect location '/%[nbsrv(nothing)]'\n`),
  same('a name that is not there, in use_backend', `${F} use_backend '%[nbsrv(nothing)]'\n`),
  same('a name that is not there, in a unique id', `${F} unique-id-format '%[nbsrv(nothing)]'\n`),
  same('a name that is not there, in a TCP rule', `${F} tcp-request connection reject if { nbsrv(nothing) 0 }\n`),
  same('a name that is not there, in a content rule', `${F} tcp-request content set-var(txn.a) nbsrv(nothing)\n`),
  known(
    'HAProxy calls it an ACL keyword when no rule stands before it',
    'a name that is not there, in a capture',
    `${F} http-request capture nbsrv(nothing) len 10\n`,
  ),
  same(
    'a name that is not there, in a return',
    `${F} http-request return content-type a lf-string '%[nbsrv(nothing)]'\n`,
  ),
  same('a name that is not there, in balance', `${F} default_backend b\nbackend b\n balance hash nbsrv(nothing)\n`),
  same('a name that is not there, in use-server', `${B} server s 127.0.0.1:1\n use-server s if { nbsrv(nothing) 0 }\n`),
  same('a name that is not there, in monitor fail', `${F} monitor-uri /\n monitor fail if { nbsrv(nothing) 0 }\n`),
  same(
    'names that are not there, more than one',
    `${F} http-request deny if { nbsrv(a) 0 } { nbsrv(b) 0 }\n acl x fe_conn(c) 1\n http-request set-header x %[nbsrv(d)]\n`,
  ),
  same(
    'names that are not there, in two proxies',
    `${F} http-request deny if { nbsrv(x) 0 }\nfrontend g\n bind :18081\n http-request deny if { nbsrv(y) 0 }\n`,
  ),
  same(
    'a name that is not there, in defaults',
    `defaults d\n mode http\n timeout client 1s\n http-request deny if { nbsrv(x) 0 }\nfrontend f from d\n bind :18080\n`,
  ),
  same('a name in a TCP proxy', `${T}frontend f\n bind :18080\n tcp-request content reject if { nbsrv(x) 0 }\n`),
  same('converters in words of their own', `${F} http-request set-var(txn.x) path lower upper,hex\n`),
  goesOn('a word of its own that is no converter', `${F} http-request set-var(txn.x) path lower nonsense\n`),
  goesOn('a converter of its own with wrong arguments', `${F} http-request set-var(txn.x) path field(0,x)\n`),
  same('a condition after converters', `${F} http-request set-var(txn.x) path lower if { path / }\n`),
  same('converters of their own in an ACL', `${F} acl a path lower -m str x\n acl b req.hdr(a) lower -m str x\n`),
  same('a converter of its own in an ACL that makes a number', `${F} acl a req.hdr(x) length 5\n acl b src lower x\n`),
  goesOn('a converter of its own in braces', `${F} http-request deny if { req.hdr(x) length gt 5 }\n`),
  same('converters of their own in balance', `${F} default_backend b\nbackend b\n balance hash path lower\n`),
  goesOn('an expression without a header', `${H}frontend f\n bind :18080\n http-request set-var(txn.x)\n`),
];

export const EXPRESSIONS: readonly DifferentialCase[] = [
  ...[...GRAMMAR, ...REFUSALS].flatMap(everywhere),
  ...names,
  ...places,
];
