/** How each instance stands, as plain JSON: the answers of `status`, `transitions`, `trackers` ... */

import { SOCKET_VERDICTS, VERDICTS, verdictName } from '../counters.ts';
import { LATENESS_BOUNDS_MS } from '../lateness.ts';
import { stateName } from '../states.ts';
import type { AgentView, InstanceView } from './agent-view.ts';
import { keepalivedCounters } from './keepalived-counters.ts';
import { virtualAddressText } from './object-texts.ts';
import { addressText, macText } from './text-formats.ts';

export interface PeerStatus {
  readonly address: string;
  readonly priority: number;
  readonly intervalMs: number;
  readonly ageMs: number;
  readonly checksum: string | null;
}

export interface InstanceStatus {
  readonly name: string;
  readonly state: string;
  readonly wantState: string;
  /** ISO 8601. */
  readonly since: string | null;
  readonly cause: string | null;
  readonly priority: number;
  readonly basePriority: number;
  readonly version: number;
  readonly family: number;
  readonly vrid: number;
  readonly group: string | null;
  readonly interface: string;
  readonly source: string | null;
  readonly advertIntervalMs: number;
  readonly masterDownMs: number;
  /** Until the timer of the state expires. */
  readonly timerMs: number | null;
  readonly addresses: readonly string[];
  readonly addressesSet: boolean;
  readonly faults: readonly string[];
  readonly pending: boolean;
  readonly master: { readonly address: string; readonly priority: number } | null;
  readonly peer: PeerStatus | null;
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

export function peerStatus(view: AgentView, { machine, peerChecksum }: InstanceView): PeerStatus | null {
  const { peer, model } = machine;
  if (!Number.isFinite(peer.atMs)) return null;
  return {
    address: addressText(peer.address.subarray(0, model.family === 4 ? 4 : 16)),
    priority: peer.priority,
    intervalMs: peer.intervalMs,
    ageMs: rounded(view.nowMs - peer.atMs),
    checksum: peerChecksum ?? null,
  };
}

function masterOf({ machine, source }: InstanceView): InstanceStatus['master'] {
  if (stateName(machine.state) === 'MASTER') {
    return source === undefined ? null : { address: addressText(source), priority: machine.effectivePriority };
  }
  if (machine.masterAddress.every((byte) => byte === 0)) return null;
  return { address: addressText(machine.masterAddress), priority: machine.masterPriority };
}

export function instanceStatus(view: AgentView, instance: InstanceView): InstanceStatus {
  const { machine, device, source } = instance;
  const { model } = machine;
  const last = machine.transitions.entries.at(-1);
  return {
    name: model.name,
    state: stateName(machine.state),
    wantState: stateName(machine.wantState),
    since: machine.lastTransitionMs > 0 ? new Date(machine.lastTransitionMs).toISOString() : null,
    cause: last?.cause ?? null,
    priority: machine.effectivePriority,
    basePriority: machine.basePriority,
    version: model.version,
    family: model.family,
    vrid: model.vrid,
    group: machine.group?.model.name ?? null,
    interface: device?.name ?? model.interfaceName,
    source: source === undefined ? null : addressText(source),
    advertIntervalMs: model.advertIntervalMs,
    masterDownMs: rounded(machine.masterDownMs),
    timerMs: Number.isFinite(machine.deadlineMs) ? rounded(machine.deadlineMs - view.nowMs) : null,
    addresses: [...model.addresses, ...model.excludedAddresses].map((address) =>
      virtualAddressText(view, address, device, false),
    ),
    addressesSet: machine.addressesSet,
    faults: machine.faults,
    pending: machine.pending,
    master: masterOf(instance),
    peer: peerStatus(view, instance),
  };
}

export function transitionsOf({ machine }: InstanceView): readonly object[] {
  return machine.transitions.entries.map((entry) => ({
    at: new Date(entry.atMs).toISOString(),
    from: stateName(entry.from),
    to: stateName(entry.to),
    priority: entry.priority,
    cause: entry.cause,
  }));
}

export function trackersOf(view: AgentView): readonly object[] {
  return view.trackers.map(({ kind, name, state, value, reason }) => ({
    kind,
    name,
    state,
    value,
    reason,
    instances: view.instances.flatMap(({ machine, tracks }) =>
      tracks
        .filter((track) => track.kind === kind && track.name === name)
        .map(({ weight, contribution, fault }) => ({ name: machine.model.name, weight, contribution, fault })),
    ),
  }));
}

/** keepalived's counters, and every reason for which a packet was not taken by its own name. */
export function countersOf({ machine }: InstanceView): object {
  const dropped: Record<string, number> = {};
  for (let verdict = 1; verdict < VERDICTS; verdict++) {
    dropped[verdictName(verdict)] = machine.counters.packets[verdict] as number;
  }
  return { ...keepalivedCounters(machine.counters), taken: machine.counters.packets[0], dropped };
}

/** What came in, and what of it reached no instance. */
export function socketsOf({ sockets }: AgentView): readonly object[] {
  return sockets.map(({ family, unicast, interfaceName, received, receiveErrors, dropped }) => ({
    family,
    unicast,
    interface: interfaceName,
    received,
    receiveErrors,
    dropped: Object.fromEntries(
      SOCKET_VERDICTS.map((verdict): [string, number] => [verdictName(verdict), dropped[verdict] as number]),
    ),
  }));
}

export function latenessOf({ lateness }: AgentView): object {
  return {
    count: lateness.count,
    meanMs: lateness.count === 0 ? 0 : rounded(lateness.sumMs / lateness.count),
    maxMs: rounded(lateness.maxMs),
    p50Ms: lateness.quantile(0.5),
    p99Ms: lateness.quantile(0.99),
    p999Ms: lateness.quantile(0.999),
    buckets: [...LATENESS_BOUNDS_MS, null].map((upToMs, index) => ({ upToMs, count: lateness.counts[index] })),
  };
}

export function interfacesOf(view: AgentView): readonly object[] {
  return view.interfaces.map((device) => ({
    index: device.index,
    name: device.name,
    up: device.up,
    mac: macText(device.mac),
    mtu: device.mtu,
    kind: device.kind,
    addresses: device.addresses.map(({ address, prefixLength }) => `${addressText(address)}/${prefixLength}`),
  }));
}
