/** `tcp-request` and `tcp-response` rules: who is let in, what is waited for, how it ends in the log. */
import {
  close,
  closed,
  type DifferentialCase,
  drip,
  get,
  halfClose,
  idle,
  logged,
  reset,
  send,
  text,
} from '../case.ts';
import { ruleCase, tcpCase } from '../rule-case.ts';

const connections: readonly DifferentialCase[] = [
  tcpCase({ name: 'connection-reject', frontend: ['tcp-request connection reject'], client: [closed], logs: 0 }),
  tcpCase({
    name: 'connection-reject-if-src',
    frontend: ['tcp-request connection reject if { src 127.0.0.1 }'],
    client: [closed],
    logs: 0,
  }),
  tcpCase({
    name: 'connection-reject-unless-src',
    frontend: ['tcp-request connection reject unless { src 127.0.0.0/8 }'],
  }),
  tcpCase({
    name: 'connection-accept-ends-the-list',
    frontend: ['tcp-request connection accept if TRUE', 'tcp-request connection reject'],
  }),
  tcpCase({
    name: 'connection-expect-proxy',
    frontend: ['tcp-request connection expect-proxy layer4 if { src 127.0.0.1 }'],
    client: [send('PROXY TCP4 192.0.2.7 192.0.2.8 1234 80\r\nhello'), closed],
  }),
  tcpCase({
    name: 'connection-expect-proxy-elsewhere',
    frontend: ['tcp-request connection expect-proxy layer4 unless { src 127.0.0.1 }'],
  }),
  tcpCase({
    name: 'connection-rules-see-the-real-source',
    frontend: ['tcp-request connection expect-proxy layer4', 'tcp-request connection reject if { src 192.0.2.7 }'],
    client: [send('PROXY TCP4 192.0.2.7 192.0.2.8 1234 80\r\nhello'), closed],
  }),
  tcpCase({ name: 'session-reject', frontend: ['tcp-request session reject'], client: [closed], logs: 0 }),
  tcpCase({
    name: 'session-reject-by-proxied-source',
    frontend: ['tcp-request connection expect-proxy layer4', 'tcp-request session reject if { src 192.0.2.7 }'],
    client: [send('PROXY TCP4 192.0.2.7 192.0.2.8 1234 80\r\nhello'), closed],
  }),
  tcpCase({
    name: 'session-accept-by-proxied-source',
    frontend: [
      'tcp-request connection expect-proxy layer4',
      'tcp-request session accept if { src 192.0.2.7 }',
      'tcp-request session reject',
    ],
    client: [send('PROXY TCP4 192.0.2.7 192.0.2.8 1234 80\r\nhello'), closed],
  }),
  ruleCase({
    name: 'connection-reject',
    expect: '',
    frontend: ['tcp-request connection reject'],
    client: [closed],
    logs: 0,
  }),
  ruleCase({ name: 'session-reject', expect: '', frontend: ['tcp-request session reject'], client: [closed], logs: 0 }),
];

const contents: readonly DifferentialCase[] = [
  tcpCase({ name: 'content-reject', frontend: ['tcp-request content reject'], client: [closed] }),
  tcpCase({ name: 'content-accept', frontend: ['tcp-request content accept', 'tcp-request content reject'] }),
  tcpCase({ name: 'content-reject-backend', backend: ['tcp-request content reject'], client: [closed] }),
  tcpCase({
    name: 'content-reject-by-source',
    frontend: ['tcp-request content accept if { src 10.0.0.0/8 }', 'tcp-request content reject if { src 127.0.0.1 }'],
    client: [closed],
  }),
  tcpCase({
    name: 'wait-end-reached',
    frontend: ['tcp-request inspect-delay 300ms', 'tcp-request content accept if WAIT_END'],
    client: [send('hello'), closed],
  }),
  tcpCase({
    name: 'wait-end-then-reject',
    frontend: ['tcp-request inspect-delay 300ms', 'tcp-request content reject if WAIT_END'],
    client: [send('hello'), closed],
  }),
  tcpCase({
    name: 'wait-end-half-close',
    frontend: ['tcp-request inspect-delay 3s', 'tcp-request content accept if WAIT_END'],
    client: [send('hello'), halfClose, closed],
  }),
  tcpCase({
    name: 'wait-end-half-close-nothing',
    frontend: ['tcp-request inspect-delay 3s', 'tcp-request content accept if WAIT_END'],
    client: [halfClose, closed],
    origin: [closed],
  }),
  tcpCase({
    name: 'wait-end-reset',
    frontend: ['tcp-request inspect-delay 3s', 'tcp-request content accept if WAIT_END'],
    client: [send('hello'), idle(100), reset, logged(1)],
    origin: [closed],
  }),
  tcpCase({
    name: 'wait-end-client-timeout',
    frontend: ['timeout client 300ms', 'tcp-request inspect-delay 3s', 'tcp-request content accept if WAIT_END'],
    client: [send('hello'), closed],
  }),
  tcpCase({
    name: 'wait-end-client-timeout-nothing',
    frontend: ['timeout client 300ms', 'tcp-request inspect-delay 3s', 'tcp-request content accept if WAIT_END'],
    client: [closed],
  }),
  tcpCase({
    name: 'content-waits-for-bytes',
    frontend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content accept if { req.len ge 5 }',
      'tcp-request content reject',
    ],
    client: [drip('hello'), closed],
  }),
  tcpCase({
    name: 'content-payload-decides',
    frontend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content reject if { req.payload(0,5) -m str quit! }',
      'tcp-request content accept if REQ_CONTENT',
    ],
    client: [drip('quit!'), closed],
  }),
  tcpCase({
    name: 'content-payload-expires',
    frontend: [
      'tcp-request inspect-delay 300ms',
      'tcp-request content reject if { req.payload(0,9) -m str hello }',
      'tcp-request content accept if REQ_CONTENT',
    ],
    client: [send('hello'), closed],
  }),
  tcpCase({
    name: 'content-nothing-expires-reject',
    frontend: [
      'tcp-request inspect-delay 300ms',
      'tcp-request content accept if REQ_CONTENT',
      'tcp-request content reject',
    ],
    client: [closed],
  }),
  tcpCase({
    name: 'content-backend-waits',
    frontend: ['tcp-request inspect-delay 3s', 'tcp-request content accept if { req.len ge 2 }'],
    backend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content accept if { req.len ge 5 }',
      'tcp-request content reject',
    ],
    client: [drip('hello'), closed],
  }),
  tcpCase({
    name: 'content-full-buffer',
    frontend: ['tcp-request inspect-delay 3s', 'tcp-request content reject if WAIT_END'],
    client: [send('x'.repeat(40000)), closed],
  }),
  tcpCase({
    name: 'server-first-is-held-back',
    frontend: ['tcp-request inspect-delay 300ms', 'tcp-request content accept if REQ_CONTENT'],
    client: [text('220 ready'), send('QUIT'), closed],
    origin: [send('220 ready'), text('QUIT'), close],
  }),
];

