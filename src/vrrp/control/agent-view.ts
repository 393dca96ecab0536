/**
 * What the dumps, the answers of the control socket and the metrics read of a running agent: plain data around the state
 * machines, so that all of them are functions of it and can be tested without a network. `viewOf` in agent-adapter.ts
 * makes one of the agent.
 */

import type { Instance } from '../instance.ts';
import type { LatenessHistogram } from '../lateness.ts';
import type { VrrpModel } from '../model.ts';
import type { SyncGroup } from '../sync-group.ts';

export interface AgentView {
  readonly model: VrrpModel;
  /** The clock of the state machines. */
  readonly nowMs: number;
  /** The same moment, milliseconds since 1970. */
  readonly wallClockMs: number;
  /** Wall clock. */
  readonly startedMs: number;
  /** In the order of the configuration. */
  readonly instances: readonly InstanceView[];
  readonly groups: readonly SyncGroup[];
  readonly trackers: readonly TrackerView[];
  readonly interfaces: readonly InterfaceView[];
  readonly sockets: readonly SocketView[];
  readonly lateness: LatenessHistogram;
  /** A program's path without links, as keepalived runs and shows it. */
  programPath(program: string): string;
}

export interface InstanceView {
  readonly machine: Instance;
  /** The interface that advertisements leave by and addresses go to: the VMAC if there is one. */
  readonly device: InterfaceView | undefined;
  /** Our address in advertisements; undefined: there is none. */
  readonly source: Uint8Array | undefined;
  readonly tracks: readonly TrackView[];
  /** How the last v3 advertisement over IPv4 was summed. */
  readonly peerChecksum: string | undefined;
}

/** One track of an instance, its sync group's included. */
export interface TrackView {
  readonly kind: TrackKind;
  readonly name: string;
  readonly weight: number;
  readonly reverse: boolean;
  /** `init`: it has not said anything yet. */
  readonly state: 'init' | 'up' | 'down';
  /** What it adds to the priority now. */
  readonly contribution: number;
  /** It keeps the instance in FAULT now. */
  readonly fault: boolean;
  readonly reason: string;
}

export type TrackKind = 'interface' | 'script' | 'file' | 'process' | 'proxy';

export interface TrackerView {
  readonly kind: TrackKind;
  readonly name: string;
  readonly state: 'init' | 'up' | 'down';
  /** Of a file its number, of a process how many there are, of a script its successes or failures in a row. */
  readonly value: number;
  readonly reason: string;
}

export interface InterfaceView {
  readonly index: number;
  readonly name: string;
  readonly mac: Uint8Array;
  readonly up: boolean;
  /** IFF_*. */
  readonly flags: number;
  readonly mtu: number;
  /** 0: none. */
  readonly parentIndex: number;
  readonly kind: string;
  readonly addresses: readonly {
    readonly family: number;
    readonly address: Uint8Array;
    readonly prefixLength: number;
    readonly scope: number;
  }[];
}

/** A socket that instances share: what reached none of them is counted here. */
export interface SocketView {
  readonly family: number;
  readonly unicast: boolean;
  /** `''`: an interface that is gone. */
  readonly interfaceName: string;
  /** All packets read from it. */
  readonly received: number;
  readonly receiveErrors: number;
  /** By verdict. */
  readonly dropped: Float64Array;
}

export function interfaceNamed(view: AgentView, name: string): InterfaceView | undefined {
  return view.interfaces.find((device) => device.name === name);
}

export function instanceNamed(view: AgentView, name: string): InstanceView | undefined {
  return view.instances.find((instance) => instance.machine.model.name === name);
}
