/** What `status` answers. What this machine does not have (slots, a watchdog) is null: nothing is made up. */

import type { RoleStatus } from './supervisor/role-state.ts';
import type { WatchdogStatus } from './watchdog.ts';

export interface SlotStatus {
  readonly running: 'A' | 'B';
  /** The first is tried first. */
  readonly order: readonly ('A' | 'B')[];
  /** How often each may be tried: 3 for one known to be good, 0 for one given up. */
  readonly left: Readonly<Record<'A' | 'B', number>>;
  readonly A: { readonly version: string | null; readonly state: string };
  readonly B: { readonly version: string | null; readonly state: string };
}

export interface BootStatus {
  /** Why the machine started: what the last run noted, or `watchdog`; `''` when nobody knows. */
  readonly reason: string;
  /** From the start of the machine until all was well; null before. */
  readonly seconds: number | null;
  /** All was well, for long enough. */
  readonly good: boolean;
  readonly whyNotGood: string;
}

export interface PortStatus {
  readonly name: string;
  readonly label: string;
  /** What it is for: `arm`, `bridge`, `uplink`, `inner` of a router; `off`. */
  readonly role: string;
  readonly link: boolean;
  /** Null without a link, or when the driver does not tell. */
  readonly mbit: number | null;
  readonly mac: string;
  /** With their prefix lengths. */
  readonly addresses: readonly string[];
}

export interface ApplianceStatus {
  readonly version: string;
  readonly board: { readonly id: string; readonly name: string };
  readonly unitId: string;
  readonly hostname: string;
  readonly slot: SlotStatus | null;
  readonly boot: BootStatus;
  readonly roles: readonly RoleStatus[];
  readonly configuration: { readonly source: 'startup' | 'factory' | 'failure'; readonly why: string } | null;
  readonly data: { readonly state: 'good' | 'damaged'; readonly why: string };
  readonly ports: readonly PortStatus[] | null;
  readonly power: { readonly profile: string | null; readonly estimatedWatts: number | null };
  readonly update: unknown;
  readonly watchdog: WatchdogStatus;
  readonly time: {
    readonly synchronized: boolean;
    /** As they were set; none: those that the network tells. */
    readonly servers: readonly string[];
  };
}

/** Who tells each part of it. */
export type StatusSources = {
  readonly [Part in keyof ApplianceStatus]: () => ApplianceStatus[Part] | Promise<ApplianceStatus[Part]>;
};
