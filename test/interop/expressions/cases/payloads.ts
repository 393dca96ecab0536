/** Fetches that look at the first bytes of a connection. */
import { clientHello, serverHello } from '../../differential/tls-hello.ts';
import { type ExpressionCase, type ExpressionTopic, onRequest, requestOf } from '../case.ts';

const BYTES = [
  'req.len',
  'req_len',
  'req.payload(0,4),hex',
  'req.payload(2,3),hex',
  'req.payload(0,0),hex',
  'req.payload(3,0),hex',
  'req.payload(0,100),hex',
  'req.payload(100,1),hex',
  'req.payload(0,20000),hex',
  'payload(1,2),hex',
  'req.payload_lv(0,1),hex',
  'req.payload_lv(0,2),hex',
  'req.payload_lv(1,1,4),hex',
  'req.payload_lv(1,1,+1),hex',
  'req.payload_lv(2,1,-1),hex',
  'payload_lv(3,1,0),hex',
  'wait_end',
];

const TLS = [
  'req.ssl_hello_type',
  'req_ssl_hello_type',
  'req.ssl_sni',
  'req_ssl_sni',
  'req.ssl_alpn',
  'req.ssl_ec_ext',
  'req.ssl_st_ext',
  'req.ssl_ver',
  'req_ssl_ver',
];

const RDP = [
  'req.rdp_cookie',
  'req.rdp_cookie(mstshash)',
  'rdp_cookie(MSTSHASH)',
  'rdp_cookie(other)',
  'req.rdp_cookie_cnt',
  'rdp_cookie_cnt(mstshash)',
];

const HTTP = [
  'req.proto_http',
  'method',
  'path',
  'req.hdr(host)',
  'hdr_cnt(x-a)',
  'cook(c)',
  'url_param(q)',
  'base',
  'req.ver',
];

const HEADER = '\x03\0\0\x2f\x2a\xe0\0\0\0\0\0';

const RDP_PACKETS = [
  `${HEADER}Cookie: mstshash=user\r\n\x01\0\x08\0\0\0\0\0`,
  `${HEADER}cookie:   msts=3640205228.15629.0000\r\n`,
  `${HEADER}Cookie: mstshash=user`,
  `${HEADER}Cookie: mstshash\r\n`,
  `${HEADER}Cookie: mstshash=user\rx`,
  `${HEADER}Something else entirely\r\n`,
  `${HEADER}Coo`,
  HEADER,
];

function extension(type: number, data: string): string {
  return `${String.fromCharCode(type >> 8, type & 255)}${length16(data)}`;
}

function length16(data: string): string {
  return `${String.fromCharCode(data.length >> 8, data.length & 255)}${data}`;
}

/** A TLS record with a ClientHello of these extensions. */
function hello(extensions: readonly string[], version = '\x03\x03'): string {
  const body = `${version}${'r'.repeat(32)}\x04sess${length16('\x13\x01\x13\x02')}\x01\0${length16(extensions.join(''))}`;
  const message = `\x01\0${length16(body)}`;
  return `\x16\x03\x01${length16(message)}`;
}

const SNI = extension(0, length16(`\0${length16('www.example.com')}`));
const ALPN = extension(16, length16('\x02h2\x08http/1.1'));
const CURVES = extension(10, length16('\0\x1d'));

const HELLOS = [
  hello([SNI, ALPN, CURVES, extension(35, '')]),
  hello([CURVES, extension(35, 'ticket'), ALPN]),
  hello([extension(0xff01, '\0')]),
  hello([SNI], '\x03\x01'),
  hello([SNI], '\x02\0'),
  hello([extension(0, length16(`\x01${length16('not a host')}`))]),
  hello([extension(0, '')]),
  hello([extension(16, '\0\x03\x0ah2')]),
  hello([SNI, ALPN]).slice(0, 70),
  hello([SNI]).slice(0, 3),
  '\x16\x03\x01\0\x02\x01\0',
  '\x15\x03\x01\0\x02\x02\x28',
  '\x16\x02\x01\x02\0\x01\0\x01\xfc',
  '\x80\x2e\x01\x03\x01\0\x15\0\0\0\x10abcdefghijklmnopqrstuABCDEFGHIJKLMNOP',
  '\0\x2e\0\x01\x03\x01\0\x15\0\0\0\x10abcdefghijklmnopqrstuABCDEFGHIJKLMNOP',
  clientHello('by.differential.example'),
  'not TLS at all, but long enough to be looked at by everybody',
];

const REQUEST = requestOf('GET /path?q=1', ['Host: www.example.com', 'X-A: 1, 2', 'Cookie: c=v']);

function answered(response: string, expressions: readonly string[]): readonly ExpressionCase[] {
  return expressions.map((expression) => ({ expression, request: 'hi', response, direction: 'response' }));
}

export const PAYLOADS: ExpressionTopic = {
  name: 'payloads',
  mode: 'tcp',
  cases: [
    ...['\x03abc\x01defgh', '\0\x05hello', 'x', '\x02\x02\x03\x04\x01\x06\x07'].flatMap((bytes) =>
      onRequest(bytes, BYTES),
    ),
    ...HELLOS.flatMap((bytes) => onRequest(bytes, TLS)),
    ...RDP_PACKETS.flatMap((bytes) => onRequest(bytes, RDP)),
    ...[REQUEST, REQUEST.slice(0, 40), 'GET /old\r\n\r\n', 'nonsense\r\n\r\n'].flatMap((bytes) =>
      onRequest(bytes, HTTP),
    ),
    ...answered('\x03abc', [
      'res.len',
      'res.payload(0,3),hex',
      'res.payload_lv(0,1),hex',
      'payload(1,3),hex',
      'payload_lv(0,1),hex',
    ]),
    ...answered(serverHello(), ['res.ssl_hello_type', 'rep_ssl_hello_type']),
    ...[
      'req.payload(0)',
      'req.payload_lv(-1,1)',
      'req.payload_lv(0,0)',
      'req.payload_lv(0,1,x)',
      'req.payload_lv(0,1,-5)',
    ].map((expression) => ({ expression, refused: true })),
  ],
};
