/** The packets that keepalived 2.2.7 was seen to send (reference, section 4), byte for byte, IP header included. */
import t from 'tap';
import { ARP_FRAME_LENGTH, writeArpRequest, writeGratuitousArp } from '../../../src/net/neighbours/arp.ts';
import { addWords, fold, pseudoHeaderSum } from '../../../src/net/neighbours/checksum.ts';
import {
  ALL_NODES,
  NEIGHBOUR_FRAME_LENGTH,
  NEIGHBOUR_PROBE_LENGTH,
  solicitedNodeGroup,
  writeNeighbourAdvertisement,
  writeNeighbourSolicitation,
} from '../../../src/net/neighbours/neighbour-advertisement.ts';
import { TAKEN } from '../../../src/vrrp/counters.ts';
import type { InstanceModel } from '../../../src/vrrp/model.ts';
import { Advertisement } from '../../../src/vrrp/packet/advertisement.ts';
import { checkAdvertisement } from '../../../src/vrrp/packet/check.ts';
import { STYLE_OLD_UNICAST, STYLE_PLAIN, STYLE_PSEUDO_HEADER } from '../../../src/vrrp/packet/checksum-styles.ts';
import { Expectation } from '../../../src/vrrp/packet/expectation.ts';
import { AdvertisementFrame } from '../../../src/vrrp/packet/frame.ts';
import { addressModel, bytesOf, instanceModel } from '../models.ts';

const hex = (text: string): string => text.replaceAll(' ', '');
const peer = (text: string) => ({ address: bytesOf(text), minTtl: 0, maxTtl: 255 });
const SOURCE = bytesOf('10.77.0.2');
const MAC = Uint8Array.of(2, 0, 0, 0xaa, 0xbb, 0xcc);
const MAC_HEX = '020000aabbcc';

interface Golden {
  readonly name: string;
  readonly model: InstanceModel;
  /** Total length field, and the VRRP part. */
  readonly total: string;
  readonly body: string;
  readonly destination?: string;
}

const goldens: readonly Golden[] = [
  {
    name: 'v2, no authentication, 1 s',
    model: instanceModel(),
    total: '0028',
    body: '2133 9601 0001 3e19 0a4d0064 00000000 00000000',
  },
  {
    name: 'v2, password',
    model: instanceModel({ password: 's3cret' }),
    total: '0028',
    body: '2133 9601 0101 00ff 0a4d0064 7333 6372 6574 0000',
  },
  {
    name: 'v3, 0.1 s',
    model: instanceModel({ version: 3, advertIntervalMs: 100 }),
    total: '0020',
    body: '3133 9601 000a 4332 0a4d0064',
  },
  {
    name: 'v3, 1 s',
    model: instanceModel({ version: 3 }),
    total: '0020',
    body: '3133 9601 0064 42d8 0a4d0064',
  },
  {
    name: 'v3, 1 s, unicast',
    model: instanceModel({ version: 3, unicastPeers: [peer('10.77.0.3')] }),
    total: '0020',
    body: '3133 9601 0064 189b 0a4d0064',
    destination: '10.77.0.3',
  },
];

for (const { name, model, total, body, destination } of goldens) {
  t.test(`golden: ${name}`, (t) => {
    const frame = new AdvertisementFrame(model, SOURCE);
    const to = bytesOf(destination ?? '224.0.0.18');
    frame.write(1, bytesOf('10.77.0.77'));
    frame.write(150, to);
    const header = `45c0 ${total} 0000 0000 ff70 0000 0a4d0002 ${Buffer.from(to).toString('hex')}`;
    t.equal(frame.bytes.toString('hex'), hex(header + body));
    t.equal(frame.length, frame.bytes.length);

    const packet = new Advertisement();
    t.equal(packet.decode(4, frame.bytes, 0, frame.length), TAKEN);
    t.equal(checkAdvertisement(packet, new Expectation(model), true), TAKEN);
    t.same([packet.version, packet.type, packet.vrid, packet.priority, packet.count], [model.version, 1, 51, 150, 1]);
    t.equal(packet.intervalMs, model.advertIntervalMs);
    t.same(packet.source, SOURCE);
    t.same(packet.destination, to);
    t.equal(packet.multicast, destination === undefined);
    t.end();
  });
}

