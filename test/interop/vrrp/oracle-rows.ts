/**
 * What an agent must do with one packet: table 2.2 (receive checks in keepalived's order) and the one-packet rows of 2.3 of
 * the VRRP reference. `counts` is what moves in keepalived 2.2.7's JSON, measured on it by this very table; `ours` tells
 * where ours is better on purpose, and `dropped` the counter that only ours has.
 *
 * The agent has priority 240; an interval of 10 s, so that nothing but the packet moves it.
 */
import type { PacketFields } from './oracle-packet.ts';

export type Variant =
  | 'v2'
  | 'v6'
  | 'v2pass'
  | 'v3'
  | 'unicast'
  | 'source-checked'
  | 'nopreempt'
  | 'quiet'
  | 'owner'
  | 'two';
export type OracleState = 'BACKUP' | 'MASTER';

export interface Outcome {
  readonly counts?: Readonly<Record<string, number>>;
  /** The state after; undefined: as before. */
  readonly state?: OracleState;
  /** Priorities of the adverts the agent sends upon it. */
  readonly sends?: readonly number[];
}

export interface OracleRow extends Outcome {
  readonly name: string;
  readonly variant: Variant;
  /** undefined: tried in both. */
  readonly when?: OracleState;
  readonly packet: Partial<PacketFields>;
  readonly cast?: 'multicast' | 'unicast' | 'broadcast';
  /** How long the effect takes, when it is more than reading the packet. */
  readonly settleMs?: number;
  /** What keepalived's log says; ours need not say it in the same words. */
  readonly log?: RegExp;
  /** The counter of ours for the reason. */
  readonly dropped?: string;
  readonly ours?: Outcome & { readonly because: string };
}

export const OWN_PRIORITY = 240;
const HIGHER = 250;
const LOWER = 100;

const LENGTH = { counts: { packet_len_err: 1 }, dropped: 'packet_len_err' };
const TTL = { counts: { ip_ttl_err: 1 }, log: /invalid TTL/, dropped: 'ip_ttl_err' };
const VERSION = { log: /wrong version/, dropped: 'vers_err' };
const COUNT = { counts: { addr_list_err: 1 }, log: /unexpected ip number count/, dropped: 'addr_count_err' };
const LIST = {
  counts: { advert_rcvd: 1, addr_list_err: 1 },
  log: /not present in MASTER advert/,
  dropped: 'addr_list_err',
};
const CHECKSUM = { log: /Invalid VRRPv. checksum/, dropped: 'chk_err' };
const TYPE = { counts: { invalid_type_rcvd: 1 }, log: /Invalid packet type/, dropped: 'invalid_type_rcvd' };
const INTERVAL = {
  log: /advertisement interval mismatch/,
  dropped: 'advert_interval_err',
  ours: { counts: { advert_interval_err: 1 }, because: 'keepalived has this counter and never counts there' },
};
const TAKEN = { counts: { advert_rcvd: 1 } };
const PADDED = {
  log: /packet too long/,
  ...LENGTH,
  ours: {
    ...TAKEN,
    state: 'BACKUP',
    because: "Ethernet's padding told as payload is let pass, as in keepalived 2.3.2",
  },
} as const;

