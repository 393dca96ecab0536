/**
 * Keywords whose only effect is an option on a socket: the real haproxy and ours set it on the same kind of socket, and
 * neither does without the keyword. Seen with strace, for what a peer notices of them depends on the network.
 */
import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { freePort } from '../differential/free-port.ts';
import { findCandidate, findReference } from '../differential/proxy-process.ts';
import { type SocketCall, type SocketKind, TracedProgram, traceMissing } from './traced-program.ts';

interface Effect {
  readonly keyword: string;
  readonly kind: SocketKind;
  /** What the call's arguments look like. */
  readonly text: RegExp;
  /** HAProxy 2.6 looks for data to send in the wrong buffer and so never does what its manual says. */
  readonly oursOnly?: boolean;
}

const root = process.getuid?.() === 0;

const EFFECTS: readonly Effect[] = [
  { keyword: 'bind mss', kind: 'listener', text: /^SOL_TCP, TCP_MAXSEG, \[1000\]/ },
  { keyword: 'bind tcp-ut', kind: 'listener', text: /^SOL_TCP, TCP_USER_TIMEOUT, \[12345\]/ },
  { keyword: 'bind defer-accept', kind: 'listener', text: /^SOL_TCP, TCP_DEFER_ACCEPT, \[1\]/ },
  { keyword: 'bind tfo', kind: 'listener', text: /^SOL_TCP, TCP_FASTOPEN, \[\d+\]/ },
  { keyword: 'option nolinger', kind: 'listener', text: /^SOL_SOCKET, SO_LINGER, \{l_onoff=1, l_linger=0\}/ },
  { keyword: 'option tcp-smart-accept', kind: 'listener', text: /^SOL_TCP, TCP_QUICKACK, \[0\]/ },
  { keyword: 'option clitcpka', kind: 'client', text: /^SOL_SOCKET, SO_KEEPALIVE, \[1\]/ },
  { keyword: 'clitcpka-cnt', kind: 'client', text: /^SOL_TCP, TCP_KEEPCNT, \[3\]/ },
  { keyword: 'clitcpka-idle', kind: 'client', text: /^SOL_TCP, TCP_KEEPIDLE, \[31\]/ },
  { keyword: 'clitcpka-intvl', kind: 'client', text: /^SOL_TCP, TCP_KEEPINTVL, \[32\]/ },
  { keyword: 'srvtcpka-cnt', kind: 'server', text: /^SOL_TCP, TCP_KEEPCNT, \[4\]/ },
  { keyword: 'srvtcpka-idle', kind: 'server', text: /^SOL_TCP, TCP_KEEPIDLE, \[33\]/ },
  { keyword: 'srvtcpka-intvl', kind: 'server', text: /^SOL_TCP, TCP_KEEPINTVL, \[34\]/ },
  { keyword: 'tune.rcvbuf.client', kind: 'client', text: /^SOL_SOCKET, SO_RCVBUF, \[20001\]/ },
  { keyword: 'tune.sndbuf.client', kind: 'client', text: /^SOL_SOCKET, SO_SNDBUF, \[20002\]/ },
  { keyword: 'http-request set-tos', kind: 'client', text: /^SOL_IP, IP_TOS, \[32\]/ },
  { keyword: 'http-response set-tos', kind: 'client', text: /^SOL_IP, IP_TOS, \[16\]/ },
  { keyword: 'option srvtcpka', kind: 'server', text: /^SOL_SOCKET, SO_KEEPALIVE, \[1\]/ },
  { keyword: 'tune.rcvbuf.server', kind: 'server', text: /^SOL_SOCKET, SO_RCVBUF, \[20003\]/ },
  { keyword: 'tune.sndbuf.server', kind: 'server', text: /^SOL_SOCKET, SO_SNDBUF, \[20004\]/ },
  { keyword: 'server tcp-ut', kind: 'server', text: /^SOL_TCP, TCP_USER_TIMEOUT, \[23456\]/ },
  { keyword: 'option tcp-smart-connect', kind: 'server', text: /^SOL_TCP, TCP_QUICKACK, \[0\]/, oursOnly: true },
  { keyword: 'server tfo', kind: 'server', text: /^SOL_TCP, TCP_FASTOPEN_CONNECT, \[1\]/, oursOnly: true },
  ...(root
    ? ([
        { keyword: 'http-request set-mark', kind: 'client', text: /^SOL_SOCKET, SO_MARK, \[31\]/ },
        { keyword: 'bind interface', kind: 'listener', text: /^SOL_SOCKET, SO_BINDTODEVICE, "lo/ },
        { keyword: 'source interface', kind: 'server', text: /^SOL_SOCKET, SO_BINDTODEVICE, "lo/ },
      ] as const)
    : []),
];

interface Ports {
  readonly proxy: number;
  readonly origin: number;
}

function configuration(ports: Ports, withKeywords: boolean): string {
  const on = (text: string): string => (withKeywords ? text : '');
  return `
global
  nbthread 1
  ${on('tune.rcvbuf.client 20001\n  tune.sndbuf.client 20002\n  tune.rcvbuf.server 20003\n  tune.sndbuf.server 20004')}
defaults
  mode tcp
  timeout connect 5s
  timeout client 5s
  timeout server 5s
listen l
  mode http
  bind 127.0.0.1:${ports.proxy} ${on(`mss 1000 tcp-ut 12345ms defer-accept tfo ${root ? 'interface lo' : ''}`)}
  ${withKeywords ? 'option tcp-smart-accept' : 'no option tcp-smart-accept'}
  ${on('option nolinger\n  option clitcpka\n  option srvtcpka\n  option tcp-smart-connect')}
  ${on('clitcpka-cnt 3\n  clitcpka-idle 31s\n  clitcpka-intvl 32s')}
  ${on('srvtcpka-cnt 4\n  srvtcpka-idle 33s\n  srvtcpka-intvl 34s')}
  ${on(`http-request set-tos 0x20\n  http-response set-tos 020\n  ${root ? 'http-request set-mark 0x1f' : ''}`)}
  server s 127.0.0.1:${ports.origin} ${on(`tcp-ut 23456ms tfo source 127.0.0.1 ${root ? 'interface lo' : ''}`)}
  monitor-uri /none
`;
}

function fetchStatus(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path: '/', agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', reject);
  });
}

