/**
 * The same servers and clients at the real haproxy 2.6 and at our algorithms: the sequence of servers must be equal.
 * Every connection names its client address in a PROXY header; the origin answers with the server's name.
 */
import { connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import t from 'tap';
import { createBalancer } from '../../src/balance/balancer.ts';
import type { BalanceModel } from '../../src/config/model.ts';
import { hashAddress } from '../../src/sample/hash/hash32.ts';
import { SocketAddress } from '../../src/sys/socket-address.ts';
import { candidatesOf, drop, hold, type PlainCandidate } from './plain-candidate.ts';
import { haproxyMissing, RealHaproxy, waitUntil } from './real-haproxy.ts';

const skip = haproxyMissing() ?? false;

interface Rig {
  haproxy: RealHaproxy;
  /** Connects as this client; resolves with the server's number. */
  ask(client?: string): Promise<{ server: string; socket: Socket }>;
  closeAndSettle(socket: Socket): Promise<void>;
}

interface ServerLine {
  weight?: number;
  backup?: boolean;
  maxconn?: number;
  id?: number;
}

async function start(test: Tap, settings: string, servers: readonly ServerLine[]): Promise<Rig> {
  const haproxy = new RealHaproxy();
  const origins: NetServer[] = [];
  const open = new Set<Socket>();
  test.teardown(async () => {
    for (const socket of open) socket.destroy();
    for (const origin of origins) origin.close();
    await haproxy.stop();
  });
  const lines: string[] = [];
  for (const [i, server] of servers.entries()) {
    const path = haproxy.path(`origin${i + 1}`);
    const origin = createServer((socket) => {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => open.delete(socket));
      socket.resume();
      socket.write(`${i + 1}\n`);
    });
    await new Promise<void>((resolve) => origin.listen(path, resolve));
    origins.push(origin);
    lines.push(
      `  server s${i + 1} unix@${path} weight ${server.weight ?? 1}` +
        (server.backup ? ' backup' : '') +
        (server.maxconn ? ` maxconn ${server.maxconn}` : '') +
        (server.id ? ` id ${server.id}` : ''),
    );
  }
  await haproxy.start(
    `defaults
  mode tcp
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  timeout queue 200ms
listen l
  bind unix@${haproxy.path('front')} accept-proxy
${settings
  .split('\n')
  .map((line) => `  ${line}`)
  .join('\n')}
${lines.join('\n')}
`,
  );
  return {
    haproxy,
    ask: (client = '192.0.2.1') =>
      new Promise((resolve, reject) => {
        const socket = connect(haproxy.path('front'));
        open.add(socket);
        const family = client.includes(':') ? 'TCP6' : 'TCP4';
        const self = client.includes(':') ? '::1' : '127.0.0.1';
        socket.on('error', reject);
        socket.on('close', () => {
          open.delete(socket);
          resolve({ server: '-', socket });
        });
        socket.once('data', (data) => resolve({ server: data.toString().trim(), socket }));
        socket.write(`PROXY ${family} ${client} ${self} 4000 80\r\n`);
      }),
    closeAndSettle: async (socket) => {
      const current = async () => Number((await haproxy.command('show stat -1 2 -1')).split('\n')[1]?.split(',')[4]);
      const before = await current();
      socket.destroy();
      await waitUntil(async () => (await current()) < before, 'the session to end');
    },
  };
}

/** The part of a test that the rig uses. */
interface Tap {
  teardown(end: () => Promise<void>): unknown;
}

const model = (algorithm: BalanceModel['algorithm'], more: Partial<BalanceModel> = {}): BalanceModel => ({
  algorithm,
  hashType: 'map-based',
  hashFunction: 'sdbm',
  hashAvalanche: false,
  key: undefined,
  draws: 0,
  hashBalanceFactor: 0,
  ...more,
});

function mirror(servers: readonly ServerLine[]): PlainCandidate[] {
  const candidates = candidatesOf(servers.map((server) => server.weight ?? 1));
  for (const [i, server] of servers.entries()) {
    const candidate = candidates[i] as PlainCandidate & { id: number };
    candidate.backup = server.backup ?? false;
    candidate.maxconn = server.maxconn ?? 0;
    candidate.id = server.id ?? i + 1;
  }
  return candidates;
}

