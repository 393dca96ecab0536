import fc from 'fast-check';
import t from 'tap';
import { AddressList } from '../../../src/vrrp/packet/address-list.ts';

const flat = (addresses: readonly Uint8Array[]): Buffer => Buffer.concat(addresses);

t.test('a list is contained exactly when each of its addresses is', (t) => {
  for (const family of [4, 6] as const) {
    const size = family === 4 ? 4 : 16;
    // Few different bytes, so that addresses meet often.
    const address = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 2, maxLength: 2 }).map((last) => {
      const bytes = new Uint8Array(size);
      bytes.set(last, size - 2);
      return bytes;
    });
    const list = fc.array(address, { maxLength: 12 });
    fc.assert(
      fc.property(list, list, fc.nat(3), (own, sent, at) => {
        const table = new AddressList(own, family);
        const bytes = Buffer.concat([Buffer.alloc(at, 1), flat(sent)]);
        const expected = own.every((one) => sent.some((other) => Buffer.compare(one, other) === 0));
        // Twice: what one look has seen must not help the next.
        return (
          table.containedIn(bytes, at, sent.length) === expected &&
          table.containedIn(bytes, at, sent.length) === expected
        );
      }),
      { numRuns: 2000 },
    );
  }
  t.end();
});

t.test('255 addresses in any order, against a list made to be slow', (t) => {
  const own = Array.from({ length: 255 }, (_, index) => Uint8Array.of(10, 0, index, index ^ 0x5a));
  const table = new AddressList(own, 4);
  t.equal(table.containedIn(flat(own), 0, 255), true);
  t.equal(table.containedIn(flat([...own].reverse()), 0, 255), true);
  const hostile = flat(Array.from({ length: 255 }, () => own[254] as Uint8Array));
  const start = performance.now();
  for (let round = 0; round < 1000; round++) table.containedIn(hostile, 0, 255);
  const each = (performance.now() - start) / 1000;
  t.ok(each < 1, `${(each * 1000).toFixed(1)} us a packet`);
  t.end();
});