/** 2.2: the checks, one by one, then two faults at once to pin their order. */
const CHECKS: readonly OracleRow[] = [
  { name: '1 four bytes short', variant: 'v2', packet: { cut: 4 }, log: /packet too short/, ...LENGTH },
  { name: '1 four bytes long', variant: 'v2', packet: { cut: -4 }, ...PADDED },
  { name: '1 longer than any padding', variant: 'v2', packet: { cut: -12 }, log: /packet too long/, ...LENGTH },
  { name: '1 v3 with four bytes of padding', variant: 'v3', packet: { cut: -4 }, ...PADDED },
  { name: '1 v3 without its address', variant: 'v3', packet: { cut: 4 }, log: /too short/, ...LENGTH },
  {
    name: '1 count says three of one',
    variant: 'v2',
    packet: { count: 3 },
    log: /packet too short/,
    ...LENGTH,
  },
  { name: '1 the v2 password cut off', variant: 'v2pass', packet: { cut: 8 }, log: /too short/, ...LENGTH },
  { name: '1 Ethernet padding', variant: 'v2', packet: { cut: -4, lengthLie: -4 }, state: 'BACKUP', ...TAKEN },
  { name: '1 the IP length says less', variant: 'v2', packet: { lengthLie: -4 }, log: /too short/, ...LENGTH },
  { name: '1 the IP length says more (the kernel drops it)', variant: 'v2', packet: { lengthLie: 4 } },
  { name: '1 half a VRRP header', variant: 'v2', packet: { cut: 16 }, dropped: 'truncated' },
  { name: '1 no VRRP header at all', variant: 'v2', packet: { cut: 20 }, dropped: 'truncated' },
  { name: '2 TTL 64', variant: 'v2', packet: { ttl: 64 }, ...TTL },
  { name: '2 TTL 254', variant: 'v3', packet: { ttl: 254 }, ...TTL },
  { name: '2 TTL 1 over unicast', variant: 'unicast', packet: { ttl: 1 }, state: 'BACKUP', ...TAKEN },
  {
    name: '3 v3 to a v2 instance',
    variant: 'v2',
    packet: { version: 3, addresses: ['10.77.0.100', '0.0.0.0', '0.0.0.0'], count: 3 },
    ...VERSION,
  },
  { name: '3 v2 to a v3 instance', variant: 'v3', packet: { version: 2, interval: 10 }, ...VERSION },
  { name: '3 version 4', variant: 'v3', packet: { version: 4 }, ...VERSION },
  {
    name: '4 an unknown kind of authentication',
    variant: 'v2',
    packet: { authType: 7 },
    counts: { invalid_authtype: 1 },
    log: /Invalid auth type/,
    dropped: 'invalid_authtype',
  },
  {
    name: '4 a password where none is expected',
    variant: 'v2',
    packet: { authType: 1, password: 'secret' },
    counts: { authtype_mismatch: 1 },
    log: /received a 1 auth, expecting 0/,
    dropped: 'authtype_mismatch',
  },
  {
    name: '4 no password where one is expected',
    variant: 'v2pass',
    packet: { authType: 0, password: '' },
    counts: { authtype_mismatch: 1 },
    dropped: 'authtype_mismatch',
  },
  {
    name: '4 another password',
    variant: 'v2pass',
    packet: { password: 'secreT' },
    counts: { auth_failure: 1 },
    log: /invalid passwd/,
    dropped: 'auth_failure',
  },
  {
    name: '4 a longer password',
    variant: 'v2pass',
    packet: { password: 'secret12' },
    counts: { auth_failure: 1 },
    dropped: 'auth_failure',
  },
  { name: '4 the right password', variant: 'v2pass', packet: {}, state: 'BACKUP', ...TAKEN },
  { name: '5 v2 interval 1 s', variant: 'v2', packet: { interval: 1 }, ...INTERVAL },
  { name: '5 v2 interval 0', variant: 'v2', packet: { interval: 0 }, ...INTERVAL },
  { name: '6 type 2', variant: 'v2', packet: { type: 2 }, ...TYPE },
  { name: '6 type 0', variant: 'v3', packet: { type: 0 }, ...TYPE },
  { name: '7 no address', variant: 'v2', packet: { addresses: [] }, ...COUNT },
  { name: '7 one address too many', variant: 'v2', packet: { addresses: ['10.77.0.100', '10.77.0.101'] }, ...COUNT },
  { name: '9 a wrong v2 checksum', variant: 'v2', packet: { checksum: 'wrong' }, ...CHECKSUM },
  { name: '9 a v2 checksum of 0', variant: 'v2', packet: { checksum: 'zero' }, ...CHECKSUM },
  { name: '9 a v2 checksum over the pseudo-header', variant: 'v2', packet: { checksum: 'pseudo' }, ...CHECKSUM },
  { name: '9 a wrong v3 checksum', variant: 'v3', packet: { checksum: 'wrong' }, ...CHECKSUM },
  {
    name: '9 v3 without the pseudo-header (RFC 9568)',
    variant: 'v3',
    packet: { checksum: 'plain' },
    ...CHECKSUM,
    ours: { state: 'BACKUP', because: 'P3: both styles are accepted, learnt per peer', ...TAKEN },
  },
  {
    name: '10 unicast to a multicast instance',
    variant: 'v2',
    packet: { destination: '10.77.0.2' },
    cast: 'unicast',
  },
  {
    name: '10 multicast to a unicast instance',
    variant: 'unicast',
    packet: { destination: '224.0.0.18' },
    cast: 'multicast',
  },
  { name: '10 broadcast', variant: 'v2', packet: { destination: '10.77.0.255' }, cast: 'broadcast' },
  { name: '11 another address', variant: 'v2', packet: { addresses: ['10.77.0.101'] }, ...LIST },
  {
    name: '11 one address twice instead of both',
    variant: 'two',
    packet: { addresses: ['10.77.0.100', '10.77.0.100'] },
    ...LIST,
  },
  {
    name: '11 both addresses, in the other order',
    variant: 'two',
    packet: { addresses: ['10.77.0.101', '10.77.0.100'] },
    state: 'BACKUP',
    ...TAKEN,
  },
  {
    name: '12 a stranger speaks unicast, sources unchecked',
    variant: 'unicast',
    packet: { source: '10.77.0.44' },
    state: 'BACKUP',
    ...TAKEN,
  },
  {
    name: '12 a stranger speaks unicast, sources checked',
    variant: 'source-checked',
    packet: { source: '10.77.0.44' },
    ...TAKEN,
    log: /not a unicast peer/,
    dropped: 'unicast_source_err',
  },
  {
    name: '12 a peer beyond the TTL told',
    variant: 'source-checked',
    packet: { ttl: 200 },
    counts: { advert_rcvd: 1, ip_ttl_err: 1 },
    log: /not in range/,
    dropped: 'unicast_ttl_err',
  },
  { name: '12 a peer within the TTL told', variant: 'source-checked', packet: { ttl: 251 }, state: 'BACKUP', ...TAKEN },
  { name: 'an unknown VRID', variant: 'v2', packet: { vrid: 52 }, dropped: 'unknown_vrid' },
  { name: 'IP options before the VRRP header', variant: 'v2', packet: { options: 8 }, state: 'BACKUP', ...TAKEN },
  { name: 'our own address as source (the kernel drops it)', variant: 'v2', packet: { source: '10.77.0.2' } },
  { name: 'v3 reserved bits are no interval', variant: 'v3', packet: { reserved: 15 }, state: 'BACKUP', ...TAKEN },
  { name: 'order: length before TTL', variant: 'v2', packet: { cut: 4, ttl: 64 }, ...LENGTH },
  { name: 'order: TTL before version', variant: 'v3', packet: { version: 4, ttl: 64 }, ...TTL },
  {
    name: 'order: version before authentication',
    variant: 'v2',
    packet: { version: 1, authType: 7 },
    ...VERSION,
  },
  {
    name: 'order: authentication before interval',
    variant: 'v2pass',
    packet: { password: 'x', interval: 3 },
    counts: { auth_failure: 1 },
    dropped: 'auth_failure',
  },
  { name: 'order: interval before type', variant: 'v2', packet: { interval: 3, type: 4 }, ...INTERVAL },
  { name: 'order: type before count', variant: 'v2', packet: { type: 4, addresses: [] }, ...TYPE },
  { name: 'order: count before checksum', variant: 'v2', packet: { addresses: [], checksum: 'wrong' }, ...COUNT },
  {
    name: 'order: checksum before the addresses',
    variant: 'v2',
    packet: { addresses: ['10.77.0.101'], checksum: 'wrong' },
    ...CHECKSUM,
  },
];

