/**
 * What keepalived 2.2.7 puts on the wire, byte for byte, and that ours puts the same there. Each case runs on the real
 * program, too: the golden bytes are its own.
 */
import t, { type Test } from 'tap';
import { Agent } from './lab/agents.ts';
import type { Capture, CapturedAdvertisement } from './lab/capture.ts';
import { until } from './lab/command.ts';
import { configText, type InstanceText } from './lab/config.ts';
import { Lab, labMissing, VIP, VIP6, VIP6_LINK } from './lab/lab.ts';
import type { LabNode } from './lab/node.ts';

t.jobs = 4;
// A busy machine may need it.
t.setTimeout(600_000);
const skip = labMissing('keepalived', 'tcpdump');

interface Sight {
  readonly lab: Lab;
  readonly node: LabNode;
  readonly agent: Agent;
  readonly capture: Capture;
  /** Of eth0, hexadecimal. */
  readonly mac: string;
}

/** One unit alone, address 10.77.0.2, VRID 51, priority 150; everything on its cable is captured. */
function onBoth(name: string, instance: Partial<InstanceText>, body: (t: Test, sight: Sight) => Promise<void>): void {
  for (const kind of ['keepalived', 'mahalo'] as const) {
    t.test(`${name}: ${kind}`, { skip, buffered: true }, async (t) => {
      const lab = await Lab.open({ units: ['a'] });
      t.teardown(() => lab.close());
      const node = lab.node('a');
      const capture = await lab.captureAt(node, 'ip proto 112 or arp or igmp or ip6');
      const agent = new Agent(kind, node, configText({ instances: [{ priority: 150, advert: '0.1', ...instance }] }));
      const mac = (await node.exec('cat', '/sys/class/net/eth0/address')).trim().replaceAll(':', '');
      await body(t, { lab, node, agent, capture, mac });
      if (!t.passing()) t.comment(agent.log().slice(-2000));
    });
  }
}

async function firstAdvertisement({ agent, capture }: Sight): Promise<CapturedAdvertisement> {
  await until(`an advertisement; the log:\n${agent.log().slice(-2000)}`, () => capture.advertisements().length > 0);
  return capture.advertisements()[0]!;
}

const hex = (bytes: Buffer): string => bytes.toString('hex');

/** RFC 1071, over whole 16-bit words. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += bytes.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** The identification is the kernel's to set, and the header's checksum follows it. */
function headerWithoutId(packet: Buffer): string {
  const header = Buffer.from(packet.subarray(0, 20));
  header.writeUInt16BE(0, 4);
  header.writeUInt16BE(0, 10);
  return hex(header);
}

interface GoldenCase {
  readonly name: string;
  readonly instance: Partial<InstanceText>;
  readonly payload: string;
  readonly destination?: string;
}

const GOLDEN: readonly GoldenCase[] = [
  {
    name: 'VRRP 2 without authentication',
    instance: { version: 2, advert: '1' },
    payload: '2133960100013e190a4d00640000000000000000',
  },
  {
    name: 'VRRP 2 with a password',
    instance: {
      version: 2,
      advert: '1',
      more: ['authentication {\n    auth_type PASS\n    auth_pass s3cret\n  }'],
    },
    payload: '21339601010100ff0a4d00647333637265740000',
  },
  { name: 'VRRP 3 of 0.1 s', instance: {}, payload: '31339601000a43320a4d0064' },
  { name: 'VRRP 3 of 1 s', instance: { advert: '1' }, payload: '31339601006442d80a4d0064' },
  {
    name: 'VRRP 3 of 1 s over unicast',
    instance: { advert: '1', more: ['unicast_src_ip 10.77.0.2', 'unicast_peer {\n    10.77.0.3\n  }'] },
    payload: '313396010064189b0a4d0064',
    destination: '10.77.0.3',
  },
];

for (const { name, instance, payload, destination = '224.0.0.18' } of GOLDEN) {
  onBoth(`advertisement, ${name}`, instance, async (t, sight) => {
    if (destination !== '224.0.0.18') {
      // Somebody has to answer ARP for the peer.
      sight.lab.client.ipNow('address', 'add', `${destination}/24`, 'dev', 'eth0');
    }
    sight.agent.start();
    const advertisement = await firstAdvertisement(sight);
    t.equal(hex(advertisement.payload), payload);
    const [source, target] = ['10.77.0.2', destination].map((address) =>
      hex(Buffer.from(address.split('.').map(Number))),
    );
    const length = (20 + payload.length / 2).toString(16).padStart(4, '0');
    t.equal(headerWithoutId(advertisement.packet), `45c0${length}00000000ff700000${source}${target}`);
    t.equal(checksum(advertisement.packet.subarray(0, 20)), 0, "the IP header's checksum is right");
    t.equal(advertisement.sourceMac.replaceAll(':', ''), sight.mac);
    if (destination === '224.0.0.18') t.equal(hex(advertisement.frame.subarray(0, 6)), '01005e000012');
  });
}

const link = 'fe800000000000000000000000000077';
const global = 'fd770000000000000000000000000100';

