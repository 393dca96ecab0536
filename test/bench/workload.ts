/** What a workload is: one configuration, read by haproxy and by Mahalo alike, and the requests. */

export interface Ports {
  readonly proxy: number;
  readonly origin: number;
  /** A UDP port that swallows log lines. */
  readonly log: number;
  /** Where the workload's files are. */
  readonly directory: string;
}

export interface Workload {
  readonly name: string;
  readonly title: string;
  /** What CPU time is divided by. */
  readonly unit: 'request' | 'MB' | 'connection';
  readonly unitsPerRequest: number;
  /** The most that Mahalo's CPU time per unit may be of haproxy's. Undefined: shown for information. */
  readonly target: number | undefined;
  readonly connections: number;
  readonly path: string;
  readonly headers: readonly string[];
  readonly closing: boolean;
  /** Requests per second of the latency run at most: the generator stays below its own limits. */
  readonly latencyRateMost: number;
  /** Whether http-proxy and nginx stand beside it. */
  readonly others: boolean;
  /** Only run when asked for by name. */
  readonly extra: boolean;
  /** Files the configuration names, by name. */
  readonly files: Readonly<Record<string, () => string>>;
  configuration(ports: Ports): string;
}

export function head(mode: 'http' | 'tcp', options: readonly string[] = []): string {
  return `global
    maxconn 4000
    nbthread 1

defaults
    mode ${mode}
    timeout connect 5s
    timeout client 60s
    timeout server 60s
${options.map((option) => `    ${option}\n`).join('')}`;
}

export function simple(mode: 'http' | 'tcp', options: readonly string[] = [], rules: readonly string[] = []) {
  return (ports: Ports): string => `${head(
    mode,
    options.map((text) => text.replace('LOG', `${ports.log}`)),
  )}
frontend bench
    bind 127.0.0.1:${ports.proxy}
${rules.map((rule) => `    ${rule}\n`).join('')}    default_backend origin

backend origin
    server origin 127.0.0.1:${ports.origin}
`;
}

export const plain = {
  unit: 'request',
  unitsPerRequest: 1,
  target: undefined,
  connections: 64,
  path: '/',
  headers: [],
  closing: false,
  latencyRateMost: 3000,
  others: false,
  extra: false,
  files: {},
} as const;
