/** What `tcp-request` and `tcp-response` rules set: addresses, variables, levels, captures. */
import { closed, type DifferentialCase, drip, send } from '../case.ts';
import { origins, payloadCase } from '../rule-case.ts';
import { clientHello } from '../tls-hello.ts';

const HELLO = '\x16\x03\x01';
const hello = clientHello('b.example');

const actions: readonly DifferentialCase[] = [
  payloadCase({
    name: 'set-src-of-connection',
    frontend: ['tcp-request connection set-src ipv4(192.0.2.33)', 'tcp-request connection set-src-port int(4321)'],
    client: [send('x'), closed],
    origins: origins('x'),
  }),
  payloadCase({
    name: 'set-src-of-session',
    frontend: [
      'tcp-request connection expect-proxy layer4',
      'tcp-request session set-src src,ipmask(24)',
      'tcp-request session reject unless { src 192.0.2.0 }',
    ],
    client: [send('PROXY TCP4 192.0.2.7 192.0.2.8 1234 80\r\nhello'), closed],
    origins: origins('hello'),
  }),
  payloadCase({
    name: 'set-src-of-content',
    frontend: [
      'tcp-request content set-src ipv4(192.0.2.44)',
      'tcp-request content set-src-port int(44)',
      'use_backend {case}-second if { src 192.0.2.44 }',
    ],
    client: [send('x'), closed],
    origins: origins('x'),
  }),
  payloadCase({
    name: 'set-dst-seen-by-rules',
    frontend: [
      'tcp-request connection set-dst ipv4(192.0.2.55)',
      'tcp-request connection set-dst-port int(5555)',
      'use_backend {case}-second if { dst 192.0.2.55 } { dst_port 5555 }',
    ],
    client: [send('x'), closed],
    origins: origins('x'),
  }),
  payloadCase({
    name: 'session-variable',
    frontend: [
      'tcp-request connection set-var(sess.from) src',
      'tcp-request content reject if { var(sess.from) -m ip 10.0.0.0/8 }',
      'use_backend {case}-second if { var(sess.from) -m ip 127.0.0.0/8 }',
    ],
    client: [send('x'), closed],
    origins: origins('x'),
  }),
  payloadCase({
    name: 'content-variable-from-payload',
    frontend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content set-var(txn.first) req.payload(0,1) if { req.len gt 0 }',
      'tcp-request content accept if { req.len gt 0 }',
      'use_backend {case}-second if { var(txn.first) -m str x }',
    ],
    client: [send('x'), closed],
    origins: origins('x'),
  }),
  payloadCase({
    name: 'log-level-silent',
    frontend: ['tcp-request content set-log-level silent'],
    client: [send('x'), closed],
    origins: origins('x'),
    logs: 0,
  }),
  payloadCase({
    name: 'log-level-alert',
    frontend: ['tcp-request content set-log-level alert'],
    client: [send('x'), closed],
    origins: origins('x'),
  }),
  payloadCase({
    name: 'log-level-by-the-response',
    frontend: [],
    backend: ['tcp-response content set-log-level crit'],
    client: [send('x'), closed],
    origins: origins('x'),
  }),
  payloadCase({
    name: 'marks-change-nothing-else',
    frontend: [
      'tcp-request connection set-tos 0x10',
      'tcp-request session set-mark 5',
      'tcp-request content set-tos 8',
      'tcp-request content set-priority-class int(5)',
      'tcp-request content set-priority-offset int(-20)',
    ],
    client: [send('x'), closed],
    origins: origins('x'),
  }),
];

/** What rules keep for the log. */
const captures: readonly DifferentialCase[] = [
  payloadCase({
    name: 'capture-of-a-server-name',
    frontend: [
      'log-format %f\\ %s,%hr,%hrl,%[capture.req.hdr(0)]',
      'tcp-request inspect-delay 3s',
      'tcp-request content capture req.ssl_sni len 5',
      'tcp-request content capture src len 20',
      'tcp-request content accept if { req.ssl_hello_type 1 }',
    ],
    client: [drip(hello), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'capture-of-what-never-comes',
    frontend: [
      'log-format %f\\ %s,%hr,%hrl',
      'tcp-request inspect-delay 300ms',
      'tcp-request content capture req.payload(0,9) len 9',
      'tcp-request content set-var(txn.after) bool(true)',
      'use_backend {case}-second if { var(txn.after) -m bool }',
    ],
    client: [send('hello'), closed],
    origins: origins('hello'),
  }),
  payloadCase({
    name: 'capture-with-a-condition',
    frontend: [
      'log-format %f\\ %s,%hr',
      'tcp-request inspect-delay 3s',
      'tcp-request content capture req.payload(0,3) len 9 if { req.len ge 3 }',
      'tcp-request content capture req.payload(0,4) len 9 if FALSE',
    ],
    client: [drip('hello'), closed],
    origins: origins('hello'),
  }),
];

export const tcpActions: readonly DifferentialCase[] = [...actions, ...captures];