t.test("golden: v3 over IPv6 without the checksum, which is the kernel's", (t) => {
  const model = instanceModel({ family: 6, advertIntervalMs: 100 });
  const source = bytesOf('fe80::8408:9ff:fe69:437b');
  const frame = new AdvertisementFrame(model, source);
  frame.write(150);
  const addresses = 'fe800000000000000000000000000077 fd770000000000000000000000000100';
  t.equal(frame.bytes.toString('hex'), hex(`3133 9602 000a 0000 ${addresses}`));
  // With the golden checksum in place the kernel's sum comes out right.
  frame.bytes.writeUInt16BE(0x6d35, 6);
  const pseudo = pseudoHeaderSum(source, bytesOf('ff02::12'), 112, frame.length);
  t.equal(fold(addWords(pseudo, frame.bytes, 0, frame.length)), 0xffff);
  t.end();
});

t.test('a priority of 0 says that the master stops, with a right checksum', (t) => {
  const model = instanceModel({ version: 3 });
  const frame = new AdvertisementFrame(model, SOURCE);
  frame.write(0);
  const packet = new Advertisement();
  packet.decode(4, frame.bytes, 0, frame.length);
  t.equal(checkAdvertisement(packet, new Expectation(model), true), TAKEN);
  t.equal(packet.priority, 0);
  t.end();
});

t.test(
  'v3_checksum_as_v2 leaves the pseudo-header out: the sum does not depend on the addresses of the IP header',
  (t) => {
    const model = instanceModel({ version: 3, checksumAsV2: true });
    const frame = new AdvertisementFrame(model, SOURCE);
    frame.write(150);
    t.equal(fold(addWords(0, frame.bytes, 20, frame.length)), 0xffff);
    const checksum = frame.bytes.toString('hex', 26, 28);
    frame.setSource(bytesOf('10.77.0.9'));
    frame.write(150);
    t.equal(frame.bytes.toString('hex', 26, 28), checksum);
    t.end();
  },
);

t.test('old_unicast_checksum computes with the group, whoever the packet goes to', (t) => {
  const peers = [peer('10.77.0.3'), peer('10.77.0.4')];
  const model = instanceModel({ version: 3, unicastPeers: peers, oldUnicastChecksum: true });
  const frame = new AdvertisementFrame(model, SOURCE);
  frame.write(150, bytesOf('10.77.0.3'));
  t.equal(frame.bytes.toString('hex', 26, 28), '42d8', 'as the multicast golden packet');
  frame.write(150, bytesOf('10.77.0.4'));
  t.equal(frame.bytes.toString('hex', 26, 28), '42d8');
  t.end();
});

t.test(
  'a unicast peer is answered in the checksum it uses itself, unless the configuration asks for a special one',
  (t) => {
    const model = instanceModel({ version: 3, unicastPeers: [peer('10.77.0.3')] });
    const old = { ...model, oldUnicastChecksum: true };
    const sent = new AdvertisementFrame(old, bytesOf('10.77.0.3'));
    sent.write(100, SOURCE);
    const expectation = new Expectation(model);
    const packet = new Advertisement();
    packet.decode(4, sent.bytes, 0, sent.length);
    const frame = new AdvertisementFrame(model, SOURCE);
    t.equal(frame.styleFor(expectation.styleOf(bytesOf('10.77.0.3'))), STYLE_PSEUDO_HEADER, 'nothing heard yet');
    t.equal(checkAdvertisement(packet, expectation, true), TAKEN);
    const style = frame.styleFor(expectation.styleOf(bytesOf('10.77.0.3')));
    t.equal(style, STYLE_OLD_UNICAST);
    frame.write(150, bytesOf('10.77.0.3'), style);
    t.equal(frame.bytes.toString('hex', 26, 28), '42d8');
    const plain = new AdvertisementFrame({ ...model, checksumAsV2: true }, SOURCE);
    t.equal(plain.styleFor(STYLE_OLD_UNICAST), STYLE_PLAIN);
    t.equal(new Expectation(instanceModel({ family: 6 })).styleOf(bytesOf('fe80::3')), 0);
    t.end();
  },
);

