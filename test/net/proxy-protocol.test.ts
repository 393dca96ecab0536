import fc from 'fast-check';
import t from 'tap';
import { crc32c } from '../../src/net/crc32c.ts';
import {
  decodeProxyHeader,
  encodeProxyHeader,
  LONGEST_ENCODED,
  PROXY_FAULT_TEXT,
  type ProxyDecoding,
  type ProxyHeaderFault,
} from '../../src/net/proxy-protocol.ts';
import { SocketAddress } from '../../src/sys/socket-address.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const CLIENT4 = SocketAddress.ipv4('192.168.0.1', 56324);
const SERVER4 = SocketAddress.ipv4('192.168.0.11', 443);
const CLIENT6 = SocketAddress.ipv6('2001:db8::1', 56324);
const SERVER6 = SocketAddress.ipv6('2001:db8::11', 443);
const UNIX = SocketAddress.unix('/run/x');

function encode(version: 1 | 2, source: SocketAddress | null, destination: SocketAddress | null): Buffer {
  const out = Buffer.alloc(3 + LONGEST_ENCODED, 0xaa);
  const end = encodeProxyHeader(version, source, destination, out, 3);
  return out.subarray(3, end);
}

function decode(bytes: Buffer | string): ProxyDecoding {
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
  return decodeProxyHeader(buffer, 0, buffer.length);
}

/** What a decoding says, in a line. */
function told(decoding: ProxyDecoding): string {
  if (decoding.state === 'need-more') return 'need-more';
  if (decoding.state === 'invalid') return decoding.fault;
  return `v${decoding.version} ${decoding.length} ${decoding.source} ${decoding.destination}`;
}

/** A version 2 header of hexadecimal parts. */
function binary(versionCommand: string, family: string, block: string, length = block.length / 2): Buffer {
  return Buffer.from(`${SIGNATURE}${versionCommand}${family}${length.toString(16).padStart(4, '0')}${block}`, 'hex');
}

t.test('version 1 is written as the specification shows it', (t) => {
  t.equal(`${encode(1, CLIENT4, SERVER4)}`, 'PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n');
  t.equal(`${encode(1, CLIENT6, SERVER6)}`, 'PROXY TCP6 2001:db8::1 2001:db8::11 56324 443\r\n');
  t.equal(`${encode(1, CLIENT4, SERVER6)}`, 'PROXY TCP6 ::ffff:192.168.0.1 2001:db8::11 56324 443\r\n');
  t.equal(`${encode(1, CLIENT6, SERVER4)}`, 'PROXY TCP6 2001:db8::1 ::ffff:192.168.0.11 56324 443\r\n');
  for (const pair of [
    [null, null],
    [UNIX, SERVER4],
    [CLIENT4, null],
  ] as const) {
    t.equal(`${encode(1, pair[0], pair[1])}`, 'PROXY UNKNOWN\r\n');
  }
  t.end();
});

t.test('version 2 is written as the specification lays it out', (t) => {
  t.equal(encode(2, CLIENT4, SERVER4).toString('hex'), `${SIGNATURE}2111000cc0a80001c0a8000bdc0401bb`);
  t.equal(
    encode(2, CLIENT6, SERVER6).toString('hex'),
    `${SIGNATURE}2121002420010db800000000000000000000000120010db8000000000000000000000011dc0401bb`,
  );
  t.equal(
    encode(2, CLIENT4, SERVER6).toString('hex'),
    `${SIGNATURE}2121002400000000000000000000ffffc0a8000120010db8000000000000000000000011dc0401bb`,
  );
  t.equal(encode(2, UNIX, SERVER4).toString('hex'), `${SIGNATURE}20000000`);
  t.equal(encode(2, null, null).toString('hex'), `${SIGNATURE}20000000`);
  t.end();
});

t.test('the longest header fits where it is announced to', (t) => {
  const longest = SocketAddress.ipv6('1111:2222:3333:4444:5555:6666:7777:8888', 65535);
  t.ok(encode(1, longest, longest).length <= LONGEST_ENCODED);
  t.end();
});

