import fc from 'fast-check';
import t from 'tap';
import { EAGAIN, EMSGSIZE, ENODEV } from '../../src/sys/errno.ts';
import {
  attributeNumber,
  attributeText,
  HEADER_SIZE,
  NetlinkReader,
  NetlinkWriter,
  nestedAttributes,
  readAttributes,
} from '../../src/sys/netlink-message.ts';
import { NetlinkMonitor, NetlinkRequests } from '../../src/sys/netlink-socket.ts';
import {
  IFINFOMSG_SIZE,
  IFLA_IFNAME,
  NETLINK_ROUTE,
  RTM_GETLINK,
  RTM_NEWLINK,
  RTMGRP_LINK,
} from '../../src/sys/rtnetlink-constants.ts';

t.test('what the writer writes the reader reads', (t) => {
  const attribute = fc.tuple(fc.integer({ min: 0, max: 0x3fff }), fc.uint8Array({ maxLength: 40 }));
  const message = fc.record({
    type: fc.nat(0xffff),
    flags: fc.nat(0xffff),
    head: fc.nat(20),
    attributes: fc.array(attribute, { maxLength: 8 }),
  });
  fc.assert(
    fc.property(message, ({ type, flags, head, attributes }) => {
      const writer = new NetlinkWriter(1024);
      writer.begin(type, flags, head);
      const nest = writer.beginNest(1);
      for (const [kind, value] of attributes) writer.attribute(kind, value);
      writer.endNest(nest);
      writer.attributeU32(2, 0xffff_fffe);
      writer.attributeText(3, 'eth0');
      const reader = new NetlinkReader();
      reader.reset(writer.bytes, writer.length);
      t.ok(reader.next());
      t.same([reader.type, reader.flags, reader.start, reader.end], [type, flags, HEADER_SIZE, writer.length]);
      const found = reader.attributes(head);
      t.equal(attributeNumber(found.get(2)), 0xffff_fffe);
      t.equal(attributeText(found.get(3)), 'eth0');
      const expected = new Map(attributes.map(([kind, value]) => [kind, Buffer.from(value)]));
      t.same(nestedAttributes(found.get(1)), expected);
      t.notOk(reader.next());
    }),
    { numRuns: 50 },
  );
  t.end();
});

t.test('a message that does not fit is marked and not sent', (t) => {
  const writer = new NetlinkWriter(64);
  writer.begin(1, 0, 16);
  writer.attribute(1, new Uint8Array(20));
  t.notOk(writer.overflown);
  const nest = writer.beginNest(2);
  writer.attribute(3, new Uint8Array(20));
  writer.attributeU8(4, 1);
  writer.endNest(nest);
  t.ok(writer.overflown);
  t.equal(writer.attributeSpace(5, 0), -1);
  t.ok(writer.length <= 64);
  writer.begin(1, 0, 16);
  t.notOk(writer.overflown);

  const requests = new NetlinkRequests(NETLINK_ROUTE);
  requests.writer.begin(RTM_GETLINK, 0, IFINFOMSG_SIZE);
  requests.writer.attribute(1, new Uint8Array(60_000));
  t.equal(requests.request(), -EMSGSIZE);
  requests.close();
  t.end();
});

t.test('no bytes make the reader throw, leave the buffer or go on for ever', (t) => {
  const length = fc.oneof(fc.nat(80), fc.constantFrom(0, 1, 15, 16, 17, 0xffff, 0xffff_ffff));
  const lying = fc.tuple(length, fc.uint8Array({ maxLength: 100 }), fc.nat(200)).map(([claimed, bytes, given]) => {
    const message = Buffer.concat([Buffer.alloc(4), Buffer.from(bytes)]);
    message.writeUInt32LE(claimed, 0);
    return { message, given };
  });
  fc.assert(
    fc.property(lying, ({ message, given }) => {
      const reader = new NetlinkReader();
      reader.reset(message, given);
      let count = 0;
      while (reader.next()) {
        count++;
        if (reader.end > message.length || reader.start > reader.end) return false;
        const { status } = reader;
        if (typeof status !== 'number') return false;
        for (const [type, value] of reader.attributes(count % 20)) {
          attributeNumber(value);
          attributeText(value);
          nestedAttributes(value);
          if (type > 0x3fff) return false;
        }
      }
      return count <= message.length / HEADER_SIZE;
    }),
    { numRuns: 2000 },
  );
  t.equal(readAttributes(Buffer.from([3, 0, 1, 0]), 0, 4).size, 0, 'shorter than its own head');
  t.equal(readAttributes(Buffer.from([4, 0, 1, 0]), 0, 4).get(1)?.length, 0);
  t.equal(readAttributes(Buffer.from([8, 0, 1, 0]), 0, 4).size, 0, 'longer than what came');
  t.equal(attributeNumber(Buffer.alloc(3)), undefined);
  t.equal(attributeNumber(undefined), undefined);
  t.equal(attributeText(undefined), undefined);
  t.end();
});

t.test('the kernel answers: an object, a dump, or why not', (t) => {
  const requests = new NetlinkRequests(NETLINK_ROUTE);
  const names: string[] = [];
  requests.writer.begin(RTM_GETLINK, 0, IFINFOMSG_SIZE);
  requests.writer.attributeText(IFLA_IFNAME, 'lo');
  t.equal(
    requests.request(
      (message) => void names.push(attributeText(message.attributes(IFINFOMSG_SIZE).get(IFLA_IFNAME)) ?? ''),
    ),
    0,
  );
  t.same(names, ['lo']);
  requests.writer.begin(RTM_GETLINK, 0, IFINFOMSG_SIZE);
  requests.writer.attributeText(IFLA_IFNAME, 'no-such-link');
  t.equal(requests.request(), -ENODEV);
  names.length = 0;
  requests.writer.begin(RTM_GETLINK, 0, IFINFOMSG_SIZE);
  t.equal(
    requests.dump((message) => {
      if (message.type === RTM_NEWLINK)
        names.push(attributeText(message.attributes(IFINFOMSG_SIZE).get(IFLA_IFNAME)) ?? '');
    }),
    0,
  );
  t.ok(names.includes('lo'));
  requests.close();
  requests.close();
  t.end();
});

t.test('a monitor never waits', (t) => {
  const monitor = NetlinkMonitor.open(NETLINK_ROUTE, RTMGRP_LINK);
  if (typeof monitor === 'number') throw new Error(`netlink: ${monitor}`);
  monitor.discard();
  t.equal(
    monitor.read(() => {}),
    -EAGAIN,
  );
  monitor.close();
  monitor.close();
  t.ok((NetlinkMonitor.open(31, 0) as number) < 0, 'a family that is not there');
  t.end();
});