const nameOf = (candidate: PlainCandidate | null) => (candidate === null ? '-' : String(candidate.index + 1));

const weightSets: number[][] = [
  [1, 1, 1],
  [3, 2, 1],
  [5, 1, 1],
  [10, 20, 30, 40],
  [7, 0, 3],
  [256, 1, 17],
  [1, 2, 3, 4, 5, 6, 7],
];

for (const algorithm of ['roundrobin', 'static-rr', 'leastconn', 'first'] as const) {
  for (const weights of weightSets) {
    t.test(`${algorithm} with weights ${weights} serves in haproxy's order`, { skip }, async (t) => {
      const servers = weights.map((weight) => ({ weight }));
      const rig = await start(t, `balance ${algorithm}`, servers);
      const balancer = createBalancer(model(algorithm), mirror(servers), false);
      const theirs: string[] = [];
      const ours: string[] = [];
      const sockets: Socket[] = [];
      // Connections stay open, so leastconn has loads to compare.
      for (let i = 0; i < 60; i++) {
        const { server, socket } = await rig.ask();
        theirs.push(server);
        sockets.push(socket);
        const candidate = balancer.choose(0, null) as PlainCandidate | null;
        if (candidate !== null) hold(balancer, candidate);
        ours.push(nameOf(candidate));
      }
      t.equal(ours.join(' '), theirs.join(' '));
    });
  }
}

t.test('roundrobin follows weight and state changes as haproxy does', { skip }, async (t) => {
  const servers = [{ weight: 4 }, { weight: 2 }, { weight: 1 }, { weight: 3 }];
  const rig = await start(t, 'balance roundrobin', servers);
  const candidates = mirror(servers);
  const balancer = createBalancer(model('roundrobin'), candidates, false);
  const theirs: string[] = [];
  const ours: string[] = [];
  const serve = async (count: number) => {
    for (let i = 0; i < count; i++) {
      theirs.push((await rig.ask()).server);
      ours.push(nameOf(balancer.choose(0, null) as PlainCandidate | null));
    }
  };
  const set = async (server: number, command: string, apply: (candidate: PlainCandidate) => void) => {
    t.equal((await rig.haproxy.command(`set server l/s${server} ${command}`)).trim(), '');
    apply(candidates[server - 1] as PlainCandidate);
    balancer.changed();
  };
  await serve(7);
  await set(1, 'weight 1', (c) => (c.weight = 16));
  await serve(9);
  await set(3, 'weight 200', (c) => (c.weight = 3200));
  await serve(11);
  await set(2, 'state maint', (c) => (c.usable = false));
  await serve(13);
  await set(2, 'state ready', (c) => (c.usable = true));
  await serve(15);
  await set(3, 'weight 0', (c) => (c.weight = 0));
  await serve(6);
  await set(3, 'weight 5', (c) => (c.weight = 80));
  await serve(30);
  t.equal(ours.join(' '), theirs.join(' '));
});

t.test('leastconn follows ends of sessions as haproxy does', { skip }, async (t) => {
  const servers = [{ weight: 3 }, { weight: 2 }, { weight: 1, maxconn: 2 }];
  const rig = await start(t, 'balance leastconn', servers);
  const candidates = mirror(servers);
  const balancer = createBalancer(model('leastconn'), candidates, false);
  const held: { socket: Socket; candidate: PlainCandidate }[] = [];
  const theirs: string[] = [];
  const ours: string[] = [];
  for (let i = 0; i < 40; i++) {
    if (i % 3 === 2) {
      const [ended] = held.splice((i * 7) % held.length, 1);
      if (ended === undefined) continue;
      await rig.closeAndSettle(ended.socket);
      drop(balancer, ended.candidate);
    }
    const { server, socket } = await rig.ask();
    const candidate = balancer.choose(0, null) as PlainCandidate;
    hold(balancer, candidate);
    theirs.push(server);
    ours.push(nameOf(candidate));
    held.push({ socket, candidate });
  }
  t.equal(ours.join(' '), theirs.join(' '));
});

