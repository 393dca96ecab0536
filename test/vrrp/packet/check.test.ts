/**
 * The receive checks one by one, in keepalived's order: each packet is wrong in the way of its row and in that of every
 * row after it that it can be, so that the verdict also proves the order.
 */
import t from 'tap';
import * as counters from '../../../src/vrrp/counters.ts';
import type { InstanceModel } from '../../../src/vrrp/model.ts';
import { Advertisement, TTL_UNKNOWN } from '../../../src/vrrp/packet/advertisement.ts';
import { checkAdvertisement } from '../../../src/vrrp/packet/check.ts';
import { STYLE_OLD_UNICAST, STYLE_PLAIN, STYLE_PSEUDO_HEADER } from '../../../src/vrrp/packet/checksum-styles.ts';
import { Expectation } from '../../../src/vrrp/packet/expectation.ts';
import { AdvertisementFrame } from '../../../src/vrrp/packet/frame.ts';
import { addressModel, bytesOf, instanceModel } from '../models.ts';

const { TAKEN } = counters;
const PEER = bytesOf('10.77.0.9');
const peer = (text: string, minTtl = 0, maxTtl = 255) => ({ address: bytesOf(text), minTtl, maxTtl });

/** What a peer with this configuration sends. */
function packetOf(model: InstanceModel, options: { readonly source?: string; readonly to?: string } = {}): Buffer {
  const frame = new AdvertisementFrame(model, options.source === undefined ? PEER : bytesOf(options.source));
  frame.write(model.priority, options.to === undefined ? undefined : bytesOf(options.to));
  return Buffer.from(frame.bytes);
}

function judge(
  model: InstanceModel,
  bytes: Buffer,
  options: { readonly checkAddresses?: boolean; readonly expectation?: Expectation } = {},
): string {
  const packet = new Advertisement();
  const shape = packet.decode(4, bytes, 0, bytes.length);
  if (shape !== TAKEN) return counters.verdictName(shape);
  const expectation = options.expectation ?? new Expectation(model);
  return counters.verdictName(checkAdvertisement(packet, expectation, options.checkAddresses ?? true));
}

/** IP header 20 bytes: where the fields of the VRRP part are. */
const TTL = 8;
const TYPE = 20;
const COUNT = 23;
const AUTH_TYPE = 24;
const INTERVAL = 25;
const ADDRESS = 28;

const password = instanceModel({ password: 's3cret' });
const v3 = instanceModel({ version: 3 });

function changed(bytes: Buffer, ...changes: readonly (readonly [number, number])[]): Buffer {
  for (const [at, value] of changes) bytes[at] = value;
  return bytes;
}

t.test('what is not an IP packet with a whole VRRP header is truncated', (t) => {
  const whole = packetOf(v3);
  for (let length = 0; length < 28; length++) t.equal(judge(v3, whole.subarray(0, length)), 'truncated');
  t.equal(judge(v3, changed(packetOf(v3), [0, 0x65])), 'truncated', 'version 6');
  t.equal(judge(v3, changed(packetOf(v3), [0, 0x44])), 'truncated', 'a header of 16 bytes');
  t.equal(judge(v3, changed(packetOf(v3), [0, 0x47])), 'truncated', 'options longer than the packet');
  t.equal(judge(v3, changed(packetOf(v3), [9, 51])), 'truncated', 'AH');
  t.end();
});

t.test('rows of version 2 in order', (t) => {
  const start = (): Buffer => packetOf(password);
  t.equal(judge(password, start()), 'taken');
  // Each row breaks one thing more, from the end of the order to its beginning.
  const rows: readonly (readonly [string, readonly [number, number]])[] = [
    ['addr_count_err', [COUNT, 2]],
    ['invalid_type_rcvd', [TYPE, 0x23]],
    ['advert_interval_err', [INTERVAL, 2]],
    ['auth_failure', [ADDRESS + 4 + 8, 0x21]],
    ['authtype_mismatch', [AUTH_TYPE, 0]],
    ['invalid_authtype', [AUTH_TYPE, 3]],
    ['vers_err', [TYPE, 0x33]],
    ['ip_ttl_err', [TTL, 254]],
  ];
  // A second address, so that the length fits the count that is one too many; the password moves behind it.
  const long = Buffer.concat([start().subarray(0, 32), bytesOf('10.77.0.101'), Buffer.from('s3cret\0\0')]);
  long.writeUInt16BE(long.length, 2);
  for (const [name, change] of rows) {
    changed(long, change);
    if (name === 'vers_err') {
      // Version 3 has no authentication behind the addresses.
      const short = Buffer.from(long.subarray(0, long.length - 8));
      t.equal(judge(password, short), name);
      t.equal(judge(password, changed(short, [TTL, 254])), 'ip_ttl_err');
      t.equal(judge(password, Buffer.concat([short, Buffer.alloc(20)])), 'packet_len_err');
      break;
    }
    t.equal(judge(password, long), name);
  }
  t.end();
});

