import t from 'tap';
import { BurstGuard } from '../../../src/vrrp/network/burst-guard.ts';
import { Advertisement } from '../../../src/vrrp/packet/advertisement.ts';
import { AdvertisementFrame } from '../../../src/vrrp/packet/frame.ts';
import { bytesOf, instanceModel } from '../models.ts';

function packetOf(source: string, priority: number, vrid = 51): Advertisement {
  const frame = new AdvertisementFrame(instanceModel({ version: 3, vrid }), bytesOf(source));
  frame.write(priority);
  const packet = new Advertisement();
  packet.decode(4, frame.bytes, 0, frame.length);
  return packet;
}

/** Which of these pass, in one burst. */
function passing(guard: BurstGuard, packets: readonly Advertisement[]): boolean[] {
  guard.beginBurst();
  return packets.map((packet) => {
    if (guard.isFlood(packet)) return false;
    guard.taken(packet);
    return true;
  });
}

t.test('the same again in one burst is flood, in the next it is news', (t) => {
  const guard = new BurstGuard();
  const packet = packetOf('10.77.0.3', 100);
  t.same(passing(guard, [packet, packet, packet]), [true, false, false]);
  t.same(passing(guard, [packet, packet]), [true, false]);
  t.end();
});

t.test('another sender, another priority and another VRID pass', (t) => {
  const guard = new BurstGuard();
  const packets = [
    packetOf('10.77.0.3', 100),
    packetOf('10.77.0.3', 0),
    packetOf('10.77.0.4', 0),
    packetOf('10.77.0.4', 0, 52),
    packetOf('10.77.0.4', 0),
  ];
  t.same(passing(guard, packets), [true, true, true, true, false]);
  t.end();
});

t.test('what is wrong is not taken for a repetition of what was right', (t) => {
  const guard = new BurstGuard();
  const wrong = packetOf('10.77.0.3', 100);
  wrong.checksum ^= 1;
  const other = packetOf('10.77.0.3', 100);
  other.type = 9;
  guard.beginBurst();
  guard.taken(packetOf('10.77.0.3', 100));
  t.same(
    [wrong, other, packetOf('10.77.0.3', 100)].map((packet) => guard.isFlood(packet)),
    [false, false, true],
  );
  t.end();
});

t.test('eight of one VRID in one burst are enough, and do not count against others', (t) => {
  const guard = new BurstGuard();
  const many = Array.from({ length: 20 }, (_, index) => packetOf('10.77.0.3', index + 1));
  const other = packetOf('10.77.0.3', 1, 52);
  t.same(passing(guard, [...many, other]), [...Array(8).fill(true), ...Array(12).fill(false), true]);
  t.end();
});