/** The same over IPv6, where the kernel sums and drops what is wrong. Addresses: fe80::77, fd77::100. */
const SIX_ROWS: readonly Omit<OracleRow, 'variant'>[] = [
  { name: 'v6: taken', packet: {}, state: 'BACKUP', ...TAKEN },
  { name: 'v6: hop limit 64', packet: { ttl: 64 }, ...TTL },
  { name: 'v6: version 2', packet: { version: 4 }, ...VERSION },
  { name: 'v6: type 3', packet: { type: 3 }, ...TYPE },
  { name: 'v6: count says three of two', packet: { count: 3 }, log: /too short/, ...LENGTH },
  { name: 'v6: one address', packet: { addresses: ['fe80::77'] }, ...COUNT },
  { name: 'v6: another address', packet: { addresses: ['fe80::77', 'fd77::101'] }, ...LIST },
  { name: 'v6: one address twice', packet: { addresses: ['fe80::77', 'fe80::77'] }, ...LIST },
  { name: 'v6: the other order', packet: { addresses: ['fd77::100', 'fe80::77'] }, state: 'BACKUP', ...TAKEN },
  { name: 'v6: a wrong checksum (the kernel drops it)', packet: { checksum: 'wrong' } },
  { name: 'v6: without the pseudo-header (the kernel drops it)', packet: { checksum: 'plain' } },
  { name: 'v6: an unknown VRID', packet: { vrid: 52 }, dropped: 'unknown_vrid' },
  {
    name: 'v6: a lower priority',
    when: 'MASTER',
    packet: { priority: LOWER },
    sends: [OWN_PRIORITY],
    ...TAKEN,
  },
  {
    name: 'v6: the same priority, a lower address',
    when: 'MASTER',
    packet: { priority: OWN_PRIORITY, source: 'fe80::1' },
    sends: [OWN_PRIORITY],
    ...TAKEN,
  },
  {
    name: 'v6: the same priority, a higher address',
    when: 'MASTER',
    packet: { priority: OWN_PRIORITY, source: 'fe80::ffff:ffff:ffff:ffff' },
    state: 'BACKUP',
    ...TAKEN,
  },
];
const SIX = SIX_ROWS.map((row): OracleRow => ({ ...row, variant: 'v6' }));

