/**
 * What keepalived.conf says, as plain frozen data: the contract between `vrrp/config`, which writes it, and the agent,
 * which never sees configuration text. Times are milliseconds, addresses are bytes (4 or 16). Names are keepalived's.
 */

/** Where something was written. */
export interface PlaceModel {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export type Family = 4 | 6;

/** The state an instance is told to begin with (`state`). */
export type InitialState = 'BACKUP' | 'MASTER';

export interface VrrpModel {
  readonly global: GlobalModel;
  readonly instances: readonly InstanceModel[];
  readonly groups: readonly SyncGroupModel[];
  readonly scripts: readonly TrackScriptModel[];
  readonly files: readonly TrackFileModel[];
  readonly processes: readonly TrackProcessModel[];
  readonly proxies: readonly TrackProxyModel[];
  readonly staticAddresses: readonly AddressModel[];
  readonly staticRoutes: readonly RouteModel[];
  readonly staticRules: readonly RuleModel[];
  readonly garpGroups: readonly GarpGroupModel[];
  readonly interfaceDelays: readonly InterfaceDelayModel[];
}

export interface GlobalModel {
  /** `instance` line, `''` without. */
  readonly instanceName: string;
  readonly netNamespace: string;
  readonly routerId: string;
  readonly usePidDirectory: boolean;
  readonly processName: string;
  readonly enableScriptSecurity: boolean;
  readonly scriptUser: UserModel | undefined;
  readonly startupScript: ScriptCommandModel | undefined;
  readonly startupScriptTimeoutMs: number;
  readonly shutdownScript: ScriptCommandModel | undefined;
  readonly shutdownScriptTimeoutMs: number;
  readonly dynamicInterfaces: boolean;
  readonly startupDelayMs: number;
  readonly logUnknownVrids: boolean;
  /** All FIFOs, `notify_fifo` first: both get every line. */
  readonly fifos: readonly NotifyFifoModel[];
  readonly fifoWriteStatesOnReload: boolean;
  readonly realTimePriority: number | undefined;
  readonly cpuAffinity: readonly number[];
  readonly noSwap: boolean;
  /** nice value, undefined: unchanged. */
  readonly niceness: number | undefined;
  readonly vmacPrefix: string;
  readonly umask: number;
  /** Is there, and empty, while a reload reads the configuration; `''`: the default of the role; undefined: none. */
  readonly reloadFile: string | undefined;
  /** Bytes; 0: the kernel's default. */
  readonly receiveBuffer: number;
  /** Mahalo's own: where the agent answers `mahalo vrrp status` and the admin role; `''`: the default of the role. */
  readonly controlSocket: string;
  /** Mahalo's own (`vrrp_learn_checksum`, default on): a v3 peer's checksum style is learnt from its packets. */
  readonly learnChecksum: boolean;
}

export interface UserModel {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** A program with its arguments, as written and as run. */
export interface ScriptCommandModel {
  readonly place: PlaceModel;
  readonly words: readonly string[];
  readonly text: string;
  readonly user: UserModel | undefined;
}

export interface NotifyFifoModel {
  readonly path: string;
  readonly user: UserModel | undefined;
  /** Runs while we run, with the FIFO's path as last argument. */
  readonly script: ScriptCommandModel | undefined;
}

export interface NotifyModel {
  readonly master: ScriptCommandModel | undefined;
  readonly backup: ScriptCommandModel | undefined;
  readonly fault: ScriptCommandModel | undefined;
  readonly stop: ScriptCommandModel | undefined;
  readonly deleted: ScriptCommandModel | undefined;
  /** `notify_deleted` without a script: run `fault`/`notify` with DELETED. */
  readonly notifyDeleted: boolean;
  readonly masterRxLowerPriority: ScriptCommandModel | undefined;
  readonly any: ScriptCommandModel | undefined;
  readonly priorityChanges: boolean;
}

/** How often and when neighbours are told who has the address. */
export interface AnnounceModel {
  /** Mahalo's own default (`garp_spread`): when, after becoming MASTER, each announcement goes; empty: keepalived's way. */
  readonly spreadMs: readonly number[];
  readonly delayMs: number;
  readonly repeat: number;
  /** 0: never. */
  readonly refreshMs: number;
  readonly refreshRepeat: number;
  readonly lowerPriorityDelayMs: number;
  readonly lowerPriorityRepeat: number;
  /** Least distance of two packets on the interface; 0: none. */
  readonly garpIntervalMs: number;
  readonly gnaIntervalMs: number;
}

export interface AuthenticationModel {
  /** 0 none, 1 simple password. */
  readonly type: 0 | 1;
  /** 8 bytes, zero padded; all zero without a password. */
  readonly data: Uint8Array;
}

export interface UnicastPeerModel {
  readonly address: Uint8Array;
  readonly minTtl: number;
  readonly maxTtl: number;
}

export interface VmacModel {
  /** `vrrp.51` unless told. */
  readonly interfaceName: string;
  /** 6 bytes. */
  readonly mac: Uint8Array;
  readonly transmitBase: boolean;
}

export interface InstanceModel {
  readonly place: PlaceModel;
  readonly name: string;
  readonly family: Family;
  readonly version: 2 | 3;
  readonly vrid: number;
  readonly priority: number;
  readonly initialState: InitialState;
  /** As `wantstate` in the JSON: 1 BACKUP, 2 MASTER. */
  readonly interfaceName: string;
  readonly dontTrackPrimary: boolean;
  readonly advertIntervalMs: number;
  readonly downTimerAdverts: number;
  readonly nopreempt: boolean;
  readonly preemptDelayMs: number;
  readonly authentication: AuthenticationModel;
  readonly lowerPriorityNoAdvert: boolean;
  readonly higherPrioritySendAdvert: boolean;
  readonly skipCheckAdvertAddresses: boolean;
  readonly strict: boolean;
  readonly accept: boolean;
  /** In advertisements, in this order. */
  readonly addresses: readonly AddressModel[];
  readonly excludedAddresses: readonly AddressModel[];
  readonly promoteSecondaries: boolean;
  readonly routes: readonly RouteModel[];
  readonly rules: readonly RuleModel[];
  /** Source of advertisements when told (`mcast_src_ip`, `unicast_src_ip`). */
  readonly sourceAddress: Uint8Array | undefined;
  readonly trackSourceAddress: boolean;
  /** Destination of multicast. */
  readonly multicastGroup: Uint8Array;
  /** Not empty: unicast. */
  readonly unicastPeers: readonly UnicastPeerModel[];
  readonly unicast: boolean;
  readonly unicastTtl: number;
  readonly checkUnicastSource: boolean;
  readonly unicastFaultNoPeer: boolean;
  readonly oldUnicastChecksum: boolean;
  /** v3 over IPv4 is sent without the pseudo-header (RFC 9568; keepalived 2.2.8's `v3_checksum_as_v2`). */
  readonly checksumAsV2: boolean;
  readonly vmac: VmacModel | undefined;
  readonly receiveBuffer: number;
  readonly announce: AnnounceModel;
  readonly notify: NotifyModel;
  readonly tracks: TracksModel;
  readonly debug: number;
  readonly smtpAlert: boolean;
  /** Mahalo's own (`address_lifetime`): the kernel drops an address that we no longer renew; 0: for ever. */
  readonly addressLifetimeMs: number;
  /** What the configuration itself has against it: when there is any, the instance stays in FAULT. */
  readonly configurationFaults?: readonly string[];
}

export interface TracksModel {
  readonly interfaces: readonly TrackUseModel[];
  readonly scripts: readonly TrackUseModel[];
  readonly files: readonly TrackUseModel[];
  readonly processes: readonly TrackUseModel[];
  readonly proxies: readonly TrackUseModel[];
}

/** One line of `track_interface`, `track_script` ... */
export interface TrackUseModel {
  /** Interface name or the name of the block. */
  readonly name: string;
  /** 0: a failure is a FAULT. For files: the factor of the value. */
  readonly weight: number;
  readonly reverse: boolean;
}

export interface SyncGroupModel {
  readonly place: PlaceModel;
  readonly name: string;
  /** Instance names. */
  readonly members: readonly string[];
  readonly trackingWeight: boolean;
  readonly tracks: TracksModel;
  readonly notify: NotifyModel;
  readonly smtpAlert: boolean;
}

export interface TrackScriptModel {
  readonly place: PlaceModel;
  readonly name: string;
  readonly command: ScriptCommandModel;
  readonly intervalMs: number;
  /** 0: the interval. */
  readonly timeoutMs: number;
  readonly weight: number;
  readonly reverse: boolean;
  readonly rise: number;
  readonly fall: number;
  readonly initFail: boolean;
}

export interface TrackFileModel {
  readonly place: PlaceModel;
  readonly name: string;
  readonly path: string;
  readonly weight: number;
  readonly reverse: boolean;
  /** Written at start when told: `init_file <value> [overwrite]`. */
  readonly initValue: number | undefined;
  readonly initOverwrite: boolean;
}

export interface TrackProcessModel {
  readonly place: PlaceModel;
  readonly name: string;
  /** The program, or its whole command with its parameters. */
  readonly process: string;
  readonly parameters: readonly string[];
  readonly parameterMatch: 'none' | 'initial' | 'exact' | 'partial';
  readonly fullCommand: boolean;
  readonly weight: number;
  readonly reverse: boolean;
  readonly quorum: number;
  /** Infinity: no maximum. */
  readonly quorumMax: number;
  readonly forkDelayMs: number;
  readonly terminateDelayMs: number;
}

/** Mahalo's own (`vrrp_track_proxy NAME { ... }`): asks the proxy role over its runtime API. */
export interface TrackProxyModel {
  readonly place: PlaceModel;
  readonly name: string;
  /** Path of the proxy's stats socket. */
  readonly socket: string;
  /** Frontends that must be bound and open. */
  readonly frontends: readonly string[];
  /** Backends that must have at least so many usable servers. */
  readonly backends: readonly { readonly name: string; readonly usableServers: number }[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly weight: number;
  readonly reverse: boolean;
  readonly rise: number;
  readonly fall: number;
}

export interface AddressModel {
  readonly place: PlaceModel;
  readonly family: Family;
  readonly address: Uint8Array;
  readonly prefixLength: number;
  readonly peer: Uint8Array | undefined;
  /** `''`: the instance's interface. */
  readonly interfaceName: string;
  readonly broadcast: Uint8Array | 'derived' | 'none' | undefined;
  readonly label: string;
  /** rt_scope: 0 global, 253 link, 254 host ... */
  readonly scope: number;
  readonly home: boolean;
  readonly noDad: boolean;
  readonly managetempaddr: boolean;
  readonly noPrefixRoute: boolean;
  readonly autojoin: boolean;
  readonly preferredLifetimeS: number | undefined;
  readonly noTrack: boolean;
  readonly trackGroup: string;
  /** `10.0.0.1/24 dev eth0`, for messages and dumps. */
  readonly text: string;
}

export interface RouteModel {
  readonly place: PlaceModel;
  readonly family: Family;
  readonly destination: Uint8Array | undefined;
  readonly prefixLength: number;
  readonly source: Uint8Array | undefined;
  readonly via: Uint8Array | undefined;
  readonly interfaceName: string;
  readonly table: number;
  readonly metric: number | undefined;
  readonly scope: number | undefined;
  readonly protocol: number | undefined;
  /** RTN_*: 1 unicast, 6 blackhole, 7 unreachable, 8 prohibit, 9 throw. */
  readonly type: number;
  readonly tos: number;
  readonly mtu: number | undefined;
  readonly onlink: boolean;
  readonly nextHops: readonly NextHopModel[];
  readonly noTrack: boolean;
  /** Of a static route: the `track_group` whose instances watch its interface; `''`: none. */
  readonly trackGroup?: string;
  readonly text: string;
}

export interface NextHopModel {
  readonly via: Uint8Array | undefined;
  readonly interfaceName: string;
  readonly weight: number;
  readonly onlink: boolean;
}

export interface RuleModel {
  readonly place: PlaceModel;
  readonly family: Family;
  readonly from: Uint8Array | undefined;
  readonly fromLength: number;
  readonly to: Uint8Array | undefined;
  readonly toLength: number;
  readonly invert: boolean;
  readonly table: number;
  readonly preference: number | undefined;
  readonly mark: number | undefined;
  readonly markMask: number | undefined;
  readonly tos: number | undefined;
  readonly inputInterface: string;
  readonly outputInterface: string;
  /** FR_ACT_*: 1 to table, 6 blackhole, 7 unreachable, 8 prohibit. */
  readonly action: number;
  readonly noTrack: boolean;
  readonly text: string;
}

export interface GarpGroupModel {
  readonly garpIntervalMs: number;
  readonly gnaIntervalMs: number;
  readonly interfaces: readonly string[];
}

export interface InterfaceDelayModel {
  readonly interfaceName: string;
  readonly upDelayMs: number;
  readonly downDelayMs: number;
}
