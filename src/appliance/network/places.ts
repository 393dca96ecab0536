/**
 * Where the unit's addresses are, by mode: the links that carry them, in the order in which ways out are preferred. A
 * place is what everything else is about: a DHCP client, a fallback address, a name answered, a line of status. Pure.
 */
import type { Addressing, NetworkSettings } from './settings/settings.ts';

export const BRIDGE_NAME = 'br0';

/** `uplink`, `inner`: of a router. */
export type PlaceRole = 'arm' | 'bridge' | 'uplink' | 'inner';

export interface Place {
  /** The link that carries the addresses: `eth0`, `eth0.7`, `br0`. */
  readonly link: string;
  /** What it stands on: the port or the bridge; the same as `link` without a VLAN. */
  readonly base: string;
  readonly role: PlaceRole;
  readonly addressing: Addressing;
  /** 0 first: of several ways out, and among fallback addresses. */
  readonly order: number;
}

/** @param ports the board's ports in their order */
export function placesOf(settings: NetworkSettings, ports: readonly string[]): readonly Place[] {
  if (settings.mode === 'bridge') return [placeOf(BRIDGE_NAME, 'bridge', settings.bridge, 0)];
  const named = ports.filter((port) => settings.ports[port] !== undefined);
  if (settings.mode === 'router') named.sort((one, other) => rank(one, settings.uplink) - rank(other, settings.uplink));
  return named.map((port, order) => {
    const role = settings.mode !== 'router' ? 'arm' : port === settings.uplink ? 'uplink' : 'inner';
    return placeOf(port, role, settings.ports[port] as Addressing, order);
  });
}

function rank(port: string, uplink: string): number {
  return port === uplink ? 0 : 1;
}

function placeOf(base: string, role: PlaceRole, addressing: Addressing, order: number): Place {
  const link = addressing.vlan === undefined ? base : `${base}.${addressing.vlan}`;
  return { link, base, role, addressing, order };
}