t.test('an authentication type of AH is known and another than ours', (t) => {
  t.equal(judge(password, changed(packetOf(password), [AUTH_TYPE, 2])), 'authtype_mismatch');
  t.equal(judge(instanceModel(), packetOf(password)), 'authtype_mismatch');
  t.equal(judge(password, packetOf(instanceModel())), 'authtype_mismatch');
  t.end();
});

t.test('the whole password counts, and only eight bytes of it', (t) => {
  for (let index = 0; index < 8; index++) {
    const bytes = packetOf(password);
    const at = ADDRESS + 4 + index;
    t.equal(judge(password, changed(bytes, [at, (bytes[at] as number) ^ 1])), 'auth_failure');
  }
  t.end();
});

t.test('version 3 has no authentication and no fixed interval', (t) => {
  t.equal(judge(v3, packetOf(instanceModel({ version: 3, advertIntervalMs: 250 }))), 'taken');
  t.equal(judge(instanceModel({ version: 3, password: 's3cret' }), packetOf(v3)), 'taken');
  t.end();
});

t.test('lengths: shorter or longer than the count promises', (t) => {
  const bytes = packetOf(v3);
  t.equal(judge(v3, bytes.subarray(0, bytes.length - 1)), 'packet_len_err');
  t.equal(judge(v3, changed(packetOf(v3), [COUNT, 255])), 'packet_len_err');
  const long = packetOf(instanceModel({ version: 3, addresses: Array(5).fill(addressModel('10.77.0.100')) }));
  t.equal(judge(v3, changed(long, [COUNT, 4])), 'packet_len_err');
  t.equal(judge(v3, changed(packetOf(v3), [3, 33])), 'ip_len_err', 'a total length that is neither');
  t.end();
});

t.test("Ethernet's padding behind a short packet is no fault", (t) => {
  const padded = (length: number): Buffer => Buffer.concat([packetOf(v3), Buffer.alloc(length - 32, 0xaa)]);
  t.equal(judge(v3, padded(46)), 'taken');
  t.equal(judge(v3, padded(42)), 'taken', 'with a VLAN tag');
  t.equal(judge(v3, padded(47)), 'packet_len_err');
  const counted = padded(46);
  counted.writeUInt16BE(46, 2);
  t.equal(judge(v3, counted), 'taken', 'counted in the total length');
  t.end();
});

t.test('options in the IP header are skipped', (t) => {
  const bytes = packetOf(v3);
  const options = Buffer.concat([bytes.subarray(0, 20), Buffer.alloc(8, 1), bytes.subarray(20)]);
  options[0] = 0x47;
  options.writeUInt16BE(options.length, 2);
  t.equal(judge(v3, options), 'taken');
  t.end();
});

t.test('a wrong checksum, then an interval of 0, then the address list', (t) => {
  const zero = instanceModel({ version: 3, advertIntervalMs: 0 });
  const other = instanceModel({ version: 3, advertIntervalMs: 0, addresses: [addressModel('10.77.0.101')] });
  const wrong = packetOf(other);
  wrong.writeUInt16BE(wrong.readUInt16BE(26) ^ 0x0104, 26);
  t.equal(judge(v3, wrong), 'chk_err');
  t.equal(judge(v3, packetOf(other)), 'interval_zero');
  t.equal(judge(v3, packetOf(zero)), 'interval_zero');
  t.equal(
    judge(v3, packetOf(instanceModel({ version: 3, addresses: [addressModel('10.77.0.101')] }))),
    'addr_list_err',
  );
  t.end();
});

t.test('skip_check_adv_addr spares count and list, nothing else', (t) => {
  const two = instanceModel({ version: 3, addresses: [addressModel('10.66.0.1'), addressModel('10.66.0.2')] });
  t.equal(judge(v3, packetOf(two)), 'addr_count_err');
  t.equal(judge(v3, packetOf(two), { checkAddresses: false }), 'taken');
  t.equal(judge(v3, changed(packetOf(two), [TTL, 1]), { checkAddresses: false }), 'ip_ttl_err');
  t.end();
});

t.test('the list may come in another order', (t) => {
  const addresses = ['10.77.0.100', '10.77.0.101', '10.77.0.102'].map((text) => addressModel(text));
  const model = instanceModel({ version: 3, addresses });
  t.equal(judge(model, packetOf({ ...model, addresses: [...addresses].reverse() })), 'taken');
  const doubled = [addresses[0], addresses[0], addresses[1]] as typeof addresses;
  t.equal(judge(model, packetOf({ ...model, addresses: doubled })), 'addr_list_err');
  t.end();
});

t.test('multicast where unicast is configured, and the reverse', (t) => {
  const unicast = instanceModel({ version: 3, unicastPeers: [peer('10.77.0.9')] });
  t.equal(judge(unicast, packetOf(v3)), 'cast_err');
  t.equal(judge(v3, packetOf(unicast, { to: '10.77.0.2' })), 'cast_err');
  t.equal(judge(unicast, packetOf(unicast, { to: '10.77.0.2' })), 'taken');
  t.end();
});

