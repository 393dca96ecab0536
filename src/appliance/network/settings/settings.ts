/**
 * How the device's two ports are used: the `network` part of appliance.json, as it is written there.
 *
 *   two-arm  each port has an address of its own; the balancer stands between two networks
 *   one-arm  one port is used, the other is off
 *   bridge   both ports are one wire (br0): what comes in at one leaves by the other; the unit's address is on br0
 *   router   one port leads out (uplink), the other is a network of the unit's own, with DHCP, DNS and NAT
 */

export type NetworkMode = 'two-arm' | 'one-arm' | 'bridge' | 'router';
export const NETWORK_MODES: readonly NetworkMode[] = ['bridge', 'two-arm', 'one-arm', 'router'];

/** An address of our own choice, `192.0.2.7/24` or `2001:db8::7/64`, and the way to everywhere else. */
export interface FixedAddress {
  readonly address: string;
  readonly gateway?: string;
}

export type Ipv4Setting = 'dhcp' | 'off' | FixedAddress;
/** `automatic`: what routers announce (and link-local); `link-local`: no more than that. */
export type Ipv6Setting = 'automatic' | 'link-local' | 'off' | FixedAddress;

export interface Addressing {
  readonly ipv4: Ipv4Setting;
  readonly ipv6: Ipv6Setting;
  /** 1 to 4094: the addresses are on this tagged network, none on the untagged one. */
  readonly vlan?: number;
}

/** By the names of the board's ports, `eth0`. */
export type PortAddressing = Readonly<Record<string, Addressing>>;

/** What the router gives its clients. */
export interface Leases {
  readonly first: string;
  readonly last: string;
  readonly hours: number;
}

interface Common {
  /** Ask these; empty: whom DHCP names. */
  readonly nameServers: readonly string[];
}

export interface TwoArmSettings extends Common {
  readonly mode: 'two-arm';
  readonly ports: PortAddressing;
}

export interface OneArmSettings extends Common {
  readonly mode: 'one-arm';
  readonly ports: PortAddressing;
}

export interface BridgeSettings extends Common {
  readonly mode: 'bridge';
  readonly bridge: Addressing;
}

export interface RouterSettings extends Common {
  readonly mode: 'router';
  readonly ports: PortAddressing;
  readonly uplink: string;
  readonly leases: Leases;
}

export type NetworkSettings = TwoArmSettings | OneArmSettings | BridgeSettings | RouterSettings;

/** Of the inner side of a router that nobody configured. */
const INNER_ADDRESS = '10.77.79.1/24';
const INNER_LEASES: Leases = { first: '10.77.79.100', last: '10.77.79.199', hours: 12 };
const AUTOMATIC: Addressing = { ipv4: 'dhcp', ipv6: 'automatic' };

/** What a mode means where nothing else is said; `ports` are the board's, the first one leads out. */
export function defaultNetwork(mode: NetworkMode, ports: readonly string[]): NetworkSettings {
  const [first = 'eth0', second = 'eth1'] = ports;
  const nameServers: string[] = [];
  switch (mode) {
    case 'two-arm':
      return { mode, ports: { [first]: AUTOMATIC, [second]: AUTOMATIC }, nameServers };
    case 'one-arm':
      return { mode, ports: { [first]: AUTOMATIC }, nameServers };
    case 'bridge':
      return { mode, bridge: AUTOMATIC, nameServers };
    case 'router': {
      const inner: Addressing = { ipv4: { address: INNER_ADDRESS }, ipv6: 'link-local' };
      return { mode, ports: { [first]: AUTOMATIC, [second]: inner }, uplink: first, leases: INNER_LEASES, nameServers };
    }
  }
}