/** 2.3: S2, S4, S5, S7. */
const MACHINE: readonly OracleRow[] = [
  {
    name: 'S2 priority 0',
    variant: 'v2',
    when: 'BACKUP',
    packet: { priority: 0 },
    counts: { advert_rcvd: 1, pri_zero_rcvd: 1 },
    log: /received priority 0/,
  },
  { name: 'S2 a higher priority', variant: 'v2', when: 'BACKUP', packet: { priority: HIGHER }, ...TAKEN },
  { name: 'S2 the same priority', variant: 'v2', when: 'BACKUP', packet: { priority: OWN_PRIORITY }, ...TAKEN },
  {
    name: 'S2 a lower priority',
    variant: 'v2',
    when: 'BACKUP',
    packet: { priority: LOWER },
    log: /received lower priority \(100\) advert from 10\.77\.0\.9 - discarding/,
    ...TAKEN,
  },
  {
    name: 'S2 a lower priority with nopreempt',
    variant: 'nopreempt',
    when: 'BACKUP',
    packet: { priority: LOWER },
    ...TAKEN,
  },
  {
    name: 'S4 priority 0',
    variant: 'v2',
    when: 'MASTER',
    packet: { priority: 0 },
    counts: { advert_rcvd: 1, pri_zero_rcvd: 1 },
    sends: [OWN_PRIORITY],
    log: /Master received priority 0/,
  },
  {
    name: 'S4 a lower priority',
    variant: 'v2',
    when: 'MASTER',
    packet: { priority: LOWER },
    sends: [OWN_PRIORITY],
    log: /Received advert from 10\.77\.0\.9 with lower priority 100, ours 240, forcing new election/,
    ...TAKEN,
  },
  {
    name: 'S4 a lower priority with lower_prio_no_advert',
    variant: 'quiet',
    when: 'MASTER',
    packet: { priority: LOWER },
    sends: [],
    ...TAKEN,
  },
  {
    name: 'S4 a higher priority, higher_prio_send_advert off',
    variant: 'quiet',
    when: 'MASTER',
    packet: { priority: HIGHER },
    state: 'BACKUP',
    sends: [],
    log: /higher priority 250, ours 240/,
    ...TAKEN,
  },
  {
    name: 'S4, S5 a higher priority',
    variant: 'v2',
    when: 'MASTER',
    packet: { priority: HIGHER },
    state: 'BACKUP',
    sends: [],
    log: /higher priority 250, ours 240/,
    ...TAKEN,
    ours: {
      state: 'BACKUP',
      sends: [OWN_PRIORITY],
      because: 'S5: higher_prio_send_advert is on by default, the winner announces itself again',
      ...TAKEN,
    },
  },
  {
    name: 'S4 the same priority, a higher address',
    variant: 'quiet',
    when: 'MASTER',
    packet: { priority: OWN_PRIORITY, source: '10.77.0.9' },
    state: 'BACKUP',
    sends: [],
    log: /same priority 240 but higher IP address/,
    ...TAKEN,
  },
  {
    name: 'S4 the same priority, a lower address',
    variant: 'v2',
    when: 'MASTER',
    packet: { priority: OWN_PRIORITY, source: '10.77.0.1' },
    sends: [OWN_PRIORITY],
    ...TAKEN,
  },
  {
    name: 'v3 interval 0 from a higher priority (keepalived leaves MASTER and is MASTER again at once)',
    variant: 'v3',
    when: 'MASTER',
    packet: { priority: HIGHER, interval: 0 },
    settleMs: 100,
    counts: { advert_rcvd: 1, release_master: 1, become_master: 1 },
    sends: [OWN_PRIORITY],
    dropped: 'interval_zero',
    ours: { counts: {}, sends: [], because: 'an interval of 0 would make two masters chase each other' },
  },
  {
    name: 'v3 interval 0 to a backup (keepalived becomes MASTER at once)',
    variant: 'v3',
    when: 'BACKUP',
    packet: { priority: HIGHER, interval: 0 },
    settleMs: 100,
    counts: { advert_rcvd: 1, become_master: 1 },
    state: 'MASTER',
    sends: [OWN_PRIORITY],
    dropped: 'interval_zero',
    ours: { counts: {}, state: 'BACKUP', sends: [], because: 'it cannot be the interval of a living master' },
  },
  {
    name: 'S4 the owner hears a high priority',
    variant: 'owner',
    when: 'MASTER',
    packet: { priority: 254 },
    sends: [255],
    log: /lower priority 254, ours 255/,
    ...TAKEN,
  },
  {
    name: 'S7 the owner hears another owner with a higher address',
    variant: 'owner',
    when: 'MASTER',
    packet: { priority: 255 },
    state: 'BACKUP',
    sends: [],
    log: /CONFIGURATION ERROR.*reducing local priority/,
    ...TAKEN,
    ours: { state: 'BACKUP', sends: [254], because: 'S5, and the conflict is settled before', ...TAKEN },
  },
];

export const ROWS: readonly OracleRow[] = [...CHECKS, ...SIX, ...MACHINE];
