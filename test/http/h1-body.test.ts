import t from 'tap';
import { ChunkedDecoder } from '../../src/http/h1-body.ts';

/** Decodes in one go: verdict, the message as it goes on, payload size. */
function decoded(text: string): { verdict: number; message: string; payload: number } {
  const bytes = Buffer.from(text, 'latin1');
  const decoder = new ChunkedDecoder();
  const verdict = decoder.decode(bytes, 0, bytes.length);
  return { verdict, message: bytes.toString('latin1', 0, decoder.position), payload: decoder.payload };
}

const { COMPLETE, INVALID, NEED_MORE } = ChunkedDecoder;

t.test('the end of the message is found, with trailers', (t) => {
  t.same(decoded('5\r\nhello\r\n0\r\n\r\nGET /'), {
    verdict: COMPLETE,
    message: '5\r\nhello\r\n0\r\n\r\n',
    payload: 5,
  });
  const trailers = '1\r\na\r\n0\r\nX: y\r\nZ: w\r\n\r\n';
  t.same(decoded(`${trailers}more`), { verdict: COMPLETE, message: trailers, payload: 1 });
  t.end();
});

t.test('chunk extensions are cut out, and what follows moves up', (t) => {
  const found = decoded('5;name="v;\\""\r\nhello\r\n0 ; x\r\n\r\n');
  t.same(found, { verdict: COMPLETE, message: '5\r\nhello\r\n0\r\n\r\n', payload: 5 });
  t.end();
});

t.test('an unfinished message waits for more', (t) => {
  for (const text of ['', '5', '5\r', '5\r\nhel', '5\r\nhello', '5\r\nhello\r\n0\r\n', '0\r\nX: y\r\n']) {
    t.equal(decoded(text).verdict, NEED_MORE, JSON.stringify(text));
  }
  t.end();
});

t.test('wrong coding is refused', (t) => {
  const wrong = [
    'g\r\n',
    '\r\n',
    ' 5\r\n',
    '-5\r\n',
    '0x5\r\n',
    '5 5\r\n',
    '5\rX',
    '2\r\nabc\r\n',
    '10000000000000\r\n',
  ];
  for (const text of wrong) t.equal(decoded(text).verdict, INVALID, JSON.stringify(text));
  for (const text of ['0\r\nX\r\n\r\n', '0\r\n: y\r\n', '0\r\nX: y\rz', '0\r\n\rX']) {
    t.equal(decoded(text).verdict, INVALID, JSON.stringify(text));
  }
  t.end();
});

t.test('endless extensions and trailers are refused', (t) => {
  t.equal(decoded(`5;${'x'.repeat(20000)}`).verdict, INVALID);
  t.equal(decoded(`0\r\nX: ${'y'.repeat(20000)}`).verdict, INVALID);
  t.end();
});

t.test('a decoder can be used again, and stays at the end until then', (t) => {
  const decoder = new ChunkedDecoder();
  const bytes = Buffer.from('1\r\na\r\n0\r\n\r\n');
  t.equal(decoder.decode(bytes, 0, bytes.length), COMPLETE);
  decoder.reset();
  t.equal(decoder.decode(bytes, 0, bytes.length), COMPLETE);
  t.equal(decoder.payload, 1);
  t.end();
});

t.test('a body of nothing but chunk extensions is closed up in one pass', (t) => {
  const text = `1${' '.repeat(16_000)}\r\nx\r\n`.repeat(30);
  const bytes = Buffer.from(text, 'latin1');
  let copied = 0;
  // Counts what is moved: time decides no test.
  const copyWithin = bytes.copyWithin.bind(bytes);
  bytes.copyWithin = (target, from, end) => {
    copied += (end ?? bytes.length) - from;
    return copyWithin(target, from, end);
  };
  const decoder = new ChunkedDecoder();
  t.equal(decoder.decode(bytes, 0, bytes.length), ChunkedDecoder.NEED_MORE);
  t.equal(bytes.toString('latin1', 0, decoder.position), '1\r\nx\r\n'.repeat(30));
  t.ok(copied <= bytes.length, `${copied} bytes were moved`);
  t.end();
});
