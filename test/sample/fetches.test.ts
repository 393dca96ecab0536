/** Fetches whose answers depend on more bytes to come, or on parsers of what strangers send. */
import fc from 'fast-check';
import t from 'tap';
import { viewOf } from '../../src/http/copy-bytes.ts';
import type { SampleContext } from '../../src/sample/context.ts';
import { compileExpression } from '../../src/sample/expression.ts';
import { Sample } from '../../src/sample/sample.ts';
import { context, options } from './records.ts';

interface Answer {
  readonly found: boolean;
  readonly mayChange: boolean;
  readonly text: string;
}

function ask(fetch: string, args: readonly string[], asked: SampleContext): Answer {
  const { read } = compileExpression({ fetch, args, converters: [] }, options());
  const sample = new Sample();
  const found = read(asked, sample);
  return { found, mayChange: sample.mayChange, text: found ? sample.text() : '' };
}

/** A TCP stream that has received these bytes. */
function received(content: Buffer, ended = false): SampleContext {
  const bytes = Buffer.concat([Buffer.alloc(3, 0xff), content, Buffer.alloc(300, 0xff)]);
  const input = { bytes, view: viewOf(bytes), start: 3, end: 3 + content.length, ended };
  return { ...context(['GET / HTTP/1.1']), request: null, requestInput: input };
}

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

t.test('payload_lv gives what the length before it says, or waits for it', (test) => {
  test.strictSame(ask('req.payload_lv', ['0', '1'], received(bytesOf('\x03abcd'))), {
    found: true,
    mayChange: false,
    text: 'abc',
  });
  test.strictSame(ask('req.payload_lv', ['0', '1'], received(bytesOf('\x03ab'))).mayChange, true);
  test.strictSame(ask('req.payload_lv', ['0', '2'], received(bytesOf('\xff\xffab'))).mayChange, false, 'too long');
  test.strictSame(ask('req.payload_lv', ['0', '1'], received(bytesOf('\0'))).mayChange, false, 'nothing');
  test.end();
});

t.test('payload fetches never read outside what was received', (test) => {
  const number = fc.oneof(fc.integer({ min: -5, max: 20 }), fc.constantFrom(2 ** 31, 2 ** 32 - 1, 2 ** 32)).map(String);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), number, number, (content, first, second) => {
      const asked = received(Buffer.from(content));
      for (const fetch of ['req.payload', 'req.payload_lv']) {
        const { read } = compileExpression({ fetch, args: [first, second], converters: [] }, options());
        const sample = new Sample();
        if (!read(asked, sample)) continue;
        if (sample.start < 3 || sample.end > 3 + content.length || sample.start > sample.end) return false;
      }
      return true;
    }),
    { numRuns: 500 },
  );
  test.end();
});

t.test('all of the payload may still grow, unless the sender has ended', (test) => {
  test.strictSame(ask('req.payload', ['0', '0'], received(bytesOf('abc'))).mayChange, true);
  test.strictSame(ask('req.payload', ['0', '0'], received(bytesOf('abc'), true)).mayChange, false);
  test.end();
});

t.test('HTTP fetches in TCP mode wait for a whole head', (test) => {
  const whole = 'GET /path HTTP/1.1\r\nHost: h\r\n\r\n';
  test.strictSame(ask('path', [], received(bytesOf(whole))).text, '/path');
  test.strictSame(ask('path', [], received(bytesOf(whole.slice(0, 20)))), { found: false, mayChange: true, text: '' });
  test.strictSame(ask('path', [], received(bytesOf('\x16\x03\x01'))), { found: false, mayChange: false, text: '' });
  test.end();
});

t.test('cookies and parameters are found whatever stands around them, and never throw', (test) => {
  const noise = fc.string({
    unit: fc.constantFrom('a', '=', ';', ',', '"', '\\', '&', '?', ' ', '$', 'name'),
    maxLength: 20,
  });
  fc.assert(
    fc.property(noise, noise, (before, after) => {
      const lines = [
        `GET /?${before.replaceAll(' ', '')}&${after.replaceAll(' ', '')} HTTP/1.1`,
        `Cookie: ${before}; ${after}`,
      ];
      for (const fetch of ['req.cook', 'url_param']) {
        for (const args of [['name'], [''], []]) ask(fetch, args, context(lines));
      }
      const quotes = before.replaceAll(/[",\\]/g, '');
      const found = ask('req.cook', ['wanted'], context(['GET / HTTP/1.1', `Cookie: ${quotes}; wanted=here; x=y`]));
      return found.text === 'here';
    }),
    { numRuns: 300 },
  );
  test.end();
});
