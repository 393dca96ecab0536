/**
 * Servers change state: by their checks, by the runtime API. Here is what follows: the balancing learns of it, waiting requests
 * move, sessions are shut down if so configured, and HAProxy's lines go to the log and to stderr.
 */

import {
  BACKEND_DOWN_LEVEL,
  backendDownAlert,
  backendDownLine,
  type ChangeReason,
  drainLine,
  healthCheckLine,
  leavingDrainLine,
  leavingMaintenanceLine,
  maintenanceLine,
  reasonOfCheck,
  SERVER_DOWN_LEVEL,
  SERVER_NOTICE_LEVEL,
  type ServerName,
  type ServersLeft,
  serverDownLine,
  serverStoppingLine,
  serverUpLine,
} from '../health/messages.ts';
import type { HealthChange } from '../health/server-health.ts';
import { CHKDOWN, DOWNTIME } from './counters.ts';
import type { Proxy } from './proxy.ts';
import {
  CONFIGURED_MAINTENANCE,
  FORCED_DRAIN,
  FORCED_MAINTENANCE,
  RUNNING,
  type Server,
  STARTING,
  STOPPED,
  STOPPING,
} from './server.ts';
import type { ServerCheck } from './server-check.ts';
import { requeue } from './server-link.ts';
import type { Stream } from './stream.ts';
import { CAUSE_ACTIVE, CAUSE_DOWN } from './stream-states.ts';

function nameOf(server: Server): ServerName {
  return { backend: server.proxy.name, server: server.name, backup: server.backup };
}

function leftOf(server: Server, requeued: number): ServersLeft {
  const { active, backup } = server.proxy.countServers();
  return { active, backups: backup, requeued, queued: server.queue.length, sessions: server.current };
}

/** A line for the backend's log and, as an alert or warning, for stderr. */
function tell(server: Server, level: number, line: string): void {
  server.proxy.tell(level, line);
  server.proxy.runtime.onMessage(level <= SERVER_DOWN_LEVEL && level < 1 ? 'alert' : 'warning', line);
}

/** After each check (see check-runner.ts). */
export function checked(check: ServerCheck, change: HealthChange): void {
  const { server } = check;
  const options = server.proxy.model.options;
  if (change.notable && options.logHealthChecks) tellCheck(check);
  const reason = reasonOfCheck(check.health, options.logHealthChecks);
  if (change.verdict === 'down' && server.operation !== STOPPED) goDown(server, reason);
  else if (change.verdict === 'up' && server.operation !== RUNNING && server.operation !== STARTING)
    goUp(server, reason);
  else if (change.verdict === 'stopping' && server.operation === RUNNING) goStopping(server, reason);
}

function tellCheck(check: ServerCheck): void {
  const { server } = check;
  const line = healthCheckLine(nameOf(server), check.health, server.userWeight);
  server.proxy.tell(SERVER_NOTICE_LEVEL, line);
  server.proxy.runtime.onMessage('warning', line);
}

/** The server stops working: its queue is served by others, `on-marked-down` may cut its sessions. */
export function goDown(server: Server, reason: ChangeReason): void {
  const level = server.operation === STOPPING || server.draining ? SERVER_NOTICE_LEVEL : SERVER_DOWN_LEVEL;
  changeOperation(server, STOPPED);
  server.counters[CHKDOWN] = (server.counters[CHKDOWN] as number) + 1;
  const requeued = emptyQueue(server);
  server.closeIdle();
  if (server.model.onMarkedDown === 'shutdown-sessions') shutdownSessions(server, CAUSE_DOWN);
  tell(server, level, serverDownLine(nameOf(server), reason, leftOf(server, requeued)));
  lookAtBackend(server.proxy);
}

export function goUp(server: Server, reason: ChangeReason): void {
  server.counters[DOWNTIME] = (server.counters[DOWNTIME] as number) + downSince(server);
  changeOperation(server, server.model.slowstartMs > 0 ? STARTING : RUNNING);
  if (server.operation === STARTING) server.startRamp();
  cutBackups(server);
  const before = server.proxy.queue.length;
  server.proxy.serveQueue(server);
  tell(
    server,
    SERVER_NOTICE_LEVEL,
    serverUpLine(nameOf(server), reason, leftOf(server, before - server.proxy.queue.length)),
  );
  lookAtBackend(server.proxy);
}

/** `on-marked-up shutdown-backup-sessions`. */
function cutBackups(server: Server): void {
  if (server.model.onMarkedUp === 'none') return;
  for (const other of server.proxy.servers) if (other.backup) shutdownSessions(other, CAUSE_ACTIVE);
}

/** It answers, but asks for no more (`http-check disable-on-404`, `set server health stopping`). */
export function goStopping(server: Server, reason: ChangeReason): void {
  changeOperation(server, STOPPING);
  const requeued = emptyQueue(server);
  tell(server, SERVER_NOTICE_LEVEL, serverStoppingLine(nameOf(server), reason, leftOf(server, requeued)));
  lookAtBackend(server.proxy);
}

function downSince(server: Server): number {
  return server.operation === STOPPED ? server.proxy.runtime.reactor.nowMs - server.lastChangeMs : 0;
}