async function trace(program: string, withKeywords: boolean, origin: Server): Promise<readonly SocketCall[]> {
  const ports = { proxy: await freePort(), origin: (origin.address() as AddressInfo).port };
  const traced = await TracedProgram.start(program, configuration(ports, withKeywords));
  try {
    const status = await fetchStatus(ports.proxy);
    if (status !== 200) throw new Error(`the origin's answer did not come through: ${status}`);
    // The harness has a listener, too.
    return traced.calls().filter((call) => call.kind !== 'listener' || call.port === ports.proxy);
  } finally {
    await traced.stop();
  }
}

t.setTimeout(600_000);
const missing = traceMissing();
if (missing !== false) t.pass('socket options', { skip: missing });
else {
  const origin = createServer((_request, response) => response.end('x')).listen(0, '127.0.0.1');
  await once(origin, 'listening');
  t.teardown(() => {
    origin.close();
    origin.closeAllConnections();
  });
  for (const [name, program] of [
    ['haproxy', findReference()],
    ['mahalo', findCandidate()],
  ] as const) {
    if (program === null) {
      t.pass(`socket options of ${name}`, { skip: 'not installed' });
      continue;
    }
    t.test(`keywords set their options on the sockets of ${name}`, async (t) => {
      const plain = await trace(program, false, origin);
      const tuned = await trace(program, true, origin);
      const has = (calls: readonly SocketCall[], { kind, text }: Effect): boolean =>
        calls.some((call) => call.name === 'setsockopt' && call.kind === kind && text.test(call.text));
      for (const effect of EFFECTS) {
        if (effect.oursOnly !== true || name === 'mahalo')
          t.equal(has(tuned, effect), true, `${effect.keyword} is set`);
        t.equal(has(plain, effect), false, `without ${effect.keyword} it is not`);
      }
    });
  }
}
