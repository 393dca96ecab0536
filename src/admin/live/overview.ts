/**
 * The unit at one glance, and as a map: made of the last figures when somebody asks, once for all who ask about the same
 * figures. Nobody who asks makes the proxy work.
 */

import type {
  Light,
  Metric,
  OverviewView,
  Rates,
  RunningProxy,
  ServerView,
  Service,
  Standing,
  TopologyView,
  UnitState,
} from '../answers/figures.ts';
import { METRICS, objectOf } from '../history/figures.ts';
import type { History } from '../history/history.ts';
import type { StatisticsRow } from '../proxy/statistics.ts';
import { type BackendHealth, backendHealth, frontendHealth, serverHealth, worstOf } from './service-health.ts';
import type { Snapshot } from './statistics-watch.ts';
import { NO_TOPOLOGY, type Topology, topologyOf } from './topology.ts';

export interface OverviewSource {
  readonly history: History;
  latest(): Snapshot | undefined;
  running(): RunningProxy | undefined;
  /** The text of a revision; undefined: there is none. */
  textOf(revision: number): string | undefined;
  /** A revision is in force, so that a proxy should run. */
  wanted(): boolean;
}

interface Picture {
  readonly overview: OverviewView;
  readonly topology: TopologyView;
}

const MINUTE_S = 60;
const ADDED: readonly Metric[] = ['requests', 'connections', 'sessions', 'bytesIn', 'bytesOut', 'errors'];

function ratesOf(values: Float32Array | undefined): Rates {
  const entries = METRICS.map((metric, index) => {
    const value = values?.[index] ?? Number.NaN;
    return [metric, Number.isNaN(value) ? null : Number(value.toPrecision(4))] as const;
  });
  return Object.fromEntries(entries) as Record<Metric, number | null>;
}

function addedUp(all: readonly Rates[]): Rates {
  const sum = (metric: Metric): number | null => {
    const known = all.flatMap((rates) => rates[metric] ?? []);
    return known.length === 0 ? null : Number(known.reduce((one, other) => one + other, 0).toPrecision(4));
  };
  const entries = METRICS.map((metric) => [metric, ADDED.includes(metric) ? sum(metric) : null] as const);
  return Object.fromEntries(entries) as Record<Metric, number | null>;
}

export class Overview {
  readonly #source: OverviewSource;
  #revision = -1;
  #map: Topology = NO_TOPOLOGY;
  #of: Snapshot | undefined;
  #picture: Picture | undefined;

  constructor(source: OverviewSource) {
    this.#source = source;
  }

  overview(): OverviewView {
    return this.#look().overview;
  }

  topology(): TopologyView {
    return this.#look().topology;
  }

