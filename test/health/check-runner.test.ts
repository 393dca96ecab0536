import t from 'tap';
import { SocketAddress } from '../../src/sys/socket-address.ts';
import { waitUntil } from '../balance/real-haproxy.ts';
import { answer, Peer } from './peer.ts';
import { check, httpCheck, PlainTarget, withoutDuration } from './plain-target.ts';

const httpMethod = httpCheck();

t.test('a server goes down after fall failures and up after rise successes', async (t) => {
  const good = answer('HTTP/1.0 200 OK\r\n\r\n');
  const peer = await Peer.start(good);
  const target = new PlainTarget('b', SocketAddress.ipv4('127.0.0.1', peer.port), 2, 3);
  target.method = httpMethod;
  target.timings = { interMs: 50, fastinterMs: 10, downinterMs: 20 };
  const checks = check([target]);
  t.teardown(async () => {
    checks.stop();
    await peer.stop();
  });
  await waitUntil(() => target.health.status === 'L7OK', 'the first check');
  peer.script = answer('HTTP/1.0 503 Busy\r\n\r\n');
  await waitUntil(() => target.lines.includes('DOWN'), 'the server to go down');
  peer.script = good;
  await waitUntil(() => target.lines.includes('UP'), 'the server to come up');
  const line = (result: string, status: string) =>
    `Health check for server b/s ${result}, check duration: Nms, status: ${status}.`;
  const bad = 'failed, reason: Layer7 wrong status, code: 503, info: "Busy"';
  const ok = 'succeeded, reason: Layer7 check passed, code: 200';
  t.same(target.lines.map(withoutDuration), [
    line(ok, '3/3 UP'),
    line(bad, '2/3 UP'),
    line(bad, '1/3 UP'),
    line(bad, '0/2 DOWN'),
    'DOWN',
    line(ok, '1/2 DOWN'),
    line(ok, '3/3 UP'),
    'UP',
  ]);
  t.equal(target.health.failedChecks, 3);
});

t.test('a paused server is not checked until it is ready', async (t) => {
  const peer = await Peer.start({});
  const paused = new PlainTarget('b', SocketAddress.ipv4('127.0.0.1', peer.port));
  const other = new PlainTarget('c', SocketAddress.ipv4('127.0.0.1', peer.port));
  for (const target of [paused, other]) target.timings = { interMs: 5, fastinterMs: undefined, downinterMs: undefined };
  paused.paused = true;
  const checks = check([paused, other]);
  t.teardown(async () => {
    checks.stop();
    await peer.stop();
  });
  await waitUntil(() => other.checks > 5, 'checks of the other');
  t.equal(paused.checks, 0);
  paused.paused = false;
  await waitUntil(() => paused.checks > 0, 'a check');
});

t.test('the address is asked for at each check', async (t) => {
  const first = await Peer.start(answer('HTTP/1.0 200 OK\r\n\r\n'));
  const second = await Peer.start(answer('HTTP/1.0 200 OK\r\n\r\n'));
  const target = new PlainTarget('b', SocketAddress.ipv4('127.0.0.1', first.port));
  target.method = httpMethod;
  target.timings = { interMs: 5, fastinterMs: undefined, downinterMs: undefined };
  const checks = check([target]);
  t.teardown(async () => {
    checks.stop();
    await first.stop();
    await second.stop();
  });
  await waitUntil(() => first.requests.length > 0, 'a check of the first');
  target.address = SocketAddress.ipv4('127.0.0.1', second.port);
  await waitUntil(() => second.requests.length > 0, 'a check of the second');
});

t.test('a source address is used', async (t) => {
  let from = '';
  const peer = await Peer.start({
    connected: (socket) => {
      from = socket.remoteAddress ?? '';
    },
    asked: (socket) => void socket.end('HTTP/1.0 200 OK\r\n\r\n'),
  });
  const target = new PlainTarget('b', SocketAddress.ipv4('127.0.0.1', peer.port));
  target.method = httpMethod;
  target.source = SocketAddress.ipv4('127.0.0.77', 0);
  const checks = check([target]);
  t.teardown(async () => {
    checks.stop();
    await peer.stop();
  });
  await waitUntil(() => target.checks > 0, 'a check');
  t.equal(from, '127.0.0.77');
});

t.test('stopping in the middle of a check leaves nothing behind', async (t) => {
  const peer = await Peer.start({});
  const target = new PlainTarget('b', SocketAddress.ipv4('127.0.0.1', peer.port));
  target.method = httpMethod;
  target.timings = { interMs: 60_000, fastinterMs: undefined, downinterMs: undefined };
  const checks = check([target]);
  await waitUntil(() => peer.requests.length > 0, 'the connection');
  t.equal(target.health.running, true);
  checks.stop();
  t.equal(target.health.running, false);
  t.equal(target.checks, 0);
  await peer.stop();
});
