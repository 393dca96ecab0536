/**
 * appliance.json: what somebody has said about the device itself. What is left out is as the board and the unit have it.
 *
 *   { "version": 1, "hostname": "pocket-1", "power": "eco", "timeServers": ["ntp.example"], "network": { "mode": ... } }
 */

import type { PowerProfileName } from '../board.ts';
import { readNetworkSettings } from '../network/settings/read-settings.ts';
import { type SettingIssue, SettingReader } from '../network/settings/reader.ts';
import type { NetworkSettings } from '../network/settings/settings.ts';

/** Of the form of the file: an older one is migrated before it is read. */
export const SETTINGS_VERSION = 1;

export interface ApplianceSettings {
  readonly hostname?: string;
  readonly power?: PowerProfileName;
  /** Names or addresses; empty: those that the network tells. */
  readonly timeServers?: readonly string[];
  readonly network?: NetworkSettings;
}

export type SettingsReading =
  | { readonly settings: ApplianceSettings; readonly issues: readonly [] }
  | { readonly settings: undefined; readonly issues: readonly SettingIssue[] };

const FIELDS = ['version', 'hostname', 'power', 'timeServers', 'network'];
const PROFILES: readonly PowerProfileName[] = ['eco', 'performance'];
/** RFC 1123: letters, digits, hyphens inside. */
const HOSTNAME = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const MOST_TIME_SERVERS = 4;
const SERVER = /^[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$/;

/**
 * @param value what JSON.parse made of it
 * @param ports the names of the board's ports
 */
export function readApplianceSettings(value: unknown, ports: readonly string[]): SettingsReading {
  const reader = new SettingReader();
  const object = reader.object('appliance.json', value, FIELDS);
  if (object === undefined) return { settings: undefined, issues: reader.issues };
  const { version, network: networkValue } = object;
  if (version !== SETTINGS_VERSION) reader.issue('version', `${SETTINGS_VERSION} is wanted here`);
  const common = readChange(reader, object);
  const network = networkValue === undefined ? undefined : readNetworkSettings(networkValue, ports);
  const issues = [...reader.issues, ...(network?.issues ?? [])];
  if (issues.length > 0) return { settings: undefined, issues };
  return { settings: { ...common, ...(network?.settings && { network: network.settings }) }, issues: [] };
}

/** The parts that are changed without a trial; those that are not there are not in the result. */
export type SettingsChange = Omit<ApplianceSettings, 'network'>;

export function readChange(reader: SettingReader, object: Readonly<Record<string, unknown>>): SettingsChange {
  const { hostname: hostnameValue, power: powerValue, timeServers: serversValue } = object;
  const hostname = hostnameValue === undefined ? undefined : reader.text('hostname', hostnameValue, 'pocket-1');
  if (hostname !== undefined && !HOSTNAME.test(hostname)) {
    reader.issue('hostname', 'letters, digits and hyphens inside are possible, at most 63 of them');
  }
  const power = powerValue === undefined ? undefined : reader.oneOf('power', powerValue, PROFILES);
  const timeServers =
    serversValue === undefined
      ? undefined
      : reader.texts('timeServers', serversValue, MOST_TIME_SERVERS, 'ntp.example');
  for (const [index, server] of (timeServers ?? []).entries()) {
    if (!SERVER.test(server)) reader.issue(`timeServers[${index}]`, 'a host name or an address is wanted here');
  }
  return { ...(hostname && { hostname }), ...(power && { power }), ...(timeServers && { timeServers }) };
}
