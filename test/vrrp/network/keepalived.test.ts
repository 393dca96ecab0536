/**
 * keepalived at the far end of a cable: what it sends we take, and what we would send in its place is the same, byte for
 * byte; its announcements and ours are the same frames.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Reactor } from '../../../src/loop/reactor.ts';
import { ARP_FRAME_LENGTH, writeGratuitousArp } from '../../../src/net/neighbours/arp.ts';
import {
  NEIGHBOUR_FRAME_LENGTH,
  writeNeighbourAdvertisement,
} from '../../../src/net/neighbours/neighbour-advertisement.ts';
import { interfaceIndex } from '../../../src/sys/socket-address.ts';
import { TAKEN, type Verdict } from '../../../src/vrrp/counters.ts';
import type { InstanceModel } from '../../../src/vrrp/model.ts';
import { type AdvertisementSocket, AdvertisementSockets } from '../../../src/vrrp/network/advertisement-sockets.ts';
import type { Advertisement } from '../../../src/vrrp/packet/advertisement.ts';
import { checkAdvertisement } from '../../../src/vrrp/packet/check.ts';
import { Expectation } from '../../../src/vrrp/packet/expectation.ts';
import { AdvertisementFrame } from '../../../src/vrrp/packet/frame.ts';
import { findProgram } from '../../find-program.ts';
import { bytesOf, instanceModel } from '../models.ts';
import { Cable, cableMissing, FAR_ADDRESS, FAR_ADDRESS6, ip, OUR_ADDRESS, OUR_ADDRESS6 } from './cable.ts';

const program = findProgram('keepalived');
const missing = program === null ? 'keepalived is not installed' : cableMissing();

/** Runs keepalived with one instance while `use` lasts. */
async function withKeepalived(cable: Cable, lines: readonly string[], use: () => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mahalo-vrrp-'));
  const file = join(folder, 'keepalived.conf');
  const instance = ['interface eth0', 'virtual_router_id 51', 'priority 150', ...lines];
  writeFileSync(file, `vrrp_instance VI_1 {\n${instance.map((line) => `  ${line}\n`).join('')}}\n`);
  const flags = ['-n', '-l', '-P', '-f', file, '-p', join(folder, 'pid'), '-r', join(folder, 'vrrp.pid')];
  const words = ['netns', 'exec', cable.farSpace, program as string, ...flags];
  const child = spawn('ip', words, { stdio: ['ignore', 'ignore', 'ignore'], env: { ...process.env, TMPDIR: folder } });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    await use();
  } finally {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Taken {
  readonly verdict: Verdict;
  readonly priority: number;
  readonly intervalMs: number;
  readonly source: Uint8Array;
  readonly header: Buffer;
  readonly body: Buffer;
}

/** keepalived with a lower priority hears us: is it silent while we send, and master when we stop? */
async function isBelieved(
  cable: Cable,
  sockets: AdvertisementSockets,
  lines: readonly string[],
  model: InstanceModel,
): Promise<{ readonly whileSent: number; readonly afterwards: number; readonly longestPauseMs: number }> {
  const socket = sockets.open({
    family: model.family,
    interfaceIndex: cable.index,
    group: model.multicastGroup,
    unicast: model.unicast,
    source: model.family === 4 ? OUR_ADDRESS : OUR_ADDRESS6,
    receiveBuffer: 0,
  }) as AdvertisementSocket;
  const source = model.family === 4 ? OUR_ADDRESS : OUR_ADDRESS6;
  const frame = new AdvertisementFrame(model, source);
  const to = model.unicast ? (model.family === 4 ? FAR_ADDRESS : FAR_ADDRESS6) : model.multicastGroup;
  const tap = cable.tap('ours');
  const isAdvertisement = (seen: Buffer): boolean => seen[model.family === 4 ? 23 : 20] === 112;
  let sentMs = performance.now();
  let longestPauseMs = 0;
  const send = (): void => {
    longestPauseMs = Math.max(longestPauseMs, performance.now() - sentMs);
    sentMs = performance.now();
    frame.write(model.priority, to);
    socket.send(frame, to);
  };
  const sending = setInterval(send, SEND_MS);
  let whileSent = 0;
  let afterwards = 0;
  try {
    await withKeepalived(cable, lines, async () => {
      // It runs once it has joined its group (IGMP, MLD), or answered for its address in unicast.
      if (!model.unicast) {
        await tap.until('it joins', (seen) => (model.family === 4 ? seen[23] === 2 : seen[54 + 8] === 143));
      }
      const patienceMs = 4.5 * model.advertIntervalMs + 300;
      await new Promise((resolve) => setTimeout(resolve, patienceMs));
      whileSent = tap.all().filter(isAdvertisement).length;
      clearInterval(sending);
      await tap.until('it is master', isAdvertisement);
      afterwards++;
    });
  } finally {
    clearInterval(sending);
    tap.close();
    socket.close();
  }
  return { whileSent, afterwards, longestPauseMs };
}

/** Between two of ours: keepalived waits for three. */
const SEND_MS = 50;
const ATTEMPTS = 6;

/** The first advertisement of keepalived that reaches an instance of this model. */
function first(
  cable: Cable,
  sockets: AdvertisementSockets,
  model: InstanceModel,
  sendInterfaceIndex = cable.index,
): Promise<Taken> {
  const socket = sockets.open({
    family: model.family,
    interfaceIndex: cable.index,
    sendInterfaceIndex,
    group: model.multicastGroup,
    unicast: model.unicast,
    source: model.family === 4 ? OUR_ADDRESS : OUR_ADDRESS6,
    receiveBuffer: 0,
  }) as AdvertisementSocket;
  const expectation = new Expectation(model);
  return new Promise((resolve) => {
    const receiver = {
      onAdvertisement(packet: Advertisement): Verdict {
        const verdict = checkAdvertisement(packet, expectation, true);
        const { at, length, ipHeaderLength } = packet;
        const bytes = packet.bytes as Buffer;
        socket.detach(model.vrid, receiver);
        socket.close();
        resolve({
          verdict,
          priority: packet.priority,
          intervalMs: packet.intervalMs,
          source: packet.source.slice(),
          header: Buffer.from(bytes.subarray(at - ipHeaderLength, at)),
          body: Buffer.from(bytes.subarray(at, at + length)),
        });
        return verdict;
      },
      countDropped: () => {},
    };
    socket.attach(model.vrid, receiver);
  });
}

const FAR_TEXT = { 4: '10.77.0.3', 6: 'fe80::3' } as const;
const PEER = { minTtl: 0, maxTtl: 255 };
const unicastPeer = (text: string) => [{ ...PEER, address: bytesOf(text) }];

const cases: readonly { readonly name: string; readonly lines: readonly string[]; readonly model: InstanceModel }[] = [
  {
    name: 'version 2',
    lines: ['advert_int 1', 'virtual_ipaddress { 10.77.0.100 }'],
    model: instanceModel(),
  },
  {
    name: 'version 2 with a password',
    lines: [
      'advert_int 1',
      'authentication {',
      'auth_type PASS',
      'auth_pass s3cret',
      '}',
      'virtual_ipaddress { 10.77.0.100 }',
    ],
    model: instanceModel({ password: 's3cret' }),
  },
  {
    name: 'version 3',
    lines: ['version 3', 'advert_int 0.1', 'virtual_ipaddress { 10.77.0.100 }'],
    model: instanceModel({ version: 3, advertIntervalMs: 100 }),
  },
  {
    name: 'version 3, IPv6',
    lines: ['version 3', 'advert_int 0.1', 'virtual_ipaddress {', 'fe80::77/64', 'fd77::100/64', '}'],
    model: instanceModel({ family: 6, version: 3, advertIntervalMs: 100 }),
  },
  {
    name: 'version 3, unicast',
    lines: [
      'version 3',
      'advert_int 0.1',
      'unicast_src_ip 10.77.0.3',
      'unicast_peer { 10.77.0.2 }',
      'unicast_ttl 7',
      'virtual_ipaddress { 10.77.0.100 }',
    ],
    model: instanceModel({
      version: 3,
      advertIntervalMs: 100,
      unicastPeers: unicastPeer('10.77.0.3'),
      checkUnicastSource: true,
      unicastTtl: 7,
    }),
  },
  {
    name: 'version 3, unicast, old checksum',
    lines: [
      'version 3',
      'advert_int 0.1',
      'old_unicast_checksum',
      'unicast_src_ip 10.77.0.3',
      'unicast_peer { 10.77.0.2 }',
      'virtual_ipaddress { 10.77.0.100 }',
    ],
    model: instanceModel({
      version: 3,
      advertIntervalMs: 100,
      unicastPeers: unicastPeer('10.77.0.3'),
      oldUnicastChecksum: true,
    }),
  },
  {
    name: 'version 3, unicast, IPv6',
    lines: [
      'version 3',
      'advert_int 0.1',
      'unicast_src_ip fe80::3',
      'unicast_peer { fe80::2 }',
      'virtual_ipaddress {',
      'fe80::77/64',
      'fd77::100/64',
      '}',
    ],
    model: instanceModel({
      family: 6,
      version: 3,
      advertIntervalMs: 100,
      unicastPeers: unicastPeer('fe80::3'),
      checkUnicastSource: true,
    }),
  },
];

function compare(cable: Cable): void {
  t.setTimeout(600_000);
  const reactor = new Reactor();
  reactor.start();
  const sockets = new AdvertisementSockets(reactor);
  t.teardown(() => {
    reactor.close();
    cable.close();
  });
  for (const { name, lines, model } of cases) {
    t.test(`keepalived's advertisement is taken, and ours is the same: ${name}`, async (t) => {
      const taken = first(cable, sockets, model);
      await withKeepalived(cable, lines, async () => {
        const packet = await taken;
        t.equal(packet.verdict, TAKEN);
        t.equal(packet.priority, 150);
        t.equal(packet.intervalMs, model.advertIntervalMs);
        t.same(packet.source, model.family === 4 ? FAR_ADDRESS : FAR_ADDRESS6);
        const frame = new AdvertisementFrame(model, packet.source);
        frame.write(150, model.unicast ? OUR_ADDRESS : undefined);
        if (model.family === 6) {
          // The checksum is the kernel's.
          const body = Buffer.from(packet.body);
          body.writeUInt16BE(0, 6);
          t.equal(frame.bytes.toString('hex'), body.toString('hex'));
          return;
        }
        t.equal(frame.bytes.toString('hex', 20), packet.body.toString('hex'));
        // Identification and header checksum are the kernel's.
        const header = Buffer.from(packet.header);
        header.writeUInt16BE(0, 4);
        header.writeUInt16BE(0, 10);
        t.equal(frame.bytes.toString('hex', 0, 20), header.toString('hex'));
      });
    });
  }

  // v2 with whole seconds takes long: the one with a password proves both.
  for (const { name, lines, model } of cases.slice(1)) {
    t.test(`keepalived believes ours and stays BACKUP: ${name}`, async (t) => {
      const ours = {
        ...model,
        priority: 200,
        unicastPeers: model.unicastPeers.map((one) => ({ ...one, address: bytesOf(FAR_TEXT[model.family]) })),
      };
      for (let attempt = 1; ; attempt++) {
        const { whileSent, afterwards, longestPauseMs } = await isBelieved(cable, sockets, lines, ours);
        // It has not heard us for two intervals because this process stood still: once more.
        if (whileSent > 0 && longestPauseMs > 2 * model.advertIntervalMs && attempt < ATTEMPTS) continue;
        t.same({ whileSent, afterwards }, { whileSent: 0, afterwards: 1 });
        return;
      }
    });
  }

  t.test('keepalived with use_vmac is heard on our VMAC of the same MAC, and sends as we would', async (t) => {
    ip('link', 'add', 'vrrp.51', 'link', 'eth0', 'address', '00:00:5e:00:01:33', 'type', 'macvlan', 'mode', 'private');
    ip('link', 'set', 'vrrp.51', 'addrgenmode', 'none');
    ip('link', 'set', 'vrrp.51', 'up');
    t.teardown(() => ip('link', 'del', 'vrrp.51'));
    const tap = cable.tap('ours');
    t.teardown(() => tap.close());
    const model = instanceModel({ version: 3, advertIntervalMs: 100 });
    for (const [option, mac] of [
      ['', '00005e000133'],
      ['vmac_xmit_base', Buffer.from(cable.farMac).toString('hex')],
    ] as const) {
      const taken = first(cable, sockets, model, interfaceIndex('vrrp.51'));
      const lines = ['version 3', 'advert_int 0.1', 'use_vmac', option, 'virtual_ipaddress { 10.77.0.100 }'];
      await withKeepalived(cable, lines, async () => {
        const packet = await taken;
        t.equal(packet.verdict, TAKEN);
        t.same(packet.source, FAR_ADDRESS);
        const frame = await tap.until('it', (seen) => seen[23] === 112);
        t.equal(frame.toString('hex', 6, 12), mac);
        const ours = new AdvertisementFrame(model, FAR_ADDRESS);
        t.equal(ours.bytes.toString('hex', 20), packet.body.toString('hex'));
      });
      tap.all();
    }
  });

  t.test("keepalived's announcements are the frames we write", async (t) => {
    const tap = cable.tap('ours');
    t.teardown(() => tap.close());
    const lines = [
      'version 3',
      'advert_int 0.1',
      'virtual_ipaddress { 10.77.0.100 }',
      'virtual_ipaddress_excluded { fd77::100/64 }',
    ];
    await withKeepalived(cable, lines, async () => {
      const garp = await tap.until('gratuitous ARP', (frame) => frame.readUInt16BE(12) === 0x0806 && frame[41] === 100);
      const advertisement = await tap.until(
        'neighbour advertisement',
        (frame) => frame.readUInt16BE(12) === 0x86dd && frame[54] === 136 && frame[15 + 62] === 0,
      );
      const ours = Buffer.alloc(128);
      writeGratuitousArp(ours, cable.farMac, bytesOf('10.77.0.100'));
      t.equal(ours.toString('hex', 0, ARP_FRAME_LENGTH), garp.toString('hex'));
      writeNeighbourAdvertisement(ours, cable.farMac, bytesOf('fd77::100'), false);
      t.equal(ours.toString('hex', 0, NEIGHBOUR_FRAME_LENGTH), advertisement.toString('hex'));
    });
  });
}

if (missing === false) compare(new Cable());
else t.plan(0, missing);
