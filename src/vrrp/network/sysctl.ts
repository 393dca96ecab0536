/**
 * Kernel settings that virtual routers need changed, and given back as they were. Several routers may need the same
 * one: what was there is remembered by the first and restored with the last.
 */
import { ENODEV } from '../../sys/errno.ts';
import { askLinks, type LinkDetails, setIpv4Settings } from '../../sys/link-requests.ts';
import { readSetting, writeSetting } from '../../sys/network-settings.ts';
import {
  IPV4_DEVCONF_ARP_IGNORE,
  IPV4_DEVCONF_ARPFILTER,
  IPV4_DEVCONF_PROMOTE_SECONDARIES,
  IPV4_DEVCONF_RP_FILTER,
} from '../../sys/rtnetlink-constants.ts';

/** Settings of one kind, held on interfaces by whoever needs them. */
export class HeldSettings {
  readonly #wanted: readonly (readonly [setting: number, value: number])[];
  readonly #held = new Map<number, { holders: number; before: (readonly [number, number])[] }>();

  /** `wanted` by IPV4_DEVCONF_*. */
  constructor(wanted: readonly (readonly [setting: number, value: number])[]) {
    this.#wanted = wanted;
  }

  /** 0 or `-errno`; then it is not held. */
  hold(interfaceIndex: number): number {
    const known = this.#held.get(interfaceIndex);
    if (known !== undefined) {
      known.holders++;
      return 0;
    }
    const link = findLink(interfaceIndex);
    if (typeof link === 'number') return link;
    const before: (readonly [number, number])[] = [];
    for (const [setting, value] of this.#wanted) {
      const now = link.ipv4Settings[setting];
      if (now !== undefined && now !== value) before.push([setting, now]);
    }
    const result = before.length === 0 ? 0 : setIpv4Settings(interfaceIndex, this.#wanted);
    if (result < 0) return result;
    this.#held.set(interfaceIndex, { holders: 1, before });
    return 0;
  }

  /** The last holder gives back what was there; an interface that is gone needs nothing. */
  release(interfaceIndex: number): number {
    const known = this.#held.get(interfaceIndex);
    if (known === undefined) return 0;
    known.holders--;
    if (known.holders > 0) return 0;
    this.#held.delete(interfaceIndex);
    if (known.before.length === 0) return 0;
    const result = setIpv4Settings(interfaceIndex, known.before);
    return result === -ENODEV ? 0 : result;
  }
}

function findLink(interfaceIndex: number): LinkDetails | number {
  const links = askLinks();
  return typeof links === 'number' ? links : (links.find(({ index }) => index === interfaceIndex) ?? -ENODEV);
}

/**
 * For VMACs: the parent answers ARP only for addresses of its own, and only by the interface that the route back takes,
 * so that it never answers for a virtual address with its own MAC.
 */
export function parentArpSettings(): HeldSettings {
  return new HeldSettings([
    [IPV4_DEVCONF_ARP_IGNORE, 1],
    [IPV4_DEVCONF_ARPFILTER, 1],
  ]);
}

/** `promote_secondaries`: the other addresses of a net stay when the first one, perhaps a virtual one, is taken off. */
export function promoteSecondariesSettings(): HeldSettings {
  return new HeldSettings([[IPV4_DEVCONF_PROMOTE_SECONDARIES, 1]]);
}

const ALL = 'ipv4/conf/all/rp_filter';
const DEFAULT = 'ipv4/conf/default/rp_filter';

/**
 * A VMAC interface hears without having an address, so its reverse path filter must be off; the effective one is the
 * greater of its own and that of `all`. So what `all` has is moved to each interface and to `default`: for them
 * nothing changes.
 */
export class ReversePathFilter {
  #holders = 0;
  #all = 0;
  #default: number | undefined;
  #changed: LinkDetails[] = [];

  hold(): number {
    this.#holders++;
    if (this.#holders > 1) return 0;
    this.#all = 0;
    const all = readSetting(ALL);
    if (all <= 0) return all;
    const links = askLinks();
    if (typeof links === 'number') return links;
    const common = readSetting(DEFAULT);
    this.#default = common >= 0 && common < all ? common : undefined;
    if (this.#default !== undefined) writeSetting(DEFAULT, all);
    this.#changed = links.filter((link) => (link.ipv4Settings[IPV4_DEVCONF_RP_FILTER] ?? all) < all);
    for (const { index } of this.#changed) setIpv4Settings(index, [[IPV4_DEVCONF_RP_FILTER, all]]);
    this.#all = all;
    return writeSetting(ALL, 0);
  }

  /** The last holder restores what still is as it was left. */
  release(): void {
    if (this.#holders === 0) return;
    this.#holders--;
    if (this.#holders > 0 || this.#all === 0) return;
    if (readSetting(ALL) === 0) writeSetting(ALL, this.#all);
    if (this.#default !== undefined && readSetting(DEFAULT) === this.#all) writeSetting(DEFAULT, this.#default);
    const links = askLinks();
    for (const { index, ipv4Settings } of this.#changed) {
      const now = typeof links === 'number' ? undefined : links.find((link) => link.index === index);
      if (now?.ipv4Settings[IPV4_DEVCONF_RP_FILTER] !== this.#all) continue;
      setIpv4Settings(index, [[IPV4_DEVCONF_RP_FILTER, ipv4Settings[IPV4_DEVCONF_RP_FILTER] ?? 0]]);
    }
    this.#changed = [];
  }
}
