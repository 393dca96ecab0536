/** Names of routing tables, scopes, protocols ...: iproute2's files first, then what is built in (lib/rttables.c). */

import type { Host } from './host.ts';

const BUILT_IN = {
  tables: { default: 253, main: 254, local: 255 },
  scopes: { global: 0, nowhere: 255, host: 254, link: 253, site: 200 },
  protocols: {
    none: 0,
    redirect: 1,
    kernel: 2,
    boot: 3,
    static: 4,
    gated: 8,
    ra: 9,
    mrt: 10,
    zebra: 11,
    bird: 12,
    babel: 42,
    dnrouted: 13,
    xorp: 14,
    ntk: 15,
    dhcp: 16,
  },
  services: {},
  realms: {},
  groups: {},
} as const;

type Kind = keyof typeof BUILT_IN;

const FILES: Readonly<Record<Kind, { readonly file: string; readonly maximum: number }>> = {
  tables: { file: 'rt_tables', maximum: 4_294_967_295 },
  scopes: { file: 'rt_scopes', maximum: 255 },
  protocols: { file: 'rt_protos', maximum: 255 },
  services: { file: 'rt_dsfield', maximum: 255 },
  realms: { file: 'rt_realms', maximum: 255 },
  groups: { file: 'group', maximum: 2_147_483_647 },
};

/** RTN_* by name. */
const ROUTE_TYPES: Readonly<Record<string, number>> = {
  unicast: 1,
  local: 2,
  broadcast: 3,
  brd: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
  nat: 10,
  xresolve: 11,
};

/** C's strtoul with base 0, of a whole word. */
export function number(text: string): number | undefined {
  if (!/^\+?(0[xX][0-9a-fA-F]+|\d+)$/.test(text)) return undefined;
  const digits = text.replace('+', '');
  return /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
}

export class RoutingNames {
  readonly #host: Host;
  readonly #known = new Map<Kind, ReadonlyMap<string, number>>();

  constructor(host: Host) {
    this.#host = host;
  }

  #names(kind: Kind): ReadonlyMap<string, number> {
    const known = this.#known.get(kind);
    if (known !== undefined) return known;
    const names = new Map<string, number>();
    const { file, maximum } = FILES[kind];
    for (const line of (this.#host.routingNames(file) ?? '').split('\n')) {
      const [id = '', name, ...rest] = (line.split(/[#!]/)[0] ?? '').trim().split(/\s+/);
      const value = number(id);
      if (name === undefined || rest.length > 0 || value === undefined || value > maximum) continue;
      if (!names.has(name)) names.set(name, value);
    }
    const used = new Set(names.values());
    for (const [name, value] of Object.entries(BUILT_IN[kind])) if (!used.has(value)) names.set(name, value);
    this.#known.set(kind, names);
    return names;
  }

  /** A number or a name. */
  find(kind: Kind, text: string): number | undefined {
    const value = number(text);
    if (value !== undefined) return value <= FILES[kind].maximum ? value : undefined;
    return this.#names(kind).get(text);
  }

  namesOf(kind: Kind): readonly string[] {
    return [...this.#names(kind).keys()];
  }

  routeType(text: string): number | undefined {
    return ROUTE_TYPES[text];
  }
}
