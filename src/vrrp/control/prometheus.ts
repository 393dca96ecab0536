/**
 * Metrics as Prometheus text: the names of keepalived-exporter (mehdy's), so that dashboards work, and
 * mahalo_vrrp_* for what keepalived has not. The format: prometheus.io, "Exposition formats", version 0.0.4.
 */

import { SOCKET_VERDICTS, VERDICTS, verdictName } from '../counters.ts';
import { LATENESS_BOUNDS_MS } from '../lateness.ts';
import { FAULT, INIT } from '../states.ts';
import type { AgentView, InstanceView, SocketView } from './agent-view.ts';
import { type KeepalivedCounters, keepalivedCounters } from './keepalived-counters.ts';
import { prefixText } from './text-formats.ts';

type Labels = Readonly<Record<string, string | number>>;
type Sample = readonly [labels: Labels, value: number];

function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}

function labelText(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

class Page {
  readonly #lines: string[] = [];

  add(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): void {
    this.#lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const [labels, value] of samples) this.#lines.push(`${name}${labelText(labels)} ${value}`);
  }

  addLines(lines: readonly string[]): void {
    this.#lines.push(...lines);
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}

/** keepalived-exporter's labels of an instance. */
function labelsOf({ machine, device }: InstanceView): Labels {
  return { iname: machine.model.name, intf: device?.name ?? machine.model.interfaceName, vrid: machine.model.vrid };
}

const COUNTERS: readonly (readonly [name: string, field: keyof KeepalivedCounters, help: string])[] = [
  ['keepalived_advertisements_received_total', 'advert_rcvd', 'Advertisements received'],
  ['keepalived_advertisements_sent_total', 'advert_sent', 'Advertisements sent'],
  ['keepalived_become_master_total', 'become_master', 'Became master'],
  ['keepalived_release_master_total', 'release_master', 'Released master'],
  ['keepalived_packet_length_errors_total', 'packet_len_err', 'Packet length errors'],
  ['keepalived_advertisements_interval_errors_total', 'advert_interval_err', 'Advertisement interval errors'],
  ['keepalived_ip_ttl_errors_total', 'ip_ttl_err', 'TTL errors'],
  ['keepalived_invalid_type_received_total', 'invalid_type_rcvd', 'Invalid type errors'],
  ['keepalived_address_list_errors_total', 'addr_list_err', 'Address list errors'],
  ['keepalived_authentication_invalid_total', 'invalid_authtype', 'Authentication invalid'],
  ['keepalived_authentication_mismatch_total', 'authtype_mismatch', 'Authentication mismatch'],
  ['keepalived_authentication_failure_total', 'auth_failure', 'Authentication failure'],
  ['keepalived_priority_zero_received_total', 'pri_zero_rcvd', 'Priority zero received'],
  ['keepalived_priority_zero_sent_total', 'pri_zero_sent', 'Priority zero sent'],
];

/** 0 INIT, 1 BACKUP, 2 MASTER, 3 FAULT, one sample for each address as keepalived-exporter has it. */
function stateSamples(view: AgentView, which: 'addresses' | 'excludedAddresses'): readonly Sample[] {
  return view.instances.flatMap((instance) =>
    instance.machine.model[which].map((address): Sample => {
      const labels = labelsOf(instance);
      const intf = address.interfaceName === '' ? labels['intf'] : address.interfaceName;
      const ip = prefixText(address.address, address.prefixLength);
      return [{ ...labels, ...(intf === undefined ? {} : { intf }), ip_address: ip }, instance.machine.state];
    }),
  );
}

function latenessLines({ lateness }: AgentView): readonly string[] {
  const name = 'mahalo_vrrp_advertisement_lateness_seconds';
  const lines = [`# HELP ${name} How late advertisements left`, `# TYPE ${name} histogram`];
  let total = 0;
  LATENESS_BOUNDS_MS.forEach((bound, index) => {
    total += lateness.counts[index] as number;
    lines.push(`${name}_bucket{le="${bound / 1000}"} ${total}`);
  });
  lines.push(`${name}_bucket{le="+Inf"} ${lateness.count}`);
  lines.push(`${name}_sum ${lateness.sumMs / 1000}`, `${name}_count ${lateness.count}`);
  return lines;
}

export function prometheusText(view: AgentView): string {
  const page = new Page();
  const each = (value: (instance: InstanceView) => number): readonly Sample[] =>
    view.instances.map((instance) => [labelsOf(instance), value(instance)]);
  page.add('keepalived_up', 'gauge', 'Status', [[{}, 1]]);
  page.add('keepalived_vrrp_state', 'gauge', 'State of vrrp', stateSamples(view, 'addresses'));
  const excluded = stateSamples(view, 'excludedAddresses');
  page.add('keepalived_vrrp_excluded_state', 'gauge', 'State of vrrp with excluded VIP', excluded);
  page.add(
    'keepalived_gratuitous_arp_delay_total',
    'counter',
    'Gratuitous ARP delay',
    each(({ machine }) => machine.model.announce.delayMs / 1000),
  );
  for (const [name, field, help] of COUNTERS) {
    page.add(
      name,
      'counter',
      help,
      each(({ machine }) => keepalivedCounters(machine.counters)[field]),
    );
  }
  page.add(
    'keepalived_script_status',
    'gauge',
    'Tracker Script Status',
    view.trackers.filter(({ kind }) => kind === 'script').map(({ name, state }) => [{ name }, state === 'up' ? 1 : 0]),
  );
  page.add(
    'mahalo_vrrp_priority',
    'gauge',
    'Effective priority',
    each(({ machine }) => machine.effectivePriority),
  );
  page.add(
    'mahalo_vrrp_base_priority',
    'gauge',
    'Configured priority',
    each(({ machine }) => machine.basePriority),
  );
  page.add(
    'mahalo_vrrp_fault',
    'gauge',
    'Cannot run (state FAULT or INIT)',
    each(({ machine }) => (machine.state === FAULT || machine.state === INIT ? 1 : 0)),
  );
  page.add(
    'mahalo_vrrp_last_transition_seconds',
    'gauge',
    'When the state changed last, seconds since 1970',
    each(({ machine }) => machine.lastTransitionMs / 1000),
  );
  page.add(
    'mahalo_vrrp_peer_age_seconds',
    'gauge',
    'Since the last advertisement that was taken',
    view.instances
      .filter(({ machine }) => Number.isFinite(machine.peer.atMs))
      .map((instance) => [labelsOf(instance), (view.nowMs - instance.machine.peer.atMs) / 1000]),
  );
  page.add(
    'mahalo_vrrp_dropped_advertisements_total',
    'counter',
    'Advertisements not taken, by reason',
    view.instances.flatMap((instance) =>
      Array.from(
        { length: VERDICTS - 1 },
        (_, index): Sample => [
          { ...labelsOf(instance), reason: verdictName(index + 1) },
          instance.machine.counters.packets[index + 1] as number,
        ],
      ),
    ),
  );
  const socketLabels = ({ family, unicast, interfaceName }: SocketView): Labels => ({
    intf: interfaceName,
    family,
    cast: unicast ? 'unicast' : 'multicast',
  });
  page.add(
    'mahalo_vrrp_socket_received_total',
    'counter',
    'Packets read from a socket',
    view.sockets.map((socket): Sample => [socketLabels(socket), socket.received]),
  );
  page.add(
    'mahalo_vrrp_socket_receive_errors_total',
    'counter',
    'Failed reads of a socket',
    view.sockets.map((socket): Sample => [socketLabels(socket), socket.receiveErrors]),
  );
  page.add(
    'mahalo_vrrp_socket_dropped_total',
    'counter',
    'Packets that reached no instance, by reason',
    view.sockets.flatMap((socket) =>
      SOCKET_VERDICTS.map(
        (verdict): Sample => [
          { ...socketLabels(socket), reason: verdictName(verdict) },
          socket.dropped[verdict] as number,
        ],
      ),
    ),
  );
  page.add(
    'mahalo_vrrp_track_up',
    'gauge',
    'What is tracked is fine',
    view.trackers.map(({ kind, name, state }) => [{ kind, name }, state === 'up' ? 1 : 0]),
  );
  page.addLines(latenessLines(view));
  return page.text;
}
