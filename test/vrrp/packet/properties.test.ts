/** What holds for any packet: nothing throws, what we send is taken, what was damaged is not. */
import fc from 'fast-check';
import t from 'tap';
import { DROP_TRUNCATED, TAKEN, VERDICTS, type Verdict } from '../../../src/vrrp/counters.ts';
import type { InstanceModel } from '../../../src/vrrp/model.ts';
import { Advertisement } from '../../../src/vrrp/packet/advertisement.ts';
import { checkAdvertisement } from '../../../src/vrrp/packet/check.ts';
import { Expectation } from '../../../src/vrrp/packet/expectation.ts';
import { AdvertisementFrame } from '../../../src/vrrp/packet/frame.ts';
import { addressModel, bytesOf, instanceModel } from '../models.ts';

const packet = new Advertisement();
const V6_SOURCE = bytesOf('fe80::9');
const V6_GROUP = bytesOf('ff02::12');

function verdict(model: InstanceModel, bytes: Buffer, expectation = new Expectation(model)): Verdict {
  packet.setIpv6(V6_SOURCE, 0, V6_GROUP, 0, 255);
  const shape = packet.decode(model.family, bytes, 0, bytes.length);
  return shape === TAKEN ? checkAdvertisement(packet, expectation, true) : shape;
}

const byte = fc.integer({ min: 0, max: 255 });
const ipv4 = fc.tuple(fc.integer({ min: 1, max: 223 }), byte, byte, byte).map((parts) => Uint8Array.from(parts));
const texts4 = fc.uniqueArray(ipv4, { maxLength: 20, selector: String }).map((all) => all.map((one) => one.join('.')));
const texts6 = fc.uniqueArray(byte, { maxLength: 20 }).map((all) => all.map((last) => `fd77::${last.toString(16)}`));

const models = fc.oneof(
  fc
    .record({ addresses: texts4, seconds: fc.integer({ min: 1, max: 255 }), password: fc.string({ maxLength: 8 }) })
    .map(({ addresses, seconds, password }) =>
      instanceModel({
        addresses: addresses.map((text) => addressModel(text)),
        advertIntervalMs: seconds * 1000,
        ...(password.length > 2 && /^[\x20-\x7e]+$/.test(password) ? { password } : {}),
      }),
    ),
  fc
    .record({ addresses: texts4, centiseconds: fc.integer({ min: 1, max: 4095 }), plain: fc.boolean() })
    .map(({ addresses, centiseconds, plain }) =>
      instanceModel({
        version: 3,
        addresses: addresses.map((text) => addressModel(text)),
        advertIntervalMs: centiseconds * 10,
        checksumAsV2: plain,
      }),
    ),
  fc.record({ addresses: texts6, centiseconds: fc.integer({ min: 1, max: 4095 }) }).map(({ addresses, centiseconds }) =>
    instanceModel({
      family: 6,
      addresses: addresses.map((text) => addressModel(text)),
      advertIntervalMs: centiseconds * 10,
    }),
  ),
);

t.test('what is sent is taken, with the same priority, interval and addresses', (t) => {
  fc.assert(
    fc.property(models, ipv4, byte, byte, (model, source, vrid, priority) => {
      const changed = { ...model, vrid };
      const frame = new AdvertisementFrame(changed, model.family === 4 ? source : V6_SOURCE);
      frame.write(priority);
      if (verdict(changed, frame.bytes) !== TAKEN) return false;
      const sent = Buffer.concat(model.addresses.map(({ address }) => address));
      const got = packet.bytes.subarray(packet.addressesAt, packet.addressesAt + sent.length);
      return (
        packet.vrid === vrid &&
        packet.priority === priority &&
        packet.intervalMs === model.advertIntervalMs &&
        packet.count === model.addresses.length &&
        Buffer.compare(sent, got) === 0
      );
    }),
    { numRuns: 3000 },
  );
  t.end();
});

t.test('random bytes never throw, and are not taken', (t) => {
  const lengths = { maxLength: 200 };
  fc.assert(
    fc.property(models, fc.uint8Array(lengths), (model, random) => {
      const result = verdict(model, Buffer.from(random));
      return result > TAKEN && result < VERDICTS;
    }),
    { numRuns: 5000 },
  );
  // Random behind a header that looks right, so that the later checks are reached.
  fc.assert(
    fc.property(models, fc.uint8Array(lengths), fc.nat(40), (model, random, kept) => {
      const frame = new AdvertisementFrame(model, model.family === 4 ? bytesOf('10.77.0.9') : V6_SOURCE);
      const bytes = Buffer.concat([frame.bytes.subarray(0, kept), random]);
      // The packet itself, perhaps with padding.
      if (Buffer.compare(bytes.subarray(0, frame.length), frame.bytes) === 0) return true;
      const result = verdict(model, bytes);
      // IPv6: the kernel has looked at the checksum before.
      return result < VERDICTS && (result !== TAKEN || model.family === 6 || bytes.length === frame.length);
    }),
    { numRuns: 5000 },
  );
  t.end();
});

t.test('every beginning of a packet is refused', (t) => {
  fc.assert(
    fc.property(models, fc.nat(), (model, cut) => {
      const frame = new AdvertisementFrame(model, model.family === 4 ? bytesOf('10.77.0.9') : V6_SOURCE);
      const length = cut % frame.length;
      const result = verdict(model, Buffer.from(frame.bytes.subarray(0, length)));
      return length < 8 ? result === DROP_TRUNCATED : result !== TAKEN;
    }),
    { numRuns: 2000 },
  );
  t.end();
});

// The IP header's identification, fragment and service fields and its checksum are the kernel's to judge, and the low
// bits of the addresses are no part of v2's checksum.
const NOT_OURS = new Set([1, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);

t.test('one bit that flips, anywhere in it, and the packet is not taken', (t) => {
  const tried = [
    instanceModel(),
    instanceModel({ password: 's3cret' }),
    instanceModel({ version: 3 }),
    instanceModel({ version: 3, addresses: ['10.77.0.100', '10.77.0.101'].map((text) => addressModel(text)) }),
    instanceModel({ version: 3, checksumAsV2: true }),
  ];
  for (const model of tried) {
    const frame = new AdvertisementFrame(model, bytesOf('10.77.0.9'));
    frame.write(150);
    const expectation = new Expectation(model);
    t.equal(verdict(model, Buffer.from(frame.bytes), expectation), TAKEN);
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const at = bit >> 3;
      const bytes = Buffer.from(frame.bytes);
      bytes[at] = (bytes[at] as number) ^ (1 << (bit & 7));
      const result = verdict(model, bytes, expectation);
      const pseudo = model.version === 3 && !model.checksumAsV2;
      if (at < 20 && NOT_OURS.has(at) && !(pseudo && at >= 12)) continue;
      if (result === TAKEN) t.fail(`v${model.version}: bit ${bit & 7} of byte ${at} is not noticed`);
    }
  }
  t.end();
});

t.test('any change of a v3 packet over IPv4 that keeps its length is noticed or is none', (t) => {
  const model = instanceModel({ version: 3 });
  const frame = new AdvertisementFrame(model, bytesOf('10.77.0.9'));
  frame.write(150);
  fc.assert(
    fc.property(fc.integer({ min: 20, max: frame.length - 1 }), byte, (at, value) => {
      const bytes = Buffer.from(frame.bytes);
      bytes[at] = value;
      return (verdict(model, bytes) === TAKEN) === (value === frame.bytes[at]);
    }),
    { numRuns: 3000 },
  );
  t.end();
});
