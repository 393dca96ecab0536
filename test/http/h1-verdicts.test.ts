import t from 'tap';
import { areaOf, viewOf } from '../../src/http/copy-bytes.ts';
import { ChunkedDecoder } from '../../src/http/h1-body.ts';
import { Http1Head } from '../../src/http/h1-head.ts';
import { COMPLETE, INVALID, NEED_MORE } from '../../src/http/h1-verdict.ts';
import { type MeasuredCase, readCases } from './haproxy-verdicts.ts';

const ROOM = 4096;

/** Where we differ on purpose, or the verdict is not the parser's to give. */
const DEVIATIONS: ReadonlyMap<string, string> = new Map([
  ['request length 2^64-1', 'refused: HAProxy lets the length wrap'],
  ['request length 2^64', 'refused: HAProxy lets the length wrap'],
  ['request connect with chunked', 'transfer-encoding is taken out of CONNECT like content-length'],
  ['request chunks: trailer with bad content-length', 'trailers are not looked into'],
  ['response chunks: trailer with bad content-length', 'trailers are not looked into'],
  ['request chunks: trailer space before colon', 'refused: HAProxy decides by uninitialised memory'],
  ['response chunks: trailer space before colon', 'refused: HAProxy decides by uninitialised memory'],
  ['request chunks: size 2^52-1', 'accepted by both, but never complete'],
  ['response chunks: size 2^52-1', 'accepted by both, but never complete'],
  ['response 101 unasked', 'the proxy refuses an upgrade nobody asked for'],
  ['response chunked 204', 'accepted by both; HAProxy captures the end of the connection as an error'],
  ['response status two digits', 'HAProxy takes content-length out of statuses below 100 and sends the body'],
  ['response status 000', 'HAProxy takes content-length out of statuses below 100 and sends the body'],
  ['response status 099', 'HAProxy takes content-length out of statuses below 100 and sends the body'],
  ['response empty head', 'incomplete: the origin closes, the proxy answers 502'],
]);

/** Status of refusal (0 = accepted, -1 = incomplete) and where, for the head and, if it is chunked, the body. */
function judge(test: MeasuredCase, acceptInvalid: boolean): { status: number; at: number; written: string } {
  const bytes = Buffer.from(test.bytes, 'latin1');
  const head = new Http1Head();
  head.begin(test.kind, bytes, 0, { maxHeaders: 101, acceptInvalid }, viewOf(bytes));
  const verdict = head.parse(bytes.length);
  if (verdict === NEED_MORE) return { status: -1, at: -1, written: '' };
  if (verdict !== COMPLETE) {
    return { status: test.kind === 'request' ? head.errorStatus : 502, at: head.errorAt, written: '' };
  }
  const out = Buffer.alloc(ROOM);
  const end = head.writeTo(areaOf(out), 0);
  if (end > head.sizeEstimate) throw new Error(`${test.name}: wrote ${end}, announced ${head.sizeEstimate}`);
  const written = out.toString('latin1', 0, end);
  if (head.chunked) {
    const body = Buffer.concat([bytes, Buffer.alloc(ROOM)]);
    const verdictOfBody = new ChunkedDecoder().decode(body, head.headEnd, bytes.length, body.length);
    if (verdictOfBody === INVALID) return { status: test.kind === 'request' ? 400 : 502, at: -2, written };
    if (verdictOfBody === NEED_MORE) return { status: -1, at: -1, written };
  }
  return { status: 0, at: head.errorAt, written };
}

/** A head as comparable text: names in lower case, blanks merged, lines sorted, without the hop's own headers. */
function comparable(text: string): string {
  const [first = '', ...lines] = (text.split('\r\n\r\n', 1)[0] ?? '').split('\r\n');
  const headers = lines
    .map((line) =>
      line
        .toLowerCase()
        .replace(/\s*:\s*/, ': ')
        .replace(/\s+/g, ' ')
        .trimEnd(),
    )
    .filter((line) => !/^connection: (close|keep-alive)$/.test(line));
  return [first.trimEnd(), ...headers.sort()].join('\n');
}

function refusal(test: MeasuredCase, status: number): number {
  const refused = test.kind === 'request' ? [400, 413, 422] : [502];
  return refused.includes(status) ? status : 0;
}

for (const [mode, acceptInvalid] of [
  ['strict', false],
  ['relaxed', true],
] as const) {
  t.test(`heads get the verdict of haproxy 2.6, ${mode}`, (t) => {
    for (const test of readCases()) {
      const name = `${test.kind} ${test.name}`;
      if (DEVIATIONS.has(name)) continue;
      const expected = test[mode];
      const found = judge(test, acceptInvalid);
      t.equal(Math.max(found.status, 0), refusal(test, expected.status), `${name}: refused or not`);
      if (!test.name.startsWith('chunks:') && expected.at >= 0)
        t.equal(found.at, expected.at, `${name}: error position`);
      if (found.status !== 0 || expected.forwarded === '' || test.name.startsWith('100 then')) continue;
      t.equal(comparable(found.written), comparable(expected.forwarded), `${name}: forwarded`);
    }
    t.end();
  });
}
