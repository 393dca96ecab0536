/**
 * Why an advertisement was not taken, and how often. keepalived counts some of these (its names, its JSON); every other
 * reason has a counter, too, so that "received" always equals "taken" plus the sum of all reasons.
 */

/** What became of a packet; every value is an index into `PacketCounters.dropped`. */
export const TAKEN = 0;
export const DROP_LENGTH = 1;
export const DROP_TTL = 2;
export const DROP_VERSION = 3;
export const DROP_AUTH_TYPE_INVALID = 4;
export const DROP_AUTH_TYPE_MISMATCH = 5;
export const DROP_AUTH_FAILURE = 6;
/** v2: an interval other than ours. */
export const DROP_INTERVAL_MISMATCH = 7;
export const DROP_TYPE = 8;
export const DROP_ADDRESS_COUNT = 9;
export const DROP_IP_LENGTH = 10;
export const DROP_CHECKSUM = 11;
/** Multicast where unicast is configured, or the reverse. */
export const DROP_CAST = 12;
export const DROP_ADDRESS_LIST = 13;
export const DROP_UNICAST_SOURCE = 14;
export const DROP_UNICAST_TTL = 15;
/** v3: an interval of 0, which would make two masters chase each other. */
export const DROP_INTERVAL_ZERO = 16;
/** The instance is in INIT or FAULT. */
export const DROP_NOT_RUNNING = 17;
/** Another advertisement of this VRID was taken in the same burst. */
export const DROP_FLOOD = 18;
export const DROP_UNKNOWN_VRID = 19;
/** Not an IP packet, or one without a whole VRRP header. */
export const DROP_TRUNCATED = 20;
/** Our own packet came back. */
export const DROP_OWN = 21;
export const VERDICTS = 22;

export type Verdict = number;

/** What a socket drops before it knows for whom a packet is. */
export const SOCKET_VERDICTS: readonly Verdict[] = [DROP_UNKNOWN_VRID, DROP_TRUNCATED];

const VERDICT_NAMES = [
  'taken',
  'packet_len_err',
  'ip_ttl_err',
  'vers_err',
  'invalid_authtype',
  'authtype_mismatch',
  'auth_failure',
  'advert_interval_err',
  'invalid_type_rcvd',
  'addr_count_err',
  'ip_len_err',
  'chk_err',
  'cast_err',
  'addr_list_err',
  'unicast_source_err',
  'unicast_ttl_err',
  'interval_zero',
  'not_running',
  'flood',
  'unknown_vrid',
  'truncated',
  'own_packet',
] as const;

/** The counter's name in our JSON and in Prometheus. */
export function verdictName(verdict: Verdict): string {
  return VERDICT_NAMES[verdict] ?? 'unknown';
}

export class InstanceCounters {
  /** By verdict. */
  readonly packets = new Float64Array(VERDICTS);
  advertSent = 0;
  becomeMaster = 0;
  releaseMaster = 0;
  priorityZeroReceived = 0;
  priorityZeroSent = 0;

  /** A reload goes on counting. */
  takeOver(before: InstanceCounters): void {
    this.packets.set(before.packets);
    this.advertSent = before.advertSent;
    this.becomeMaster = before.becomeMaster;
    this.releaseMaster = before.releaseMaster;
    this.priorityZeroReceived = before.priorityZeroReceived;
    this.priorityZeroSent = before.priorityZeroSent;
  }

  clear(): void {
    this.packets.fill(0);
    this.advertSent = 0;
    this.becomeMaster = 0;
    this.releaseMaster = 0;
    this.priorityZeroReceived = 0;
    this.priorityZeroSent = 0;
  }
}
