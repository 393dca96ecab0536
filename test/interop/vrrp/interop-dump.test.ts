/** The dumps that signals ask for, tracking as they show it, and the configuration read anew. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { sameOnBoth } from './both-programs.ts';
import { configText } from './lab/config.ts';
import { VIP } from './lab/lab.ts';

t.jobs = 3;
// A busy machine may need it.
t.setTimeout(600_000);

const FULL = (directory: string): string =>
  configText({
    blocks: [
      `vrrp_script service {\n  script "/bin/true"\n  interval 1\n  weight 10\n}`,
      `vrrp_track_file level {\n  file "${directory}/level"\n  weight 2\n}`,
    ],
    instances: [
      {
        priority: 100,
        advert: '0.1',
        addresses: [`${VIP}/24 dev eth0 label eth0:vip`, '10.77.0.101/32'],
        more: [
          // What we do by default, and keepalived when told to.
          'higher_prio_send_advert on',
          'garp_master_delay 3',
          'track_interface {\n    eth1 weight -20\n  }',
          'track_script {\n    service\n  }',
          'track_file {\n    level\n  }',
          'virtual_ipaddress_excluded {\n    10.77.0.102/24\n  }',
          'virtual_routes {\n    192.0.2.0/24 via 10.77.0.9 dev eth0\n  }',
        ],
      },
    ],
  });

sameOnBoth(
  'the JSON dump of a master that tracks',
  FULL,
  async ({ agent, node, until }) => {
    writeFileSync(join(node.directory, 'level'), '7\n');
    agent.start();
    await until('it is master and has run its script', async () => {
      return node.holds(VIP) && (await agent.instance()).data.effective_priority === 124;
    });
    const [{ data, stats } = { data: {}, stats: {} }] = await agent.dump();
    const { advert_sent, ...otherStats } = stats as Record<string, number>;
    return {
      data: { ...data, last_transition: typeof (data as Record<string, unknown>)['last_transition'] },
      stats: otherStats,
      sends: advert_sent! > 0,
      order: [Object.keys(data), Object.keys(stats)],
    };
  },
  (t, { data, order }) => {
    t.match(data, { iname: 'VI_1', state: 2, base_priority: 100, effective_priority: 124 });
    t.equal(order[1]!.length, 14);
  },
  { nics: 2 },
);

sameOnBoth(
  'the effective priority follows what is tracked',
  FULL,
  async ({ agent, lab, node, until }) => {
    const level = join(node.directory, 'level');
    writeFileSync(level, '0\n');
    agent.start();
    const seen: number[] = [];
    const becomes = (priority: number): Promise<void> =>
      until(`priority ${priority}`, async () => {
        const { effective_priority } = (await agent.instance()).data;
        if (effective_priority === priority) seen.push(priority);
        return effective_priority === priority;
      });
    await becomes(110); // The script is well.
    writeFileSync(level, '20\n');
    await becomes(150);
    await lab.pull(node, 1);
    await becomes(130);
    writeFileSync(level, '-100\n');
    await becomes(1); // Not below.
    writeFileSync(level, '120\n');
    await becomes(254); // Not above.
    await lab.plug(node, 1);
    writeFileSync(level, '5\n');
    await becomes(120);
    await until('it is master', () => node.holds(VIP));
    return seen;
  },
  (t, seen) => t.strictSame(seen, [110, 150, 130, 1, 254, 120]),
  { nics: 2 },
);

sameOnBoth(
  'SIGHUP keeps the master and its address, and does what has changed',
  () => configText({ instances: [{ priority: 150, advert: '0.1' }] }),
  async ({ agent, node, until }) => {
    agent.start();
    await until('it is master', () => node.holds(VIP));
    const before = node.changes.length;
    agent.configure(
      configText({ instances: [{ priority: 120, advert: '0.1', addresses: [`${VIP}/24`, '10.77.0.101/24'] }] }),
    );
    agent.signal('SIGHUP');
    await until('the new address is there', () => node.holds('10.77.0.101'));
    await until('the new priority', async () => (await agent.instance()).data.effective_priority === 120);
    const added = node.changes.slice(before).filter(({ address }) => address === VIP);
    const { state } = (await agent.instance()).data;
    agent.configure(configText({ instances: [{ priority: 120, advert: '0.1' }] }));
    agent.signal('SIGHUP');
    await until('the address that was dropped is gone', () => !node.holds('10.77.0.101'));
    return { state, moved: added.length, held: node.holds(VIP) };
  },
  (t, seen) => t.strictSame(seen, { state: 2, moved: 0, held: true }),
);

sameOnBoth(
  'SIGHUP ends an instance that is no longer configured',
  () =>
    configText({
      instances: [
        { priority: 150, advert: '0.1' },
        { name: 'VI_2', vrid: 52, priority: 150, advert: '0.1', addresses: ['10.77.0.120/24'] },
      ],
    }),
  async ({ agent, node, lab, until }) => {
    agent.start();
    await until('both are master', () => node.holds(VIP) && node.holds('10.77.0.120'));
    const capture = await lab.captureAt(node, 'ip proto 112');
    agent.configure(configText({ instances: [{ priority: 150, advert: '0.1' }] }));
    agent.signal('SIGHUP');
    await until('its address is gone', () => !node.holds('10.77.0.120'));
    const goodbye = (): boolean => capture.advertisements().some(({ vrid, priority }) => vrid === 52 && priority === 0);
    await until('the other unit is told', goodbye);
    const names = (await agent.dump()).map(({ data }) => data.iname);
    return { names, held: node.holds(VIP) };
  },
  (t, seen) => t.strictSame(seen, { names: ['VI_1'], held: true }),
);

sameOnBoth(
  'SIGUSR1 and SIGUSR2 write keepalived.data and keepalived.stats',
  () => configText({ instances: [{ priority: 150, advert: '0.1' }] }),
  async ({ agent, node, until }) => {
    agent.start();
    await until('it is master', () => node.holds(VIP));
    const file = (name: string): string => join(node.directory, name);
    agent.signal('SIGUSR1');
    const text = (name: string): string => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : '');
    await until('the data is written', () => /State = MASTER/.test(text('keepalived.data')));
    agent.signal('SIGUSR2');
    await until('the statistics are written', () => /Priority Zero/.test(text('keepalived.stats')));
    const stats = text('keepalived.stats')
      .replaceAll(/Sent: \d+/g, 'Sent: N')
      .replaceAll(/Received: \d+/g, 'Received: N');
    const names = ['Interface', 'Virtual Router ID', 'Priority', 'Advert interval', 'VRRP Version'];
    const data = names.map((name) => new RegExp(`^ *${name} = .*$`, 'm').exec(text('keepalived.data'))?.[0]?.trim());
    return { stats, data };
  },
  (t, { data, stats }) => {
    t.match(stats, /VRRP Instance: VI_1/);
    t.notOk(data.includes(undefined), data.join('; '));
  },
);
