/** Models for tests: the reference's instance (VRID 51, priority 150, 10.77.0.100) and its parts, changed where a test says so. */
import type {
  AddressModel,
  AnnounceModel,
  InstanceModel,
  NotifyModel,
  TrackProcessModel,
  TracksModel,
} from '../../src/vrrp/model.ts';

export const PLACE = { file: 'test.conf', line: 1, column: 1 };
export const NO_TRACKS: TracksModel = { interfaces: [], scripts: [], files: [], processes: [], proxies: [] };
export const NO_NOTIFY: NotifyModel = {
  master: undefined,
  backup: undefined,
  fault: undefined,
  stop: undefined,
  deleted: undefined,
  notifyDeleted: false,
  masterRxLowerPriority: undefined,
  any: undefined,
  priorityChanges: false,
};

/** keepalived's defaults. */
export const ANNOUNCE: AnnounceModel = {
  spreadMs: [],
  delayMs: 5000,
  repeat: 5,
  refreshMs: 0,
  refreshRepeat: 1,
  lowerPriorityDelayMs: 5000,
  lowerPriorityRepeat: 5,
  garpIntervalMs: 0,
  gnaIntervalMs: 0,
};

/** `10.77.0.100`, `fd77::100`. */
export function bytesOf(text: string): Uint8Array {
  if (!text.includes(':')) return Uint8Array.from(text.split('.').map(Number));
  const [left = '', right] = text.split('::');
  const words = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16));
  const head = words(left);
  const tail = words(right ?? '');
  const all = [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  return Uint8Array.from(all.flatMap((word) => [word >> 8, word & 0xff]));
}

/** `10.77.0.100`, `10.77.0.100/24`; without a length, one host's. */
export function addressModel(text: string, more: Partial<AddressModel> = {}): AddressModel {
  const [host = '', prefix] = text.split('/');
  const address = bytesOf(host);
  return {
    place: PLACE,
    family: address.length === 4 ? 4 : 6,
    address,
    prefixLength: prefix === undefined ? address.length * 8 : Number(prefix),
    peer: undefined,
    interfaceName: '',
    broadcast: undefined,
    label: '',
    scope: 0,
    home: false,
    noDad: false,
    managetempaddr: false,
    noPrefixRoute: false,
    autojoin: false,
    preferredLifetimeS: undefined,
    noTrack: false,
    trackGroup: '',
    text,
    ...more,
  };
}

export function processModel(more: Partial<TrackProcessModel> = {}): TrackProcessModel {
  return {
    place: PLACE,
    name: 'p',
    process: '/usr/sbin/named',
    parameters: [],
    parameterMatch: 'none',
    fullCommand: false,
    weight: 0,
    reverse: false,
    quorum: 1,
    quorumMax: Number.POSITIVE_INFINITY,
    forkDelayMs: 0,
    terminateDelayMs: 0,
    ...more,
  };
}

/** `password`: up to eight characters, version 2. */
export function instanceModel(changes: Partial<InstanceModel> & { readonly password?: string } = {}): InstanceModel {
  const { password, ...others } = changes;
  const family = others.family ?? 4;
  const data = new Uint8Array(8);
  if (password !== undefined) data.set(Buffer.from(password, 'latin1'));
  return {
    place: PLACE,
    name: 'VI_1',
    family,
    version: family === 6 ? 3 : 2,
    vrid: 51,
    priority: 150,
    initialState: 'BACKUP',
    interfaceName: 'eth0',
    dontTrackPrimary: false,
    advertIntervalMs: 1000,
    downTimerAdverts: 3,
    nopreempt: false,
    preemptDelayMs: 0,
    authentication: { type: password === undefined ? 0 : 1, data },
    lowerPriorityNoAdvert: false,
    higherPrioritySendAdvert: true,
    skipCheckAdvertAddresses: false,
    strict: false,
    accept: true,
    addresses: family === 4 ? [addressModel('10.77.0.100')] : [addressModel('fe80::77'), addressModel('fd77::100')],
    excludedAddresses: [],
    promoteSecondaries: false,
    routes: [],
    rules: [],
    sourceAddress: undefined,
    trackSourceAddress: false,
    multicastGroup: bytesOf(family === 4 ? '224.0.0.18' : 'ff02::12'),
    unicastPeers: [],
    unicast: (others.unicastPeers ?? []).length > 0,
    unicastTtl: 255,
    checkUnicastSource: false,
    unicastFaultNoPeer: false,
    oldUnicastChecksum: false,
    checksumAsV2: false,
    vmac: undefined,
    receiveBuffer: 0,
    announce: ANNOUNCE,
    notify: NO_NOTIFY,
    tracks: NO_TRACKS,
    debug: 0,
    smtpAlert: false,
    addressLifetimeMs: 0,
    ...others,
  };
}
