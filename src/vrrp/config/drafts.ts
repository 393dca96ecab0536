/** The model while it is being read: what was written, and undefined where nothing was. */

import type {
  AddressModel,
  Family,
  GarpGroupModel,
  InterfaceDelayModel,
  NotifyFifoModel,
  PlaceModel,
  RouteModel,
  RuleModel,
  ScriptCommandModel,
  TrackFileModel,
  TrackProcessModel,
  TrackProxyModel,
  TrackScriptModel,
  UnicastPeerModel,
  UserModel,
} from '../model.ts';
import type { InterfaceFacts } from './host.ts';
import type { Word } from './words.ts';

/** Values of a `garp_*` block, in milliseconds. */
export interface AnnounceDraft {
  spreadMs: readonly number[] | undefined;
  delayMs: number | undefined;
  repeat: number | undefined;
  refreshMs: number | undefined;
  refreshRepeat: number | undefined;
  lowerPriorityDelayMs: number | undefined;
  lowerPriorityRepeat: number | undefined;
}

export function newAnnounce(): AnnounceDraft {
  return {
    spreadMs: undefined,
    delayMs: undefined,
    repeat: undefined,
    refreshMs: undefined,
    refreshRepeat: undefined,
    lowerPriorityDelayMs: undefined,
    lowerPriorityRepeat: undefined,
  };
}

export class GlobalDraft {
  instanceName = '';
  netNamespace = '';
  routerId: string | undefined;
  usePidDirectory = false;
  processName = '';
  enableScriptSecurity = false;
  scriptUser: UserModel | undefined;
  /** `script_user` names nobody: scripts without a user of their own are left out. */
  scriptUserFailed = false;
  startupScript: ScriptCommandModel | undefined;
  startupScriptTimeoutMs: number | undefined;
  shutdownScript: ScriptCommandModel | undefined;
  shutdownScriptTimeoutMs: number | undefined;
  dynamicInterfaces = false;
  startupDelayMs = 0;
  logUnknownVrids = false;
  readonly fifos: { main: FifoDraft; vrrp: FifoDraft } = { main: new FifoDraft(), vrrp: new FifoDraft() };
  fifoWriteStatesOnReload = false;
  realTimePriority: number | undefined;
  cpuAffinity: readonly number[] = [];
  noSwap = false;
  niceness: number | undefined;
  vmacPrefix: string | undefined;
  umask: number | undefined;
  reloadFile: string | undefined;
  receiveBuffer = 0;
  controlSocket = '';
  learnChecksum = true;
  defaultInterface = 'eth0';
  version: 2 | 3 = 2;
  readonly announce = newAnnounce();
  garpIntervalMs = 0;
  gnaIntervalMs = 0;
  downTimerAdverts = 3;
  lowerPriorityNoAdvert = false;
  higherPrioritySendAdvert: boolean | undefined;
  multicastGroup4: Uint8Array = Uint8Array.of(224, 0, 0, 18);
  multicastGroup6: Uint8Array = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12);
  checkUnicastSource = false;
  skipCheckAdvertAddresses = false;
  strict = false;
  notifyPriorityChanges = false;
  smtpAlert: boolean | undefined;
  /** undefined: by the instance's own times. */
  addressLifetimeMs: number | undefined;
}

export class FifoDraft {
  path: string | undefined;
  user: UserModel | undefined;
  script: ScriptCommandModel | undefined;
  scriptSet = false;
}

export function fifoModel(draft: FifoDraft): NotifyFifoModel[] {
  return draft.path === undefined ? [] : [{ path: draft.path, user: draft.user, script: draft.script }];
}

export class NotifyDraft {
  master: ScriptCommandModel | undefined;
  backup: ScriptCommandModel | undefined;
  fault: ScriptCommandModel | undefined;
  stop: ScriptCommandModel | undefined;
  deleted: ScriptCommandModel | undefined;
  notifyDeleted = false;
  masterRxLowerPriority: ScriptCommandModel | undefined;
  any: ScriptCommandModel | undefined;
  priorityChanges: boolean | undefined;
}

export interface TrackUseDraft {
  readonly spot: Word;
  readonly name: string;
  weight: number;
  reverse: boolean;
}

