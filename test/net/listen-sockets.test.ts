import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { AddressModel, BindModel } from '../../src/config/model.ts';
import {
  closeListenSockets,
  type ListenOutcome,
  listenBacklog,
  openListenSockets,
} from '../../src/net/listen-sockets.ts';
import * as net from '../../src/sys/socket.ts';
import { SocketAddress } from '../../src/sys/socket-address.ts';

const root = process.getuid?.() === 0;

function internet(kind: 'ipv4' | 'ipv6', host: string, port: number, portEnd = port): AddressModel {
  return { kind, host, port, portEnd, any: host === '', portOffset: 'none' };
}

/** A bind line with nothing but an address, and what the test is about. */
function bindOf(addresses: readonly AddressModel[], changes: Partial<BindModel> = {}): BindModel {
  return {
    place: { file: 'test.cfg', line: 1, column: 1 },
    text: '',
    addresses,
    name: undefined,
    id: undefined,
    acceptProxy: false,
    netscalerMagic: undefined,
    backlog: undefined,
    maxconn: undefined,
    interface: undefined,
    mode: undefined,
    uid: undefined,
    gid: undefined,
    mss: undefined,
    tcpFastOpen: false,
    deferAccept: false,
    transparent: false,
    v4v6: false,
    v6only: false,
    namespace: undefined,
    tcpUserTimeoutMs: undefined,
    ...changes,
  };
}

function option(outcome: ListenOutcome, level: number, name: number): number {
  return net.getOption((outcome.sockets[0] as { fd: number }).fd, level, name);
}

/** Resolves when a client of Node's own gets through. */
function reach(target: { port: number; host: string } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(target, () => {
      socket.destroy();
      resolve();
    });
    socket.on('error', reject);
  });
}

const before = readdirSync('/proc/self/fd').length;
t.teardown(() => {
  if (readdirSync('/proc/self/fd').length > before + 2) throw new Error('descriptors leaked');
});

t.test('IPv4 and IPv6 addresses listen, and say which port they got', async (t) => {
  const outcome = openListenSockets(bindOf([internet('ipv4', '127.0.0.1', 0), internet('ipv6', '::1', 0)]), 100);
  t.same([outcome.faults, outcome.error, outcome.sockets.length], [[], null, 2]);
  for (const { address, inherited } of outcome.sockets) {
    t.ok(address.port > 0);
    t.equal(inherited, false);
    await reach({ host: address.host, port: address.port });
  }
  closeListenSockets(outcome.sockets);
});

t.test('a range of ports gives one socket each', (t) => {
  // A range cannot ask the kernel for free ports: look for one.
  for (let low = 20_000 + (process.pid % 20_000); ; low += 7) {
    const outcome = openListenSockets(bindOf([internet('ipv4', '127.0.0.1', low, low + 3)]), 10);
    closeListenSockets(outcome.sockets);
    if (outcome.error !== null) continue;
    t.same(
      outcome.sockets.map(({ address }) => address.port),
      [low, low + 1, low + 2, low + 3],
    );
    break;
  }
  t.end();
});

t.test('any address is 0.0.0.0 or ::, with IPv4 clients as the line says', async (t) => {
  const any4 = openListenSockets(bindOf([internet('ipv4', '', 0)]), 10);
  t.equal(any4.sockets[0]?.address.host, '0.0.0.0');
  const only = openListenSockets(bindOf([internet('ipv6', '', 0)], { v6only: true, v4v6: true }), 10);
  t.equal(option(only, net.IPPROTO_IPV6, net.IPV6_V6ONLY), 1, 'v6only wins');
  const both = openListenSockets(bindOf([internet('ipv6', '', 0)], { v4v6: true }), 10);
  t.equal(option(both, net.IPPROTO_IPV6, net.IPV6_V6ONLY), 0);
  await reach({ host: '127.0.0.1', port: both.sockets[0]?.address.port ?? 0 });
  for (const outcome of [any4, only, both]) closeListenSockets(outcome.sockets);
});

t.test('the options of the line are on the socket', (t) => {
  const bind = bindOf([internet('ipv4', '127.0.0.1', 0)], {
    deferAccept: true,
    tcpFastOpen: true,
    tcpUserTimeoutMs: 1234,
    mss: 1000,
  });
  const outcome = openListenSockets(bind, 77, { noLinger: true, noQuickAck: true });
  t.same(outcome.faults, []);
  t.equal(option(outcome, net.SOL_SOCKET, net.SO_REUSEADDR), 1);
  t.equal(option(outcome, net.SOL_SOCKET, net.SO_REUSEPORT), 1);
  t.equal(option(outcome, net.SOL_SOCKET, net.SO_ACCEPTCONN), 1);
  t.equal(option(outcome, net.IPPROTO_TCP, net.TCP_USER_TIMEOUT), 1234);
  t.equal(option(outcome, net.IPPROTO_TCP, net.TCP_FASTOPEN), 77);
  t.equal(option(outcome, net.IPPROTO_TCP, net.TCP_DEFER_ACCEPT), 1);
  t.equal(option(outcome, net.IPPROTO_TCP, net.TCP_QUICKACK), 0);
  closeListenSockets(outcome.sockets);
  const alone = openListenSockets(bindOf([internet('ipv4', '127.0.0.1', 0)]), 10, { reusePort: false });
  t.equal(option(alone, net.SOL_SOCKET, net.SO_REUSEPORT), 0);
  closeListenSockets(alone.sockets);
  t.end();
});

