/** Announcements and questions on a cable, seen at the far end. */
import { readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { Reactor } from '../../../src/loop/reactor.ts';
import { AddressProbe, type AddressQuestion, macText } from '../../../src/net/neighbours/address-probe.ts';
import { ARP_FRAME_LENGTH, writeGratuitousArp } from '../../../src/net/neighbours/arp.ts';
import {
  NEIGHBOUR_FRAME_LENGTH,
  writeNeighbourAdvertisement,
} from '../../../src/net/neighbours/neighbour-advertisement.ts';
import type { AddressModel } from '../../../src/vrrp/model.ts';
import { Announcer } from '../../../src/vrrp/network/announcer.ts';
import { DuplicateWatch } from '../../../src/vrrp/network/duplicate-watch.ts';
import { findProgram } from '../../find-program.ts';
import { addressModel, bytesOf } from '../models.ts';
import { Cable, cableMissing, ip } from './cable.ts';
import { dissect } from './pcap.ts';

const isArp = (frame: Buffer): boolean => frame.readUInt16BE(12) === 0x0806;
const isNeighbour = (frame: Buffer): boolean => frame.readUInt16BE(12) === 0x86dd && frame[54] === 136;

function run(cable: Cable): void {
  const reactor = new Reactor();
  reactor.start();
  const tap = cable.tap('far');
  const on = { index: cable.index, name: 'eth0', mac: cable.mac, flags: 0x1003 };
  const first = addressModel('10.77.0.100');
  const second = addressModel('10.77.0.101');
  const six = addressModel('fd77::100');
  t.teardown(() => {
    tap.close();
    reactor.close();
    cable.close();
  });
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const until = async (what: string, condition: () => boolean): Promise<void> => {
    for (const end = performance.now() + 60_000; !condition(); await wait(1)) {
      if (performance.now() > end) throw new Error(`not within 60 s: ${what}`);
    }
  };
  const arrived = async (count: number, wanted: (frame: Buffer) => boolean): Promise<Buffer[]> => {
    const frames: Buffer[] = [];
    while (frames.length < count) frames.push(await tap.until(`${count} announcements`, wanted));
    return frames;
  };

  t.test('each address once, then all again, as often as told', async (t) => {
    const announcer = new Announcer(reactor);
    t.teardown(() => announcer.close());
    announcer.announce(on, [first, second, six], 2);
    const frames = await arrived(6, (frame) => isArp(frame) || isNeighbour(frame));
    const garp = Buffer.alloc(ARP_FRAME_LENGTH);
    const expected: string[] = [];
    for (const address of [first, second]) {
      writeGratuitousArp(garp, cable.mac, address.address);
      expected.push(garp.toString('hex'));
    }
    const advertisement = Buffer.alloc(NEIGHBOUR_FRAME_LENGTH);
    writeNeighbourAdvertisement(advertisement, cable.mac, six.address, false);
    expected.push(advertisement.toString('hex'));
    t.same(
      frames.map((frame) => frame.toString('hex')),
      [...expected, ...expected],
    );
    t.equal(announcer.sent, 6);
    const tshark = findProgram('tshark');
    if (tshark === null) {
      t.pass('tshark', { skip: 'not installed' });
      return;
    }
    const found = dissect(tshark, frames.slice(0, 3), ['arp.isgratuitous', 'icmpv6.checksum.status']);
    t.match(found[0]?.[0], /1|True/);
    t.equal(found[2]?.[1], '1', 'ICMPv6 checksum');
  });

  t.test('neighbours point to us afterwards', async (t) => {
    const announcer = new Announcer(reactor);
    t.teardown(() => announcer.close());
    ip(
      '-n',
      cable.farSpace,
      'neigh',
      'replace',
      '10.77.0.100',
      'lladdr',
      '02:00:00:00:00:99',
      'dev',
      'eth0',
      'nud',
      'stale',
    );
    ip(
      '-n',
      cable.farSpace,
      'neigh',
      'replace',
      'fd77::100',
      'lladdr',
      '02:00:00:00:00:99',
      'dev',
      'eth0',
      'nud',
      'stale',
    );
    announcer.announce(on, [first, six], 1);
    await arrived(2, (frame) => isArp(frame) || isNeighbour(frame));
    const table = ip('-n', cable.farSpace, 'neigh', 'show');
    for (const text of ['10.77.0.100', 'fd77::100']) t.match(table, new RegExp(`${text} .*${macText(cable.mac)}`));
  });

  t.test('who forwards IPv6 sets the router flag', async (t) => {
    const path = '/proc/sys/net/ipv6/conf/eth0/forwarding';
    writeFileSync(path, '1');
    t.equal(readFileSync(path, 'latin1').trim(), '1');
    const announcer = new Announcer(reactor);
    t.teardown(() => announcer.close());
    announcer.announce(on, [six], 1);
    const [frame] = await arrived(1, isNeighbour);
    t.equal(frame?.toString('hex', 58, 62), 'a0000000');
    writeFileSync(path, '0');
  });

  t.test('garp_interval spaces packets out, cancel drops those that wait', async (t) => {
    const announcer = new Announcer(reactor);
    t.teardown(() => announcer.close());
    const pace = { garpIntervalMs: 20, gnaIntervalMs: 0 };
    tap.all();
    const start = performance.now();
    announcer.announce(on, [first, second], 2, pace);
    announcer.announce(on, [six], 3, pace);
    t.equal(announcer.sent, 4, 'at once one ARP and, for IPv6 has no interval here, three neighbour advertisements');
    announcer.cancel([second]);
    await arrived(3, isNeighbour);
    const [again] = await arrived(1, isArp);
    t.ok(performance.now() - start >= 19, 'after the interval');
    t.same(again?.subarray(38, 42), Buffer.from(first.address));
    await wait(60);
    t.equal(announcer.sent, 5);
    announcer.announce(on, [first, second], 5, pace);
    announcer.cancel([first, second]);
    await wait(60);
    t.equal(announcer.sent, 6);
  });

  t.test('interfaces of a garp_group share one pace', async (t) => {
    const group = { garpIntervalMs: 30, gnaIntervalMs: 0, interfaces: ['eth0', 'eth1'] };
    const announcer = new Announcer(reactor, [group]);
    t.teardown(() => announcer.close());
    announcer.announce(on, [first], 1);
    announcer.announce({ ...on, name: 'eth1' }, [second], 1);
    const start = performance.now();
    t.equal(announcer.sent, 1);
    await until('the other one', () => announcer.sent === 2);
    t.ok(performance.now() - start >= 29, 'after the interval');
  });

  t.test('an interface without ARP, without a MAC, or that is gone', (t) => {
    const announcer = new Announcer(reactor);
    announcer.announce({ ...on, flags: 0x80 }, [first], 1);
    announcer.announce({ ...on, mac: new Uint8Array(0) }, [first], 1);
    t.same([announcer.sent, announcer.failed], [0, 0]);
    announcer.announce({ ...on, index: 9999 }, [first], 2);
    t.same([announcer.sent, announcer.failed], [0, 2]);
    announcer.close();
    announcer.close();
    t.end();
  });

  /** Who answers: all that come within `waitMs`, or the first two. */
  const ask = (probe: AddressProbe, address: AddressModel, waitMs: number): Promise<string[]> =>
    new Promise((resolve) => {
      const macs: string[] = [];
      const result = probe.ask(
        on,
        address.address,
        { intervalMs: 5, times: 2, waitMs },
        {
          onAnswer: (mac) => {
            macs.push(macText(mac));
            if (macs.length === 2) resolve(macs);
          },
          onDone: () => resolve(macs),
        },
      );
      if (typeof result === 'number') throw new Error(`cannot ask: ${result}`);
    });

  t.test('a stranger that has the address is found, IPv4 and IPv6', async (t) => {
    const probe = new AddressProbe(reactor);
    t.teardown(() => probe.close());
    t.same(await ask(probe, first, 30), [], 'nobody');
    t.same(await ask(probe, six, 30), [], 'nobody');
    ip('-n', cable.farSpace, 'addr', 'add', '10.77.0.100/24', 'dev', 'eth0');
    ip('-n', cable.farSpace, 'addr', 'add', 'fd77::100/64', 'dev', 'eth0', 'nodad');
    const farMac = macText(cable.farMac);
    t.same(await ask(probe, first, 3000), [farMac, farMac]);
    const six6 = await ask(probe, six, 3000);
    t.ok(six6.length >= 1 && six6.every((mac) => mac === farMac), String(six6));
    const table = ip('-n', cable.farSpace, 'neigh', 'show', '10.77.0.2');
    t.notMatch(table, /10\.77\.0\.2 .*REACHABLE/, 'nobody learnt anything by being asked');
  });

  t.test('asking goes on until it is closed, and tells when somebody begins to answer', async (t) => {
    const probe = new AddressProbe(reactor);
    const late = addressModel('10.77.0.102');
    let answeredAfterMs = 0;
    const question = probe.ask(
      on,
      late.address,
      { intervalMs: 5, times: Number.POSITIVE_INFINITY, waitMs: 0 },
      {
        onAnswer: (_mac, afterMs) => {
          answeredAfterMs ||= afterMs;
        },
      },
    ) as AddressQuestion;
    await until('it is asked again and again', () => question.asked > 5);
    t.equal(answeredAfterMs, 0);
    ip('-n', cable.farSpace, 'addr', 'add', '10.77.0.102/24', 'dev', 'eth0');
    await until('an answer', () => answeredAfterMs > 0);
    t.ok(answeredAfterMs > 24, `${answeredAfterMs} ms: five intervals had passed before there was somebody`);
    question.close();
    question.close();
    const { asked } = question;
    await wait(20);
    t.equal(question.asked, asked);
    probe.close();
  });

  t.test(
    'a stranger that keeps an address we claimed is reported once; addresses given back are not asked for',
    async (t) => {
      const probe = new AddressProbe(reactor);
      t.teardown(() => probe.close());
      const reports: string[] = [];
      const watch = new DuplicateWatch(reactor, probe, (address, _on, mac) => reports.push(`${address.text} ${mac}`));
      t.teardown(() => watch.close());
      const [free, back] = [addressModel('10.77.0.104'), addressModel('10.77.0.105')];
      ip('-n', cable.farSpace, 'addr', 'add', '10.77.0.105/24', 'dev', 'eth0');
      ip('-n', cable.farSpace, 'addr', 'replace', '10.77.0.100/24', 'dev', 'eth0');
      ip('-n', cable.farSpace, 'addr', 'replace', 'fd77::100/64', 'dev', 'eth0', 'nodad');
      watch.claimed(on, [free, back, first, six]);
      watch.dropped([back]);
      await until('both reports', () => reports.length >= 2);
      await wait(200);
      const farMac = macText(cable.farMac);
      t.same(reports, [`10.77.0.100 ${farMac}`, `fd77::100 ${farMac}`]);
      watch.claimed({ ...on, index: 9999 }, [first]);
      watch.claimed(on, [second]);
      watch.close();
    },
  );

  t.test('a gratuitous ARP of somebody else is an answer, our own is none', async (t) => {
    const probe = new AddressProbe(reactor);
    t.teardown(() => probe.close());
    const announcer = new Announcer(reactor);
    t.teardown(() => announcer.close());
    const macs: string[] = [];
    const address = bytesOf('10.77.0.103');
    probe.ask(on, address, { intervalMs: 1000, times: 2, waitMs: 0 }, { onAnswer: (mac) => macs.push(macText(mac)) });
    announcer.announce(on, [addressModel('10.77.0.103')], 1);
    const injector = cable.farInjector();
    const frame = Buffer.alloc(ARP_FRAME_LENGTH);
    writeGratuitousArp(frame, cable.farMac, address);
    injector.inject(frame);
    injector.close();
    await until('it is heard', () => macs.length > 0);
    await wait(20);
    t.same(macs, [macText(cable.farMac)]);
  });
}

const missing = cableMissing();
if (missing === false) run(new Cable());
else t.plan(0, missing);
