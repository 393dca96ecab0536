/** The relay between two connections that are nothing but buffers: framing, back-pressure, ends. */
import fc from 'fast-check';
import t from 'tap';
import type { Connection } from '../../src/net/connection.ts';
import {
  BLOCKED,
  BROKEN,
  BY_LENGTH,
  CHUNKED,
  COMPLETE,
  INVALID,
  MORE,
  NO_BODY,
  Relay,
  TRUNCATED,
  UNTIL_CLOSE,
} from '../../src/proxy/relay.ts';
import { allocate } from '../../src/sys/memory.ts';

/** The part of a source that a relay knows; its memory has room for `capacity` bytes. */
class Source {
  readonly input;
  inputStart = 0;
  inputEnd = 0;
  readEnded = false;

  constructor(capacity = 4096) {
    this.input = allocate(capacity);
  }

  /** Takes what fits; returns how much. */
  receive(text: string): number {
    const count = Math.min(text.length, this.input.bytes.length - this.inputEnd);
    this.input.bytes.write(text.slice(0, count), this.inputEnd, 'latin1');
    this.inputEnd += count;
    return count;
  }

  consume(count: number): void {
    this.inputStart += count;
    if (this.inputStart >= this.inputEnd) this.inputStart = this.inputEnd = 0;
  }

  makeRoom(): void {
    if (this.inputEnd < this.input.bytes.length) return;
    this.input.bytes.copyWithin(0, this.inputStart, this.inputEnd);
    this.inputEnd -= this.inputStart;
    this.inputStart = 0;
  }

  get connection(): Connection {
    return this as unknown as Connection;
  }
}

/** A destination that takes `room` bytes, or is broken (-1). */
class Destination {
  readonly #source: Source;
  room = Number.POSITIVE_INFINITY;
  pendingLength = 0;
  taken = '';

  constructor(source: Source) {
    this.#source = source;
  }

  send(address: number, length: number): number {
    if (this.room < 0) return -1;
    const count = Math.min(length, this.room);
    const start = address - this.#source.input.address;
    this.taken += this.#source.input.bytes.toString('latin1', start, start + count);
    this.room -= count;
    return count;
  }

  get connection(): Connection {
    return this as unknown as Connection;
  }
}

function pair(kind: number, length = 0): { source: Source; destination: Destination; relay: Relay } {
  const source = new Source();
  const relay = new Relay();
  relay.begin(kind, length);
  return { source, destination: new Destination(source), relay };
}

t.test('a known length ends where it says, and what follows stays', (t) => {
  const { source, destination, relay } = pair(BY_LENGTH, 5);
  source.receive('hel');
  t.equal(relay.pump(source.connection, destination.connection), MORE);
  source.receive('loGET /');
  t.equal(relay.pump(source.connection, destination.connection), COMPLETE);
  t.equal(destination.taken, 'hello');
  t.equal(source.input.bytes.toString('latin1', source.inputStart, source.inputEnd), 'GET /');
  t.equal(relay.counted, 5);
  t.end();
});

t.test('no body and length 0 are complete at once', (t) => {
  for (const kind of [NO_BODY, BY_LENGTH]) {
    const { source, destination, relay } = pair(kind);
    source.receive('next');
    t.equal(relay.pump(source.connection, destination.connection), COMPLETE);
    t.equal(destination.taken, '');
    t.equal(source.inputEnd - source.inputStart, 4);
  }
  t.end();
});

t.test('a destination that takes a part gets the rest later, once', (t) => {
  const { source, destination, relay } = pair(BY_LENGTH, 10);
  destination.room = 4;
  source.receive('0123456789');
  t.equal(relay.pump(source.connection, destination.connection), BLOCKED);
  destination.room = 100;
  t.equal(relay.pump(source.connection, destination.connection), COMPLETE);
  t.equal(destination.taken, '0123456789');
  t.equal(relay.counted, 10, 'counted once');
  t.end();
});

