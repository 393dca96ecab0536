/** Converters that read messages of other protocols: JSON, tokens, protocol buffers, FIX, MQTT. */
import { join } from 'node:path';
import type { ExpressionTopic } from '../case.ts';

function hex(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex');
}

const JSON_TEXTS = [
  '{"a":1,"b":"text","c":[10,20,{"d":"deep"}],"e":{"f":{"g":true}},"h":null,"i":false,"j.k":5}',
  '[1,[2,3],{"x":[4,5]}]',
  ' { "a" : -1.5e3 , "b" : 0.1 , "c" : 123456789012 , "d" : 1e400 , "e" : 017 , "f" : 1.0 } ',
  '{"a":9007199254740991,"b":9007199254740992,"c":-9007199254740991,"d":99999999999999999999}',
  '{"a":"q\\"uo\\\\te\\n\\t\\u0041\\u00e4","b":"\\u20ac","c":"\\/","d":""}',
  '{"a":[],"b":{},"c":[[]],"d":[1,]}',
  '"alone"',
  '17',
  '-',
  'true',
  '{"a":tru}',
  '{"a":1',
  '{"a" 1}',
  '{a:1}',
  '[1 2]',
  '[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]',
  '{"a":1}garbage',
  '{"a":-,"b":2}',
  '{"a":1e,"b":1.,"c":.5}',
  '{"a":0x1f,"b":1}',
  '{"b":-0,"a":-0.0,"c":0.00001234567,"d":123456.7,"e":1234567,"f":99999.95}',
];
const MOST_PATHS = ['$.a', '$.b', '$.c', '$.d', '$.e', '$.f'];
const PATHS = [
  ...MOST_PATHS,
  '$',
  '$.c[1]',
  '$.c[2].d',
  '$.e.f.g',
  '$.h',
  '$.i',
  '$.j\\\\.k',
  '$[0]',
  '$[1][1]',
  '$[2].x[1]',
];
const MORE_PATHS = ['$.c[9]', '$.nothing', 'a', '$.', '$[', '$.a.b', '$..a', '$[0', '$.c[0]'];
const queries = JSON_TEXTS.flatMap((json) =>
  [...PATHS, ...MORE_PATHS].flatMap((path) => [
    `bin(${hex(json)}),json_query("${path}")`,
    `bin(${hex(json)}),json_query("${path}",int)`,
  ]),
);

function url64(text: string): string {
  return Buffer.from(text).toString('base64url');
}

const HEADER = url64('{"alg":"HS256","typ":"JWT"}');
const CLAIMS = url64('{"sub":"1234567890","name":"John Doe","iat":1516239022,"admin":true,"roles":["a","b"]}');
const SIGNED = `${HEADER}.${CLAIMS}`;
const TOKENS = [`${SIGNED}.xyz`, SIGNED, HEADER, '', '..', `${SIGNED}.a.b`, '!!.??.x', `.${CLAIMS}.`];
const tokens = TOKENS.flatMap((token) =>
  [
    ...['jwt_header_query', 'jwt_header_query($.alg)', 'jwt_payload_query', 'jwt_payload_query($.sub)'],
    ...['jwt_payload_query($.iat)', 'jwt_payload_query($.iat,int)', 'jwt_payload_query($.admin)'],
    ...['jwt_payload_query($.roles[1])', 'jwt_verify(none,"")', 'jwt_verify(HS256,secret)', 'jwt_verify(HS512,secret)'],
    ...[
      'jwt_verify(txn.algorithm,secret)',
      'jwt_verify(txn.none,secret)',
      'jwt_verify(txn.ps,secret)',
      'jwt_verify(txn.odd,a)',
    ],
  ].map((converter) => `str("${token}"),${converter}`),
);

