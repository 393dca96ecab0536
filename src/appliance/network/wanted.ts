/**
 * The state of the kernel that settings and leases ask for: links, addresses, routes, settings below /proc/sys/net. Pure;
 * what of it is there already is `difference.ts`'s matter.
 */
import type { BridgeSettings } from '../../sys/link-requests.ts';
import { BRIDGE_NAME, type Place, placesOf } from './places.ts';
import { addressBytes, type Prefix, readPrefix } from './prefix.ts';
import type { FixedAddress, Ipv6Setting, NetworkSettings } from './settings/settings.ts';

export interface WantedLink {
  readonly name: string;
  readonly kind: 'port' | 'bridge' | 'vlan';
  readonly up: boolean;
  /** The bridge it belongs to; undefined: none. */
  readonly master: string | undefined;
  /** Of a VLAN: what it stands on, and its number. */
  readonly parent: string | undefined;
  readonly vlanId: number | undefined;
  readonly bridge: BridgeSettings | undefined;
  /** Undefined: as it is. */
  readonly mac: Uint8Array | undefined;
  readonly ipv6: 'automatic' | 'not-automatic' | 'off';
}

export interface WantedAddress {
  readonly link: string;
  readonly prefix: Prefix;
}

/** A way out: the default route. */
export interface WantedRoute {
  readonly link: string;
  readonly gateway: Uint8Array;
  readonly metric: number;
}

export interface WantedNetwork {
  readonly links: readonly WantedLink[];
  readonly addresses: readonly WantedAddress[];
  readonly routes: readonly WantedRoute[];
  /** Below /proc/sys/net; a file that is not there needs no setting. */
  readonly settings: readonly (readonly [path: string, value: number])[];
}

export interface PlannedPort {
  readonly name: string;
  /** Undefined: it keeps its own. */
  readonly mac: Uint8Array | undefined;
}

/** What a place has besides what is written: of a lease, or a fallback. */
export interface Given {
  readonly addresses: readonly Prefix[];
  readonly gateways: readonly Uint8Array[];
}

/** Of a way out by a port: the first port's is preferred; what is written before what was learnt. */
const FIRST_METRIC = 100;
const METRIC_STEP = 100;

/**
 * A wire, not a switch: no waiting for loops (spanning tree is off, so BPDUs pass), all multicast goes through, and so
 * do the frames that bridges keep for themselves otherwise but those of Ethernet's own (0 to 2), such as 802.1X and LLDP.
 */
const WIRE: BridgeSettings = {
  forwardDelayCs: 0,
  spanningTree: false,
  groupForwardMask: 0xfff8,
  multicastSnooping: false,
};

export function wantedNetwork(
  settings: NetworkSettings,
  ports: readonly PlannedPort[],
  given: ReadonlyMap<string, Given>,
): WantedNetwork {
  const places = placesOf(
    settings,
    ports.map(({ name }) => name),
  );
  const addresses: WantedAddress[] = [];
  const routes: WantedRoute[] = [];
  for (const place of places) {
    const metric = FIRST_METRIC + place.order * METRIC_STEP;
    for (const setting of [place.addressing.ipv4, place.addressing.ipv6]) {
      if (typeof setting !== 'string') addFixed(place, setting, metric, addresses, routes);
    }
    const learnt = given.get(place.link);
    for (const prefix of learnt?.addresses ?? []) addresses.push({ link: place.link, prefix });
    learnt?.gateways.forEach((gateway, index) => {
      routes.push({ link: place.link, gateway, metric: metric + 1 + index });
    });
  }
  return { links: linksOf(settings, ports, places), addresses, routes, settings: kernelSettings(settings, places) };
}

function addFixed(
  place: Place,
  fixed: FixedAddress,
  metric: number,
  addresses: WantedAddress[],
  routes: WantedRoute[],
): void {
  const prefix = readPrefix(fixed.address);
  if (prefix === undefined) return; // the settings were checked
  addresses.push({ link: place.link, prefix });
  const gateway = fixed.gateway === undefined ? undefined : addressBytes(fixed.gateway);
  if (gateway !== undefined) routes.push({ link: place.link, gateway, metric });
}

function linksOf(
  settings: NetworkSettings,
  ports: readonly PlannedPort[],
  places: readonly Place[],
): readonly WantedLink[] {
  const links: WantedLink[] = [];
  const bridged = settings.mode === 'bridge';
  if (bridged) {
    // Of its own the bridge would take the least MAC of its ports, and another one when a port goes.
    const mac = ports[0]?.mac;
    links.push({ ...PLAIN, name: BRIDGE_NAME, kind: 'bridge', bridge: WIRE, mac, ipv6: ipv6At(places, BRIDGE_NAME) });
  }
  for (const { name, mac } of ports) {
    const up = bridged || places.some(({ base }) => base === name);
    const master = bridged ? BRIDGE_NAME : undefined;
    links.push({ ...PLAIN, name, kind: 'port', up, master, mac, ipv6: bridged ? 'off' : ipv6At(places, name) });
  }
  for (const { link, base, addressing } of places) {
    if (addressing.vlan === undefined) continue;
    const ipv6 = ipv6Of(addressing.ipv6);
    links.push({ ...PLAIN, name: link, kind: 'vlan', parent: base, vlanId: addressing.vlan, ipv6 });
  }
  return links;
}

const PLAIN = {
  up: true,
  master: undefined,
  parent: undefined,
  vlanId: undefined,
  bridge: undefined,
  mac: undefined,
} as const;

/** A link without addresses of its own has no link-local one, either. */
function ipv6At(places: readonly Place[], link: string): WantedLink['ipv6'] {
  const place = places.find((candidate) => candidate.link === link);
  return place === undefined ? 'off' : ipv6Of(place.addressing.ipv6);
}

function ipv6Of(setting: Ipv6Setting): WantedLink['ipv6'] {
  if (setting === 'off') return 'off';
  return setting === 'automatic' ? 'automatic' : 'not-automatic';
}

function kernelSettings(settings: NetworkSettings, places: readonly Place[]): (readonly [string, number])[] {
  const routes = settings.mode === 'router';
  return [
    // Switching this changes others of the kernel's settings: it comes first.
    ['ipv4/ip_forward', routes ? 1 : 0],
    ['ipv6/conf/all/forwarding', routes ? 1 : 0],
    // A backup's proxy binds to the virtual address that its master has.
    ['ipv4/ip_nonlocal_bind', 1],
    ['ipv6/ip_nonlocal_bind', 1],
    ['ipv4/conf/all/accept_redirects', 0],
    ['ipv6/conf/all/accept_redirects', 0],
    // Frames that only pass are not shown to the firewall.
    ['bridge/bridge-nf-call-iptables', 0],
    ['bridge/bridge-nf-call-ip6tables', 0],
    ['bridge/bridge-nf-call-arptables', 0],
    ...places.flatMap(({ link }): (readonly [string, number])[] => [
      // Loosely: answers may leave by the other port.
      [`ipv4/conf/${link}/rp_filter`, 2],
      // Neighbours learn at once who is here, and where.
      [`ipv4/conf/${link}/arp_notify`, 1],
      // The others of a net stay when its first address goes.
      [`ipv4/conf/${link}/promote_secondaries`, 1],
    ]),
  ];
}
