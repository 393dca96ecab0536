/** What keepalived and ours do to the kernel's addresses, routes and rules as master, and leave behind afterwards. */
import t from 'tap';
import { type Alone, sameOnBoth } from './both-programs.ts';
import { configText } from './lab/config.ts';
import { VIP } from './lab/lab.ts';
import type { LabNode } from './lab/node.ts';

t.jobs = 3;
// A busy machine may need it.
t.setTimeout(600_000);

interface KernelAddress {
  readonly local: string;
  readonly valid_life_time?: number;
  readonly preferred_life_time?: number;
  readonly dynamic?: boolean;
  readonly [name: string]: unknown;
}

/** All but the lab's own addresses; without lifetimes (ours let an address expire) and the numbers of the kernel. */
async function addresses({ node }: Alone): Promise<KernelAddress[]> {
  // Nothing at all while addresses come and go: a dump that was interrupted.
  const devices = JSON.parse((await node.ip('-d', '-j', 'address')) || '[]') as {
    ifname: string;
    addr_info: KernelAddress[];
  }[];
  return devices
    .flatMap(({ ifname, addr_info }) => addr_info.map((address) => ({ ...address, ifname })))
    .filter(({ local }) => !/^(127\.|::1$|10\.7[78]\.0\.2$|fd7[78]::2$)/.test(local))
    .filter((address) => !('protocol' in address && address['protocol'] === 'kernel_ll'))
    .map(({ valid_life_time, preferred_life_time, dynamic, ...address }) => ({
      ...address,
      deprecated: preferred_life_time === 0,
    }))
    .sort((one, other) => (one.local < other.local ? -1 : 1));
}

const manyKinds = configText({
  instances: [
    {
      priority: 255,
      advert: '0.1',
      addresses: [
        `${VIP}/24 dev eth0 label eth0:vip`,
        '10.77.0.101/24 brd + dev eth0',
        '10.77.0.102/28 brd 10.77.0.111',
        '10.77.0.103/32 scope link',
        '10.77.0.104',
        '10.78.0.105/24 dev eth1',
        '10.77.0.107/24 brd -',
        '10.99.0.108/24 noprefixroute',
      ],
      more: [
        'virtual_ipaddress_excluded {\n    fd77::201/64\n    fd77::202\n    10.77.0.203/24\n    fd77::204/64 nodad home\n  }',
      ],
    },
  ],
});

sameOnBoth(
  'addresses with every parameter',
  () => manyKinds,
  async (alone) => {
    alone.agent.start();
    await alone.until('all are there', async () => (await addresses(alone)).length >= 12);
    const held = (await addresses(alone)).filter(({ local }) => !local.startsWith('fe80:'));
    const routes = (await alone.node.ip('route', 'show', 'table', 'all'))
      .split('\n')
      .filter((line) => /10\.99|10\.78/.test(line));
    await alone.agent.stop();
    const left = (await addresses(alone)).filter(({ local }) => !local.startsWith('fe80:'));
    return { held, routes: routes.map((line) => line.trim()).sort(), left };
  },
  (t, { held, left }) => {
    t.equal(held.length, 12);
    t.strictSame(left, [], 'nothing is left');
  },
  { nics: 2 },
);

sameOnBoth(
  'addresses of IPv6',
  () =>
    configText({
      instances: [
        {
          priority: 255,
          advert: '0.1',
          family: 6,
          addresses: [
            'fe80::77/64',
            'fd77::100/64',
            'fd77::101',
            'fd77::102/64 preferred_lft 0',
            'fd78::103/128 dev eth1',
          ],
        },
      ],
    }),
  async (alone) => {
    alone.agent.start();
    // The lab's own link-local addresses differ from run to run.
    const own = (list: KernelAddress[]): KernelAddress[] =>
      list.filter(({ local }) => !local.startsWith('fe80:') || local === 'fe80::77');
    await alone.until('all are there', async () => own(await addresses(alone)).length >= 5);
    const held = own(await addresses(alone));
    await alone.agent.stop();
    return { held, left: own(await addresses(alone)) };
  },
  (t, { held, left }) => {
    t.equal(held.length, 5);
    t.strictSame(left, [], 'nothing is left');
  },
  { nics: 2 },
);

const routing = configText({
  instances: [
    {
      priority: 255,
      advert: '0.1',
      more: [
        `virtual_routes {
    192.0.2.0/24 via 10.77.0.9 dev eth0
    198.51.100.0/24 via 10.77.0.9 src ${VIP} metric 30 table 77
    203.0.113.0/24 dev eth0 scope link mtu 1400
    blackhole 192.0.3.0/24
    default via 10.77.0.9 metric 500
  }`,
        `virtual_rules {
    from 10.77.0.0/24 lookup 77 priority 1000
    to 198.51.100.0/24 table 77 priority 1001
  }`,
      ],
    },
  ],
});

