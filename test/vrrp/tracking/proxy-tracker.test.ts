import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import type { TrackProxyModel } from '../../../src/vrrp/model.ts';
import type { Tracker } from '../../../src/vrrp/tracking/tracker.ts';
import { createTrackers, trackerKey } from '../../../src/vrrp/tracking/trackers.ts';
import { MAHALO_WORDS } from '../../mahalo-words.ts';
import { PLACE } from '../models.ts';
import { ScriptLab, until } from '../notification/script-lab.ts';

const INFO = 'Name: HAProxy\nStopping: 0\n\n';

function track(t: Test, lab: ScriptLab, more: Partial<TrackProxyModel> = {}) {
  const states: string[] = [];
  const model: TrackProxyModel = {
    place: PLACE,
    name: 'p',
    socket: lab.path('api'),
    frontends: [],
    backends: [],
    intervalMs: 50,
    timeoutMs: 10_000,
    weight: 0,
    reverse: false,
    rise: 1,
    fall: 1,
    ...more,
  };
  const trackers = createTrackers({ scripts: [], files: [], processes: [], proxies: [model] }, lab.reactor, {
    listener: { onTrack: (tracker) => states.push(`${tracker.state} ${tracker.reason}`.trim()) },
    runner: lab.runner,
    log: (text) => lab.log.push(text),
  });
  const tracker = trackers.get(trackerKey('proxy', 'p')) as Tracker;
  t.teardown(() => tracker.stop());
  return { tracker, states };
}

/** A runtime API that does what the test wants with each connection. */
async function serve(t: Test, path: string, on: (socket: Socket) => void): Promise<Server> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}); // the tracker hangs up on who talks too long
    on(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return server;
}

t.test('nobody there is a failure with its reason', async (t) => {
  const lab = new ScriptLab(t);
  const { tracker, states } = track(t, lab);
  t.equal(tracker.state, 'init');
  tracker.start();
  t.same(states, [`down unix:${lab.path('api')}: No such file or directory`]);
});

t.test('an answer is good; rise and fall are waited for', async (t) => {
  const lab = new ScriptLab(t);
  let good = true;
  let asked = 0;
  await serve(t, lab.path('api'), (socket) =>
    socket.on('data', () => {
      asked++;
      socket.end(good ? INFO : 'no\n');
    }),
  );
  const { tracker, states } = track(t, lab, { fall: 3, rise: 2 });
  tracker.start();
  await until(() => states.length === 1, 'up');
  good = false;
  const before = asked;
  await until(() => states.length === 2, 'down');
  t.ok(asked - before >= 3);
  good = true;
  await until(() => states.length === 3, 'up again');
  t.same(states, ['up', 'down the answer is none of a proxy: no', 'up']);
});

t.test('silence is a failure when the timeout is over', async (t) => {
  const lab = new ScriptLab(t);
  await serve(t, lab.path('api'), () => {});
  const { tracker, states } = track(t, lab, { timeoutMs: 300 });
  const before = Date.now();
  tracker.start();
  await until(() => states.length === 1, 'an end of patience');
  const took = Date.now() - before;
  t.ok(took >= 290, `after ${took} ms`);
  t.same(states, ['down no answer within 300 ms']);
});

t.test('an answer without end is cut off', async (t) => {
  const lab = new ScriptLab(t);
  await serve(t, lab.path('api'), (socket) => {
    const talk = () => {
      while (socket.writable && socket.write(INFO.repeat(1000)));
    };
    socket.on('drain', talk);
    talk();
  });
  const { tracker, states } = track(t, lab, { timeoutMs: 60_000 });
  tracker.start();
  await until(() => states.length === 1, 'an end of patience');
  t.same(states, ['down the answer is longer than 262144 bytes']);
});

t.test('one that hangs up without a word, or takes the connection away, failed', async (t) => {
  const lab = new ScriptLab(t);
  await serve(t, lab.path('api'), (socket) => socket.destroy());
  const { tracker, states } = track(t, lab);
  tracker.start();
  await until(() => states.length === 1, 'an answer');
  t.match(states[0], /^down (the answer is none of a proxy|unix:.*: (Broken pipe|Connection reset by peer))/);
});

/** The real programs that speak this language. */
const proxies: readonly (readonly [string, (configuration: string) => readonly [string, readonly string[]]])[] = [
  ['haproxy', (configuration) => ['/usr/sbin/haproxy', ['-f', configuration, '-db']]],
  ['mahalo', (configuration) => [MAHALO_WORDS[0], [...MAHALO_WORDS.slice(1), 'proxy', '-f', configuration, '-db']]],
];

for (const [name, program] of proxies) {
  t.test(
    `${name}: alive, frontend open, enough servers; stopped is a failure`,
    { skip: !existsSync(program('')[0]) && 'it is not installed' },
    async (t) => {
      const lab = new ScriptLab(t);
      const configuration = lab.path('proxy.cfg');
      writeFileSync(
        configuration,
        `global
  stats socket ${lab.path('api')} level admin
  maxconn 100
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
frontend web
  bind abns@mahalo-track-${process.pid}-${name}
  default_backend app
backend app
  server one 127.0.0.1:9
  server two 127.0.0.1:9 backup
`,
      );
      const [command, words] = program(configuration);
      const child: ChildProcess = spawn(command, words, { stdio: 'ignore' });
      t.teardown(() => child.kill('SIGKILL'));
      await until(() => existsSync(lab.path('api')), 'its socket');
      const wishes = { frontends: ['web'], backends: [{ name: 'app', usableServers: 2 }] };
      const { tracker, states } = track(t, lab, { ...wishes, timeoutMs: 2000 });
      tracker.start();
      await until(() => tracker.state === 'up', 'up');
      const told = states.length;
      child.kill('SIGSTOP');
      await until(() => states.length > told, 'its silence is noticed');
      t.equal(states.at(-1), 'down no answer within 2000 ms');
      child.kill('SIGCONT');
      await until(() => tracker.state === 'up', 'up again');
      tracker.stop();
      const more = track(t, lab, { backends: [{ name: 'app', usableServers: 3 }] });
      more.tracker.start();
      await until(() => more.states.length > 0, 'an answer');
      t.same(more.states, ['down backend app has 2 usable servers of 3 wanted']);
    },
  );
}
