/**
 * A unit is plugged between a client and a server, as between a laptop and the network it was plugged into before. As an
 * inline bridge they know nothing of it; as a router it gives the client an address and asks the server in its own name.
 * Each is a network namespace; the unit's two ports are taps.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { EmulatedUnit } from '../../firmware/emulator/run/unit.ts';
import { findProgram } from '../find-program.ts';
import { run, until } from '../interop/vrrp/lab/command.ts';
import { cannotUnshare, enterNamespace, ip } from '../vrrp/network/namespace.ts';
import { openShell } from './device.ts';
import { emulatorMissing, FILE_MS } from './firmware-lab.ts';

const CLIENT = 'client0';
const SERVER = 'server0';
const SERVER_ADDRESS = '192.168.77.2';
const PORT = 8080;
const GIVEN_UP_MS = 1000;
const LIMIT_MS = 600_000;
const BRIDGE = { mode: 'bridge', bridge: { ipv4: 'dhcp', ipv6: 'automatic' }, nameServers: [] };
const ROUTER = {
  mode: 'router',
  ports: {
    eth0: { ipv4: { address: '10.77.79.1/24' }, ipv6: 'link-local' },
    eth1: { ipv4: { address: '192.168.77.9/24' }, ipv6: 'off' },
  },
  uplink: 'eth1',
  leases: { first: '10.77.79.100', last: '10.77.79.110', hours: 1 },
};

const missing = emulatorMissing() || cannotUnshare() || (findProgram('busybox') === null && 'needs busybox');
if (missing === false) await modes();
else t.plan(0, missing);

/** The text that the server answers, or undefined: it is not reached. */
function ask(host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const outgoing = get({ host, port: PORT, agent: false, timeout: GIVEN_UP_MS }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.on('end', () => resolve(text));
      incoming.on('error', () => resolve(undefined));
    });
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => resolve(undefined));
  });
}

/** A web server in another namespace that tells who asked. */
async function startServer(namespace: string): Promise<ChildProcess> {
  const program = `require('node:http').createServer((q, a) => a.end('asked by ' + q.socket.remoteAddress))
    .listen(${PORT}, '0.0.0.0', () => console.log('ready'))`;
  const words = ['netns', 'exec', namespace, process.execPath, '-e', program];
  const server = spawn('ip', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(server.stdout, 'data');
  return server;
}

async function modes(): Promise<void> {
  t.setTimeout(FILE_MS);
  enterNamespace();
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-modes-'));
  const namespace = `mahalo-modes-${process.pid}`;
  run('ip', 'netns', 'add', namespace);
  for (const device of [CLIENT, SERVER]) ip(`tuntap add dev ${device} mode tap`);
  const unit = await EmulatedUnit.powerOn({
    name: 'modes',
    disk: join(directory, 'disk.img'),
    ports: [
      { kind: 'tap', device: CLIENT },
      { kind: 'tap', device: SERVER },
    ],
    // Nobody asks for its pages: it is set up at its console.
    pages: { host: '127.0.0.1', port: 8443 },
  });
  // QEMU has it open, and keeps it.
  ip(`link set ${SERVER} netns ${namespace}`);
  run('ip', '-n', namespace, 'address', 'add', `${SERVER_ADDRESS}/24`, 'dev', SERVER);
  run('ip', '-n', namespace, 'link', 'set', SERVER, 'up');
  ip(`address add 192.168.77.1/24 dev ${CLIENT}`);
  ip(`link set ${CLIENT} up`);
  const server = await startServer(namespace);
  t.teardown(async () => {
    if (!t.passing()) t.comment(`the console:\n${unit.machine.console.tail()}`);
    server.kill('SIGKILL');
    await unit.cutPower();
    run('ip', 'netns', 'del', namespace);
    rmSync(directory, { recursive: true, force: true });
  });

  const apply = async (t: Test, network: object): Promise<void> => {
    const { console } = unit.machine;
    const applied = await console.shell(`mahalo appliance network-apply 'network=${JSON.stringify(network)}'`);
    t.equal(applied.status, 0, applied.output);
    t.equal((await console.shell('mahalo appliance network-confirm')).status, 0);
  };

  await t.test('as it came, with two ports of its own, it lets nobody through', async (t) => {
    await unit.machine.console.waitFor(/claim code/i);
    t.equal(await ask(SERVER_ADDRESS), undefined);
  });

  await t.test('as a bridge it is a wire: both see each other, and not the unit', async (t) => {
    await openShell(unit);
    await apply(t, BRIDGE);
    await until('the client reaches the server', async () => (await ask(SERVER_ADDRESS)) !== undefined, LIMIT_MS, 100);
    t.equal(await ask(SERVER_ADDRESS), 'asked by 192.168.77.1');
    const [neighbour] = JSON.parse(ip(`-j neighbour show ${SERVER_ADDRESS}`)) as { lladdr: string }[];
    const [link] = JSON.parse(run('ip', '-n', namespace, '-j', 'link', 'show', SERVER)) as { address: string }[];
    t.equal(neighbour?.lladdr, link?.address, "the server's own MAC address");
  });

  await t.test('as a router it gives an address and the way, and speaks for the client', async (t) => {
    await apply(t, ROUTER);
    ip(`address flush dev ${CLIENT}`);
    const script = join(directory, 'lease.sh');
    const lines = ['#!/bin/sh', '[ "$1" = bound ] || exit 0', 'ip address add "$ip/$mask" dev "$interface"'];
    writeFileSync(script, [...lines, 'ip route replace default via "$router"', ''].join('\n'), { mode: 0o755 });
    const leased = (): boolean => {
      const words = ['udhcpc', '-f', '-q', '-n', '-t', '5', '-i', CLIENT, '-s', script];
      return spawnSync('busybox', words, { stdio: 'ignore' }).status === 0;
    };
    await until('a lease', leased, LIMIT_MS, 100);
    t.match(ip(`-4 address show dev ${CLIENT}`), /inet 10\.77\.79\.1[01]\d\/24/);
    await until('the way out', async () => (await ask(SERVER_ADDRESS)) !== undefined, LIMIT_MS, 100);
    t.equal(await ask(SERVER_ADDRESS), 'asked by 192.168.77.9');
  });
}
