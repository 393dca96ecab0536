/** keepalived.stats: the counters of each instance as text, line for line as keepalived 2.2.7 writes it. */

import type { AgentView } from './agent-view.ts';
import { keepalivedCounters } from './keepalived-counters.ts';

export function statsDump(view: AgentView): string {
  return view.instances
    .map(({ machine }) => {
      const counters = keepalivedCounters(machine.counters);
      return `VRRP Instance: ${machine.model.name}
  Advertisements:
    Received: ${counters.advert_rcvd}
    Sent: ${counters.advert_sent}
  Became master: ${counters.become_master}
  Released master: ${counters.release_master}
  Packet Errors:
    Length: ${counters.packet_len_err}
    TTL: ${counters.ip_ttl_err}
    Invalid Type: ${counters.invalid_type_rcvd}
    Advertisement Interval: ${counters.advert_interval_err}
    Address List: ${counters.addr_list_err}
  Authentication Errors:
    Invalid Type: ${counters.invalid_authtype}
    Type Mismatch: ${counters.authtype_mismatch}
    Failure: ${counters.auth_failure}
  Priority Zero:
    Received: ${counters.pri_zero_rcvd}
    Sent: ${counters.pri_zero_sent}
`;
    })
    .join('');
}