t.test('transparent binds an address that is not ours', { skip: !root && 'needs root' }, (t) => {
  const bind = bindOf([internet('ipv4', '192.0.2.77', 0)], { transparent: true, interface: 'lo' });
  const outcome = openListenSockets(bind, 10);
  t.same(outcome.faults, []);
  t.equal(outcome.sockets[0]?.address.host, '192.0.2.77');
  t.equal(option(outcome, net.IPPROTO_IP, net.IP_TRANSPARENT), 1);
  closeListenSockets(outcome.sockets);
  t.end();
});

t.test("failures are told in HAProxy's words, and the other addresses are still opened", (t) => {
  const busy = openListenSockets(bindOf([internet('ipv4', '127.0.0.1', 0)]), 10, { reusePort: false });
  const port = busy.sockets[0]?.address.port ?? 0;
  const outcome = openListenSockets(
    bindOf([internet('ipv4', '127.0.0.1', port), internet('ipv4', '127.0.0.1', 0)], { interface: undefined }),
    10,
  );
  t.equal(outcome.error, `cannot bind socket (Address already in use) for [127.0.0.1:${port}]`);
  t.match(outcome.faults, [{ severity: 'alert', phase: 'Binding', retryable: true }]);
  t.equal(outcome.sockets.length, 1);
  closeListenSockets(outcome.sockets);
  closeListenSockets(busy.sockets);

  const errorOf = (address: AddressModel, changes: Partial<BindModel> = {}): string | null => {
    const { sockets, error } = openListenSockets(bindOf([address], changes), 10);
    closeListenSockets(sockets);
    return error;
  };
  t.equal(
    errorOf(internet('ipv4', '192.0.2.77', 8)),
    'cannot bind socket (Cannot assign requested address) for [192.0.2.77:8]',
  );
  t.equal(errorOf({ kind: 'fd', fd: 9999 }), "cannot use file descriptor '9999' : Bad file descriptor.");
  t.equal(
    errorOf({ kind: 'unix', path: '/no/such/directory/s' }),
    'cannot bind UNIX socket (No such file or directory) [/no/such/directory/s]',
  );
  t.match(
    errorOf({ kind: 'unix', path: 'x'.repeat(107) }),
    /^name too long for UNIX socket \(limit usually 97\) \[x+\]$/,
  );
  t.match(errorOf({ kind: 'unix', path: 'x'.repeat(200) }), 'longer than 107 bytes');
  t.equal(
    errorOf(internet('ipv4', '127.0.0.1', 0), { namespace: 'no-such-namespace' }),
    'cannot create receiving socket (No such file or directory) for [127.0.0.1:0]',
  );
  t.end();
});

t.test('what cannot be set is a warning, and the socket listens', (t) => {
  const bind = bindOf([internet('ipv4', '127.0.0.1', 0)], { interface: 'no-such-if0', mss: 5 });
  const outcome = openListenSockets(bind, 10);
  t.equal(outcome.error, null);
  t.match(outcome.faults, [
    { severity: 'warning', phase: 'Binding', text: /^cannot bind receiver to device 'no-such-if0' \(.*\) for \[127/ },
    { severity: 'warning', phase: 'Starting', text: /^cannot set MSS to 5 for \[127\.0\.0\.1:/ },
  ]);
  t.equal(outcome.sockets.length, 1);
  closeListenSockets(outcome.sockets);
  t.end();
});

t.test('a unix socket replaces its predecessor without a gap, with owner and mode', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'sock');
  const bind = bindOf([{ kind: 'unix', path }], root ? { mode: 0o640, uid: 65534, gid: 65533 } : { mode: 0o640 });
  const first = openListenSockets(bind, 10);
  t.same(first.faults, []);
  const second = openListenSockets(bind, 10);
  t.same(second.faults, [], 'the path is taken over while the first still listens');
  const status = statSync(path);
  t.equal(status.mode & 0o777, 0o640);
  if (root) t.same([status.uid, status.gid], [65534, 65533]);
  t.same(readdirSync(directory), ['sock'], 'nothing temporary is left');
  t.equal(`${second.sockets[0]?.address}`, `unix:${path}`);
  await reach({ path });
  const accepted = net.accept(second.sockets[0]?.fd ?? -1, {
    bytes: Buffer.alloc(0),
    address: 0,
    view: new DataView(new ArrayBuffer(0)),
  });
  t.ok(accepted >= 0, 'clients reach the newer one');
  net.close(accepted);
  closeListenSockets([...first.sockets, ...second.sockets]);
});