export class TracksDraft {
  interfaces: TrackUseDraft[] = [];
  scripts: TrackUseDraft[] = [];
  files: TrackUseDraft[] = [];
  processes: TrackUseDraft[] = [];
  proxies: TrackUseDraft[] = [];
}

export interface VmacDraft {
  interfaceName: string;
  mac: Uint8Array | undefined;
  /** The last byte of the MAC is the VRID. */
  macEndsWithVrid: boolean;
}

export class InstanceDraft {
  readonly spot: Word;
  readonly name: string;
  family: Family | undefined;
  version: 0 | 2 | 3 = 0;
  vrid = 0;
  priority = 0;
  state: 'INIT' | 'MASTER' | 'BACKUP' = 'INIT';
  interface: InterfaceFacts | undefined;
  dontTrackPrimary = false;
  /** Microseconds. */
  advertInterval = 0;
  downTimerAdverts: number | undefined;
  nopreempt = false;
  preemptDelayMs = 0;
  authenticationType: 0 | 1 | 2 = 0;
  password = '';
  lowerPriorityNoAdvert: boolean | undefined;
  higherPrioritySendAdvert: boolean | undefined;
  skipCheckAdvertAddresses = false;
  strict: boolean | undefined;
  accept: boolean | undefined;
  addresses: AddressModel[] = [];
  excludedAddresses: AddressModel[] = [];
  promoteSecondaries = false;
  routes: RouteModel[] = [];
  rules: RuleModel[] = [];
  sourceAddress: Uint8Array | undefined;
  trackSourceAddress = false;
  multicastGroup: Uint8Array | undefined;
  unicastPeers: UnicastPeerModel[] = [];
  /** A keyword of unicast was written, peers or not. */
  unicastConfigured = false;
  unicastTtl: number | undefined;
  checkUnicastSource = false;
  unicastFaultNoPeer = false;
  oldUnicastChecksum = false;
  checksumAsV2 = false;
  vmac: VmacDraft | undefined;
  vmacTransmitBase = false;
  receiveBuffer = 0;
  readonly announce = newAnnounce();
  readonly notify = new NotifyDraft();
  readonly tracks = new TracksDraft();
  debug = 0;
  smtpAlert: boolean | undefined;
  addressLifetimeMs: number | undefined;
  /** Why it can never be anything but in FAULT. */
  readonly faults: string[] = [];
  /** Where keywords were written that are judged when the block is complete. */
  readonly written = new Map<string, Word>();

  constructor(spot: Word) {
    this.spot = spot;
    this.name = spot.text;
  }
}

export class GroupDraft {
  readonly spot: Word;
  readonly name: string;
  members: readonly Word[] | undefined;
  trackingWeight = false;
  readonly tracks = new TracksDraft();
  readonly notify = new NotifyDraft();
  smtpAlert: boolean | undefined;

  constructor(spot: Word) {
    this.spot = spot;
    this.name = spot.text;
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export type ScriptDraft = Mutable<Omit<TrackScriptModel, 'command'>> & {
  command: ScriptCommandModel | undefined;
  user: UserModel | undefined;
  removed: boolean;
};
export type FileDraft = Mutable<TrackFileModel> & { weightSet: boolean };
export type ProcessDraft = Mutable<TrackProcessModel>;
export type ProxyDraft = Mutable<TrackProxyModel>;
export type GarpGroupDraft = Mutable<GarpGroupModel> & { timed: boolean };

export class StaticTrackGroupDraft {
  readonly name: string;
  members: readonly Word[] | undefined;

  constructor(name: string) {
    this.name = name;
  }
}

/** Everything that is not global. */
export class Drafts {
  readonly global = new GlobalDraft();
  readonly instances: InstanceDraft[] = [];
  groups: GroupDraft[] = [];
  scripts: TrackScriptModel[] = [];
  readonly files: TrackFileModel[] = [];
  readonly processes: TrackProcessModel[] = [];
  readonly proxies: TrackProxyModel[] = [];
  readonly staticAddresses: AddressModel[] = [];
  readonly staticRoutes: RouteModel[] = [];
  readonly staticRules: RuleModel[] = [];
  garpGroups: GarpGroupModel[] = [];
  readonly interfaceDelays: InterfaceDelayModel[] = [];
  readonly trackGroups: StaticTrackGroupDraft[] = [];
}

export function placeOf({ file, line, column }: PlaceModel): PlaceModel {
  return { file, line, column };
}