/** The client hears nothing more (where the proxy may repair sockets; else it sees a reset). */
const drops: readonly DifferentialCase[] = [
  tcpCase({
    name: 'silent-drop-of-connection',
    frontend: ['tcp-request connection silent-drop'],
    client: [idle(300), close],
    logs: 0,
  }),
  tcpCase({
    name: 'silent-drop-of-session',
    frontend: ['tcp-request session silent-drop'],
    client: [idle(300), close],
    logs: 0,
  }),
  tcpCase({
    name: 'silent-drop-of-content',
    frontend: ['tcp-request inspect-delay 3s', 'tcp-request content silent-drop if { req.len ge 5 }'],
    client: [send('hello'), logged(1), idle(100), close],
  }),
  tcpCase({
    name: 'silent-drop-in-backend',
    frontend: [],
    backend: ['tcp-request inspect-delay 3s', 'tcp-request content silent-drop if { req.len ge 5 }'],
    client: [send('hello'), logged(1), idle(100), close],
  }),
  tcpCase({
    name: 'silent-drop-of-response',
    backend: ['tcp-response inspect-delay 3s', 'tcp-response content silent-drop if { res.len ge 5 }'],
    client: [send('hello'), logged(1), idle(100), close],
    origin: [text('hello'), send('world'), closed],
  }),
  ruleCase({
    name: 'silent-drop',
    expect: '',
    frontend: ['tcp-request content silent-drop if { path /a }'],
    client: [send(get('/a')), logged(1), idle(100), close],
  }),
];

const responses: readonly DifferentialCase[] = [
  tcpCase({
    name: 'response-reject',
    backend: ['tcp-response content reject'],
    client: [closed],
    origin: [closed],
  }),
  tcpCase({
    name: 'response-close',
    backend: ['tcp-response content close'],
    client: [closed],
    origin: [closed],
  }),
  tcpCase({ name: 'response-accept', backend: ['tcp-response content accept', 'tcp-response content reject'] }),
  tcpCase({
    name: 'response-waits-for-bytes',
    backend: [
      'tcp-response inspect-delay 3s',
      'tcp-response content accept if { res.len ge 5 }',
      'tcp-response content reject',
    ],
    origin: [text('hello'), drip('world'), close],
  }),
  tcpCase({
    name: 'response-payload-rejects',
    backend: ['tcp-response inspect-delay 3s', 'tcp-response content reject if { res.payload(0,5) -m str world }'],
    origin: [text('hello'), drip('world'), closed],
  }),
  tcpCase({
    name: 'response-payload-closes',
    backend: ['tcp-response inspect-delay 3s', 'tcp-response content close if { res.payload(0,5) -m str world }'],
    origin: [text('hello'), drip('world'), closed],
  }),
  tcpCase({
    name: 'response-expires',
    backend: ['tcp-response inspect-delay 300ms', 'tcp-response content reject if WAIT_END'],
    origin: [text('hello'), send('wo'), closed],
  }),
  tcpCase({
    name: 'response-expires-with-nothing',
    backend: ['tcp-response inspect-delay 300ms', 'tcp-response content reject if WAIT_END'],
    origin: [text('hello'), closed],
  }),
  tcpCase({
    name: 'response-half-close-ends-the-wait',
    backend: [
      'tcp-response inspect-delay 3s',
      'tcp-response content accept if { res.len ge 50 }',
      'tcp-response content reject',
    ],
    origin: [text('hello'), send('wo'), close],
  }),
  tcpCase({
    name: 'response-greeting-passes-after-wait',
    backend: ['tcp-response inspect-delay 300ms', 'tcp-response content accept if WAIT_END'],
    client: [text('220 ready'), send('QUIT'), closed],
    origin: [send('220 ready'), text('QUIT'), close],
  }),
  tcpCase({
    name: 'response-without-delay-sees-nothing',
    backend: ['tcp-response content reject if { res.len gt 0 }'],
  }),
];

export const tcpRules: readonly DifferentialCase[] = [...connections, ...contents, ...drops, ...responses];
