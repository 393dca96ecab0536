/** How the device's two ports are used: GET /api/device/network. As the appliance role keeps it. */

export type NetworkMode = 'two-arm' | 'one-arm' | 'bridge' | 'router';

export interface FixedAddress {
  /** `192.0.2.7/24`, `2001:db8::7/64` */
  readonly address: string;
  readonly gateway?: string;
}

export interface Addressing {
  readonly ipv4: 'dhcp' | 'off' | FixedAddress;
  /** `automatic`: what routers announce; `link-local`: no more than that. */
  readonly ipv6: 'automatic' | 'link-local' | 'off' | FixedAddress;
  /** The addresses are on this tagged network, none on the untagged one. */
  readonly vlan?: number;
}

/** What a router gives its clients. */
export interface Leases {
  readonly first: string;
  readonly last: string;
  readonly hours: number;
}

interface Common {
  /** Empty: those that DHCP names. */
  readonly nameServers: readonly string[];
}

/** By the names of the ports; a port that is not there is off. */
type Ports = Readonly<Record<string, Addressing>>;

export type NetworkSettings =
  | (Common & { readonly mode: 'two-arm' | 'one-arm'; readonly ports: Ports })
  | (Common & { readonly mode: 'bridge'; readonly bridge: Addressing })
  | (Common & { readonly mode: 'router'; readonly ports: Ports; readonly uplink: string; readonly leases: Leases });

export interface NetworkIssue {
  /** `network.ports.eth0.ipv4.address` */
  readonly path: string;
  readonly message: string;
}

/** Settings that are taken back by themselves unless their author keeps them. */
export interface NetworkTrial {
  /** Another one for each. */
  readonly number: number;
  readonly author: string;
  readonly startedMs: number;
  readonly remainingMs: number;
}

export interface DeviceNetwork {
  /** What is in force now, on trial or kept. */
  readonly settings: NetworkSettings;
  readonly trial: NetworkTrial | null;
}
