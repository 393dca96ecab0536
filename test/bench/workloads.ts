/** What is measured: for each workload one configuration, read by haproxy and by Mahalo alike, and the requests. */
import { largeBytes } from './nginx.ts';

export interface Ports {
  readonly proxy: number;
  readonly origin: number;
  /** A UDP port that swallows log lines. */
  readonly log: number;
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
  configuration(ports: Ports): string;
}

/** Rules of the workload of many rules; the requests match the last. */
const ruleCount = 1000;
/** Backends these rules lead to, in turn. */
const ruleBackends = 10;

function head(mode: 'http' | 'tcp', options: readonly string[] = []): string {
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

function simple(mode: 'http' | 'tcp', options: readonly string[] = [], rules: readonly string[] = []) {
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

function manyRules(ports: Ports): string {
  const rules = Array.from(
    { length: ruleCount },
    (_, index) => `    use_backend b${index % ruleBackends} if { hdr(host) -i h${index}.example.com }\n`,
  );
  const backends = Array.from(
    { length: ruleBackends },
    (_, index) => `\nbackend b${index}\n    server origin 127.0.0.1:${ports.origin}\n`,
  );
  return `${head('http')}
frontend bench
    bind 127.0.0.1:${ports.proxy}
${rules.join('')}    default_backend b0
${backends.join('')}`;
}

const plain = {
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
} as const;

export const workloads: readonly Workload[] = [
  {
    ...plain,
    name: 'keepalive',
    title: '47 B, 64 kept connections',
    target: 0.85,
    others: true,
    configuration: simple('http'),
  },
  {
    ...plain,
    name: 'large',
    title: '1 MB objects, 16 kept connections',
    unit: 'MB',
    unitsPerRequest: largeBytes / 2 ** 20,
    target: 0.9,
    connections: 16,
    path: '/large',
    latencyRateMost: 150,
    configuration: simple('http'),
  },
  {
    ...plain,
    name: 'close',
    title: 'a new connection per request',
    unit: 'connection',
    target: 1.5,
    headers: ['Connection: close'],
    closing: true,
    latencyRateMost: 1500,
    configuration: simple('http', ['option httpclose']),
  },
  {
    ...plain,
    name: 'tcp',
    title: 'mode tcp, 47 B, 64 kept connections',
    target: 1.05,
    configuration: simple('tcp'),
  },
  {
    ...plain,
    name: 'rules',
    title: `${ruleCount} use_backend rules on Host, the last one hit`,
    target: 0.25,
    headers: [`Host: h${ruleCount - 1}.example.com`],
    configuration: manyRules,
  },
  {
    ...plain,
    name: 'log',
    title: '47 B, httplog over UDP, forwardfor, one rule, one header set',
    extra: true,
    configuration: simple(
      'http',
      ['log 127.0.0.1:LOG local0', 'option httplog', 'option forwardfor'],
      [
        'acl static path_beg /static',
        'http-request set-header X-Static 1 if static',
        'http-response del-header Server',
      ],
    ),
  },
];

/** Idle connections: closed to the origin after each answer, kept to the client, so only client sides remain. */
export function idleConfiguration(ports: Ports, connections: number): string {
  return `global
    maxconn ${connections}
    nbthread 1

defaults
    mode http
    option http-server-close
    timeout connect 5s
    timeout client 10m
    timeout server 60s
    timeout http-keep-alive 10m

frontend bench
    bind 127.0.0.1:${ports.proxy} backlog 4096
    default_backend origin

backend origin
    server origin 127.0.0.1:${ports.origin}
`;
}