t.test('unicast: the source must be a peer, and its TTL in the range, when that is asked for', (t) => {
  const unicastPeers = [peer('10.77.0.8'), peer('10.77.0.9', 10, 20)];
  const strict = instanceModel({ version: 3, unicastPeers, checkUnicastSource: true });
  const loose = instanceModel({ version: 3, unicastPeers });
  const at = (ttl: number): Buffer => changed(packetOf(strict, { to: '10.77.0.2' }), [TTL, ttl]);
  t.equal(judge(strict, at(10)), 'taken');
  t.equal(judge(strict, at(20)), 'taken');
  t.equal(judge(strict, at(9)), 'unicast_ttl_err');
  t.equal(judge(strict, at(21)), 'unicast_ttl_err');
  t.equal(judge(loose, at(9)), 'taken');
  const stranger = packetOf(strict, { source: '10.77.0.7', to: '10.77.0.2' });
  t.equal(judge(strict, stranger), 'unicast_source_err');
  t.equal(judge(strict, stranger, { checkAddresses: false }), 'unicast_source_err');
  t.equal(judge(loose, stranger), 'taken');
  t.end();
});

t.test('our own packet, come back, is told apart from a peer with our priority', (t) => {
  const expectation = new Expectation(v3);
  t.equal(judge(v3, packetOf(v3), { expectation }), 'taken');
  expectation.setOwnSource(PEER);
  t.equal(judge(v3, packetOf(v3), { expectation }), 'own_packet');
  t.equal(judge(v3, packetOf(v3, { source: '10.77.0.8' }), { expectation }), 'taken');
  t.end();
});

t.test('both readings of the v3 checksum are taken, and remembered by peer', (t) => {
  const plain = instanceModel({ version: 3, checksumAsV2: true });
  const expectation = new Expectation(v3);
  t.equal(judge(v3, packetOf(v3), { expectation }), 'taken');
  t.equal(judge(v3, packetOf(plain, { source: '10.77.0.8' }), { expectation }), 'taken');
  t.equal(expectation.styles.styleOf(0x0a4d0009), STYLE_PSEUDO_HEADER);
  t.equal(expectation.styles.styleOf(0x0a4d0008), STYLE_PLAIN);
  t.equal(judge(v3, packetOf(plain), { expectation }), 'taken', 'a peer that was changed');
  t.equal(expectation.styles.styleOf(0x0a4d0009), STYLE_PLAIN);
  const wrong = packetOf({ ...plain, addresses: [addressModel('10.77.0.101')] }, { source: '10.77.0.7' });
  t.equal(judge(v3, wrong, { expectation }), 'addr_list_err');
  t.equal(expectation.styles.styleOf(0x0a4d0007), 0, 'a packet that is not taken teaches nothing');
  t.end();
});

t.test('vrrp_learn_checksum off: only the configured reading is taken', (t) => {
  const plain = instanceModel({ version: 3, checksumAsV2: true });
  t.equal(judge(v3, packetOf(plain), { expectation: new Expectation(v3, false) }), 'chk_err');
  t.equal(judge(v3, packetOf(v3), { expectation: new Expectation(v3, false) }), 'taken');
  t.equal(judge(plain, packetOf(v3), { expectation: new Expectation(plain, false) }), 'chk_err');
  t.end();
});

t.test('the unicast checksum of old keepalived is taken from a unicast peer only', (t) => {
  const unicastPeers = [peer('10.77.0.9')];
  const old = instanceModel({ version: 3, unicastPeers, oldUnicastChecksum: true });
  const model = instanceModel({ version: 3, unicastPeers });
  const expectation = new Expectation(model);
  t.equal(judge(model, packetOf(old, { to: '10.77.0.2' }), { expectation }), 'taken');
  t.equal(expectation.styles.styleOf(0x0a4d0009), STYLE_OLD_UNICAST);
  t.end();
});

t.test('IPv6: hop limit and cast come from beside the packet, the checksum is not looked at', (t) => {
  const model = instanceModel({ family: 6 });
  const frame = new AdvertisementFrame(model, bytesOf('fe80::9'));
  frame.write(150);
  const packet = new Advertisement();
  const verdict = (to: string, hops: number, length = frame.length): string => {
    packet.setIpv6(bytesOf('fe80::9'), 0, bytesOf(to), 0, hops);
    const shape = packet.decode(6, frame.bytes, 0, length);
    return counters.verdictName(shape === TAKEN ? checkAdvertisement(packet, new Expectation(model), true) : shape);
  };
  t.equal(verdict('ff02::12', 255), 'taken');
  t.equal(verdict('ff02::12', TTL_UNKNOWN), 'taken');
  t.equal(verdict('ff02::12', 254), 'ip_ttl_err');
  t.equal(verdict('fe80::2', 255), 'cast_err');
  t.equal(verdict('ff02::12', 255, 7), 'truncated');
  t.equal(verdict('ff02::12', 255, frame.length - 1), 'packet_len_err');
  t.same(packet.source, bytesOf('fe80::9'));
  t.end();
});