t.test('unicast goes with unicast_ttl, and 255 without', (t) => {
  const unicastPeers = [peer('10.77.0.3')];
  t.equal(new AdvertisementFrame(instanceModel({ unicastPeers, unicastTtl: 7 }), SOURCE).bytes[8], 7);
  t.equal(new AdvertisementFrame(instanceModel({ unicastPeers, unicastTtl: -1 }), SOURCE).bytes[8], 255);
  t.equal(new AdvertisementFrame(instanceModel({ unicastTtl: 7 }), SOURCE).bytes[8], 255, 'multicast is not told');
  t.end();
});

t.test('the largest advertisements fit', (t) => {
  const many = Array.from({ length: 255 }, (_, index) => addressModel(`10.88.0.${index}`));
  t.equal(new AdvertisementFrame(instanceModel({ addresses: many }), SOURCE).length, 20 + 8 + 255 * 4 + 8);
  const many6 = Array.from({ length: 255 }, (_, index) => addressModel(`fd77::${index.toString(16)}`));
  const model6 = instanceModel({ family: 6, addresses: many6 });
  t.equal(new AdvertisementFrame(model6, bytesOf('fe80::1')).length, 8 + 255 * 16);
  t.end();
});

t.test('golden: gratuitous ARP is a broadcast request of the address for itself', (t) => {
  const frame = Buffer.alloc(64, 0xee);
  writeGratuitousArp(frame, MAC, bytesOf('10.77.0.100'));
  const expected = `ffffffffffff ${MAC_HEX} 0806 0001 0800 06 04 0001 ${MAC_HEX} 0a4d0064 ffffffffffff 0a4d0064`;
  t.equal(frame.toString('hex', 0, ARP_FRAME_LENGTH), hex(expected));
  t.end();
});

t.test('golden: neighbour advertisement, override flag, target MAC, from the address itself', (t) => {
  const frame = Buffer.alloc(128, 0xee);
  const address = bytesOf('fd77::100');
  t.equal(writeNeighbourAdvertisement(frame, MAC, address, false), NEIGHBOUR_FRAME_LENGTH);
  const text = 'fd770000000000000000000000000100';
  const all = 'ff020000000000000000000000000001';
  const checksum = frame.toString('hex', 56, 58);
  const expected = `333300000001 ${MAC_HEX} 86dd 60000000 0020 3aff ${text} ${all}
    8800 ${checksum} 20000000 ${text} 0201 ${MAC_HEX}`;
  t.equal(frame.toString('hex', 0, NEIGHBOUR_FRAME_LENGTH), expected.replace(/\s/g, ''));
  const pseudo = pseudoHeaderSum(address, ALL_NODES, 58, 32);
  t.equal(fold(addWords(pseudo, frame, 54, NEIGHBOUR_FRAME_LENGTH)), 0xffff);
  writeNeighbourAdvertisement(frame, MAC, address, true);
  t.equal(frame.toString('hex', 58, 62), 'a0000000', 'a router says so');
  t.end();
});

t.test('questions about an address name no sender and reach its owner', (t) => {
  const arp = Buffer.alloc(64);
  writeArpRequest(arp, MAC, new Uint8Array(4), bytesOf('10.77.0.100'));
  const expected = `ffffffffffff ${MAC_HEX} 0806 0001 0800 06 04 0001 ${MAC_HEX} 00000000 000000000000 0a4d0064`;
  t.equal(arp.toString('hex', 0, ARP_FRAME_LENGTH), hex(expected));

  const solicitation = Buffer.alloc(128);
  const address = bytesOf('fd77::100');
  t.equal(writeNeighbourSolicitation(solicitation, MAC, undefined, address), NEIGHBOUR_PROBE_LENGTH);
  t.equal(solicitation.toString('hex', 0, 6), '3333ff000100');
  t.equal(solicitation.toString('hex', 22, 38), '00'.repeat(16));
  t.same(solicitedNodeGroup(address), bytesOf('ff02::1:ff00:100'));
  const named = writeNeighbourSolicitation(solicitation, MAC, bytesOf('fe80::2'), address);
  t.equal(named, NEIGHBOUR_FRAME_LENGTH);
  t.equal(solicitation.toString('hex', 78, 86), `0101${MAC_HEX}`, 'source MAC option');
  const pseudo = pseudoHeaderSum(bytesOf('fe80::2'), solicitedNodeGroup(address), 58, 32);
  t.equal(fold(addWords(pseudo, solicitation, 54, NEIGHBOUR_FRAME_LENGTH)), 0xffff);
  t.end();
});
