/** Instances to try codecs with: the reference's (VRID 51, priority 150, 10.77.0.100), changed where a test says so. */
import type { AddressModel, AnnounceModel, InstanceModel, NotifyModel, TracksModel } from '../../../src/vrrp/model.ts';

const PLACE = { file: 'test.conf', line: 1, column: 1 };
const TRACKS: TracksModel = { interfaces: [], scripts: [], files: [], processes: [], proxies: [] };
const NOTIFY: NotifyModel = {
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

export function addressModel(text: string): AddressModel {
  const address = bytesOf(text);
  return {
    place: PLACE,
    family: address.length === 4 ? 4 : 6,
    address,
    prefixLength: address.length * 8,
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
    notify: NOTIFY,
    tracks: TRACKS,
    debug: 0,
    smtpAlert: false,
    addressLifetimeMs: 0,
    ...others,
  };
}