t.test('when the new unix socket fails, the old path stays', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'sock');
  const first = openListenSockets(bindOf([{ kind: 'unix', path }]), 10);
  const inode = statSync(path).ino;
  const obstacle = `${path}.${process.pid}.tmp`;
  mkdirSync(obstacle);
  const { error } = openListenSockets(bindOf([{ kind: 'unix', path }]), 10);
  t.match(error, /^error when trying to unlink previous UNIX socket \(.*\) \[.*sock\]$/);
  t.equal(statSync(path).ino, inode);
  rmdirSync(obstacle);
  t.same(readdirSync(directory), ['sock']);
  closeListenSockets(first.sockets);
  t.end();
});

t.test('abstract names are padded as HAProxy pads them, so that both reach each other', (t) => {
  const path = `mahalo-listen-${process.pid}`;
  const outcome = openListenSockets(bindOf([{ kind: 'abstract', path }]), 10);
  t.same(outcome.faults, []);
  t.equal(`${outcome.sockets[0]?.address}`, `abns@${path}`);
  const client = net.socket(net.AF_UNIX, net.SOCK_STREAM, 0);
  t.equal(net.connect(client, SocketAddress.abstract(path, true)), 0);
  net.close(client);
  const again = openListenSockets(bindOf([{ kind: 'abstract', path }]), 10);
  t.equal(again.error, 'cannot bind UNIX socket (already in use) []');
  closeListenSockets(outcome.sockets);
  t.end();
});

t.test('fd@N is taken as it is: listening already or only bound', async (t) => {
  for (const listening of [true, false]) {
    const fd = net.socket(net.AF_INET, net.SOCK_STREAM, 0);
    net.bind(fd, SocketAddress.ipv4('127.0.0.1', 0));
    if (listening) net.listen(fd, 5);
    const outcome = openListenSockets(bindOf([{ kind: 'fd', fd }]), 10);
    t.same(outcome.faults, []);
    t.match(outcome.sockets, [{ fd, inherited: true }]);
    t.ok(outcome.sockets[0]?.address.equals(net.localAddress(fd) as SocketAddress));
    await reach({ host: '127.0.0.1', port: outcome.sockets[0]?.address.port ?? 0 });
    closeListenSockets(outcome.sockets);
  }
});

t.test('a descriptor of the process before us is used instead of a new one', (t) => {
  const old = openListenSockets(bindOf([internet('ipv4', '127.0.0.1', 0)]), 10, { reusePort: false });
  const { fd, address } = old.sockets[0] as { fd: number; address: SocketAddress };
  const outcome = openListenSockets(bindOf([internet('ipv4', '127.0.0.1', address.port)]), 10, {
    inherit: (wanted) => (wanted.equals(address) ? fd : undefined),
  });
  t.same([outcome.error, outcome.sockets[0]?.fd, outcome.sockets[0]?.inherited], [null, fd, true]);
  closeListenSockets(old.sockets);
  t.end();
});

t.test("the backlog is the line's, the frontend's, or follows maxconn", (t) => {
  t.equal(listenBacklog(bindOf([], { backlog: 5, maxconn: 6 }), 7, 8), 5);
  t.equal(listenBacklog(bindOf([], { maxconn: 6 }), 7, 8), 7);
  t.equal(listenBacklog(bindOf([], { maxconn: 6 }), undefined, 8), 6);
  t.equal(listenBacklog(bindOf([]), undefined, 8), 8);
  t.equal(listenBacklog(bindOf([]), undefined, undefined), 1024);
  t.end();
});

const haproxy = spawnSync('haproxy', ['-v']).status === 0;
t.test(
  'the real haproxy says the same of the same addresses',
  { skip: !haproxy && 'haproxy is not installed' },
  (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'mahalo-'));
    t.teardown(() => rmSync(directory, { recursive: true }));
    const busy = openListenSockets(bindOf([internet('ipv4', '127.0.0.1', 0)]), 10, { reusePort: false });
    const port = busy.sockets[0]?.address.port ?? 0;
    const addresses: [string, AddressModel][] = [
      [`127.0.0.1:${port}`, internet('ipv4', '127.0.0.1', port)],
      [`192.0.2.77:${port}`, internet('ipv4', '192.0.2.77', port)],
      [`ipv6@2001:db8::77:${port}`, internet('ipv6', '2001:db8::77', port)],
      ['/no/such/directory/s', { kind: 'unix', path: '/no/such/directory/s' }],
    ];
    const lines = addresses.map(([text]) => `  bind ${text}`).join('\n');
    const file = join(directory, 'h.cfg');
    writeFileSync(file, `defaults\n  mode http\n  timeout client 1s\nfrontend f\n${lines}\n`);
    const { stderr } = spawnSync('haproxy', ['-db', '-f', file], { encoding: 'utf8', timeout: 60_000 });
    const theirs = [...stderr.matchAll(/Binding \[[^\]]*\] for frontend f: (.*)/g)].map((match) => match[1]);
    const outcome = openListenSockets(bindOf(addresses.map(([, address]) => address)), 10);
    t.same(outcome.faults.map(({ text }) => text).sort(), theirs.sort());
    t.equal(theirs.length, 4);
    closeListenSockets(outcome.sockets);
    closeListenSockets(busy.sockets);
    t.end();
  },
);
