/**
 * Which appliance.json is in force, when the unit starts:
 *
 *   startup   the one on the data partition
 *   factory   there is none yet: the image's is copied there
 *   failure   there is one that cannot be used, or the data partition is damaged: the unit can be looked after, and does
 *             nothing else. Each port is for itself, with DHCP and link-local addresses; proxy and VRRP are not started
 *
 * The one that cannot be used is left where it is: whoever sees why (status, console) writes a better one over it.
 */

import { join } from 'node:path';
import { readIfThere, writeAtomically } from '../../sys/atomic-file.ts';
import type { Addressing } from '../network/settings/settings.ts';
import { type ApplianceSettings, readApplianceSettings, SETTINGS_VERSION } from '../settings/settings.ts';
import { prepareState, type StateFormat } from './state-format.ts';

/** There was no form before the first one. */
const FORMAT: StateFormat = { number: SETTINGS_VERSION, steps: new Map() };

export interface ChainPlaces {
  /** The state's directory. */
  readonly data: string;
  /** What comes with the image: `factory/appliance.json` below it. */
  readonly share: string;
  /** Why what is kept now is gone with the power; undefined: it is kept. */
  readonly damaged: string | undefined;
  /** The names of the board's ports. */
  readonly ports: readonly string[];
}

export interface ConfigurationInForce {
  readonly settings: ApplianceSettings;
  readonly source: 'startup' | 'factory' | 'failure';
  /** One sentence; '' when there is nothing to tell. */
  readonly why: string;
}

/** Never throws: a unit must be reachable whatever stands on its disk. */
export function configurationInForce(places: ChainPlaces, format = FORMAT): ConfigurationInForce {
  try {
    return choose(places, format);
  } catch (error) {
    return failure(places, `what is kept cannot be read or written: ${(error as Error).message}`);
  }
}

function choose(places: ChainPlaces, format: StateFormat): ConfigurationInForce {
  const { data, damaged, ports } = places;
  const outcome = prepareState(data, format);
  if (outcome === 'newer') {
    return failure(places, 'appliance.json was written by a newer version, and there is no copy from before it');
  }
  const text = readIfThere(join(data, 'appliance.json'))?.toString('utf8');
  if (text === undefined) {
    return damaged === undefined ? takeFactory(places) : failure(places, `the data partition is damaged: ${damaged}`);
  }
  const read = readText(text, ports);
  if (typeof read === 'string') return failure(places, `appliance.json cannot be used: ${read}`);
  return { settings: read, source: 'startup', why: whyStartup(places, outcome === 'returned') };
}

function whyStartup({ damaged }: ChainPlaces, returned: boolean): string {
  if (damaged !== undefined) return 'the data partition is damaged: this is kept in memory, and gone with the power';
  return returned ? 'an older version runs again: this is the configuration from before the update' : '';
}

function takeFactory(places: ChainPlaces): ConfigurationInForce {
  const bytes = readIfThere(join(places.share, 'factory/appliance.json'));
  const text = bytes?.toString('utf8') ?? JSON.stringify({ version: SETTINGS_VERSION });
  const read = readText(text, places.ports);
  if (typeof read === 'string') return failure(places, `the factory's appliance.json cannot be used: ${read}`);
  writeAtomically(join(places.data, 'appliance.json'), text);
  return { settings: read, source: 'factory', why: 'nobody has configured this device yet' };
}

/** What is wrong with it, when it cannot be used. */
function readText(text: string, ports: readonly string[]): ApplianceSettings | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return (error as Error).message;
  }
  const { settings, issues } = readApplianceSettings(value, ports);
  return settings ?? issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
}

function failure({ ports }: ChainPlaces, why: string): ConfigurationInForce {
  const addressing: Addressing = { ipv4: 'dhcp', ipv6: 'automatic' };
  const each = Object.fromEntries(ports.map((name) => [name, addressing]));
  const network = { mode: 'two-arm', ports: each, nameServers: [] } as const;
  return { settings: ports.length === 0 ? {} : { network }, source: 'failure', why };
}
