/**
 * How a service is, in a colour and in words that say why: green serves, amber serves with something to look at, red does
 * not serve. Pure: rows of `show stat` in, words out.
 */

import type { Health, Light } from '../answers/figures.ts';
import type { StatisticsRow } from '../proxy/statistics.ts';
import { explainCheckStatus, explainServerState } from '../words/server-states.ts';

export interface ServerHealth extends Health {
  /** One or two words for a badge. */
  readonly title: string;
  readonly takesNew: boolean;
  readonly backup: boolean;
}

const SEVERITY: readonly Light[] = ['grey', 'green', 'amber', 'red'];
/** More are counted. */
const MOST_TOLD = 3;

export function worstOf(lights: readonly Light[]): Light {
  return lights.reduce(
    (worst, one) => (SEVERITY.indexOf(one) > SEVERITY.indexOf(worst) ? one : worst),
    'grey' as Light,
  );
}

function lowered(text: string): string {
  // Abbreviations keep their capitals.
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** `connection refused`, in the words of the check where it said something. */
function checkWords(row: StatisticsRow): string {
  const said = String(row['last_chk'] ?? '').trim();
  if (said !== '') return lowered(said);
  const meaning = explainCheckStatus(String(row['check_status'] ?? ''))?.meaning ?? '';
  return lowered(meaning.replace(/[.:].*$/, ''));
}

function sinceOf(row: StatisticsRow, timeMs: number): number | null {
  const seconds = row['lastchg'];
  return typeof seconds === 'number' ? Math.round(timeMs / 1000 - seconds) * 1000 : null;
}

/** @param timeMs when the row was read, milliseconds since 1970 */
export function serverHealth(row: StatisticsRow, timeMs: number): ServerHealth {
  const status = String(row['status'] ?? '');
  const words = explainServerState(status);
  const { light = 'grey', title = status, meaning = status, takesNew = false } = words ?? {};
  const said = status.startsWith('DOWN') || /^UP \d/.test(status) ? checkWords(row) : '';
  const reason = said === '' ? meaning : `${meaning} Its last check: ${said}.`;
  return { light, title, reason, takesNew, backup: Number(row['bck'] ?? 0) > 0, sinceMs: sinceOf(row, timeMs) };
}

/** What is the matter with a server, as part of a sentence; undefined: nothing. */
function problemOf(row: StatisticsRow): string | undefined {
  const name = String(row['svname']);
  const status = String(row['status'] ?? '');
  const [state] = status.split(' ');
  const check = checkWords(row);
  if (/^UP \d/.test(status)) return `${name} begins to fail its check${check === '' ? '' : `: ${check}`}`;
  if (state === 'DOWN' && status.includes('(')) return `${name} is down with the server it follows`;
  if (state === 'DOWN') return `${name} fails its check${check === '' ? '' : `: ${check}`}`;
  if (state === 'MAINT') return status.includes('resolution') ? `${name} has no address` : `${name} is in maintenance`;
  if (state === 'DRAIN') return `${name} is being drained`;
  if (state === 'NOLB') return `${name} asks for no new clients`;
  return undefined;
}

function listed(problems: readonly string[]): string {
  const more = problems.length - MOST_TOLD;
  const told = problems.slice(0, MOST_TOLD).join('; ');
  return more > 0 ? `${told}; and ${more} more` : told;
}

function newest(rows: readonly StatisticsRow[], timeMs: number): number | null {
  const moments = rows.flatMap((row) => sinceOf(row, timeMs) ?? []);
  return moments.length === 0 ? null : Math.max(...moments);
}

/** Requests of the last minute, and how many of them failed. */
export interface LastMinute {
  readonly requests: number;
  readonly errors: number;
}

/** So many failures in a minute, and such a part of all, are worth a look; that part is as good as down. */
const ERRORS_WORTH = 5;
const ERRORS_AMBER = 0.05;
const ERRORS_RED = 0.5;

function trafficHealth(row: StatisticsRow, minute: LastMinute): Omit<Health, 'sinceMs'> | undefined {
  const part = minute.requests > 0 ? Math.min(1, minute.errors / minute.requests) : minute.errors > 0 ? 1 : 0;
  if (minute.errors >= ERRORS_WORTH && part >= ERRORS_AMBER) {
    const percent = part >= 0.995 ? 'all' : `${Math.max(1, Math.round(part * 100))} %`;
    const reason = `${percent} of the requests of the last minute failed (5xx or no server reached)`;
    return { light: part >= ERRORS_RED ? 'red' : 'amber', reason };
  }
  const waiting = Number(row['qcur'] ?? 0);
  if (waiting > 0) {
    const who = waiting === 1 ? '1 request waits' : `${waiting} requests wait`;
    return { light: 'amber', reason: `${who} for a free server: all have as many as their maxconn allows` };
  }
  return undefined;
}

/** Servers that may get new clients, of all; backups only where no other does. */
function countUp(servers: readonly StatisticsRow[]): number {
  return servers.filter((row) => explainServerState(String(row['status'] ?? ''))?.takesNew === true).length;
}

function backendState(backend: StatisticsRow, servers: readonly StatisticsRow[], timeMs: number): Health {
  const up = countUp(servers);
  const total = servers.length;
  const bad = servers.filter((row) => problemOf(row) !== undefined);
  const problems = listed(bad.flatMap((row) => problemOf(row) ?? []));
  const sinceMs = newest(bad, timeMs);
  if (total === 0) {
    const serves = String(backend['status'] ?? '').startsWith('UP');
    return {
      light: serves ? 'green' : 'red',
      reason: 'it has no servers: what it answers it says itself',
      sinceMs: null,
    };
  }
  if (up === 0) {
    const all = total === 1 ? 'its only server takes' : `none of its ${total} servers takes`;
    return { light: 'red', reason: `${all} requests: ${problems}`, sinceMs: sinceOf(backend, timeMs) ?? sinceMs };
  }
  const active = servers.filter((row) => Number(row['bck'] ?? 0) === 0);
  if (active.length > 0 && countUp(active) === 0) {
    return { light: 'amber', reason: `only backup servers are left: ${problems}`, sinceMs };
  }
  if (bad.length > 0) return { light: 'amber', reason: `${up} of ${total} servers are up: ${problems}`, sinceMs };
  const unchecked = servers.filter((row) => row['status'] === 'no check').length;
  if (unchecked === total) {
    const reason =
      total === 1
        ? 'its server is taken to be up: it is not checked'
        : 'its servers are taken to be up: none is checked';
    return { light: 'green', reason, sinceMs: null };
  }
  const reason = total === 1 ? 'its server is up' : `${total === 2 ? 'both' : `all ${total}`} servers are up`;
  return { light: 'green', reason, sinceMs: null };
}

export interface BackendHealth extends Health {
  readonly up: number;
  readonly total: number;
}

export function backendHealth(
  backend: StatisticsRow,
  servers: readonly StatisticsRow[],
  minute: LastMinute,
  timeMs: number,
): BackendHealth {
  const counts = { up: countUp(servers), total: servers.length };
  const state = backendState(backend, servers, timeMs);
  const traffic = trafficHealth(backend, minute);
  if (traffic === undefined || state.light === 'red') return { ...state, ...counts };
  if (state.light === 'green') return { ...traffic, sinceMs: null, ...counts };
  return {
    light: worstOf([state.light, traffic.light]),
    reason: `${state.reason}; ${traffic.reason}`,
    sinceMs: state.sinceMs,
    ...counts,
  };
}

/** @param backends of those it leads to, with their names */
export function frontendHealth(
  frontend: StatisticsRow,
  backends: readonly (Health & { readonly name: string })[],
): Health {
  const words = explainServerState(String(frontend['status'] ?? ''));
  const sinceMs = null;
  if (words !== undefined && words.light !== 'green') {
    return {
      light: words.light === 'grey' ? 'red' : words.light,
      reason: lowered(words.meaning.replace(/\.$/, '')),
      sinceMs,
    };
  }
  const limit = Number(frontend['slim'] ?? 0);
  if (limit > 0 && Number(frontend['scur'] ?? 0) >= limit) {
    return { light: 'amber', reason: `it has its ${limit} connections (maxconn); more wait in the system`, sinceMs };
  }
  const leads = ({ name, reason }: (typeof backends)[number]): string =>
    name === frontend['pxname'] ? reason : `it leads to ${name}: ${reason}`;
  const red = backends.filter(({ light }) => light === 'red');
  const [first] = red;
  if (first !== undefined && red.length === backends.length) {
    return { light: 'red', reason: leads(first), sinceMs: first.sinceMs };
  }
  const amber = first ?? backends.find(({ light }) => light === 'amber');
  if (amber !== undefined) return { light: 'amber', reason: leads(amber), sinceMs: amber.sinceMs };
  return { light: 'green', reason: 'it listens and takes connections', sinceMs };
}