onBoth('advertisement, VRRP 3 of IPv6', { family: 6 }, async (t, sight) => {
  sight.agent.start();
  const { packet, payload, frame } = await firstAdvertisement(sight);
  t.equal(hex(payload).replace(/^(.{12})..../, '$1____'), `31339602000a____${link}${global}`);
  // The source is made of a random MAC address, so the checksum is another each time.
  const pseudo = Buffer.concat([packet.subarray(8, 40), Buffer.from([0, 0, 0, payload.length, 0, 0, 0, 112]), payload]);
  t.equal(checksum(pseudo), 0, 'the checksum holds with the pseudo-header');
  t.match(hex(packet.subarray(4, 8)), /^....70ff$/, 'hop limit 255');
  t.match(hex(packet.subarray(8, 24)), /^fe80/, 'from the link-local address');
  t.notMatch(hex(packet.subarray(8, 24)), link, 'its own one');
  t.equal(hex(packet.subarray(24, 40)), 'ff020000000000000000000000000012');
  t.equal(hex(frame.subarray(0, 6)), '333300000012');
});

/** The ARP packets that it sends. */
const arps = (capture: Capture, mac: string): string[] =>
  capture.packets
    .map(({ bytes }) => hex(bytes))
    .filter((text) => text.slice(24, 28) === '0806' && text.slice(12, 24) === mac);

onBoth('gratuitous ARP of a new master', {}, async (t, { agent, capture, mac }) => {
  agent.start();
  await until('a gratuitous ARP', () => arps(capture, mac).length > 0);
  const golden = `ffffffffffff${mac}08060001080006040001${mac}0a4d0064ffffffffffff0a4d0064`;
  t.equal(arps(capture, mac)[0]!.slice(0, golden.length), golden);
  const advertisedMs = capture.advertisements()[0]!.atMs;
  const announcedMs = capture.packets.find(({ bytes }) => bytes.readUInt16BE(12) === 0x0806)!.atMs;
  t.ok(advertisedMs <= announcedMs, 'after the first advertisement');
});

onBoth('unsolicited neighbour advertisement of a new master', { family: 6 }, async (t, { agent, capture, mac }) => {
  agent.start();
  const sent = (address: string): string | undefined =>
    capture.packets
      .map(({ bytes }) => hex(bytes))
      // Ethernet to all nodes, ICMPv6 type 136 for the address.
      .find(
        (text) =>
          text.startsWith(`333300000001${mac}86dd`) && text.slice(108, 112) === '8800' && text.includes(address, 116),
      );
  for (const address of [link, global]) {
    await until(`an advertisement of ${address}`, () => sent(address) !== undefined);
    const text = sent(address)!;
    const allNodes = 'ff020000000000000000000000000001';
    t.equal(
      text.slice(36, 108),
      `00203aff${address}${allNodes}`,
      'from the address itself to all nodes, hop limit 255',
    );
    t.equal(text.slice(116, 116 + 64), `20000000${address}0201${mac}`, 'override, and the link-layer address');
  }
});

onBoth('virtual MAC address', { more: ['use_vmac'] }, async (t, sight) => {
  const { agent, capture, node } = sight;
  agent.start();
  const advertisement = await firstAdvertisement(sight);
  t.equal(advertisement.sourceMac, '00:00:5e:00:01:33');
  t.equal(hex(advertisement.payload), '31339601000a43320a4d0064');
  const vmac = '00005e000133';
  await until('a gratuitous ARP', () => arps(capture, vmac).length > 0);
  const golden = `ffffffffffff${vmac}08060001080006040001${vmac}0a4d0064ffffffffffff0a4d0064`;
  t.equal(arps(capture, vmac)[0]!.slice(0, golden.length), golden);
  t.match(await node.ip('-d', 'link', 'show', 'vrrp.51'), /macvlan mode private/);
  await agent.stop();
  await t.rejects(node.ip('link', 'show', 'vrrp.51'), 'the interface is gone with it');
});

onBoth('the last advertisement of one that stops has priority 0', {}, async (t, sight) => {
  const { agent, capture, node } = sight;
  agent.start();
  await firstAdvertisement(sight);
  await until('it holds the address', () => node.holds(VIP));
  await agent.stop();
  await until('priority 0', () => capture.advertisements().some(({ priority }) => priority === 0));
  t.equal(hex(capture.advertisements().at(-1)!.payload), '31330001000ad9320a4d0064');
  await until('its address is gone', () => !node.holds(VIP));
});

onBoth('joins 224.0.0.18', {}, async (t, { agent, capture }) => {
  agent.start();
  // IGMPv3 report: one record, "change to exclude mode" of no sources, which is a join.
  const report = '2200' as const;
  const joined = (): boolean =>
    capture.packets.some(
      ({ bytes }) => bytes[23] === 2 && hex(bytes).includes(report, 60) && hex(bytes).includes('04000000e0000012'),
    );
  await until('an IGMPv3 report', joined);
  t.ok(joined());
});

onBoth('joins ff02::12', { family: 6 }, async (t, { agent, capture }) => {
  agent.start();
  const joined = (): boolean =>
    capture.packets.some(({ bytes }) => hex(bytes).includes('04000000ff020000000000000000000000000012'));
  await until('an MLDv2 report', joined);
  t.ok(joined());
});

onBoth(
  'addresses in the order of the configuration',
  { addresses: [`${VIP}/24`, '10.77.0.101/24', '10.77.0.7/24'] },
  async (t, sight) => {
    sight.agent.start();
    const { payload } = await firstAdvertisement(sight);
    t.equal(hex(payload.subarray(8)), '0a4d00640a4d00650a4d0007');
    t.equal(payload[3], 3);
  },
);

t.test('the lab names the addresses of the golden packets', { skip }, (t) => {
  t.strictSame([VIP, VIP6, VIP6_LINK], ['10.77.0.100', 'fd77::100', 'fe80::77']);
  t.end();
});