async function routingOf(node: LabNode): Promise<{ routes: string[]; rules: string[] }> {
  const lines = async (...words: string[]): Promise<string[]> =>
    (await node.ip(...words))
      .split('\n')
      .map((line) => line.trim().replaceAll(/\s+/g, ' '))
      .filter(Boolean)
      .sort();
  const routes = (await lines('route', 'show', 'table', 'all')).filter((line) =>
    /192\.0|198\.51|203\.0|default/.test(line),
  );
  return { routes, rules: (await lines('rule')).filter((line) => line.includes('77')) };
}

sameOnBoth(
  'routes and rules come and go with the master',
  () => routing,
  async ({ agent, node, until }) => {
    agent.start();
    await until('it is master', async () => {
      const { routes, rules } = await routingOf(node);
      return routes.length === 5 && rules.length === 2;
    });
    const held = await routingOf(node);
    await agent.stop();
    return { held, left: await routingOf(node) };
  },
  (t, { held, left }) => {
    t.equal(held.routes.length, 5);
    t.equal(held.rules.length, 2);
    t.strictSame(left, { routes: [], rules: [] }, 'nothing is left');
  },
);

/** The same instance with fewer lines: two of its routes, and of its rules without a preference the second. */
const lessRouting = (routes: readonly string[], rules: readonly string[]): string =>
  configText({
    instances: [
      {
        priority: 150,
        advert: '0.1',
        more: [
          `virtual_routes {\n    ${routes.join('\n    ')}\n  }`,
          `virtual_rules {\n    ${rules.join('\n    ')}\n  }`,
        ],
      },
    ],
  });

sameOnBoth(
  'routes and rules that a reload no longer has are taken off, those that stay are not',
  () =>
    lessRouting(
      ['192.0.2.0/24 via 10.77.0.9', '198.51.100.0/24 via 10.77.0.9 table 77', '203.0.113.0/24 dev eth0'],
      ['from 10.77.0.0/24 lookup 77', 'to 198.51.100.0/24 table 77', 'to 192.0.2.0/24 table 77 priority 1001'],
    ),
  async ({ agent, node, until }) => {
    agent.start();
    await until('it is master', async () => (await routingOf(node)).rules.length === 3);
    const held = await routingOf(node);
    agent.configure(lessRouting(['203.0.113.0/24 dev eth0'], ['to 198.51.100.0/24 table 77']));
    agent.signal('SIGHUP');
    await until('what was dropped is gone', async () => {
      const { routes, rules } = await routingOf(node);
      return routes.length === 1 && rules.length === 1;
    });
    const { state } = (await agent.instance()).data;
    return { held, left: await routingOf(node), state, address: node.holds(VIP) };
  },
  (t, seen) => {
    t.equal(seen.held.routes.length, 3);
    t.match(seen, { left: { routes: [/^203\.0\.113\.0\/24 /], rules: [/^16384: /] }, state: 2, address: true });
  },
);

sameOnBoth(
  'an address that a crash left behind is removed at the start',
  () => configText({ instances: [{ priority: 100, advert: '1' }] }),
  async ({ agent, node, until }) => {
    await node.ip('address', 'add', `${VIP}/24`, 'dev', 'eth0');
    await until('it is there', () => node.holds(VIP));
    const before = node.changes.length;
    agent.start();
    // By what happened, not by what is: a master soon has the address again.
    const changes = (): boolean[] =>
      node.changes.slice(before).flatMap(({ address, added }) => (address === VIP ? added : []));
    await until('it is master', () => changes().length >= 2);
    return changes();
  },
  (t, seen) => t.strictSame(seen, [false, true], 'off at the start, on as master'),
);

sameOnBoth(
  'without a source address there is a fault until there is one',
  () => configText({ instances: [{ priority: 150, advert: '0.1' }] }),
  async ({ agent, node, until }) => {
    await node.ip('address', 'flush', 'dev', 'eth0', 'scope', 'global');
    agent.start();
    await agent.line(/entering FAULT state/i);
    const { state } = (await agent.instance()).data;
    const held = node.holds(VIP);
    await node.ip('address', 'add', '10.77.0.2/24', 'dev', 'eth0');
    await until('it is master', () => node.holds(VIP));
    return { state, held };
  },
  (t, seen) => t.strictSame(seen, { state: 3, held: false }),
);
