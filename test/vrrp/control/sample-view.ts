/** A view of an agent, made of state machines alone: no network, virtual time. */

import type { AgentView, InstanceView, InterfaceView, SocketView } from '../../../src/vrrp/control/agent-view.ts';
import { Instance } from '../../../src/vrrp/instance.ts';
import { LatenessHistogram } from '../../../src/vrrp/lateness.ts';
import type { AddressModel, GlobalModel, InstanceModel, VrrpModel } from '../../../src/vrrp/model.ts';
import { instanceModel, RecordingPort } from '../instance-simulation.ts';
import { addressModel as referenceAddress } from '../models.ts';

export const GLOBAL: GlobalModel = {
  instanceName: '',
  netNamespace: '',
  routerId: 'LAB',
  usePidDirectory: false,
  processName: '',
  enableScriptSecurity: true,
  scriptUser: { name: 'root', uid: 0, gid: 0 },
  startupScript: undefined,
  startupScriptTimeoutMs: 0,
  shutdownScript: undefined,
  shutdownScriptTimeoutMs: 0,
  dynamicInterfaces: false,
  startupDelayMs: 0,
  logUnknownVrids: false,
  fifos: [],
  fifoWriteStatesOnReload: false,
  realTimePriority: undefined,
  cpuAffinity: [],
  noSwap: false,
  niceness: undefined,
  vmacPrefix: '',
  umask: 0o177,
  reloadFile: undefined,
  receiveBuffer: 0,
  controlSocket: '',
  learnChecksum: true,
} as GlobalModel;

export function addressModel(change: Partial<AddressModel> = {}): AddressModel {
  return referenceAddress('10.77.0.100', change);
}

export function interfaceView(change: Partial<InterfaceView> = {}): InterfaceView {
  return {
    index: 2,
    name: 'eth0',
    mac: Uint8Array.of(2, 0, 0, 0, 0, 1),
    up: true,
    flags: 0x1043,
    mtu: 1500,
    parentIndex: 0,
    kind: '',
    addresses: [{ family: 4, address: Uint8Array.of(10, 77, 0, 2), prefixLength: 24, scope: 0 }],
    ...change,
  };
}

export class SampleAgent {
  readonly port = new RecordingPort();
  readonly machine: Instance;
  nowMs = 1000;
  instance: InstanceView;
  model: VrrpModel;
  interfaces: readonly InterfaceView[] = [interfaceView()];
  sockets: readonly SocketView[] = [];
  trackers: AgentView['trackers'] = [];
  groups: AgentView['groups'] = [];
  readonly lateness = new LatenessHistogram();

  constructor(change: Partial<InstanceModel> = {}, wholeModel: Partial<VrrpModel> = {}) {
    const model = instanceModel({ name: 'VI_1', addresses: [addressModel()], ...change });
    this.machine = new Instance(model, this.port);
    this.machine.setSource(Uint8Array.of(10, 77, 0, 2));
    this.instance = {
      machine: this.machine,
      device: interfaceView(),
      source: Uint8Array.of(10, 77, 0, 2),
      tracks: [],
      peerChecksum: undefined,
    };
    this.model = {
      global: GLOBAL,
      instances: [model],
      groups: [],
      scripts: [],
      files: [],
      processes: [],
      proxies: [],
      staticAddresses: [],
      staticRoutes: [],
      staticRules: [],
      garpGroups: [],
      interfaceDelays: [],
      ...wholeModel,
    };
  }

  get view(): AgentView {
    return {
      model: this.model,
      nowMs: this.nowMs,
      wallClockMs: this.port.wallClock + this.nowMs - 1000,
      startedMs: this.port.wallClock,
      instances: [this.instance],
      groups: this.groups,
      trackers: this.trackers,
      interfaces: this.interfaces,
      sockets: this.sockets,
      lateness: this.lateness,
      programPath: (program) => program,
    };
  }

  start(): this {
    this.machine.start(this.nowMs);
    return this;
  }

  /** An advertisement of 10.77.0.`host`. */
  hear(priority: number, host = 3, intervalMs = 1000): this {
    this.machine.onAdvertisement(priority, intervalMs, Uint8Array.of(10, 77, 0, host), 0, this.nowMs);
    return this;
  }

  /** Time passes; the timer is told when it is due. */
  pass(ms: number): this {
    const end = this.nowMs + ms;
    while (this.machine.deadlineMs <= end) {
      this.nowMs = Math.max(this.nowMs, this.machine.deadlineMs);
      this.machine.onTimer(this.nowMs);
    }
    this.nowMs = end;
    return this;
  }
}