/** Signed by OpenSSL: with the key "secret", and with the private keys that belong to those in `data`. */
const SIGNED_TOKENS = {
  HS256:
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.XbPfbIHMI6arZ3Y922BhjWgQzWXcXNrz0ogtVhfEd2o',
  HS384:
    'eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.hO2sthNQUSfvI9ylUdMKDxcrm8jB3KL6Rtkd3FOskL-jVqYh2CK1es8FKCQO8_tW',
  HS512:
    'eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.wUVS6tazE2N98_J4SH_djkEe1igXPu0qILAvVXCiO6O20gdf5vZ2sYFWX3c-Hy6L4TD47b3DSAAO9XjSqpJfag',
  RS256:
    'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.Fx2WrgCxMyd6-1WfHd5YyEFppKH0reNJ2kO4mEaxlDKpGpubV_ZhqThYQgdThYewgJ6wtXxXNREfeUCC110AlZeL3gOeEDFWTOWMZVIPdqkdlEQgtFNFqQx2-uaJ3F8Sbli8uq6KU2ByGYYfkpolT2hfE6bgpntpis2PJWqHxdxdsQIq-3DHnpF3pOr3kl-PiInWE__p1_Z3w2_3qAll3PW6gO4EU0-F_5TlAFNqnsYs6CUWSOYsotchx7GEoGx70Ur1rWOaJ5NJQz0TK_6M-CbHQe9rb7WUVaGI0wakntE-w7wFLZEpP7DgPg0qjAXmnOjbRrAAqccbG9AZgB6Ozg',
  RS512:
    'eyJhbGciOiJSUzUxMiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.CJ8CWIsMQIKzwLY5jv6khdYAgeuWPdH3Umhkm2zjJUjekjqcn3pPEj2H-ML2ET2R02ere0VXmM8dLnMZRWgo2pvZkMEjE6XEcbL87yalAatTzSuJtWkx0T7Dy2CPALaUCTkNvAf4oLqEYOasapB0oqREKXEF04LOVeK73d6QUoqIPOQItQmWJ2t-WyAIeEVu3VB075qmz0NO_TXM4FjsHkFA9kK4cA0Dy1z4wAV7wbOupqHJ9AexUisfGSi305eAl7IaJjtneF1h7dQdoLREKtVocZyfT-i0WTqNQfokJDOH4ovXBOZp9VV3LfudaFyou9zkPdf20IKqwsHQRwlU8g',
  ES256:
    'eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.1Klj1ON085gLEF__gjnsB7Tzb_zjSRHraLf9HeK3eknqD_1OPmw63Di8AR7CIzN8YAbOqjfsLyf5trgjK74ppA',
  ES256DER:
    'eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.MEQCIAeWiDaTusWfbSvHUQw93AhrLsYH7dKw3u5M5pGe1TndAiAUxVbLufqrlkLrfdiKG-vTt1-GjPH49wfihgsAzEw5PA',
} as const;
const DATA = join(import.meta.dirname, '../data');
const SECRETS = [
  'secret',
  'other',
  `${DATA}/rsa-public.pem`,
  `${DATA}/ec-public.pem`,
  '/nowhere',
  'txn.rsa',
  'txn.none',
];
const signatures = Object.values(SIGNED_TOKENS).flatMap((token) =>
  ['HS256', 'HS384', 'HS512', 'RS256', 'RS512', 'ES256', 'ES384', 'none', 'txn.rs'].flatMap((algorithm) =>
    SECRETS.map((secret) => `str(${token}),jwt_verify(${algorithm},${secret})`),
  ),
);