for (const algorithm of ['roundrobin', 'static-rr', 'leastconn', 'first'] as const) {
  t.test(`${algorithm} passes over saturated servers as haproxy does`, { skip }, async (t) => {
    const servers = [
      { weight: 3, maxconn: 3, id: 9 },
      { weight: 2, maxconn: 2, id: 4 },
      { weight: 1, maxconn: 6, id: 7 },
    ];
    const rig = await start(t, `balance ${algorithm}`, servers);
    const balancer = createBalancer(model(algorithm), mirror(servers), false);
    const theirs: string[] = [];
    const ours: string[] = [];
    for (let i = 0; i < 12; i++) {
      theirs.push((await rig.ask()).server);
      const candidate = balancer.choose(0, null) as PlainCandidate | null;
      if (candidate !== null) hold(balancer, candidate);
      ours.push(nameOf(candidate));
    }
    t.equal(ours.join(' '), theirs.join(' '));
  });
}

for (const allBackups of [false, true]) {
  for (const algorithm of ['roundrobin', 'static-rr', 'leastconn', 'first', 'source'] as const) {
    t.test(`${algorithm}${allBackups ? ' with allbackups' : ''} uses backups as haproxy does`, { skip }, async (t) => {
      const servers = [{ weight: 2 }, { weight: 1, backup: true }, { weight: 1, backup: true }];
      const rig = await start(t, `balance ${algorithm}${allBackups ? '\noption allbackups' : ''}`, servers);
      const candidates = mirror(servers);
      const balancer = createBalancer(model(algorithm), candidates, allBackups);
      const theirs: string[] = [];
      const ours: string[] = [];
      const serve = async () => {
        for (let i = 0; i < 8; i++) {
          theirs.push((await rig.ask(`192.0.2.${i}`)).server);
          const hash = hashAddress(Uint8Array.of(192, 0, 2, i), 0, 4);
          const candidate = balancer.choose(hash, null) as PlainCandidate | null;
          if (candidate !== null) hold(balancer, candidate);
          ours.push(nameOf(candidate));
        }
        theirs.push('/');
        ours.push('/');
      };
      await serve();
      for (const server of [1, 2]) {
        await rig.haproxy.command(`disable server l/s${server}`);
        (candidates[server - 1] as PlainCandidate).usable = false;
        balancer.changed();
        await serve();
      }
      await rig.haproxy.command('disable server l/s3');
      (candidates[2] as PlainCandidate).usable = false;
      balancer.changed();
      t.equal(balancer.countUsable(), 0);
      await serve();
      t.equal(ours.join(' '), theirs.join(' '));
    });
  }
}

const hashTypes: { line: string; model: Partial<BalanceModel> }[] = [
  { line: '', model: {} },
  { line: 'hash-type map-based sdbm avalanche', model: { hashAvalanche: true } },
  { line: 'hash-type consistent', model: { hashType: 'consistent', hashAvalanche: true } },
  { line: 'hash-type consistent djb2', model: { hashType: 'consistent', hashAvalanche: false } },
];

for (const { line, model: hashModel } of hashTypes) {
  t.test(
    `source with '${line || 'default hash-type'}' chooses haproxy's server for every client`,
    { skip },
    async (t) => {
      const servers = [{ weight: 10, id: 77 }, { weight: 25 }, { weight: 5 }, { weight: 0 }, { weight: 40, id: 4000 }];
      const rig = await start(t, `balance source\n${line}`, servers);
      const candidates = mirror(servers);
      const balancer = createBalancer(model('source', hashModel), candidates, false);
      const clients: string[] = [];
      for (let i = 1; i < 40; i++)
        clients.push(`127.0.0.${i}`, `10.${i}.${i * 3}.${255 - i}`, `2001:db8:${i}::${i * 7}:1`);
      const compare = async () => {
        const theirs: string[] = [];
        const ours: string[] = [];
        for (const client of clients) {
          const { server, socket } = await rig.ask(client);
          socket.destroy();
          theirs.push(`${client}=${server}`);
          const v6 = client.includes(':');
          const address = v6 ? SocketAddress.ipv6(client, 80) : SocketAddress.ipv4(client, 80);
          const hash = hashAddress(address.bytes, v6 ? 8 : 4, v6 ? 16 : 4);
          ours.push(`${client}=${nameOf(balancer.choose(hash, null) as PlainCandidate | null)}`);
        }
        t.same(ours, theirs);
      };
      await compare();
      await rig.haproxy.command('disable server l/s2');
      (candidates[1] as PlainCandidate).usable = false;
      balancer.changed();
      await compare();
    },
  );
}