t.test('good headers are read', (t) => {
  const cases: [Buffer | string, string][] = [
    ['PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\nGET /', 'v1 47 192.168.0.1:56324 192.168.0.11:443'],
    ['PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n', 'v1 56 255.255.255.255:65535 255.255.255.255:65535'],
    ['PROXY TCP6 ::1 FE80::A 0 1\r\n', 'v1 28 [::1]:0 [fe80::a]:1'],
    ['PROXY UNKNOWN\r\n', 'v1 15 null null'],
    [binary('21', '11', '0102030405060708000b0016'), 'v2 28 1.2.3.4:11 5.6.7.8:22'],
    [binary('21', '21', `${'00'.repeat(15)}01${'00'.repeat(15)}02000b0016`), 'v2 52 [::1]:11 [::2]:22'],
    [binary('20', '00', ''), 'v2 16 null null'],
    [binary('20', '11', '0102030405060708000b0016'), 'v2 28 null null'],
    [binary('20', '7f', '01ff'), 'v2 18 null null'],
    [binary('21', '11', '0102030405060708000b001604000161040000e00000'), 'v2 38 1.2.3.4:11 5.6.7.8:22'],
  ];
  for (const [bytes, expected] of cases) t.equal(told(decode(bytes)), expected);
  t.end();
});

