/**
 * The `network` part of appliance.json, read strictly: shapes here, what must fit together in `check-settings.ts`.
 * `ipv4`, `ipv6` and `nameServers` may be left out: DHCP, automatic, none.
 */
import { addressBytes, readPrefix } from '../prefix.ts';
import { checkSettings } from './check-settings.ts';
import { type JsonObject, listed, type SettingIssue, SettingReader } from './reader.ts';
import {
  type Addressing,
  type FixedAddress,
  type Ipv4Setting,
  type Ipv6Setting,
  type Leases,
  NETWORK_MODES,
  type NetworkMode,
  type NetworkSettings,
  type PortAddressing,
} from './settings.ts';

export type NetworkReading =
  | { readonly settings: NetworkSettings; readonly issues: readonly [] }
  | { readonly settings: undefined; readonly issues: readonly SettingIssue[] };

const MOST_NAME_SERVERS = 3;
const LARGEST_VLAN = 4094;
/** A week. */
const LONGEST_LEASE_HOURS = 168;

const FIELDS: Record<NetworkMode, readonly string[]> = {
  'two-arm': ['mode', 'ports', 'nameServers'],
  'one-arm': ['mode', 'ports', 'nameServers'],
  bridge: ['mode', 'bridge', 'nameServers'],
  router: ['mode', 'ports', 'uplink', 'leases', 'nameServers'],
};

/**
 * @param value what JSON.parse made of it
 * @param ports the names of the board's ports
 * @param path of the value in its document, for the issues
 */
export function readNetworkSettings(value: unknown, ports: readonly string[], path = 'network'): NetworkReading {
  const reader = new SettingReader();
  const settings = readByMode(reader, value, ports, path);
  if (settings !== undefined && reader.issues.length === 0) checkSettings(reader, settings, path);
  if (settings === undefined || reader.issues.length > 0) return { settings: undefined, issues: reader.issues };
  return { settings, issues: [] };
}

function readByMode(
  reader: SettingReader,
  value: unknown,
  ports: readonly string[],
  path: string,
): NetworkSettings | undefined {
  const word = typeof value === 'object' && value !== null ? (value as JsonObject).mode : undefined;
  const known = NETWORK_MODES.find((mode) => mode === word);
  const object = reader.object(path, value, known === undefined ? Object.values(FIELDS).flat() : FIELDS[known]);
  if (object === undefined) return undefined;
  const mode = reader.oneOf(`${path}.mode`, object.mode, NETWORK_MODES);
  if (mode === undefined) return undefined;
  const nameServers = readNameServers(reader, `${path}.nameServers`, object.nameServers ?? []);
  if (mode === 'bridge') {
    const bridge = readAddressing(reader, `${path}.bridge`, object.bridge ?? {});
    return bridge === undefined ? undefined : { mode, bridge, nameServers };
  }
  const addressings = readPorts(reader, `${path}.ports`, object.ports, ports);
  if (addressings === undefined) return undefined;
  if (mode !== 'router') return { mode, ports: addressings, nameServers };
  const uplink = reader.oneOf(`${path}.uplink`, object.uplink, ports);
  const leases = readLeases(reader, `${path}.leases`, object.leases);
  if (uplink === undefined || leases === undefined) return undefined;
  return { mode, ports: addressings, uplink, leases, nameServers };
}

function readPorts(
  reader: SettingReader,
  path: string,
  value: unknown,
  known: readonly string[],
): PortAddressing | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    reader.object(path, value, known);
    return undefined;
  }
  const ports: Record<string, Addressing> = {};
  for (const [name, entry] of Object.entries(value)) {
    if (!known.includes(name)) {
      reader.issue(`${path}.${name}`, `this board has no port "${name}"; it has ${listed(known)}`);
      continue;
    }
    const addressing = readAddressing(reader, `${path}.${name}`, entry);
    if (addressing !== undefined) ports[name] = addressing;
  }
  return ports;
}

function readAddressing(reader: SettingReader, path: string, value: unknown): Addressing | undefined {
  const object = reader.object(path, value, ['ipv4', 'ipv6', 'vlan']);
  if (object === undefined) return undefined;
  const vlan = object.vlan === undefined ? undefined : reader.whole(`${path}.vlan`, object.vlan, 1, LARGEST_VLAN);
  const ipv4 = readAddress<Exclude<Ipv4Setting, FixedAddress>>(
    reader,
    `${path}.ipv4`,
    object.ipv4 ?? 'dhcp',
    ['dhcp', 'off'],
    '192.0.2.7/24',
  );
  const ipv6 = readAddress<Exclude<Ipv6Setting, FixedAddress>>(
    reader,
    `${path}.ipv6`,
    object.ipv6 ?? 'automatic',
    ['automatic', 'link-local', 'off'],
    '2001:db8::7/64',
  );
  if (ipv4 === undefined || ipv6 === undefined) return undefined;
  return { ipv4, ipv6, ...(vlan === undefined ? {} : { vlan }) };
}

/** One of the words, or an address of the example's family. */
function readAddress<W extends string>(
  reader: SettingReader,
  path: string,
  value: unknown,
  words: readonly W[],
  example: string,
): W | FixedAddress | undefined {
  if (typeof value !== 'object' || value === null) {
    const hint = typeof value === 'string' && readPrefix(value) !== undefined;
    if (hint) reader.issue(path, `an address of our own is written {"address": "${value}"}`);
    return hint ? undefined : reader.oneOf(path, value, words);
  }
  const object = reader.object(path, value, ['address', 'gateway']);
  if (object === undefined) return undefined;
  const family = readPrefix(example)?.family;
  const address = reader.text(`${path}.address`, object.address, example);
  if (address === undefined) return undefined;
  const prefix = readPrefix(address);
  if (prefix === undefined || prefix.family !== family) {
    const lacking = !address.includes('/') && addressBytes(address)?.length === (family === 4 ? 4 : 16);
    const hint = lacking ? `the length of the network is missing: "${address}/${family === 4 ? 24 : 64}"?` : '';
    reader.issue(`${path}.address`, hint || `"${address}" is no IPv${family} address with its network, "${example}"`);
    return undefined;
  }
  if (object.gateway === undefined) return { address };
  const gateway = reader.text(`${path}.gateway`, object.gateway, example.replace(/\d*\/.*/, '1'));
  if (gateway === undefined) return undefined;
  if (addressBytes(gateway)?.length !== prefix.bytes.length) {
    reader.issue(`${path}.gateway`, `"${gateway}" is no IPv${family} address`);
    return undefined;
  }
  return { address, gateway };
}

function readLeases(reader: SettingReader, path: string, value: unknown): Leases | undefined {
  const object = reader.object(path, value, ['first', 'last', 'hours']);
  if (object === undefined) return undefined;
  const first = reader.text(`${path}.first`, object.first, '192.0.2.100');
  const last = reader.text(`${path}.last`, object.last, '192.0.2.199');
  const hours = reader.whole(`${path}.hours`, object.hours ?? 12, 1, LONGEST_LEASE_HOURS);
  return first === undefined || last === undefined || hours === undefined ? undefined : { first, last, hours };
}

function readNameServers(reader: SettingReader, path: string, value: unknown): string[] {
  const servers = reader.texts(path, value, MOST_NAME_SERVERS, '192.0.2.53');
  for (const [index, server] of servers.entries()) {
    if (addressBytes(server) === undefined) reader.issue(`${path}[${index}]`, `"${server}" is no IP address`);
  }
  return servers;
}
