/** Choices by the first bytes of a TCP stream: TLS server names, RDP cookies, several protocols on one port. */
import { close, closed, type DifferentialCase, drip, get, halfClose, idle, send, text } from '../case.ts';
import { origins, payloadCase } from '../rule-case.ts';
import { alert, clientHello, serverHello } from '../tls-hello.ts';

const HELLO = '\x16\x03\x01';
const BY_NAME = [
  'tcp-request inspect-delay 3s',
  'tcp-request content accept if { req.ssl_hello_type 1 }',
  'use_backend {case}-second if { req.ssl_sni -i b.example }',
  'use_backend {case}-third if { req.ssl_sni -m end .c.example }',
];
const hello = clientHello('b.example');

const names: readonly DifferentialCase[] = [
  payloadCase({
    name: 'sni',
    frontend: BY_NAME,
    client: [send(hello), text('second'), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'sni-in-two-pieces',
    frontend: BY_NAME,
    client: [send(hello.slice(0, 60)), idle(60), send(hello.slice(60)), closed],
    origins: origins(HELLO),
  }),
  payloadCase({ name: 'sni-byte-by-byte', frontend: BY_NAME, client: [drip(hello), closed], origins: origins(HELLO) }),
  payloadCase({
    name: 'sni-end-of-name',
    frontend: BY_NAME,
    client: [send(clientHello('www.c.example')), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'sni-in-capitals',
    frontend: BY_NAME,
    client: [send(clientHello('B.EXAMPLE')), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'sni-of-nobody',
    frontend: BY_NAME,
    client: [send(clientHello('d.example')), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'sni-absent',
    frontend: BY_NAME,
    client: [send(clientHello(undefined)), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'hello-never-complete',
    frontend: ['tcp-request inspect-delay 300ms', ...BY_NAME.slice(1), 'tcp-request content reject'],
    client: [send(hello.slice(0, 30)), closed],
  }),
  payloadCase({
    name: 'hello-cut-by-half-close',
    frontend: [...BY_NAME, 'tcp-request content reject'],
    client: [send(hello.slice(0, 30)), halfClose, closed],
  }),
  payloadCase({
    name: 'no-tls-at-all-is-refused-at-once',
    frontend: [...BY_NAME, 'tcp-request content reject'],
    client: [send('GET / HTTP/1.0\r\n\r\n'), closed],
  }),
  payloadCase({
    name: 'alert-is-no-hello',
    frontend: [...BY_NAME, 'tcp-request content reject'],
    client: [send(alert()), closed],
  }),
  payloadCase({
    name: 'tls-version-too-old',
    frontend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content reject if { req.ssl_ver lt 3.2 }',
      'tcp-request content accept if { req.ssl_hello_type 1 }',
    ],
    client: [send(clientHello('a.example', { version: 0x0301 })), closed],
  }),
  payloadCase({
    name: 'tls-version-new-enough',
    frontend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content reject if { req.ssl_ver lt 3.2 }',
      'tcp-request content accept if { req.ssl_hello_type 1 }',
    ],
    client: [send(clientHello('a.example')), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'alpn',
    frontend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content accept if { req.ssl_hello_type 1 }',
      'use_backend {case}-second if { req.ssl_alpn h2 }',
    ],
    client: [send(clientHello('a.example', { protocols: ['h2', 'http/1.1'] })), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'server-hello-passes',
    frontend: BY_NAME.slice(0, 2),
    backend: [
      'tcp-response inspect-delay 3s',
      'tcp-response content accept if { res.ssl_hello_type 2 }',
      'tcp-response content reject',
    ],
    client: [send(hello), text('\x16\x03\x03'), closed],
    origins: { main: [[text(HELLO), drip(serverHello()), close]] },
  }),
  payloadCase({
    name: 'server-that-speaks-no-tls-is-refused',
    frontend: BY_NAME.slice(0, 2),
    backend: [
      'tcp-response inspect-delay 3s',
      'tcp-response content accept if { res.ssl_hello_type 2 }',
      'tcp-response content reject',
    ],
    client: [send(hello), closed],
    origins: { main: [[text(HELLO), send('220 no TLS here\r\n'), closed]] },
  }),
];

const RDP = '\x03\x00\x00\x2a\x25\xe0\x00\x00\x00\x00\x00Cookie: mstshash=eltons\r\n\x01\x00\x08\x00\x00\x00\x00\x00';
const BY_COOKIE = [
  'tcp-request inspect-delay 3s',
  'tcp-request content accept if RDP_COOKIE',
  'use_backend {case}-second if { req.rdp_cookie(mstshash) eltons }',
];

const cookies: readonly DifferentialCase[] = [
  payloadCase({ name: 'rdp-cookie', frontend: BY_COOKIE, client: [send(RDP), closed], origins: origins('Cookie') }),
  payloadCase({
    name: 'rdp-cookie-in-pieces',
    frontend: BY_COOKIE,
    client: [send(RDP.slice(0, 20)), idle(60), send(RDP.slice(20)), closed],
    origins: origins('Cookie'),
  }),
  payloadCase({
    name: 'rdp-cookie-of-another',
    frontend: BY_COOKIE,
    client: [send(RDP.replace('eltons', 'davids')), closed],
    origins: origins('Cookie'),
  }),
];

/** Three protocols on one port. */
const BY_PROTOCOL = [
  'tcp-request inspect-delay 300ms',
  'tcp-request content accept if { req.ssl_hello_type 1 }',
  'tcp-request content accept if { req.payload(0,7) -m bin 5353482d322e30 }',
  'tcp-request content accept if HTTP',
  'use_backend {case}-second if { req.ssl_hello_type 1 }',
  'use_backend {case}-third if { req.payload(0,7) -m bin 5353482d322e30 }',
];

const protocols: readonly DifferentialCase[] = [
  payloadCase({
    name: 'one-port-tls',
    frontend: BY_PROTOCOL,
    client: [send(hello), closed],
    origins: origins(HELLO),
  }),
  payloadCase({
    name: 'one-port-ssh',
    frontend: BY_PROTOCOL,
    client: [send('SSH-2.0-OpenSSH_9.2\r\n'), closed],
    origins: origins('SSH'),
  }),
  payloadCase({
    name: 'one-port-http',
    frontend: BY_PROTOCOL,
    client: [send(get('/')), closed],
    origins: origins('GET'),
  }),
  payloadCase({
    name: 'one-port-silent-client',
    frontend: BY_PROTOCOL,
    client: [text('220'), closed],
    origins: { main: [[send('220 you are late'), close]] },
  }),
  payloadCase({
    name: 'length-and-value',
    frontend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content accept if { req.payload_lv(0,1) -m str hello }',
      'tcp-request content reject',
      'use_backend {case}-second if { req.payload_lv(0,1) -m str hello }',
    ],
    client: [drip('\x05hello'), closed],
    origins: origins('hello'),
  }),
  payloadCase({
    name: 'host-of-a-request-in-tcp-mode',
    frontend: [
      'tcp-request inspect-delay 3s',
      'tcp-request content accept if HTTP',
      'use_backend {case}-second if { hdr(host) -i example.test }',
    ],
    client: [drip(get('/')), closed],
    origins: origins('GET'),
  }),
  payloadCase({
    name: 'response-length',
    frontend: [],
    backend: [
      'tcp-response inspect-delay 3s',
      'tcp-response content reject if { res.payload(0,3) -m str bad }',
      'tcp-response content accept if { res.len gt 2 }',
    ],
    client: [send('x'), text('good'), closed],
    origins: { main: [[text('x'), drip('good'), close]] },
  }),
];

export const tcpPayloads: readonly DifferentialCase[] = [...names, ...cookies, ...protocols];
