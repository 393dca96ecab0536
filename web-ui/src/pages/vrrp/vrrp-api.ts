/** What /api/vrrp/pair answers, as much of it as is drawn (docs/admin.md, docs/vrrp.md). */

import type { Role } from '../../application/session.ts';

export type VrrpState = 'INIT' | 'BACKUP' | 'MASTER' | 'FAULT';

export interface Instance {
  readonly name: string;
  readonly state: VrrpState;
  /** ISO 8601. */
  readonly since: string | null;
  readonly cause: string | null;
  readonly priority: number;
  readonly basePriority: number;
  readonly version: number;
  readonly family: number;
  readonly vrid: number;
  readonly interface: string;
  readonly advertIntervalMs: number;
  readonly addresses: readonly string[];
  readonly master: { readonly address: string; readonly priority: number } | null;
  /** The last advertisement of another router that was taken. */
  readonly peer: { readonly address: string; readonly priority: number; readonly ageMs: number } | null;
  readonly tracks: readonly Track[];
  /** "Why am I (not) master?" */
  readonly text: string;
  readonly transitions: readonly Transition[];
}

export interface Track {
  readonly kind: string;
  readonly name: string;
  readonly state: 'init' | 'up' | 'down';
  readonly contribution: number;
  readonly fault: boolean;
  readonly reason: string;
}

export interface Transition {
  readonly at: string;
  readonly from: VrrpState;
  readonly to: VrrpState;
  readonly priority: number;
  readonly cause: string;
}

export interface Rehearsal {
  readonly number: number;
  readonly instance: string;
  readonly by: string;
  readonly startedMs: number;
  readonly endedMs: number | null;
  readonly progress: readonly string[];
  readonly report: {
    readonly outcome: string;
    readonly address: string;
    readonly darkMs: number | null;
    readonly firstAdvertisementMs: number | null;
    readonly backAfterMs: number | null;
    readonly answeredBy: string | null;
    readonly note: string;
  } | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
}

export interface UnitView {
  readonly unit: string;
  readonly version: string;
  readonly timeMs: number;
  readonly callerRole: Role;
  readonly agent: 'none' | 'unreachable' | 'answers';
  readonly reason: string;
  readonly instances: readonly Instance[];
  readonly rehearsals: readonly Rehearsal[];
}

export interface OtherUnit {
  readonly address: string;
  readonly fingerprint: string;
  readonly unit: string;
  readonly pairedBy: string;
  readonly pairedMs: number;
  readonly state: 'answers' | 'silent' | 'changed' | 'refused' | null;
  readonly reason: string;
  readonly sinceMs: number;
  readonly answeredMs: number | null;
  readonly said: UnitView | null;
}

export interface Pair {
  readonly here: UnitView;
  readonly other: OtherUnit | null;
}

/** The same virtual router on the two units: by its number, for names may differ. */
export interface SharedAddress {
  readonly key: string;
  readonly here: Instance | undefined;
  readonly other: Instance | undefined;
}

export function sharedAddresses({ here, other }: Pair): readonly SharedAddress[] {
  const keyOf = ({ vrid, family }: Instance): string => `${vrid}/${family}`;
  const there = other?.said?.instances ?? [];
  const keys = new Set([...here.instances, ...there].map(keyOf));
  return [...keys].map((key) => ({
    key,
    here: here.instances.find((one) => keyOf(one) === key),
    other: there.find((one) => keyOf(one) === key),
  }));
}