function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const more = rest > 127n;
    bytes.push(Number(rest & 127n) | (more ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return bytes;
}

function numberField(field: number, value: number | bigint): number[] {
  return [...varint(field * 8), ...varint(value)];
}

function bytesField(field: number, bytes: readonly number[]): number[] {
  return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
}

function fixedField(field: number, wire: 1 | 5, bytes: Buffer): number[] {
  return [...varint(field * 8 + wire), ...bytes];
}

function float(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

const text = (value: string): number[] => [...Buffer.from(value)];
const MESSAGE = [
  ...numberField(1, 150),
  ...bytesField(2, text('testing')),
  ...bytesField(3, [...numberField(1, 7), ...bytesField(2, text('inner')), ...bytesField(4, numberField(9, 300))]),
  ...numberField(4, -2n),
  ...fixedField(5, 5, Buffer.from('feffffff', 'hex')),
  ...fixedField(6, 1, Buffer.from('0100000000000080', 'hex')),
  ...fixedField(7, 5, float(3.7)),
  ...fixedField(8, 1, double(-12.9)),
  ...numberField(300, 1),
  ...fixedField(11, 5, float(-2.5)),
  ...fixedField(12, 1, double(1e300)),
  ...fixedField(15, 1, double(1.5e19)),
  ...fixedField(16, 5, float(1e30)),
  ...fixedField(17, 1, double(-1e30)),
  ...bytesField(13, []),
];
const FIELDS = [
  '1',
  '2',
  '3',
  '3.1',
  '3.2',
  '3.4.9',
  '4',
  '5',
  '6',
  '7',
  '8',
  '300',
  '11',
  '12',
  '13',
  '14',
  '3.7',
  '0',
  '2.1',
];
const FIELD_TYPES = [
  'int32',
  'uint64',
  'sint32',
  'bool',
  'fixed32',
  'sfixed32',
  'float',
  'fixed64',
  'sfixed64',
  'double',
];
const message = Buffer.from(MESSAGE).toString('hex');
const DAMAGED = [
  message.slice(0, 4),
  message.slice(0, 10),
  message.slice(0, 40),
  '08ffffffffffffffffffff01',
  '0b00',
  '12ff01',
];

function grpc(...messages: readonly (readonly number[])[]): string {
  return messages
    .map((bytes) => {
      const head = Buffer.alloc(5);
      head.writeUInt32BE(bytes.length, 1);
      return Buffer.concat([head, Buffer.from(bytes)]).toString('hex');
    })
    .join('');
}

const GRPC = [
  grpc(MESSAGE),
  grpc(numberField(1, 5), MESSAGE),
  grpc([], MESSAGE),
  grpc(MESSAGE).slice(0, 60),
  `00000000ff${message}`,
  '0000000000',
  '00',
];
const buffers = [
  ...FIELDS.flatMap((field) => [
    `bin(${message}),protobuf(${field}),hex`,
    ...FIELD_TYPES.map((type) => `bin(${message}),protobuf(${field},${type})`),
  ]),
  ...DAMAGED.flatMap((bytes) => ['1', '2', '3.1'].map((field) => `bin(${bytes}),protobuf(${field}),hex`)),
  ...GRPC.flatMap((bytes) =>
    ['1,int32', '2', '3.2', '4,sint64', '99'].map((args) => `bin(${bytes}),ungrpc(${args}),hex`),
  ),
];

/** A FIX message with its length and checksum. */
function fixMessage(version: string, body: string, checksum?: number): string {
  const start = `8=${version}\u00019=${body.length}\u0001${body}`;
  const sum = checksum ?? [...start].reduce((total, character) => total + character.charCodeAt(0), 0) % 256;
  return hex(`${start}10=${String(sum).padStart(3, '0')}\u0001`);
}

const BODY = '35=D\u000149=SENDER\u000156=TARGET\u000134=1\u000158=hello\u0001';
const FIX_MESSAGES = [
  fixMessage('FIX.4.2', BODY),
  fixMessage('FIX.4.0', `${BODY}141=Y\u0001`),
  fixMessage('FIXT.1.1', `${BODY}1500=Y\u0001`),
  fixMessage('FIX.4.4', `${BODY}10500=Y\u0001`),
  fixMessage('FIX.9.9', BODY),
  fixMessage('FIX.4.2', BODY, 1),
  fixMessage('FIX.4.2', BODY).slice(0, -4),
  fixMessage('FIX.4.2', BODY).slice(0, 60),
  fixMessage('FIX.4.2', BODY).slice(0, 20),
  fixMessage('FIX.4.2', `49=A\u0001${BODY}`),
  fixMessage('FIX.4.2', `${BODY}x=1\u0001`),
  fixMessage('FIX.4.2', `${BODY}=1\u0001`),
  fixMessage('FIX.4.2', `${BODY}58=\u0001`),
  hex('no fix message at all, but long enough'),
];
const TAGS = ['8', '9', '35', '49', '58', 'SenderCompID', 'msgtype', '10', 'CheckSum', '141', '999'];
const fix = FIX_MESSAGES.flatMap((bytes) => [
  `bin(${bytes}),fix_is_valid`,
  ...TAGS.map((tag) => `bin(${bytes}),fix_tag_value(${tag})`),
]);

function mqttText(value: string): number[] {
  return [0, value.length, ...text(value)];
}

function mqttPacket(first: number, ...parts: readonly (readonly number[])[]): string {
  const rest = parts.flat();
  return Buffer.from([first, ...varint(rest.length), ...rest]).toString('hex');
}

const properties = (bytes: readonly number[]): number[] => [...varint(bytes.length), ...bytes];
const CONNECT_5 = properties([
  ...[0x11, 0, 0, 1, 0, 0x21, 0, 9, 0x27, 0, 0, 2, 0, 0x22, 0, 8, 0x19, 1, 0x17, 0],
  ...[0x26, ...mqttText('k'), ...mqttText('v'), 0x15, ...mqttText('method'), 0x16, ...mqttText('data')],
]);
const WILL_5 = properties([
  ...[0x18, 0, 0, 0, 5, 0x01, 1, 0x02, 0, 0, 0, 6, 0x03, ...mqttText('type'), 0x08, ...mqttText('topic')],
  ...[0x09, ...mqttText('corr')],
]);
const start = (version: number, flags: number, name = 'MQTT'): number[] => [...mqttText(name), version, flags, 0, 60];
const PACKETS = [
  mqttPacket(0x10, start(4, 0x02), mqttText('client')),
  mqttPacket(0x10, start(3, 0xc6, 'MQIsdp'), ...['id', 'wt', 'wp', 'user', 'pass'].map(mqttText)),
  mqttPacket(0x10, start(5, 0xee), CONNECT_5, mqttText('c5'), WILL_5, ...['wt', 'wp', 'user', 'pass'].map(mqttText)),
  mqttPacket(0x10, start(5, 0x02), [0], mqttText('')),
  mqttPacket(0x10, start(5, 0x02), properties([0x16, ...mqttText('data')]), mqttText('c')),
  mqttPacket(0x10, start(5, 0x02), properties([0x11, 0, 0, 1, 0, 0x11, 0, 0, 1, 0]), mqttText('c')),
  mqttPacket(0x10, start(5, 0x02), properties([0x21, 0, 0]), mqttText('c')),
  mqttPacket(0x10, start(5, 0x02), properties([0x7f]), mqttText('c')),
  mqttPacket(0x10, start(6, 0x02), mqttText('c')),
  mqttPacket(0x10, start(4, 0x03), mqttText('c')),
  mqttPacket(0x10, start(4, 0x18), mqttText('c')),
  mqttPacket(0x10, start(4, 0x20), mqttText('c')),
  mqttPacket(0x10, start(4, 0x02, 'MQTX'), mqttText('c')),
  mqttPacket(0x10, start(4, 0x02), mqttText('c'), [0]),
  mqttPacket(0x11, start(4, 0x02), mqttText('c')),
  `${mqttPacket(0x10, start(4, 0x02), mqttText('c'))}00`,
  mqttPacket(0x10, start(4, 0x02), mqttText('client')).slice(0, -2),
  mqttPacket(0x20, [0, 0]),
  mqttPacket(0x20, [1, 5]),
  mqttPacket(0x20, [2, 0]),
  mqttPacket(0x20, [0]),
  mqttPacket(0x20, [0, 0, 0]),
  mqttPacket(
    0x20,
    [1, 0],
    properties([
      ...[0x11, 0, 0, 0, 9, 0x21, 0, 3, 0x24, 1, 0x25, 0, 0x27, 0, 0, 0, 7, 0x12, ...mqttText('assigned'), 0x22, 0, 4],
      ...[0x1f, ...mqttText('why'), 0x26, ...mqttText('a'), ...mqttText('b'), 0x28, 1, 0x29, 0, 0x2a, 1, 0x13, 0, 30],
      ...[0x1a, ...mqttText('info'), 0x1c, ...mqttText('elsewhere')],
    ]),
  ),
  mqttPacket(0x20, [0, 0], properties([0x7f])),
  mqttPacket(0x20, [0, 0], properties([0x24, 2])),
  mqttPacket(0x30, mqttText('topic')),
  mqttPacket(0xe0, []),
  '10',
  '10ffffffff01',
  '00',
];
const CONNECT_FIELDS = [
  'flags',
  'protocol_name',
  'protocol_version',
  'client_identifier',
  'will_topic',
  'will_payload',
];
const MORE_CONNECT = ['username', 'password', 'keepalive', ...'1 2 3 8 9 17 21 22 23 24 25 33 34 38 39'.split(' ')];
const CONNACK_FIELDS = ['flags', 'reason_code', 'protocol_version'];
const MORE_CONNACK = '17 18 19 21 22 26 28 31 33 34 36 37 38 39 40 41 42'.split(' ');
const mqtt = PACKETS.flatMap((bytes) => [
  `bin(${bytes}),mqtt_is_valid`,
  ...[...CONNECT_FIELDS, ...MORE_CONNECT].map((field) => `bin(${bytes}),mqtt_field_value(connect,${field})`),
  ...[...CONNACK_FIELDS, ...MORE_CONNACK].map((field) => `bin(${bytes}),mqtt_field_value(2,${field})`),
]);

const servers = [
  'str(pool),nbsrv',
  'str(nothing),nbsrv',
  'str(expressions0),nbsrv',
  'str(pool/one),srv_queue',
  'str(pool/three),srv_queue',
  'str(nothing/one),srv_queue',
  'str(origin),srv_queue',
  'str(),srv_queue',
];

const refused = [
  'str(a),json_query()',
  'str(a),json_query($.a,float)',
  'str(a),jwt_header_query($.a,text)',
  'str(a),jwt_verify(HS256)',
  'str(a),jwt_verify(XS256,a)',
  'str(a),jwt_verify(PS256,a)',
  'str(a),jwt_verify(HS2567,a)',
  'str(a),protobuf(1,string)',
  'str(a),protobuf(1.)',
  'str(a),protobuf(a)',
  'str(a),ungrpc',
  'str(a),fix_tag_value(Nonsense)',
  'str(a),fix_tag_value(0)',
  'str(a),mqtt_field_value(connect)',
  'str(a),mqtt_field_value(nonsense,flags)',
  'str(a),mqtt_field_value(connect,reason_code)',
  'str(a),mqtt_field_value(pingreq,flags)',
  'str(a),mqtt_field_value(16,flags)',
];

export const CONVERTERS_MESSAGES: ExpressionTopic = {
  name: 'converters of messages',
  lines: [
    'http-request set-var(txn.algorithm) str(HS256)',
    'http-request set-var(txn.rs) str(RS256)',
    `http-request set-var(txn.rsa) str(${DATA}/rsa-public.pem)`,
    'http-request set-var(txn.ps) str(PS256)',
    'http-request set-var(txn.odd) str(HS2)',
  ],
  sections: [
    'backend pool',
    '  server one 127.0.0.1:1',
    '  server two 127.0.0.1:1',
    '  server three 127.0.0.1:1 backup',
  ],
  cases: [
    ...[...queries, ...tokens, ...signatures, ...buffers, ...fix, ...mqtt, ...servers].map((expression) => ({
      expression,
    })),
    ...refused.map((expression) => ({ expression, refused: true })),
  ],
};