t.test('a head that still waits before the payload blocks its completion', (t) => {
  const { source, destination, relay } = pair(NO_BODY);
  destination.pendingLength = 1;
  t.equal(relay.pump(source.connection, destination.connection), BLOCKED);
  destination.pendingLength = 0;
  t.equal(relay.pump(source.connection, destination.connection), COMPLETE);
  t.end();
});

t.test('an end is an end for what lasts until then, too early for all else', (t) => {
  for (const [kind, verdict] of [
    [UNTIL_CLOSE, COMPLETE],
    [BY_LENGTH, TRUNCATED],
    [CHUNKED, TRUNCATED],
  ] as const) {
    const { source, destination, relay } = pair(kind, 100);
    source.receive('5\r\nhello');
    source.readEnded = true;
    t.equal(relay.pump(source.connection, destination.connection), verdict);
    t.equal(destination.taken, '5\r\nhello', 'what there was is passed on');
  }
  t.end();
});

t.test('wrong chunks and a broken destination are told apart', (t) => {
  const wrong = pair(CHUNKED);
  wrong.source.receive('zz\r\n');
  t.equal(wrong.relay.pump(wrong.source.connection, wrong.destination.connection), INVALID);
  const broken = pair(BY_LENGTH, 3);
  broken.destination.room = -1;
  broken.source.receive('abc');
  t.equal(broken.relay.pump(broken.source.connection, broken.destination.connection), BROKEN);
  t.end();
});

t.test('a relay begun anew forgets the message before', (t) => {
  const { source, destination, relay } = pair(CHUNKED);
  for (let i = 0; i < 2; i++) {
    source.receive('1\r\na\r\n0\r\n\r\n');
    t.equal(relay.pump(source.connection, destination.connection), COMPLETE);
    relay.begin(CHUNKED, 0);
  }
  t.equal(destination.taken, '1\r\na\r\n0\r\n\r\n'.repeat(2));
  t.end();
});

const part = fc.tuple(fc.stringMatching(/^[a-z\r\n]{1,40}$/), fc.constantFrom('', ';x=y', ' '));
const body = fc
  .tuple(fc.array(part, { maxLength: 8 }), fc.constantFrom('', 'A: b\r\n', 'A: b\r\nC: d\r\n'))
  .map(([parts, trailers]) => ({
    sent: `${parts.map(([text, extension]) => `${text.length.toString(16)}${extension}\r\n${text}\r\n`).join('')}0\r\n${trailers}\r\n`,
    wanted: `${parts.map(([text]) => `${text.length.toString(16)}\r\n${text}\r\n`).join('')}0\r\n${trailers}\r\n`,
  }));

t.test('whatever pieces come and however little the destination takes, the whole message passes and no more', (t) => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat(30)), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(body, steps, fc.integer({ min: 40, max: 120 }), ({ sent, wanted }, pieces, capacity) => {
      const source = new Source(capacity);
      const destination = new Destination(source);
      destination.room = 0;
      const relay = new Relay();
      relay.begin(CHUNKED, 0);
      const text = `${sent}next`;
      let at = 0;
      let code = MORE;
      for (let step = 0; code !== COMPLETE; step++) {
        if (step > 5000) throw new Error(`stuck after ${JSON.stringify(destination.taken)}`);
        const [size, room] = pieces[step % pieces.length] as [number, number];
        // As a connection does: while the destination is full, nothing more is received.
        if (code === MORE) at += source.receive(text.slice(at, at + size));
        destination.room += step % 2 === 0 ? room : room + 1;
        code = relay.pump(source.connection, destination.connection);
        if (code !== MORE && code !== BLOCKED && code !== COMPLETE) throw new Error(`verdict ${code}`);
      }
      const left = source.input.bytes.toString('latin1', source.inputStart, source.inputEnd) + text.slice(at);
      return destination.taken === wanted && left === 'next';
    }),
    { numRuns: 2000 },
  );
  t.end();
});
