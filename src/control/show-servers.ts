/** `show servers state` and `show servers conn` (management manual 9.3; the former is also the format of state files). */

import { CHECK_STATUSES, OUTCOME_NUMBERS } from '../health/check-status.ts';
import type { Proxy } from '../proxy/proxy.ts';
import { CONFIGURED_MAINTENANCE, FORCED_MAINTENANCE, type Server } from '../proxy/server.ts';
import { AF_INET, AF_INET6 } from '../sys/socket.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import { type Command, type CommandAnswer, type CommandContext, failure } from './command.ts';

const STATE_HEADER =
  '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight ' +
  'srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state ' +
  'bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr ' +
  'srv_agent_addr srv_agent_port\n';

/** Bits of srv_check_state. */
const CHECK_IN_PROGRESS = 1;
const CHECK_CONFIGURED = 2;
const CHECK_ENABLED = 4;
const CHECK_PAUSED = 8;
/** What HAProxy shows of a server without checks: never checked, its health as it began. */
const UNCHECKED_STATUS = 1;
const UNCHECKED_HEALTH = 2;

function host(address: SocketAddress): string {
  return address.family === AF_INET || address.family === AF_INET6 ? address.host : '-';
}

function port(address: SocketAddress): number {
  return address.family === AF_INET || address.family === AF_INET6 ? address.port : 0;
}

/** A server disabled in the configuration counts as put into maintenance by the administrator, too. */
function administration(server: Server): number {
  const bits = server.administration;
  return (bits & CONFIGURED_MAINTENANCE) !== 0 ? bits | FORCED_MAINTENANCE : bits;
}

function checkFigures(server: Server): readonly number[] {
  const check = server.check;
  const pausedBit = server.inMaintenance ? CHECK_PAUSED : 0;
  if (check === null) {
    return [UNCHECKED_STATUS, 0, server.inMaintenance ? 0 : UNCHECKED_HEALTH, pausedBit];
  }
  const { health } = check;
  const state =
    CHECK_CONFIGURED | (check.enabled ? CHECK_ENABLED : 0) | pausedBit | (health.running ? CHECK_IN_PROGRESS : 0);
  return [CHECK_STATUSES[health.status].number, OUTCOME_NUMBERS[health.outcome], health.health, state];
}

function stateLine(server: Server, nowMs: number): string {
  const { proxy, model } = server;
  const since = Math.max(0, Math.floor((nowMs - server.lastChangeMs) / 1000));
  const checkAddress = model.check?.address;
  const words = [
    proxy.id,
    proxy.name,
    server.id,
    server.name,
    host(server.address),
    server.operation,
    administration(server),
    server.userWeight,
    model.weight,
    since,
    ...checkFigures(server),
    0, // agent
    0, // forced id of the backend
    0, // forced id of the server
    '-',
    port(server.address),
    '-',
    0,
    model.check?.port ?? 0,
    checkAddress !== undefined && 'host' in checkAddress ? checkAddress.host : '-',
    '-',
    0,
  ];
  return `${words.join(' ')}\n`;
}

function connectionLine(server: Server): string {
  const { proxy, model, pool } = server;
  return (
    `${proxy.name}/${server.name} ${proxy.id}/${server.id} ${host(server.address)} ${port(server.address)} - ` +
    `${model.poolPurgeDelayMs} ${pool.used} ${pool.mostUsed} ${pool.needed} ` +
    `${pool.idleCount} ${pool.safeCount} ${model.poolMaxConn} ${pool.length} ${pool.length}\n`
  );
}

/** The backends asked for: the one that word 3 names, or all. */
function backends({ runtime, words }: CommandContext): readonly Proxy[] | undefined {
  const name = words[3] ?? '';
  if (name === '') {
    return runtime.proxies.filter((proxy) => proxy.model.backend && !proxy.model.disabled);
  }
  const backend = runtime.findBackend(name);
  return backend === null ? undefined : [backend];
}

function showState(context: CommandContext): CommandAnswer {
  const found = backends(context);
  if (found === undefined) {
    return failure("Can't find backend.\n");
  }
  const { nowMs } = context.runtime.reactor;
  const lines = found.flatMap((proxy) => proxy.servers.map((server) => stateLine(server, nowMs)));
  return `1\n${STATE_HEADER}${lines.join('')}`;
}

function showConnections(context: CommandContext): CommandAnswer {
  const found = backends(context);
  if (found === undefined) {
    return failure("Can't find backend.\n");
  }
  const header =
    '# bkname/svname bkid/svid addr port - purge_delay used_cur used_max need_est unsafe_nb safe_nb idle_lim idle_cur ' +
    `idle_per_thr[${context.runtime.model.global.nbthread}]\n`;
  return header + found.flatMap((proxy) => proxy.servers.map(connectionLine)).join('');
}

export const SHOW_SERVERS_COMMANDS: readonly Command[] = [
  {
    words: ['show', 'servers', 'conn'],
    usage: 'show servers conn [<backend>]           : dump server connections status (all or for a single backend)',
    run: showConnections,
  },
  {
    words: ['show', 'servers', 'state'],
    usage: 'show servers state [<backend>]          : dump volatile server information (all or for a single backend)',
    run: showState,
  },
];
