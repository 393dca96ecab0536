/** TLS hellos and RDP cookies are bytes of strangers: what they say is found, and nothing outside them is looked at. */
import fc from 'fast-check';
import t from 'tap';
import {
  ABSENT,
  extensionLength,
  findExtension,
  findServerName,
  handshakeType,
  lacksExtension,
  protocolVersion,
  TOO_SHORT,
} from '../../src/sample/client-hello.ts';
import { findRdpCookie } from '../../src/sample/rdp-cookie.ts';
import { Span } from '../../src/sample/span.ts';
import { clientHello } from '../interop/differential/tls-hello.ts';

const TYPES = [0, 10, 16, 35];

/** Everything the readers say about bytes that lie amid others. */
function answers(content: Buffer, filler: number): readonly number[] {
  const bytes = Buffer.concat([Buffer.alloc(7, filler), content, Buffer.alloc(70_000, filler)]);
  const start = 7;
  const end = start + content.length;
  const relative = (position: number): number => (position < 0 ? position : position - start);
  const span = new Span();
  const cookie = findRdpCookie(bytes, start, end, '', span);
  return [
    relative(findServerName(bytes, start, end)),
    ...TYPES.map((type) => relative(findExtension(bytes, start, end, type))),
    ...TYPES.map((type) => Number(lacksExtension(bytes, start, end, type))),
    handshakeType(bytes, start, end),
    protocolVersion(bytes, start, end, 15_360),
    cookie,
    ...(cookie > 0 ? [span.start - start, span.end - start] : []),
  ];
}

/** Bytes that get far: a hello with some of its bytes changed, cut anywhere. */
const damagedHello = fc
  .record({
    name: fc.string({ unit: fc.constantFrom('a', 'b', '.', 'x'), maxLength: 40 }),
    protocols: fc.array(fc.constantFrom('h2', 'http/1.1', ''), { maxLength: 3 }),
    changes: fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 4 }),
    cut: fc.nat(400),
  })
  .map(({ name, protocols, changes, cut }) => {
    const bytes = Buffer.from(clientHello(name === '' ? undefined : name, { protocols }), 'latin1');
    for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
    return cut < bytes.length ? bytes.subarray(0, cut) : bytes;
  });

const anyBytes = fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes));

const rdpLike = fc
  .record({ text: fc.string({ unit: fc.constantFrom('Cookie:', ' ', 'msts', '=', '\r', '\n', 'x'), maxLength: 14 }) })
  .map(({ text }) => Buffer.from(`${'\0'.repeat(11)}${text}`, 'latin1'));

t.test('what stands before and behind the bytes has no influence', (test) => {
  fc.assert(
    fc.property(fc.oneof(damagedHello, anyBytes, rdpLike), (content) => {
      test.strictSame(answers(content, 0), answers(content, 0xff));
    }),
    { numRuns: 300 },
  );
  test.end();
});

t.test('what is found lies within the bytes', (test) => {
  fc.assert(
    fc.property(fc.oneof(damagedHello, anyBytes), (bytes) => {
      const name = findServerName(bytes, 0, bytes.length);
      if (name >= 0 && name + bytes.readUInt16BE(name - 2) > bytes.length) return false;
      return TYPES.every((type) => {
        const at = findExtension(bytes, 0, bytes.length, type);
        return at < 0 || at + 4 + extensionLength(bytes, at) <= bytes.length;
      });
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(rdpLike, (bytes) => {
      const span = new Span();
      return findRdpCookie(bytes, 0, bytes.length, '', span) <= 0 || (span.start >= 11 && span.end <= bytes.length);
    }),
  );
  test.end();
});

t.test('a whole hello tells its name, whatever follows it', (test) => {
  const hello = Buffer.from(`${clientHello('www.example.com', { protocols: ['h2'] })}more`, 'latin1');
  const name = findServerName(hello, 0, hello.length);
  test.equal(hello.toString('latin1', name, name + hello.readUInt16BE(name - 2)), 'www.example.com');
  test.ok(findExtension(hello, 0, hello.length, 16) > 0);
  test.ok(lacksExtension(hello, 0, hello.length, 35));
  test.equal(handshakeType(hello, 0, hello.length), 1);
  test.equal(protocolVersion(hello, 0, hello.length, 15_360), 0x00030003);
  test.end();
});

t.test('a hello that is cut short is waited for, and what is no hello is not', (test) => {
  const hello = Buffer.from(clientHello('www.example.com'), 'latin1');
  for (let end = 0; end < hello.length; end++) test.equal(findServerName(hello, 0, end), TOO_SHORT, `${end} bytes`);
  for (const text of ['GET / HTTP/1.1', '\x16\x02\x00', '\x17\x03\x03\0\x01x']) {
    test.equal(findServerName(Buffer.from(text, 'latin1'), 0, text.length), ABSENT);
  }
  test.end();
});
