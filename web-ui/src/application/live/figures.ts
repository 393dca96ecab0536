/** What the unit tells of its services: the answers of /api/overview, /api/topology, /api/history, /api/drains. */

/** How often pages ask for them. */
export const FIGURES_MS = 2_000;

export type Light = 'green' | 'amber' | 'red' | 'grey';

export const METRICS = [
  'requests',
  'connections',
  'sessions',
  'bytesIn',
  'bytesOut',
  'errors',
  'responseMs',
  'queued',
  'up',
] as const;
export type Metric = (typeof METRICS)[number];

/** Of the newest second; null: not measured. */
export type Rates = Readonly<Record<Metric, number | null>>;

export interface Health {
  readonly light: Light;
  readonly reason: string;
  readonly sinceMs: number | null;
}

export interface Service extends Health {
  readonly kind: 'frontend' | 'backend';
  readonly name: string;
  readonly mode: string;
  readonly others: readonly string[];
  readonly servers: { readonly up: number; readonly total: number };
  readonly rates: Rates;
}

/** Whether there is anything to show; `stopped`: the proxy does not run, `unreachable`: it runs and does not answer. */
export interface Standing {
  readonly state: 'serving' | 'bare' | 'starting' | 'stopped' | 'unreachable' | 'empty';
  readonly summary: string;
  /** Since when it does not run or answer. */
  readonly sinceMs: number | null;
}

export interface Overview extends Standing {
  readonly timeMs: number;
  readonly light: Light;
  readonly proxy: { readonly revision: number; readonly processId: number; readonly startedMs: number } | null;
  readonly totals: { readonly servers: { readonly up: number; readonly total: number }; readonly rates: Rates };
  readonly services: readonly Service[];
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

export interface Frontend extends Service {
  readonly binds: readonly string[];
  readonly computed: boolean;
}

export interface Backend extends Service {
  readonly members: readonly ServerView[];
}

export interface Topology extends Standing {
  readonly timeMs: number;
  readonly revision: number;
  readonly frontends: readonly Frontend[];
  readonly backends: readonly Backend[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly requests: number | null }[];
}

export interface History {
  readonly object: string;
  readonly stepMs: number;
  readonly fromMs: number;
  readonly values: Readonly<Record<Metric, readonly (number | null)[]>>;
}

export function frontendPath(name: string): string {
  return `/services/frontend/${encodeURIComponent(name)}`;
}

export function backendPath(name: string): string {
  return `/services/backend/${encodeURIComponent(name)}`;
}

export function serverPath(backend: string, server: string): string {
  return `${backendPath(backend)}/${encodeURIComponent(server)}`;
}
