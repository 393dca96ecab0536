/**
 * The address follows the proxy: two of our units, each with a proxy of its own. What keepalived cannot have, so there
 * is nobody to compare with; the proxy is the real HAProxy, whose runtime API ours speaks.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Agent } from './lab/agents.ts';
import { until } from './lab/command.ts';
import { configText } from './lab/config.ts';
import { Lab, labMissing, VIP } from './lab/lab.ts';
import type { LabNode } from './lab/node.ts';

t.setTimeout(600_000);

const PATIENCE_MS = 120_000;

function proxy(node: LabNode) {
  const configuration = join(node.directory, 'haproxy.cfg');
  const socket = join(node.directory, 'api');
  writeFileSync(
    configuration,
    `global
  stats socket ${socket} level admin
  maxconn 100
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
frontend web
  bind :8080
  default_backend app
backend app
  server one 127.0.0.1:9
`,
  );
  return { socket, process: node.start(['haproxy', '-f', configuration, '-db']) };
}

function config(node: LabNode, priority: number): string {
  return configText({
    blocks: [
      `vrrp_track_proxy edge {\n  socket ${node.directory}/api\n  frontend web\n  backend app 1\n  interval 0.2\n  timeout 0.5\n  fall 1\n  rise 1\n}`,
    ],
    instances: [{ priority, advert: '0.1', more: ['track_proxy {', '  edge', '}'] }],
  });
}

t.test(
  'a proxy that hangs, dies or has no server left loses the address',
  { skip: labMissing('haproxy') },
  async (t) => {
    const lab = await Lab.open({ units: ['a', 'b'] });
    t.teardown(() => lab.close());
    const [a, b] = ['a', 'b'].map((name) => lab.node(name)) as [LabNode, LabNode];
    const proxies = [proxy(a), proxy(b)];
    for (const { socket } of proxies) await until('a runtime API', () => existsSync(socket), PATIENCE_MS);
    const agents = [new Agent('mahalo', a, config(a, 150)), new Agent('mahalo', b, config(b, 100))];
    for (const agent of agents) agent.start();
    const held = (node: LabNode, why: string) =>
      until(`${node.name} holds the address: ${why}`, () => lab.onlyHolder(node, VIP), PATIENCE_MS);
    await held(a, 'its priority is higher');

    proxies[0]?.process.signal('SIGSTOP');
    await held(b, 'the other proxy hangs');
    proxies[0]?.process.signal('SIGCONT');
    await held(a, 'its proxy answers again');

    const command = (words: string) => a.exec('sh', '-c', `echo '${words}' | socat - UNIX-CONNECT:${a.directory}/api`);
    if (!labMissing('socat')) {
      await command('disable server app/one');
      await held(b, 'the other has no usable server');
      await command('enable server app/one');
      await held(a, 'it has one again');
      await command('disable frontend web');
      await held(b, "the other's frontend is paused");
      await command('enable frontend web');
      await held(a, 'its frontend is open again');
    }

    proxies[0]?.process.signal('SIGKILL');
    await held(b, 'the other proxy has ended');
    for (const agent of agents) await agent.stop();
    await until('nobody holds the address any more', () => lab.holders(VIP).length === 0, PATIENCE_MS);
    t.pass('the address moved each time');
  },
);
