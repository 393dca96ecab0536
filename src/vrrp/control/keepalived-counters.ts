/** keepalived's fourteen counters, in its JSON's order, out of ours: it lumps some reasons together. */

import {
  DROP_ADDRESS_COUNT,
  DROP_ADDRESS_LIST,
  DROP_AUTH_FAILURE,
  DROP_AUTH_TYPE_INVALID,
  DROP_AUTH_TYPE_MISMATCH,
  DROP_CAST,
  DROP_INTERVAL_MISMATCH,
  DROP_IP_LENGTH,
  DROP_LENGTH,
  DROP_TTL,
  DROP_TYPE,
  DROP_UNICAST_SOURCE,
  DROP_UNICAST_TTL,
  type InstanceCounters,
  TAKEN,
} from '../counters.ts';

export interface KeepalivedCounters {
  readonly advert_rcvd: number;
  readonly advert_sent: number;
  readonly become_master: number;
  readonly release_master: number;
  readonly packet_len_err: number;
  /** keepalived has the name and never counts there; we do. */
  readonly advert_interval_err: number;
  readonly ip_ttl_err: number;
  readonly invalid_type_rcvd: number;
  readonly addr_list_err: number;
  readonly invalid_authtype: number;
  readonly authtype_mismatch: number;
  readonly auth_failure: number;
  readonly pri_zero_rcvd: number;
  readonly pri_zero_sent: number;
}

export function keepalivedCounters(counters: InstanceCounters): KeepalivedCounters {
  const sum = (...verdicts: readonly number[]): number =>
    verdicts.reduce((total, verdict) => total + (counters.packets[verdict] as number), 0);
  return {
    // It counts as received what passed the checks of the packet itself, before those of its addresses.
    advert_rcvd: sum(TAKEN, DROP_ADDRESS_LIST, DROP_UNICAST_SOURCE, DROP_UNICAST_TTL),
    advert_sent: counters.advertSent,
    become_master: counters.becomeMaster,
    release_master: counters.releaseMaster,
    packet_len_err: sum(DROP_LENGTH, DROP_IP_LENGTH),
    advert_interval_err: sum(DROP_INTERVAL_MISMATCH),
    ip_ttl_err: sum(DROP_TTL, DROP_UNICAST_TTL),
    invalid_type_rcvd: sum(DROP_TYPE),
    addr_list_err: sum(DROP_ADDRESS_COUNT, DROP_CAST, DROP_ADDRESS_LIST),
    invalid_authtype: sum(DROP_AUTH_TYPE_INVALID),
    authtype_mismatch: sum(DROP_AUTH_TYPE_MISMATCH),
    auth_failure: sum(DROP_AUTH_FAILURE),
    pri_zero_rcvd: counters.priorityZeroReceived,
    pri_zero_sent: counters.priorityZeroSent,
  };
}
