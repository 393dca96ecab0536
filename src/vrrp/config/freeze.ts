/** Drafts that were completed become the model. */

import { hostname } from 'node:os';
import type {
  AnnounceModel,
  AuthenticationModel,
  GlobalModel,
  InstanceModel,
  NotifyModel,
  SyncGroupModel,
  TracksModel,
  VmacModel,
  VrrpModel,
} from '../model.ts';
import { isUnicast } from './complete.ts';
import {
  type AnnounceDraft,
  type Drafts,
  fifoModel,
  type GlobalDraft,
  type GroupDraft,
  type InstanceDraft,
  type NotifyDraft,
  placeOf,
  type TracksDraft,
  type TrackUseDraft,
} from './drafts.ts';
import { DEFAULT_REFRESH_MS, DEFAULT_SPREAD_MS } from './keywords/announce.ts';

const GARP_DELAY_MS = 5000;
const GARP_REPEAT = 5;
const SCRIPT_TIMEOUT_MS = 10_000;
/** S_IXUSR, S_IRWXG and S_IRWXO: what keepalived makes is its own only. */
const DEFAULT_UMASK = 0o177;

function announceModel(own: AnnounceDraft, global: GlobalDraft): AnnounceModel {
  const all = global.announce;
  const delayMs = own.delayMs ?? all.delayMs;
  const repeat = own.repeat ?? all.repeat;
  // Who writes when and how often announcements go gets that, unless he writes a spread as well.
  const asKeepalived = delayMs !== undefined || repeat !== undefined;
  const spreadMs = own.spreadMs ?? all.spreadMs ?? (asKeepalived ? [] : DEFAULT_SPREAD_MS);
  const refreshMs = own.refreshMs ?? all.refreshMs ?? (spreadMs.length > 0 ? DEFAULT_REFRESH_MS : 0);
  const lowerPriorityDelayMs = own.lowerPriorityDelayMs ?? all.lowerPriorityDelayMs;
  const lowerPriorityRepeat = own.lowerPriorityRepeat ?? all.lowerPriorityRepeat;
  return {
    spreadMs,
    delayMs: delayMs ?? GARP_DELAY_MS,
    repeat: repeat ?? GARP_REPEAT,
    refreshMs,
    refreshRepeat: own.refreshRepeat ?? all.refreshRepeat ?? 1,
    lowerPriorityDelayMs: lowerPriorityDelayMs ?? all.delayMs ?? GARP_DELAY_MS,
    lowerPriorityRepeat: lowerPriorityRepeat ?? all.repeat ?? GARP_REPEAT,
    garpIntervalMs: global.garpIntervalMs,
    gnaIntervalMs: global.gnaIntervalMs,
  };
}

function notifyModel(draft: NotifyDraft, priorityChanges: boolean): NotifyModel {
  return { ...draft, priorityChanges: draft.priorityChanges ?? priorityChanges };
}

function uses(drafts: readonly TrackUseDraft[]): TracksModel['scripts'] {
  return drafts.map(({ name, weight, reverse }) => ({ name, weight, reverse }));
}

function tracksModel(draft: TracksDraft): TracksModel {
  return {
    interfaces: uses(draft.interfaces),
    scripts: uses(draft.scripts),
    files: uses(draft.files),
    processes: uses(draft.processes),
    proxies: uses(draft.proxies),
  };
}

function authenticationModel(draft: InstanceDraft): AuthenticationModel {
  const data = new Uint8Array(8);
  if (draft.authenticationType !== 1) return { type: 0, data };
  data.set(Buffer.from(draft.password).subarray(0, 8));
  return { type: 1, data };
}

function vmacModel(draft: InstanceDraft): VmacModel | undefined {
  const { vmac } = draft;
  if (vmac === undefined) return undefined;
  const mac = vmac.mac ?? Uint8Array.of(0, 0, 0x5e, 0, draft.family === 6 ? 2 : 1, draft.vrid);
  if (vmac.macEndsWithVrid) mac[5] = draft.vrid;
  return { interfaceName: vmac.interfaceName, mac, transmitBase: draft.vmacTransmitBase || isUnicast(draft) };
}

const LEAST_LIFETIME_MS = 3000;

/**
 * An address that its dead master no longer renews stays until a backup has taken over, so that nobody is in the dark:
 * three quarters of the lifetime, the least that is left at any moment, are the longest wait of a backup.
 */
function defaultLifetimeMs(draft: InstanceDraft, global: GlobalDraft): number {
  const intervalMs = draft.advertInterval / 1000;
  const version = draft.version === 0 ? global.version : draft.version;
  const skewMs = version === 3 ? intervalMs : 1000;
  const downMs = (draft.downTimerAdverts ?? global.downTimerAdverts) * intervalMs + skewMs;
  return Math.max(LEAST_LIFETIME_MS, Math.ceil((downMs * 4) / 3 / 1000) * 1000);
}

