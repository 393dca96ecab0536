/**
 * The Prometheus exporter (`http-request use-service prometheus-exporter`): the figures of `show info` and `show stat` in
 * the text format of Prometheus, version 0.0.4. `?scope=frontend` and its like select, `?no-maint` leaves out servers in
 * maintenance.
 */
import { CHECK_STATUSES, type CheckStatus } from '../health/check-status.ts';
import type { Proxy } from '../proxy/proxy.ts';
import { RUNNING, type Server, STARTING, STOPPING } from '../proxy/server.ts';
import type { ServiceAnswer } from '../proxy/service.ts';
import type { CommandContext } from './command.ts';
import { type Metric, PROCESS_METRICS, type Scope, STAT_METRICS } from './prometheus-metrics.ts';
import { infoFields } from './show-info.ts';
import { backendRow, frontendRow, listenerRow, type RowOptions, type StatValues, serverRow } from './stat-rows.ts';

const SCOPES: readonly Scope[] = ['global', 'frontend', 'listener', 'backend', 'server'];
const SERVER_STATES = ['DOWN', 'UP', 'MAINT', 'DRAIN', 'NOLB'] as const;
/** How a check may end: ours, and those of agents and programs, which nothing here makes yet. */
const CHECK_ENDS: readonly string[] = [
  ...(Object.keys(CHECK_STATUSES) as CheckStatus[]).filter((status) => CHECK_STATUSES[status].outcome !== 'unknown'),
  'HANA',
  'PROCERR',
  'PROCTOUT',
  'PROCOK',
];

interface Selection {
  readonly scopes: ReadonlySet<string>;
  readonly withoutMaintenance: boolean;
}

/** What a query asks for; null: nothing that makes sense. */
export function readSelection(query: string): Selection | null {
  const scopes = new Set<string>();
  let named = false;
  let withoutMaintenance = false;
  for (const part of query.split('#', 1)[0]?.split('&') ?? []) {
    const [key = '', value, ...more] = part.split('=');
    if (more.length > 0) return null;
    if (decoded(key) === 'no-maint') withoutMaintenance = true;
    if (decoded(key) !== 'scope') continue;
    const scope = value === undefined ? undefined : decoded(value);
    if (scope === undefined) return null;
    named = true;
    if (scope === '') scopes.clear();
    else if (scope.startsWith('*')) for (const known of SCOPES) scopes.add(known);
    else if (scope === 'sticktable' || SCOPES.some((known) => known === scope)) scopes.add(scope);
    else return null;
  }
  return { scopes: named ? scopes : new Set<string>(SCOPES), withoutMaintenance };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined; // A broken escape: as good as an unknown word.
  }
}

/** Answers one request. `query` is what follows the question mark. */
export function exportMetrics(context: CommandContext, query: string): ServiceAnswer {
  const selection = readSelection(query);
  if (selection === null) return { status: 400 };
  context.runtime.countRunningBytes();
  const options: RowOptions = { legends: false, counted: false, nowMs: context.runtime.reactor.nowMs };
  const proxies = context.runtime.proxies.filter((proxy) => !proxy.model.disabled);
  const out: string[] = [];
  const { scopes } = selection;
  if (scopes.has('global')) exportProcess(context, out);
  if (scopes.has('frontend')) exportFrontends(proxies, options, out);
  if (scopes.has('listener')) exportListeners(proxies, options, out);
  if (scopes.has('backend')) exportBackends(proxies, options, out);
  if (scopes.has('server')) exportServers(proxies, options, selection.withoutMaintenance, out);
  return { status: 200, contentType: 'text/plain; version=0.0.4', body: Buffer.from(out.join(''), 'latin1') };
}

function exportProcess(context: CommandContext, out: string[]): void {
  const fields = infoFields(context);
  for (const [figure, name, type] of PROCESS_METRICS) {
    const found = fields.get(figure);
    const full = `haproxy_process_${name}`;
    out.push(`# HELP ${full} ${found?.description ?? 'Not measured.'}\n# TYPE ${full} ${type}\n`);
    if (found === undefined) out.push(`${full} NaN\n`);
    else if (figure === 'Build info') out.push(`${full}{version="${labelText(String(found.value))}"} 1\n`);
    else out.push(`${full} ${found.value}\n`);
  }
}

/** One thing that has figures: its labels, what `show stat` says of it, and the states that some metrics spread out. */
interface Subject {
  readonly labels: string;
  readonly values: StatValues;
  readonly isHttp: boolean;
  /** Figure -> states with 1 for the one it is in, or how many are in each; null: the subject has no such metric. */
  readonly states: Readonly<Record<string, readonly (readonly [string, number])[] | null>>;
}

/** Every metric with all its subjects, as the format wants it: one header, then the samples. */
function exportSubjects(prefix: string, letter: string, subjects: readonly Subject[], out: string[]): void {
  let previous = '';
  for (const metric of STAT_METRICS) {
    if (!metric.of.includes(letter)) continue;
    const name = `haproxy_${prefix}_${metric.name}`;
    const samples = subjects.flatMap((subject) => samplesOf(name, metric, subject));
    if (samples.length === 0) continue;
    if (name !== previous) out.push(`# HELP ${name} ${metric.help}\n# TYPE ${name} ${metric.type}\n`);
    previous = name;
    out.push(...samples);
  }
}

