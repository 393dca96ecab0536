import fc from 'fast-check';
import t from 'tap';
import { ChunkedDecoder } from '../../src/http/h1-body.ts';
import { chunkedBody, cuts } from './h1-messages.ts';

const RUNS = 4000;
const POISON = 0x58;

interface Outcome {
  readonly verdict: number;
  readonly reason: string;
  readonly payload: number;
  /** What goes on to the other side. */
  readonly relayed: string;
}

/** Gives the pieces one after another, each in a buffer of its own amid poison. */
function decode(text: string, ends: readonly number[]): Outcome {
  const decoder = new ChunkedDecoder();
  let relayed = '';
  let verdict: number = ChunkedDecoder.NEED_MORE;
  let from = 0;
  let held = '';
  for (const end of ends) {
    const piece = Buffer.from(held + text.slice(from, end), 'latin1');
    from = end;
    const room = 80;
    const bytes = Buffer.alloc(piece.length + room + 16, POISON);
    piece.copy(bytes, 8);
    const capacity = 8 + piece.length + room;
    verdict = decoder.decode(bytes, 8, 8 + piece.length, capacity);
    for (let i = 0; i < 8; i++) {
      if (bytes[i] !== POISON || bytes[capacity + i] !== POISON) throw new Error('wrote outside');
    }
    relayed += bytes.toString('latin1', 8, decoder.position);
    held = bytes.toString('latin1', decoder.position, 8 + piece.length - decoder.removed);
    if (verdict !== ChunkedDecoder.NEED_MORE) break;
  }
  return { verdict, reason: decoder.errorReason, payload: decoder.payload, relayed };
}

t.test('any split of a chunked body is relayed alike', (t) => {
  const split = chunkedBody.chain((text) => fc.tuple(fc.constant(text), cuts(text.length)));
  fc.assert(
    fc.property(split, ([text, ends]) => {
      return JSON.stringify(decode(text, ends)) === JSON.stringify(decode(text, [text.length]));
    }),
    { numRuns: RUNS },
  );
  t.end();
});

t.test('a relayed body decodes to the same payload, unchanged', (t) => {
  fc.assert(
    fc.property(chunkedBody, (text) => {
      const first = decode(text, [text.length]);
      if (first.verdict !== ChunkedDecoder.COMPLETE) return true;
      const second = decode(first.relayed, [first.relayed.length]);
      return JSON.stringify(second) === JSON.stringify(first);
    }),
    { numRuns: RUNS },
  );
  t.end();
});
