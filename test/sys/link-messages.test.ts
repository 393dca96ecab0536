import fc from 'fast-check';
import t from 'tap';
import { decodeAddress, decodeLink } from '../../src/sys/link-messages.ts';
import { HEADER_SIZE, NetlinkReader, NetlinkWriter } from '../../src/sys/netlink-message.ts';
import * as rtnetlink from '../../src/sys/rtnetlink-constants.ts';

const USABLE = rtnetlink.IFF_UP | rtnetlink.IFF_RUNNING | rtnetlink.IFF_LOWER_UP;

/** What the kernel would send: the message that `write` makes. */
function message(type: number, headSize: number, write: (writer: NetlinkWriter) => void): NetlinkReader {
  const writer = new NetlinkWriter(1024);
  writer.begin(type, 0, headSize);
  write(writer);
  const reader = new NetlinkReader();
  reader.reset(writer.bytes, writer.length);
  reader.next();
  return reader;
}

function link(flags: number, family = 0): NetlinkReader {
  return message(rtnetlink.RTM_NEWLINK, rtnetlink.IFINFOMSG_SIZE, ({ bytes }) => {
    bytes[HEADER_SIZE] = family;
    bytes.writeInt32LE(7, HEADER_SIZE + 4);
    bytes.writeUInt32LE(flags, HEADER_SIZE + 8);
  });
}

t.test('a link is up when it is switched on, has carrier and is operational', (t) => {
  t.equal(decodeLink(link(USABLE))?.up, true);
  for (const missing of [rtnetlink.IFF_UP, rtnetlink.IFF_RUNNING, rtnetlink.IFF_LOWER_UP]) {
    t.equal(decodeLink(link(USABLE & ~missing))?.up, false);
  }
  t.equal(decodeLink(link(USABLE))?.index, 7);
  t.equal(decodeLink(link(USABLE))?.name, undefined, 'what is not said stays as it was');
  t.equal(decodeLink(link(USABLE, 7)), undefined, 'a bridge speaks of its port');
  t.end();
});

t.test('a parent in another namespace is none of ours', (t) => {
  const told = (away: boolean) =>
    decodeLink(
      message(rtnetlink.RTM_NEWLINK, rtnetlink.IFINFOMSG_SIZE, (writer) => {
        writer.attributeU32(rtnetlink.IFLA_LINK, 3);
        if (away) writer.attributeU32(rtnetlink.IFLA_LINK_NETNSID, 0);
      }),
    );
  t.equal(told(false)?.parentIndex, 3);
  t.equal(told(true)?.parentIndex, 0);
  t.end();
});

t.test('an address is the local one, with the long flags where there are any', (t) => {
  const told = decodeAddress(
    message(rtnetlink.RTM_NEWADDR, rtnetlink.IFADDRMSG_SIZE, (writer) => {
      writer.bytes.set([2, 32, 0x80, 253], HEADER_SIZE);
      writer.bytes.writeUInt32LE(9, HEADER_SIZE + 4);
      writer.attribute(rtnetlink.IFA_ADDRESS, Uint8Array.of(10, 0, 0, 1));
      writer.attribute(rtnetlink.IFA_LOCAL, Uint8Array.of(10, 0, 0, 2));
      writer.attributeU32(rtnetlink.IFA_FLAGS, 0x280);
      writer.attributeText(rtnetlink.IFA_LABEL, 'eth0:1');
      writer.attributeU8(rtnetlink.IFA_PROTO, 109);
    }),
  );
  t.same(told, {
    interfaceIndex: 9,
    family: 4,
    address: Uint8Array.of(10, 0, 0, 2),
    prefixLength: 32,
    scope: 253,
    flags: 0x280,
    label: 'eth0:1',
    protocol: 109,
  });
  t.end();
});

t.test('no bytes make the decoders throw', (t) => {
  const attribute = fc.tuple(fc.constantFrom(1, 2, 3, 4, 5, 8, 18, 26, 37), fc.uint8Array({ maxLength: 20 }));
  fc.assert(
    fc.property(
      fc.nat(24),
      fc.uint8Array({ maxLength: 24 }),
      fc.array(attribute, { maxLength: 6 }),
      (size, head, list) => {
        const heard = message(16, size, (writer) => {
          writer.bytes.set(head.subarray(0, size), HEADER_SIZE);
          for (const [type, value] of list) writer.attribute(type, value);
        });
        const address = decodeAddress(heard);
        const told = decodeLink(heard);
        return (
          (address === undefined || address.address.length === (address.family === 4 ? 4 : 16)) &&
          (told === undefined || typeof told.up === 'boolean')
        );
      },
    ),
    { numRuns: 1000 },
  );
  t.end();
});