function samplesOf(name: string, metric: Metric, subject: Subject): string[] {
  const { figure } = metric;
  if (metric.http && !subject.isHttp) return [];
  const states = subject.states[figure];
  if (states === null) return [];
  if (states !== undefined) {
    return states.map(([state, count]) => `${name}{${subject.labels},state="${state}"} ${count}\n`);
  }
  const code = figure.startsWith('hrsp_') ? `,code="${figure.slice('hrsp_'.length)}"` : '';
  return [`${name}{${subject.labels}${code}} ${numberText(subject.values[figure], metric.seconds)}\n`];
}

function numberText(value: string | number | undefined, seconds: boolean): string {
  if (typeof value !== 'number') return seconds ? '0.000000' : 'NaN';
  return seconds ? (value / 1000).toFixed(6) : String(value);
}

function labelText(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
}

function oneOf(states: readonly string[], state: string): readonly (readonly [string, number])[] {
  return states.map((known) => [known, known === state ? 1 : 0]);
}

function proxyLabel(proxy: Proxy): string {
  return `proxy="${labelText(proxy.name)}"`;
}

function exportFrontends(proxies: readonly Proxy[], options: RowOptions, out: string[]): void {
  const subjects = proxies
    .filter((proxy) => proxy.model.frontend)
    .map((proxy) => ({
      labels: proxyLabel(proxy),
      values: frontendRow(proxy, options),
      isHttp: proxy.model.mode === 'http',
      states: { status: oneOf(['DOWN', 'UP'], proxy.stopped ? 'DOWN' : 'UP') },
    }));
  exportSubjects('frontend', 'F', subjects, out);
}

/** Only listeners that count for themselves (`option socket-stats`). */
function exportListeners(proxies: readonly Proxy[], options: RowOptions, out: string[]): void {
  const subjects = proxies
    .filter((proxy) => proxy.model.frontend && proxy.model.options.socketStats)
    .flatMap((proxy) =>
      proxy.listeners.map((listener) => {
        const values = listenerRow(listener, options);
        return {
          labels: `${proxyLabel(proxy)},listener="${labelText(listener.name)}"`,
          values,
          isHttp: proxy.model.mode === 'http',
          states: { status: oneOf(['WAITING', 'OPEN', 'FULL'], String(values['status'])) },
        };
      }),
    );
  exportSubjects('listener', 'L', subjects, out);
}

function exportBackends(proxies: readonly Proxy[], options: RowOptions, out: string[]): void {
  const subjects = proxies
    .filter((proxy) => proxy.model.backend)
    .map((proxy) => {
      const values = backendRow(proxy, options);
      const counts = SERVER_STATES.map((state) => {
        return [state, proxy.servers.filter((server) => serverState(server) === state).length] as const;
      });
      return {
        labels: proxyLabel(proxy),
        values,
        isHttp: proxy.model.mode === 'http',
        states: {
          status: oneOf(['DOWN', 'UP'], String(values['status'])),
          agg_server_status: proxy.servers.length === 0 ? null : counts,
          agg_server_check_status: proxy.servers.length === 0 ? null : counts,
          agg_check_status: proxy.servers.length === 0 ? null : checkCounts(proxy),
        },
      };
    });
  exportSubjects('backend', 'B', subjects, out);
}

function checkCounts(proxy: Proxy): readonly (readonly [string, number])[] {
  return CHECK_ENDS.map((end) => [end, proxy.servers.filter((server) => server.check?.health.status === end).length]);
}

function serverState(server: Server): (typeof SERVER_STATES)[number] {
  if (server.inMaintenance) return 'MAINT';
  if (server.operation === RUNNING || server.operation === STARTING) return server.draining ? 'DRAIN' : 'UP';
  return server.operation === STOPPING ? 'NOLB' : 'DOWN';
}

function exportServers(
  proxies: readonly Proxy[],
  options: RowOptions,
  withoutMaintenance: boolean,
  out: string[],
): void {
  const subjects = proxies
    .filter((proxy) => proxy.model.backend)
    .flatMap((proxy) => proxy.servers)
    .filter((server) => !withoutMaintenance || !server.inMaintenance)
    .map((server) => {
      const health = server.check?.enabled === true ? server.check.health : null;
      const status = health?.status ?? 'UNK';
      const checked = CHECK_STATUSES[status].outcome !== 'unknown';
      return {
        labels: `${proxyLabel(server.proxy)},server="${labelText(server.name)}"`,
        values: {
          ...serverRow(server, options),
          check_code: health !== null && CHECK_STATUSES[status].hasCode ? health.code : 0,
          check_duration: health?.durationMs,
        },
        isHttp: server.proxy.model.mode === 'http',
        states: {
          status: oneOf(SERVER_STATES, serverState(server)),
          check_status: health === null ? null : oneOf(CHECK_ENDS, status),
          ...(health === null ? { check_code: null } : {}),
          ...(checked ? {} : { check_duration: null }),
        },
      };
    });
  exportSubjects('server', 'S', subjects, out);
}
