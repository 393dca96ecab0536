/**
 * Log lines about servers and backends, in HAProxy's words (they go to the log and to stderr alike), and the levels they have. Texts
 * end with a full stop or an exclamation mark, never with a line feed.
 */
import { CHECK_STATUSES } from './check-status.ts';
import type { ServerHealth } from './server-health.ts';

/** Severities (syslog numbers). */
export const BACKEND_DOWN_LEVEL = 0;
export const SERVER_DOWN_LEVEL = 1;
/** Everything else, and a server that goes down while it was stopping or drained. */
export const SERVER_NOTICE_LEVEL = 5;

export interface ServerName {
  readonly backend: string;
  readonly server: string;
  readonly backup: boolean;
}

/** What is left in a backend after a change, and what happened to the requests that waited. */
export interface ServersLeft {
  readonly active: number;
  readonly backups: number;
  /** Requests moved between the server's and the backend's queue. */
  readonly requeued: number;
  /** Requests in the server's queue after that. */
  readonly queued: number;
  /** Streams at work on the server (told when it goes down). */
  readonly sessions: number;
}

/** Why a server changed: a check, a text such as `changed from CLI`, or nothing told. */
export type ChangeReason = ServerHealth | string | null;

/** The reason to give when a check changed a server: none with log-health-checks, for the line before said it. */
export function reasonOfCheck(health: ServerHealth, logHealthChecks: boolean): ChangeReason {
  return logHealthChecks ? null : health;
}

/** `option log-health-checks`. @param weight the server's user weight */
export function healthCheckLine(name: ServerName, health: ServerHealth, weight: number): string {
  const passed = health.outcome === 'passed' || health.outcome === 'conditional';
  const state = health.up ? (weight > 0 ? 'UP' : 'DRAIN') : 'DOWN';
  return (
    `Health check for ${name.backup ? 'backup ' : ''}server ${name.backend}/${name.server} ` +
    `${health.outcome === 'conditional' ? 'conditionally ' : ''}${passed ? 'succeeded' : 'failed'}` +
    `${reasonText(health)}, status: ${health.progress} ${state}.`
  );
}

export function serverDownLine(name: ServerName, reason: ChangeReason, left: ServersLeft): string {
  return `${title(name)} is DOWN${reasonText(reason)}${leftText(left)}.`;
}

export function serverUpLine(name: ServerName, reason: ChangeReason, left: ServersLeft): string {
  return `${title(name)} is UP${reasonText(reason)}${onlineText(left)}.`;
}

export function serverStoppingLine(name: ServerName, reason: ChangeReason, left: ServersLeft): string {
  return `${title(name)} is stopping${reasonText(reason)}${onlineText(left)}.`;
}

/** @param wasDown it was down already: then nothing changes for anybody */
export function maintenanceLine(name: ServerName, wasDown: boolean, left: ServersLeft): string {
  return wasDown
    ? `${title(name)} was DOWN and now enters maintenance.`
    : `${title(name)} is going DOWN for maintenance${leftText(left)}.`;
}

export function leavingMaintenanceLine(name: ServerName, up: boolean, draining: boolean, forced = true): string {
  const state = `${up ? 'UP' : 'DOWN'}/${draining ? 'DRAIN' : 'READY'}`;
  return `${title(name)} is ${state} (leaving ${forced ? 'forced ' : ''}maintenance).`;
}

export function drainLine(name: ServerName, left: ServersLeft): string {
  return `${title(name)} enters drain state${onlineText(left)}.`;
}

export function leavingDrainLine(name: ServerName, up: boolean): string {
  return `${title(name)} is ${up ? 'UP' : 'DOWN'} (leaving forced drain).`;
}

/** Follows every other line about a server that is drained by order, when it leaves maintenance drained included. */
export function stillDrainingLine(name: ServerName): string {
  return `${title(name)} remains in forced drain mode.`;
}

/** @param kind what the section is: HAProxy says `proxy` for a listen section */
export function backendDownLine(kind: 'backend' | 'proxy', name: string): string {
  return `${kind} ${name} has no server available!`;
}

/** The same as a stderr alert, where the name is quoted. */
export function backendDownAlert(kind: 'backend' | 'proxy', name: string): string {
  return `${kind} '${name}' has no server available!`;
}

function title(name: ServerName): string {
  return `${name.backup ? 'Backup ' : ''}Server ${name.backend}/${name.server}`;
}

function reasonText(reason: ChangeReason): string {
  if (reason === null) return '';
  if (typeof reason === 'string') return `, ${reason}`;
  const facts = CHECK_STATUSES[reason.status];
  return (
    `, reason: ${facts.description}` +
    (facts.hasCode ? `, code: ${reason.code}` : '') +
    (reason.info === '' ? '' : `, info: "${printable(reason.info)}"`) +
    (reason.durationMs >= 0 ? `, check duration: ${reason.durationMs}ms` : '')
  );
}

function leftText(left: ServersLeft): string {
  return (
    `. ${left.active} active and ${left.backups} backup servers left.${onBackup(left)}` +
    ` ${left.sessions} sessions active, ${left.requeued} requeued, ${left.queued} remaining in queue`
  );
}

function onlineText(left: ServersLeft): string {
  return (
    `. ${left.active} active and ${left.backups} backup servers online.${onBackup(left)}` +
    ` ${left.requeued} sessions requeued, ${left.queued} total in queue`
  );
}

function onBackup(left: ServersLeft): string {
  return left.active === 0 && left.backups > 0 ? ' Running on backup.' : '';
}

/** What a server said may hold anything: other than printable ASCII, and what would end the quotes, becomes `<1B>`. */
function printable(text: string): string {
  return text.replace(
    /[^\x20-\x7e]|[<>"]/g,
    (character) => `<${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}>`,
  );
}