t.test("bad headers are refused for HAProxy's reasons", (t) => {
  const address = '0102030405060708000b0016';
  const cases: [Buffer | string, ProxyHeaderFault][] = [
    ['GET / HTTP/1.1\r\n', 'not-header'],
    ['G', 'not-header'],
    ['POST', 'not-header'],
    ['PROXY\t', 'not-header'],
    ['\r\n\r\nX', 'not-header'],
    ['PROXY TCP5', 'bad-protocol'],
    ['PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n', 'bad-protocol'],
    ['PROXY  TCP4', 'bad-protocol'],
    ['PROXY \r\n', 'bad-protocol'],
    ['PROXY TCP4\r\n', 'bad-header'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n', 'bad-header'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1 2 \r\n', 'bad-header'],
    ['PROXY TCP4 1.2.3.4  5.6.7.8 1 2\r\n', 'bad-header'],
    ['PROXY TCP4 1.02.3.4 5.6.7.8 1 2\r\n', 'bad-header'],
    ['PROXY TCP4 1.2.3.256 5.6.7.8 1 2\r\n', 'bad-header'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 01 2\r\n', 'bad-header'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 65536 2\r\n', 'bad-header'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 +1 2\r\n', 'bad-header'],
    ['PROXY TCP4 ::1 ::2 1 2\r\n', 'bad-header'],
    ['PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n', 'bad-header'],
    ['PROXY TCP6 fe80::1%lo ::2 1 2\r\n', 'bad-header'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n', 'bad-header'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1 2\rX', 'bad-header'],
    [`PROXY UNKNOWN ${'x'.repeat(100)}\r\n`, 'bad-protocol'],
    ['PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n', 'bad-protocol'],
    [`PROXY UNKNOWN${'x'.repeat(100)}\r\n`, 'bad-protocol'],
    [binary('11', '11', address), 'not-header'],
    [binary('22', '11', address), 'bad-header'],
    [binary('21', '00', ''), 'bad-header'],
    [binary('21', '12', address), 'bad-header'],
    [binary('21', '31', '61'.repeat(216)), 'bad-header'],
    [binary('21', '11', '01020304'), 'bad-header'],
    [binary('21', '21', address), 'bad-header'],
    [binary('21', '11', `${address}01`), 'bad-header'],
    [binary('21', '11', `${address}01000561`), 'bad-header'],
    [binary('21', '11', `${address}0300020000`), 'bad-header'],
    [binary('21', '11', `${address}03000400000000`), 'bad-header'],
    [binary('21', '11', `${address}020100${'61'.repeat(256)}`), 'bad-header'],
    [binary('21', '11', `${address}050081${'61'.repeat(129)}`), 'bad-header'],
    [binary('21', '11', '', 16370), 'truncated'],
  ];
  for (const [bytes, fault] of cases) t.equal(told(decode(bytes)), fault, JSON.stringify(`${bytes}`));
  t.match(PROXY_FAULT_TEXT['bad-header'], 'Received an invalid PROXY protocol header');
  t.end();
});

t.test('authority, unique id and checksum of version 2 are read', (t) => {
  t.equal(crc32c(Buffer.from('123456789'), 0, 9), 0xe306_9283, 'the check value of CRC32c');
  const address = '0102030405060708000b0016';
  const bytes = binary(
    '21',
    '11',
    `${address}0300040000000002000b${Buffer.from('example.com').toString('hex')}050002abcd`,
  );
  bytes.writeUInt32BE(crc32c(bytes, 0, bytes.length), 31);
  const decoding = decode(bytes);
  if (decoding.state !== 'complete') throw new Error(told(decoding));
  t.equal(`${decoding.authority}`, 'example.com');
  t.equal(decoding.uniqueId?.toString('hex'), 'abcd');
  bytes[20] = 99;
  t.equal(told(decode(bytes)), 'bad-header', 'a changed byte breaks the checksum');
  t.end();
});

const port = fc.nat(65535);
const ipv4 = fc.tuple(fc.ipV4(), port).map(([host, number]) => SocketAddress.ipv4(host, number));
const ipv6 = fc.tuple(fc.ipV6(), port).map(([host, number]) => SocketAddress.ipv6(host, number));
const endpoints = fc.oneof(fc.tuple(ipv4, ipv4), fc.tuple(ipv6, ipv6));

t.test('what is written is read back, whatever stands before and behind', (t) => {
  fc.assert(
    fc.property(
      endpoints,
      fc.constantFrom(1 as const, 2 as const),
      fc.nat(20),
      fc.uint8Array(),
      (pair, version, at, rest) => {
        const written = encode(version, pair[0], pair[1]);
        const bytes = Buffer.concat([Buffer.alloc(at, 0x50), written, rest]);
        const decoding = decodeProxyHeader(bytes, at, bytes.length);
        return (
          decoding.state === 'complete' &&
          decoding.length === written.length &&
          decoding.version === version &&
          decoding.source?.equals(pair[0]) === true &&
          decoding.destination?.equals(pair[1]) === true
        );
      },
    ),
  );
  t.end();
});

/** Bytes that are nearly a header: mutilated good ones, and anything behind either beginning. */
const nearly = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.concat([Buffer.from(SIGNATURE, 'hex'), bytes])),
  fc
    .tuple(
      fc.constantFrom('TCP4', 'TCP6', 'UNKNOWN', 'TCP5', 'Q', '', '\r', '\n', '\rCP4'),
      fc.array(fc.constantFrom(' ', '1', '.', ':', 'f', '\r', '\n', '\r\n', '10.0.0.1', '::1', '65535', 'x'), {
        maxLength: 30,
      }),
    )
    .map(([protocol, parts]) => Buffer.from(`PROXY ${protocol} ${parts.join('')}`, 'latin1')),
  fc
    .tuple(endpoints, fc.constantFrom(1 as const, 2 as const), fc.nat(), fc.nat(255))
    .map(([pair, version, at, byte]) => {
      const bytes = Buffer.from(encode(version, pair[0], pair[1]));
      bytes[at % bytes.length] = byte;
      return bytes;
    }),
);

t.test('any bytes in any pieces: never a throw, one verdict, and no look past the end', (t) => {
  fc.assert(
    fc.property(nearly, (bytes) => {
      const whole = told(decode(bytes));
      let verdict = 'need-more';
      for (let end = 0; end <= bytes.length; end++) {
        // Behind `end` lies something else than what will come: reading it would change the verdict.
        const trap = Buffer.concat([bytes.subarray(0, end), Buffer.alloc(200, 0x0d)]);
        const now = told(decodeProxyHeader(trap, 0, end));
        if (verdict !== 'need-more') {
          if (now !== verdict) return false;
        } else {
          verdict = now;
        }
      }
      return verdict === whole;
    }),
    { numRuns: 1000 },
  );
  t.end();
});