  #look(): Picture {
    const latest = this.#source.latest();
    if (this.#picture === undefined || this.#of !== latest || latest === undefined) {
      this.#picture = latest?.kind === 'figures' ? this.#picturesOf(latest.rows, latest.timeMs) : this.#without(latest);
      this.#of = latest;
    }
    return this.#picture;
  }

  #without(latest: Snapshot | undefined): Picture {
    const running = this.#source.running() ?? null;
    const timeMs = latest?.timeMs ?? 0;
    const standing = this.#standingWithout(latest);
    const light: Light = standing.sinceMs === null ? 'grey' : 'red';
    const totals = { servers: { up: 0, total: 0 }, rates: ratesOf(undefined) };
    return {
      overview: { timeMs, ...standing, light, proxy: running, totals, services: [] },
      topology: { timeMs, ...standing, revision: running?.revision ?? 0, frontends: [], backends: [], edges: [] },
    };
  }

  #standingWithout(latest: Snapshot | undefined): Standing {
    if (!this.#source.wanted()) {
      const summary = 'Nothing is balanced yet: no configuration has been applied.';
      return { state: 'empty', summary, sinceMs: null };
    }
    if (latest?.kind !== 'unreachable') {
      return { state: 'starting', summary: 'The figures of the proxy are on their way.', sinceMs: null };
    }
    const { reason, sinceMs, why } = latest;
    if (why === 'absent') return { state: 'stopped', summary: 'The proxy is not running: nothing is served.', sinceMs };
    const summary = `The proxy runs, but cannot be asked how it is: ${reason}.`;
    return { state: 'unreachable', summary, sinceMs };
  }

  #mapOf(revision: number): Topology {
    if (revision !== this.#revision) {
      this.#revision = revision;
      this.#map = topologyOf(this.#source.textOf(revision) ?? '');
    }
    return this.#map;
  }

  #rates(row: StatisticsRow): Rates {
    return ratesOf(this.#source.history.current(objectOf(row) ?? ''));
  }

  #backend(row: StatisticsRow, servers: readonly StatisticsRow[], map: Topology, timeMs: number): Service {
    const { history } = this.#source;
    const name = String(row['pxname']);
    const object = `backend/${name}`;
    const minute = {
      requests: history.sum(object, 'requests', MINUTE_S),
      errors: history.sum(object, 'errors', MINUTE_S),
    };
    const { up, total, ...health }: BackendHealth = backendHealth(row, servers, minute, timeMs);
    const others = map.edges.flatMap(({ frontend, backend }) => (backend === name ? [frontend] : []));
    const mode = String(row['mode'] ?? '');
    return { kind: 'backend', name, mode, ...health, others, servers: { up, total }, rates: this.#rates(row) };
  }

  #frontend(row: StatisticsRow, backends: ReadonlyMap<string, Service>, map: Topology): Service {
    const name = String(row['pxname']);
    const led = map.edges.flatMap(({ frontend, backend }) => {
      const service = frontend === name ? backends.get(backend) : undefined;
      return service === undefined ? [] : [service];
    });
    const servers = {
      up: led.reduce((sum, one) => sum + one.servers.up, 0),
      total: led.reduce((sum, one) => sum + one.servers.total, 0),
    };
    const others = led.map((one) => one.name);
    const mode = String(row['mode'] ?? '');
    return { kind: 'frontend', name, mode, ...frontendHealth(row, led), others, servers, rates: this.#rates(row) };
  }

  #picturesOf(rows: readonly StatisticsRow[], timeMs: number): Picture {
    const running = this.#source.running();
    const map = this.#mapOf(running?.revision ?? 0);
    const serversOf = Map.groupBy(
      rows.filter((row) => row['kind'] === 'server'),
      (row) => String(row['pxname']),
    );
    const backends = new Map<string, Service>();
    for (const row of rows) {
      if (row['kind'] !== 'backend') continue;
      const name = String(row['pxname']);
      backends.set(name, this.#backend(row, serversOf.get(name) ?? [], map, timeMs));
    }
    const frontends = rows.filter((row) => row['kind'] === 'frontend').map((row) => this.#frontend(row, backends, map));
    const services = [...frontends, ...backends.values()];
    const light = worstOf(services.map((one) => one.light));
    const up = [...backends.values()].reduce((sum, { servers }) => sum + servers.up, 0);
    const total = [...backends.values()].reduce((sum, { servers }) => sum + servers.total, 0);
    const totals = { servers: { up, total }, rates: addedUp(frontends.map((one) => one.rates)) };
    const state: UnitState = services.length === 0 ? 'bare' : 'serving';
    const standing: Standing = { state, summary: summaryOf(light, services), sinceMs: null };
    const views = [...backends.values()].map((service) => ({
      ...service,
      members: (serversOf.get(service.name) ?? []).map((row) => this.#server(row, timeMs)),
    }));
    return {
      overview: {
        timeMs,
        ...standing,
        light,
        proxy: running ?? null,
        totals,
        services,
      },
      topology: {
        timeMs,
        ...standing,
        revision: running?.revision ?? 0,
        frontends: frontends.map((service) => ({
          ...service,
          binds: map.binds.get(service.name) ?? [],
          computed: map.computed.has(service.name),
        })),
        backends: views,
        edges: edgesOf(map, frontends, backends),
      },
    };
  }

  #server(row: StatisticsRow, timeMs: number): ServerView {
    const { takesNew: _, ...health } = serverHealth(row, timeMs);
    return {
      name: String(row['svname']),
      address: String(row['addr'] ?? ''),
      status: String(row['status'] ?? ''),
      weight: Number(row['weight'] ?? 0),
      ...health,
      rates: this.#rates(row),
    };
  }
}

function edgesOf(
  { edges, computed }: Topology,
  frontends: readonly Service[],
  backends: ReadonlyMap<string, Service>,
): TopologyView['edges'] {
  return edges.flatMap(({ frontend, backend }) => {
    const from = frontends.find(({ name }) => name === frontend);
    const to = backends.get(backend);
    if (from === undefined || to === undefined) return [];
    // A frontend that computes names may lead anywhere.
    const only = to.others.length === 1 && [...computed].every((name) => name === frontend);
    const alone = from.others.length === 1 && !computed.has(frontend);
    const requests = only ? to.rates.requests : alone ? from.rates.requests : null;
    return [{ from: frontend, to: backend, requests }];
  });
}

function summaryOf(light: Light, services: readonly Service[]): string {
  const red = services.filter((one) => one.light === 'red');
  const amber = services.filter((one) => one.light === 'amber');
  const count = (list: readonly Service[]): string => (list.length === 1 ? '1 service' : `${list.length} services`);
  if (light === 'red') return `${count(red)} out of ${services.length} ${red.length === 1 ? 'does' : 'do'} not serve.`;
  if (light === 'amber') {
    return `Everything is served; ${count(amber)} ${amber.length === 1 ? 'needs' : 'need'} a look.`;
  }
  return services.length === 0
    ? 'The proxy runs, and its configuration has no frontend and no backend.'
    : 'All services are well.';
}
