/** Does a service work? What a client saw, against what the servers counted; the answer in words. */

import type { Proof } from '../answers/proof.ts';
import type { StatisticsRow } from '../proxy/statistics.ts';
import { explainCheckStatus } from '../words/server-states.ts';
import { type Sight, type Speech, visit } from './client.ts';
import { addressOf, entranceOf } from './entrances.ts';

/** Figures are counted a moment after the client has its answer. */
const COUNTED_MS = 1_000;
const LOOK_MS = 100;

export interface ProofQuestion {
  readonly frontend: string;
  readonly speech: Speech;
  readonly site: string;
}

export interface ProofSource {
  /** The text that serves now; undefined: the proxy does not run. */
  readonly text: string | undefined;
  rows(): Promise<readonly StatisticsRow[]>;
}

const ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there: the proxy has not opened it, or another program took it away',
  ECONNRESET: 'the connection was cut off',
  EHOSTUNREACH: 'there is no way to this address from the unit',
  ENETUNREACH: 'there is no way to this network from the unit',
  EADDRNOTAVAIL: 'the unit does not have this address',
  ETIMEDOUT: 'nothing came back in time',
};

type Counts = ReadonlyMap<string, { readonly sessions: number; readonly row: StatisticsRow }>;

function serversOf(rows: readonly StatisticsRow[], backends: readonly string[]): Counts {
  const own = rows.filter((row) => row['kind'] === 'server' && backends.includes(String(row['pxname'])));
  return new Map(own.map((row) => [`${row['pxname']}/${row['svname']}`, { sessions: Number(row['stot'] ?? 0), row }]));
}

function counted(before: Counts, after: Counts): readonly string[] {
  return [...after].flatMap(([name, { sessions }]) => (sessions > (before.get(name)?.sessions ?? 0) ? [name] : []));
}

/** One server's state in words: what its last health check said, if that was bad. */
function wordsOf(name: string, row: StatisticsRow): string {
  const status = String(row['status'] ?? '');
  const check = explainCheckStatus(String(row['check_status'] ?? ''));
  const why = check?.passed === true ? '' : (check?.meaning ?? '');
  return `${name} is ${status}${why === '' ? '.' : `: ${why}`}`;
}

function isUsable(row: StatisticsRow): boolean {
  return /^(?:UP|no check|DRAIN)/.test(String(row['status'] ?? ''));
}

function whyNoServer(servers: Counts): string {
  if (servers.size === 0) return 'No server stands behind it.';
  const ill = [...servers].filter(([, { row }]) => !isUsable(row));
  const told = (ill.length > 0 ? ill : [...servers]).slice(0, 5).map(([name, { row }]) => wordsOf(name, row));
  return told.join(' ');
}

export async function prove(source: ProofSource, { frontend, site, speech }: ProofQuestion): Promise<Proof> {
  const nothing = { passed: false, address: '', status: 0, milliseconds: 0, servers: [] };
  if (source.text === undefined) return { ...nothing, reason: 'The proxy does not run.' };
  const entrance = entranceOf(source.text, frontend);
  if (entrance === undefined) {
    const reason = `The configuration that serves has no frontend "${frontend}" with an address and a port written out.`;
    return { ...nothing, reason };
  }
  const before = serversOf(await source.rows(), entrance.backends);
  const sight = await visit({ host: entrance.host, port: entrance.port, speech, site });
  let after = serversOf(await source.rows(), entrance.backends);
  const waited = sight.kind === 'answer' || sight.kind === 'open' ? COUNTED_MS : 0;
  for (let spentMs = 0; counted(before, after).length === 0 && spentMs < waited; spentMs += LOOK_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    after = serversOf(await source.rows(), entrance.backends);
  }
  const servers = counted(before, after);
  const address = addressOf(entrance);
  const milliseconds = 'milliseconds' in sight ? Math.round(sight.milliseconds) : 0;
  const status = sight.kind === 'answer' ? sight.status : 0;
  return { ...judge(sight, address, servers, after), address, status, milliseconds, servers };
}

function judge(
  sight: Sight,
  address: string,
  servers: readonly string[],
  after: Counts,
): Pick<Proof, 'passed' | 'reason'> {
  const failed = (reason: string) => ({ passed: false, reason });
  const who = servers.join(', ');
  switch (sight.kind) {
    case 'error':
      return failed(`No connection to ${address}: ${ERRORS[sight.code] ?? sight.message}.`);
    case 'silence':
      return failed(
        `${address} took the connection, but no answer came in ${sight.afterMs / 1000} s. ${whyNoServer(after)}`,
      );
    case 'closed':
      return failed(`${address} took the connection and closed it: no server could be reached. ${whyNoServer(after)}`);
    case 'open': {
      const good = servers.filter((name) => isKnownGood(after.get(name)?.row));
      if (good.length > 0) return { passed: true, reason: `The connection went through to ${good.join(', ')}.` };
      return failed(`${address} takes connections, but whether a server does is not known yet. ${whyNoServer(after)}`);
    }
    case 'answer': {
      if (servers.length === 0) {
        const own = sight.status < 500 ? 'The balancer answered by itself' : 'The balancer found no server';
        return failed(`${own} (status ${sight.status}). ${sight.status < 500 ? '' : whyNoServer(after)}`.trim());
      }
      if (sight.status >= 500)
        return failed(`The request got the answer ${sight.status} from ${who}. ${whyNoServer(after)}`);
      return { passed: true, reason: `The request went through: ${who} answered with status ${sight.status}.` };
    }
  }
}

/** Its health check reached it: an open connection alone may be one that still looks for its server. */
function isKnownGood(row: StatisticsRow | undefined): boolean {
  const status = String(row?.['check_status'] ?? '');
  return status === '' ? isUsable(row ?? {}) : explainCheckStatus(status)?.passed === true;
}
