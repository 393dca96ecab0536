import fc from 'fast-check';
import t from 'tap';
import { LineSplitter, LONGEST_LINE, parseRequest } from '../../../src/vrrp/control/control-line.ts';

t.test('however the bytes are cut, the same lines come out', async (test) => {
  const line = fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => text.replaceAll('\n', ' '));
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      (lines, cuts) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''), 'utf8');
        const splitter = new LineSplitter();
        const found: string[] = [];
        for (let at = 0, cut = 0; at < bytes.length; cut++) {
          const size = cuts[cut % cuts.length] as number;
          found.push(...(splitter.push(bytes.subarray(at, at + size)) ?? ['too long']));
          at += size;
        }
        return JSON.stringify(found) === JSON.stringify(lines);
      },
    ),
  );
  test.pass();
});

t.test('nothing keeps more than one line of the longest kind', async (test) => {
  const splitter = new LineSplitter();
  test.strictSame(splitter.push(Buffer.alloc(LONGEST_LINE, 'x')), []);
  test.equal(splitter.push(Buffer.from('xx')), undefined);
  test.equal(new LineSplitter().push(Buffer.from(`${'x'.repeat(LONGEST_LINE + 1)}\n`)), undefined);
  test.strictSame(new LineSplitter().push(Buffer.from(`${'x'.repeat(LONGEST_LINE)}\n`))?.length, 1);
});

t.test('any text is a request or a fault, never an exception', async (test) => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), (text) => {
      const result = parseRequest(text);
      return result.kind === 'request' ? typeof result.request.command === 'string' : result.fault.message !== '';
    }),
  );
  test.match(parseRequest('{"command":"status","id":5,"instance":"x"}'), {
    kind: 'request',
    request: { id: 5, command: 'status', fields: { instance: 'x' } },
  });
});