function changeOperation(server: Server, operation: number): void {
  server.operation = operation;
  server.lastChangeMs = server.proxy.runtime.reactor.nowMs;
  server.refresh();
}

/** Requests that waited for this server are balanced anew. Returns how many. */
function emptyQueue(server: Server): number {
  if (server.proxy.model.options.redispatch === 0 && server.operation !== STOPPED) return 0;
  let moved = 0;
  // Whoever comes back to this queue stands behind those that are looked at.
  for (let left = server.queue.length; left > 0 && server.queue.first !== null; left--) {
    requeue(server.queue.first as Stream);
    moved++;
  }
  return moved;
}

/** Cuts the sessions that work with `server`. */
export function shutdownSessions(server: Server, cause: number): void {
  server.proxy.runtime.eachStream((stream) => {
    if (stream.place === server) stream.kill(cause);
  });
}

/** Tells when the last server of a backend is gone, and keeps the time it was gone. */
function lookAtBackend(proxy: Proxy): void {
  const available = proxy.balancer.countUsable() > 0;
  const now = proxy.runtime.reactor.nowMs;
  if (available === proxy.available) return;
  proxy.available = available;
  proxy.lastChangeMs = now;
  const counters = proxy.backendCounters;
  if (available) {
    counters[DOWNTIME] = (counters[DOWNTIME] as number) + (now - proxy.downSinceMs);
    proxy.downSinceMs = -1;
    return;
  }
  proxy.downSinceMs = now;
  counters[CHKDOWN] = (counters[CHKDOWN] as number) + 1;
  const kind = proxy.model.frontend ? 'proxy' : 'backend';
  proxy.tell(BACKEND_DOWN_LEVEL, backendDownLine(kind, proxy.name));
  proxy.runtime.onMessage('alert', backendDownAlert(kind, proxy.name));
}

// -- administration (runtime API)

/** `disable server`, `set server state maint`. */
export function enterMaintenance(server: Server): void {
  if ((server.administration & FORCED_MAINTENANCE) !== 0) return;
  const already = server.inMaintenance;
  server.administration |= FORCED_MAINTENANCE;
  if (already) return;
  const wasDown = server.operation === STOPPED;
  if (!wasDown) server.counters[CHKDOWN] = (server.counters[CHKDOWN] as number) + 1;
  server.check?.health.abandon();
  changeOperation(server, STOPPED);
  const requeued = emptyQueue(server);
  server.closeIdle();
  if (server.model.onMarkedDown === 'shutdown-sessions') shutdownSessions(server, CAUSE_DOWN);
  tell(
    server,
    wasDown ? SERVER_NOTICE_LEVEL : SERVER_DOWN_LEVEL,
    maintenanceLine(nameOf(server), wasDown, leftOf(server, requeued)),
  );
  lookAtBackend(server.proxy);
}

/** `enable server`: out of maintenance; drain stays. */
export function leaveMaintenance(server: Server): void {
  if (!server.inMaintenance) return;
  const forced = (server.administration & FORCED_MAINTENANCE) !== 0;
  server.administration &= ~(FORCED_MAINTENANCE | CONFIGURED_MAINTENANCE);
  server.check?.health.force('fresh');
  server.counters[DOWNTIME] = (server.counters[DOWNTIME] as number) + downSince(server);
  changeOperation(server, server.model.slowstartMs > 0 ? STARTING : RUNNING);
  if (server.operation === STARTING) server.startRamp();
  cutBackups(server);
  server.proxy.serveQueue(server);
  tell(server, SERVER_NOTICE_LEVEL, leavingMaintenanceLine(nameOf(server), true, server.draining, forced));
  lookAtBackend(server.proxy);
}

/** `set server state drain`. */
export function enterDrain(server: Server): void {
  if ((server.administration & FORCED_DRAIN) !== 0) return;
  server.administration |= FORCED_DRAIN;
  server.refresh();
  if (server.inMaintenance) return;
  const requeued = emptyQueue(server);
  tell(server, SERVER_NOTICE_LEVEL, drainLine(nameOf(server), leftOf(server, requeued)));
  lookAtBackend(server.proxy);
}

export function leaveDrain(server: Server): void {
  if ((server.administration & FORCED_DRAIN) === 0) return;
  server.administration &= ~FORCED_DRAIN;
  server.refresh();
  server.proxy.serveQueue(server);
  if (!server.inMaintenance) tell(server, SERVER_NOTICE_LEVEL, leavingDrainLine(nameOf(server), server.running));
  lookAtBackend(server.proxy);
}

/** `set server health`: as if checks had said so. */
export function setHealth(server: Server, to: 'up' | 'stopping' | 'down'): void {
  const reason = 'changed from CLI';
  server.check?.health.force(to === 'down' ? 'down' : 'up');
  if (to === 'down' && server.operation !== STOPPED) goDown(server, reason);
  else if (to === 'up' && server.operation !== RUNNING) goUp(server, reason);
  else if (to === 'stopping' && server.operation !== STOPPING) goStopping(server, reason);
}