function instanceModel(draft: InstanceDraft, drafts: Drafts): InstanceModel {
  const { global } = drafts;
  const family = draft.family ?? 4;
  const group = drafts.groups.find((one) => one.members?.some((word) => word.text === draft.name));
  return {
    place: placeOf(draft.spot),
    name: draft.name,
    family,
    version: draft.version === 0 ? global.version : draft.version,
    vrid: draft.vrid,
    priority: draft.priority,
    initialState: draft.state === 'MASTER' ? 'MASTER' : 'BACKUP',
    interfaceName: draft.interface?.name ?? '',
    dontTrackPrimary: draft.dontTrackPrimary,
    advertIntervalMs: draft.advertInterval / 1000,
    downTimerAdverts: draft.downTimerAdverts ?? global.downTimerAdverts,
    nopreempt: draft.nopreempt,
    preemptDelayMs: draft.preemptDelayMs,
    authentication: authenticationModel(draft),
    lowerPriorityNoAdvert: draft.lowerPriorityNoAdvert ?? false,
    higherPrioritySendAdvert: draft.higherPrioritySendAdvert ?? true,
    skipCheckAdvertAddresses: draft.skipCheckAdvertAddresses,
    strict: draft.strict ?? false,
    accept: draft.accept ?? true,
    addresses: draft.addresses,
    excludedAddresses: draft.excludedAddresses,
    promoteSecondaries: draft.promoteSecondaries,
    routes: draft.routes,
    rules: draft.rules,
    sourceAddress: draft.sourceAddress,
    trackSourceAddress: draft.trackSourceAddress,
    multicastGroup: draft.multicastGroup ?? (family === 6 ? global.multicastGroup6 : global.multicastGroup4),
    unicastPeers: draft.unicastPeers,
    unicast: isUnicast(draft) || (draft.unicastConfigured && draft.unicastFaultNoPeer),
    unicastTtl: draft.unicastTtl ?? 255,
    checkUnicastSource: draft.checkUnicastSource || global.checkUnicastSource,
    unicastFaultNoPeer: draft.unicastFaultNoPeer,
    oldUnicastChecksum: draft.oldUnicastChecksum,
    checksumAsV2: draft.checksumAsV2,
    vmac: vmacModel(draft),
    receiveBuffer: draft.receiveBuffer === 0 ? global.receiveBuffer : draft.receiveBuffer,
    announce: announceModel(draft.announce, global),
    notify: notifyModel(draft.notify, group?.notify.priorityChanges ?? global.notifyPriorityChanges),
    tracks: tracksModel(draft.tracks),
    debug: draft.debug,
    smtpAlert: draft.smtpAlert ?? global.smtpAlert ?? false,
    addressLifetimeMs: draft.addressLifetimeMs ?? global.addressLifetimeMs ?? defaultLifetimeMs(draft, global),
    configurationFaults: draft.faults,
  };
}

function groupModel(draft: GroupDraft, global: GlobalDraft): SyncGroupModel {
  return {
    place: placeOf(draft.spot),
    name: draft.name,
    members: (draft.members ?? []).map((word) => word.text),
    trackingWeight: draft.trackingWeight,
    tracks: tracksModel(draft.tracks),
    notify: notifyModel(draft.notify, global.notifyPriorityChanges),
    smtpAlert: draft.smtpAlert ?? global.smtpAlert ?? false,
  };
}

function globalModel(draft: GlobalDraft): GlobalModel {
  const { fifos } = draft;
  // One FIFO under both names would get every line twice.
  const vrrpFifo = fifos.vrrp.path === fifos.main.path ? [] : fifoModel(fifos.vrrp);
  return {
    instanceName: draft.instanceName,
    netNamespace: draft.netNamespace,
    routerId: draft.routerId ?? hostname(),
    usePidDirectory: draft.usePidDirectory,
    processName: draft.processName,
    enableScriptSecurity: draft.enableScriptSecurity,
    scriptUser: draft.scriptUser,
    startupScript: draft.startupScript,
    startupScriptTimeoutMs: draft.startupScriptTimeoutMs ?? SCRIPT_TIMEOUT_MS,
    shutdownScript: draft.shutdownScript,
    shutdownScriptTimeoutMs: draft.shutdownScriptTimeoutMs ?? SCRIPT_TIMEOUT_MS,
    dynamicInterfaces: draft.dynamicInterfaces,
    startupDelayMs: draft.startupDelayMs,
    logUnknownVrids: draft.logUnknownVrids,
    fifos: [...fifoModel(fifos.main), ...vrrpFifo],
    fifoWriteStatesOnReload: draft.fifoWriteStatesOnReload,
    realTimePriority: draft.realTimePriority,
    cpuAffinity: draft.cpuAffinity,
    noSwap: draft.noSwap,
    niceness: draft.niceness,
    vmacPrefix: draft.vmacPrefix ?? 'vrrp',
    umask: draft.umask ?? DEFAULT_UMASK,
    reloadFile: draft.reloadFile,
    receiveBuffer: draft.receiveBuffer,
    controlSocket: draft.controlSocket,
    learnChecksum: draft.learnChecksum,
  };
}

function deepFreeze<T>(value: T): T {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
}

export function freezeModel(drafts: Drafts): VrrpModel {
  return deepFreeze({
    global: globalModel(drafts.global),
    instances: drafts.instances.map((draft) => instanceModel(draft, drafts)),
    groups: drafts.groups.map((draft) => groupModel(draft, drafts.global)),
    scripts: drafts.scripts,
    files: drafts.files,
    processes: drafts.processes,
    proxies: drafts.proxies,
    staticAddresses: drafts.staticAddresses,
    staticRoutes: drafts.staticRoutes,
    staticRules: drafts.staticRules,
    garpGroups: drafts.garpGroups,
    interfaceDelays: drafts.interfaceDelays,
  });
}
