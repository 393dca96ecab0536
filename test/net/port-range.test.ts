import fc from 'fast-check';
import t from 'tap';
import { PortRange } from '../../src/net/port-range.ts';

t.test('ports are given out in order, and again in the order they came back', (t) => {
  const range = new PortRange(1025, 1028);
  t.same([range.take(), range.take(), range.take()], [1025, 1026, 1027]);
  range.release(1026);
  range.release(1025);
  t.same([range.take(), range.take(), range.take(), range.take()], [1028, 1026, 1025, 0], 'then none is left');
  t.equal(range.free, 0);
  t.end();
});

t.test('what was not taken is not given back', (t) => {
  const range = new PortRange(10, 11);
  for (const port of [0, 9, 10, 12, 65535, -1]) range.release(port);
  t.equal(range.free, 2);
  const port = range.take();
  range.release(port);
  range.release(port);
  t.equal(range.free, 2, 'twice is once');
  t.end();
});

t.test('impossible ranges are refused', (t) => {
  for (const [low, high] of [
    [0, 10],
    [10, 9],
    [1, 65536],
    [1.5, 3],
    [Number.NaN, 3],
  ] as const) {
    t.throws(() => new PortRange(low, high), RangeError);
  }
  t.equal(new PortRange(1, 65535).free, 65535);
  t.end();
});

t.test('no port is ever in two hands', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.array(fc.nat(20), { maxLength: 80 }), (size, steps) => {
      const range = new PortRange(100, 99 + size);
      const held: number[] = [];
      for (const step of steps) {
        if (step < 10) {
          const port = range.take();
          if (port === 0 ? held.length !== size : held.includes(port) || port < 100 || port > 99 + size) return false;
          if (port !== 0) held.push(port);
        } else if (held.length > 0) {
          range.release(held.splice(step % held.length, 1)[0] as number);
        }
        if (range.free !== size - held.length) return false;
      }
      return true;
    }),
  );
  t.end();
});
