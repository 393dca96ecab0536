/** What is measured. */
import { largeBytes } from './nginx.ts';
import { ruleWorkloads } from './rule-workloads.ts';
import { type Ports, plain, simple, type Workload } from './workload.ts';

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
  ...ruleWorkloads,
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
