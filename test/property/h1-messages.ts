/** HTTP/1 messages for properties: mostly sound, often nearly so, sometimes noise. */
import fc from 'fast-check';

const NAMES = [
  'Host',
  'Content-Length',
  'Transfer-Encoding',
  'Connection',
  'Upgrade',
  'Expect',
  'X-Some',
  'Sec-WebSocket-Key',
  'x',
  'A B',
  '',
];
const VALUES = [
  'a',
  'h',
  '5',
  '5, 5',
  '0',
  'chunked',
  'gzip',
  'close',
  'keep-alive, Upgrade',
  'websocket',
  '',
  ' \t',
  'a\r\n b',
];
const LINE_ENDS = ['\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\r\r\n', '\r\n\t'];
const START_LINES = [
  'GET / HTTP/1.1',
  'POST /x?y HTTP/1.0',
  'CONNECT h:80 HTTP/1.1',
  'GET http://h:80/ HTTP/1.1',
  'GET  /\t HTTP/1.2',
  'GET /',
  'HTTP/1.1 200 OK',
  'HTTP/1.0 304',
  'HTTP/1.1  101 x y',
  'OPTIONS * HTTP/9.9',
];

const bytesText = fc.string({ unit: 'binary-ascii', maxLength: 12 });
const noise = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const name = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: bytesText });
const value = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...VALUES) }, { weight: 1, arbitrary: bytesText });
const lineEnd = fc.constantFrom(...LINE_ENDS);
const line = fc.tuple(name, fc.constantFrom(':', ': ', ':\t', ' :'), value, lineEnd).map((parts) => parts.join(''));

const shaped = fc
  .tuple(
    fc.constantFrom('', '', '\r\n', '\n', '\r'),
    fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...START_LINES) }, { weight: 1, arbitrary: bytesText }),
    lineEnd,
    fc.array(line, { maxLength: 8 }),
    fc.constantFrom('\r\n', '\r\n', '\n', '', 'x'),
    bytesText,
  )
  .map(([before, start, end, lines, blank, after]) => before + start + end + lines.join('') + blank + after);

/** A message as text, one character a byte. */
export const message = fc.oneof({ weight: 6, arbitrary: shaped }, { weight: 1, arbitrary: noise });

const chunk = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.constantFrom('', ' ', ';x=y', ' ;"a"', ';'), lineEnd, lineEnd)
  .map(
    ([size, extension, one, two]) => `${size.toString(16)}${extension}${one}${'d'.repeat(size)}${size > 0 ? two : ''}`,
  );

/** A chunked body, perhaps wrong, perhaps with something behind it. */
export const chunkedBody = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.array(chunk, { maxLength: 6 }),
        fc.constantFrom('0\r\n\r\n', '0;x\r\nA: b\r\n\r\n', '0\n\n', ''),
        bytesText,
      )
      .map(([chunks, last, after]) => chunks.join('') + last + after),
  },
  { weight: 1, arbitrary: noise },
);

/** Where to cut a text of that many characters: ascending ends, the last being the length. */
export function cuts(length: number): fc.Arbitrary<readonly number[]> {
  return fc
    .oneof(fc.array(fc.nat(length), { maxLength: 6 }), fc.constant(Array.from({ length }, (_, index) => index + 1)))
    .map((ends) => [...new Set([...ends, length])].sort((one, other) => one - other));
}
