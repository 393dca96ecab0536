import fc from 'fast-check';
import t from 'tap';
import { areaOf, viewOf } from '../../src/http/copy-bytes.ts';
import { Http1Head } from '../../src/http/h1-head.ts';
import { COMPLETE, NEED_MORE } from '../../src/http/h1-verdict.ts';
import { cuts, message } from './h1-messages.ts';

const RUNS = 4000;
const POISON = 0x58;

interface Outcome {
  readonly verdict: number;
  readonly errorAt: number;
  readonly reason: string;
  readonly fields: readonly unknown[];
  readonly written: string;
}

/** Parses `text` given up to each of `ends` in turn; `before` bytes of poison stand before it and behind what is given. */
function parse(
  text: string,
  ends: readonly number[],
  kind: 'request' | 'response',
  acceptInvalid: boolean,
  before: number,
  head = new Http1Head(),
): Outcome {
  const whole = Buffer.from(text, 'latin1');
  const bytes = Buffer.alloc(before + whole.length + 32, POISON);
  head.begin(kind, bytes, before, { maxHeaders: 6, acceptInvalid }, viewOf(bytes));
  let given = 0;
  let verdict = NEED_MORE;
  for (const end of ends) {
    whole.copy(bytes, before + given, given, end);
    given = end;
    verdict = head.parse(before + end);
    if (verdict !== NEED_MORE) break;
  }
  for (const [index, byte] of bytes.entries()) {
    if ((index < before || index >= before + given) && byte !== POISON) throw new Error(`wrote outside, at ${index}`);
  }
  let written = '';
  if (verdict === COMPLETE) {
    const out = Buffer.alloc(head.sizeEstimate + 16, POISON);
    const end = head.writeTo(areaOf(out), 0);
    if (end > head.sizeEstimate) throw new Error(`wrote ${end}, announced ${head.sizeEstimate}`);
    written = out.toString('latin1', 0, end);
  }
  const headers = Array.from({ length: verdict === COMPLETE ? head.count : 0 }, (_, index) => [
    head.nameString(index),
    head.valueString(index),
    head.nameHash[index],
    head.lineEnd[index] === 0,
  ]);
  const fields = [
    headers,
    verdict === COMPLETE ? [head.headEnd - before, head.start - before, ...startLine(head)] : [],
    [head.contentLength, head.chunked, head.connectionClose, head.connectionKeepAlive, head.connectionUpgrade],
    [head.hasUpgrade, head.expectContinue, head.hostIndex, head.status, head.version11],
  ];
  const errorAt = head.errorAt < 0 ? -1 : head.errorAt - before;
  return { verdict, errorAt, reason: errorAt < 0 ? '' : head.errorReason, fields, written };
}

function startLine(head: Http1Head): readonly string[] {
  const version = head.versionString();
  return head.isRequest ? [head.methodString(), head.uriString(), version] : [version, head.reasonString()];
}

const setting = fc.record({
  text: message,
  kind: fc.constantFrom('request' as const, 'response' as const),
  acceptInvalid: fc.boolean(),
});

t.test('any split of any message into pieces parses alike', (t) => {
  const split = setting.chain((chosen) => fc.tuple(fc.constant(chosen), cuts(chosen.text.length)));
  fc.assert(
    fc.property(split, ([{ text, kind, acceptInvalid }, ends]) => {
      const whole = parse(text, [text.length], kind, acceptInvalid, 0);
      const pieces = parse(text, ends, kind, acceptInvalid, 7);
      return JSON.stringify(pieces) === JSON.stringify(whole);
    }),
    { numRuns: RUNS },
  );
  t.end();
});

t.test('what stands around a message has no influence on it', (t) => {
  fc.assert(
    fc.property(setting, fc.nat(40), ({ text, kind, acceptInvalid }, end) => {
      const given = text.slice(0, end);
      const alone = parse(given, [given.length], kind, acceptInvalid, 0);
      const amid = parse(given, [given.length], kind, acceptInvalid, 9);
      return JSON.stringify(alone) === JSON.stringify(amid);
    }),
    { numRuns: RUNS },
  );
  t.end();
});

t.test('a head used before parses like a new one', (t) => {
  fc.assert(
    fc.property(setting, setting, (one, other) => {
      const used = new Http1Head();
      parse(one.text, [one.text.length], one.kind, one.acceptInvalid, 3, used);
      const again = parse(other.text, [other.text.length], other.kind, other.acceptInvalid, 3, used);
      const fresh = parse(other.text, [other.text.length], other.kind, other.acceptInvalid, 3);
      return JSON.stringify(again) === JSON.stringify(fresh);
    }),
    { numRuns: RUNS },
  );
  t.end();
});

t.test('what is written parses to the same headers, and is then written as it is', (t) => {
  fc.assert(
    fc.property(setting, ({ text, kind, acceptInvalid }) => {
      const first = parse(text, [text.length], kind, acceptInvalid, 0);
      if (first.verdict !== COMPLETE) return true;
      const second = parse(first.written, [first.written.length], kind, true, 0);
      const third = parse(second.written, [second.written.length], kind, true, 0);
      return second.verdict === COMPLETE && third.written === second.written;
    }),
    { numRuns: RUNS },
  );
  t.end();
});
