/** What must fit together in settings whose every part is well written: addresses, gateways, the ports with each other. */
import { addressBytes, broadcastOf, contains, networkOf, overlaps, type Prefix, readPrefix } from '../prefix.ts';
import type { SettingReader } from './reader.ts';
import type {
  Addressing,
  FixedAddress,
  Ipv4Setting,
  Ipv6Setting,
  NetworkSettings,
  RouterSettings,
} from './settings.ts';

/** Nets of one or two hosts have no addresses of their own. */
const LONGEST_WITH_BROADCAST = 30;

interface Placed {
  readonly path: string;
  readonly addressing: Addressing;
}

export function checkSettings(reader: SettingReader, settings: NetworkSettings, path: string): void {
  const placed: Placed[] =
    settings.mode === 'bridge'
      ? [{ path: `${path}.bridge`, addressing: settings.bridge }]
      : Object.entries(settings.ports).map(([name, addressing]) => ({ path: `${path}.ports.${name}`, addressing }));
  checkCount(reader, settings, path, placed.length);
  for (const { path: at, addressing } of placed) {
    checkFixed(reader, `${at}.ipv4`, addressing.ipv4);
    checkFixed(reader, `${at}.ipv6`, addressing.ipv6);
  }
  if (placed.length > 0 && placed.every(({ addressing }) => addressing.ipv4 === 'off' && addressing.ipv6 === 'off')) {
    reader.issue(path, 'without any address nobody could reach the unit any more');
  }
  if (placed.length === 2) checkApart(reader, placed as [Placed, Placed]);
  if (settings.mode === 'router') checkRouter(reader, settings, path);
}

function checkCount(reader: SettingReader, settings: NetworkSettings, path: string, count: number): void {
  if (settings.mode === 'bridge') return;
  const wanted = settings.mode === 'one-arm' ? 1 : 2;
  const few = settings.mode === 'two-arm' ? count >= 1 : count === wanted;
  if (few) return;
  const words = wanted === 1 ? 'one port is named' : 'both ports are named';
  reader.issue(`${path}.ports`, `in mode "${settings.mode}" ${words} here, not ${count === 0 ? 'none' : count}`);
}

function fixedPrefix(setting: Ipv4Setting | Ipv6Setting): Prefix | undefined {
  return typeof setting === 'string' ? undefined : readPrefix(setting.address);
}

function checkFixed(reader: SettingReader, path: string, setting: Ipv4Setting | Ipv6Setting): void {
  const prefix = fixedPrefix(setting);
  if (prefix === undefined) return;
  const { address, gateway } = setting as FixedAddress;
  const why = prefix.family === 4 ? whyNoHostAddress4(prefix) : whyNoHostAddress6(prefix.bytes);
  if (why !== undefined) reader.issue(`${path}.address`, `"${address}" cannot be an address of this unit: ${why}`);
  const way = gateway === undefined ? undefined : addressBytes(gateway);
  if (way === undefined) return;
  if (Buffer.compare(way, prefix.bytes) === 0) {
    reader.issue(`${path}.gateway`, 'the gateway is another machine, this is the address of the unit itself');
  } else if (!contains(prefix, way) && !isLinkLocal6(way)) {
    reader.issue(`${path}.gateway`, `"${gateway}" is not in the network of "${address}": it could not be reached`);
  }
}

function whyNoHostAddress4({ bytes, length }: Prefix): string | undefined {
  const first = bytes[0] as number;
  if (first === 0) return 'networks that begin with 0 are no networks';
  if (first === 127) return 'it is every machine\'s own "localhost"';
  if (first >= 224) return first < 240 ? 'it is a multicast address' : 'it is reserved';
  if (length === 0) return 'a network of length 0 is the whole internet';
  if (length > LONGEST_WITH_BROADCAST) return undefined;
  if (Buffer.compare(bytes, networkOf(bytes, length)) === 0)
    return 'it is the name of the network, hosts come after it';
  if (Buffer.compare(bytes, broadcastOf(bytes, length)) === 0) return 'it is the broadcast address of the network';
  return undefined;
}

function whyNoHostAddress6(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff) return 'it is a multicast address';
  if (bytes.subarray(0, 15).every((byte) => byte === 0))
    return 'it is every machine\'s own "localhost", or none at all';
  if (bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff)
    return 'it is an IPv4 address, written as IPv6';
  return undefined;
}

function isLinkLocal6(bytes: Uint8Array): boolean {
  return bytes.length === 16 && bytes[0] === 0xfe && ((bytes[1] as number) & 0xc0) === 0x80;
}

/** Two interfaces in one network, or two ways to everywhere: which one is taken would be up to chance. */
function checkApart(reader: SettingReader, [one, other]: readonly [Placed, Placed]): void {
  for (const family of ['ipv4', 'ipv6'] as const) {
    const first = fixedPrefix(one.addressing[family]);
    const second = fixedPrefix(other.addressing[family]);
    if (first === undefined || second === undefined) continue;
    if (overlaps(first, second) && !isLinkLocal6(first.bytes)) {
      reader.issue(`${other.path}.${family}.address`, `this network is that of ${one.path}.${family}.address as well`);
    }
    const ways = [one, other].filter(({ addressing }) => (addressing[family] as FixedAddress).gateway !== undefined);
    if (ways.length === 2) {
      reader.issue(`${other.path}.${family}.gateway`, `there is a way out already: ${one.path}.${family}.gateway`);
    }
  }
}

function checkRouter(reader: SettingReader, settings: RouterSettings, path: string): void {
  const inner = Object.entries(settings.ports).find(([name]) => name !== settings.uplink);
  if (inner === undefined) return;
  const [name, { ipv4, ipv6 }] = inner;
  const at = `${path}.ports.${name}`;
  const prefix = fixedPrefix(ipv4);
  if (settings.ports[settings.uplink]?.ipv4 === 'off') {
    reader.issue(`${path}.ports.${settings.uplink}.ipv4`, 'without an address the uplink leads nowhere');
  }
  if (typeof ipv4 === 'string' || prefix === undefined) {
    reader.issue(
      `${at}.ipv4`,
      'the inner port of a router has an address of our own, such as {"address": "10.77.79.1/24"}',
    );
    return;
  }
  if (ipv4.gateway !== undefined)
    reader.issue(`${at}.ipv4.gateway`, 'the way out of a router is its uplink, not the inner port');
  if (ipv6 === 'automatic')
    reader.issue(`${at}.ipv6`, 'on the inner port this unit is the router: "link-local", "off" or an address');
  for (const end of ['first', 'last'] as const) {
    const address = addressBytes(settings.leases[end]);
    if (address === undefined || !isHostOf(prefix, address)) {
      reader.issue(
        `${path}.leases.${end}`,
        `"${settings.leases[end]}" is no address of the inner network ${ipv4.address}`,
      );
    }
  }
  const first = addressBytes(settings.leases.first);
  const last = addressBytes(settings.leases.last);
  if (first === undefined || last === undefined) return;
  if (Buffer.compare(first, last) > 0) reader.issue(`${path}.leases.last`, 'the last address comes before the first');
  else if (Buffer.compare(first, prefix.bytes) <= 0 && Buffer.compare(prefix.bytes, last) <= 0) {
    reader.issue(`${path}.leases`, `the unit's own address ${ipv4.address} must not be given away`);
  }
}

function isHostOf(prefix: Prefix, address: Uint8Array): boolean {
  return contains(prefix, address) && whyNoHostAddress4({ ...prefix, bytes: address }) === undefined;
}
