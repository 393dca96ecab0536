/**
 * What to ask a proxy, and what its answer means (HAProxy's management manual, 9.1 "CSV format" and "show info"). Pure.
 *
 *   show info                 alive, and not on its way out (Stopping: 0)
 *   show stat NAME 1 -1       a frontend's row: status OPEN
 *   show stat NAME 2 -1       a backend's row: act (usable servers) and bck (usable backup servers)
 */
import type { TrackProxyModel } from '../model.ts';

export type ProxyWishes = Pick<TrackProxyModel, 'frontends' | 'backends'>;

/** One connection asks all; the answers come one after the other. */
export function proxyCommands(wishes: ProxyWishes): string {
  const commands = ['show info'];
  for (const name of wishes.frontends) commands.push(`show stat ${name} 1 -1`);
  for (const { name } of wishes.backends) commands.push(`show stat ${name} 2 -1`);
  return `${commands.join(';')}\n`;
}

/** Why the proxy must not be relied on; `''`: all is well. */
export function judgeProxyAnswer(answer: string, wishes: ProxyWishes): string {
  if (!/^Name: /m.test(answer)) return `the answer is none of a proxy: ${firstLine(answer)}`;
  if (/^Stopping: 1/m.test(answer)) return 'the proxy is stopping';
  const rows = readRows(answer);
  for (const name of wishes.frontends) {
    const status = rows.get(`${name},FRONTEND`)?.get('status');
    if (status === undefined) return `there is no frontend ${name}`;
    if (status !== 'OPEN') return `frontend ${name} is ${status}`;
  }
  for (const { name, usableServers } of wishes.backends) {
    const row = rows.get(`${name},BACKEND`);
    if (row === undefined) return `there is no backend ${name}`;
    const usable = Number(row.get('act')) + Number(row.get('bck'));
    if (!(usable >= usableServers)) return `backend ${name} has ${usable} usable servers of ${usableServers} wanted`;
  }
  return '';
}

/** Rows by `proxy,name`; each answer has its own line of column names. */
function readRows(answer: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const rows = new Map<string, Map<string, string>>();
  let columns: readonly string[] = [];
  for (const line of answer.split('\n')) {
    if (line.startsWith('# pxname,')) columns = line.slice(2).split(',');
    else if (columns.length > 0 && line.includes(',')) {
      const values = line.split(',');
      const row = new Map<string, string>();
      for (const [index, column] of columns.entries()) row.set(column, values[index] ?? '');
      rows.set(`${row.get('pxname')},${row.get('svname')}`, row);
    }
  }
  return rows;
}

function firstLine(answer: string): string {
  const line = answer.trimStart().split('\n', 1)[0] ?? '';
  return line === '' ? 'it is empty' : line.slice(0, 80);
}
