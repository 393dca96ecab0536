/** How services are, and what they carry: GET /api/overview, /api/topology, /api/history. */

export type Light = 'green' | 'amber' | 'red' | 'grey';

/** Of a service or a server; `METRICS` in admin/history tells what each is. */
export type Metric =
  | 'requests'
  | 'connections'
  | 'sessions'
  | 'bytesIn'
  | 'bytesOut'
  | 'errors'
  | 'responseMs'
  | 'queued'
  | 'up';

/** Figures of the newest second; null: not measured. */
export type Rates = Readonly<Record<Metric, number | null>>;

export interface Health {
  readonly light: Light;
  readonly reason: string;
  /** Of the change that is the reason, milliseconds since 1970; null: there is no such moment. */
  readonly sinceMs: number | null;
}

export interface Service extends Health {
  readonly kind: 'frontend' | 'backend';
  readonly name: string;
  readonly mode: string;
  /** Backends a frontend leads to; frontends that lead to a backend. */
  readonly others: readonly string[];
  /** Servers that take requests; of a frontend, those of its backends. */
  readonly servers: { readonly up: number; readonly total: number };
  readonly rates: Rates;
}

export interface ServerView extends Health {
  readonly name: string;
  readonly address: string;
  readonly title: string;
  readonly status: string;
  readonly weight: number;
  readonly backup: boolean;
  readonly rates: Rates;
}

export interface FrontendView extends Service {
  /** Where it listens, as its `bind` lines say. */
  readonly binds: readonly string[];
  /** It chooses a backend by a name computed for each request: it may lead to more. */
  readonly computed: boolean;
}

export interface BackendView extends Service {
  readonly members: readonly ServerView[];
}

/** What runs, by the one who started it. */
export interface RunningProxy {
  readonly revision: number;
  readonly processId: number;
  /** Milliseconds since 1970; 0: not known. */
  readonly startedMs: number;
}

/**
 * `stopped`: the proxy does not run. `unreachable`: it runs, and does not answer. `empty`: there is no configuration.
 * `bare`: the configuration that runs has neither a frontend nor a backend.
 */
export type UnitState = 'serving' | 'bare' | 'starting' | 'stopped' | 'unreachable' | 'empty';

/** Whether there is anything to show, and if not, why. */
export interface Standing {
  readonly state: UnitState;
  readonly summary: string;
  /** Since when the proxy does not run or answer, milliseconds since 1970; null: it does. */
  readonly sinceMs: number | null;
}

export interface OverviewView extends Standing {
  readonly timeMs: number;
  readonly light: Light;
  readonly proxy: RunningProxy | null;
  readonly totals: {
    readonly servers: { readonly up: number; readonly total: number };
    /** Of all frontends. */
    readonly rates: Rates;
  };
  readonly services: readonly Service[];
}

export interface TopologyView extends Standing {
  readonly timeMs: number;
  readonly revision: number;
  readonly frontends: readonly FrontendView[];
  readonly backends: readonly BackendView[];
  /** `requests` a second; null where several ways meet at both ends, so that nobody has counted this one. */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly requests: number | null }[];
}

export interface ObjectHistory {
  readonly stepMs: number;
  /** Of the first value. */
  readonly fromMs: number;
  /** Oldest first; null: not measured. */
  readonly values: Readonly<Record<Metric, readonly (number | null)[]>>;
}
