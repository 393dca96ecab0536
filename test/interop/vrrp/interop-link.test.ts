/** What keepalived and ours make of an interface that loses its carrier, and of a start that is to wait. */
import t from 'tap';
import { sameOnBoth } from './both-programs.ts';
import { clockMs, throughout } from './lab/command.ts';
import { configText } from './lab/config.ts';
import { VIP } from './lab/lab.ts';

t.jobs = 3;
// A busy machine may need it.
t.setTimeout(600_000);

const instances = [{ priority: 150, advert: '0.1' }];

sameOnBoth(
  'a cable that is pulled is a FAULT, one that is plugged in makes a BACKUP and then a MASTER',
  () => configText({ instances }),
  async ({ agent, lab, node, until }) => {
    const seen: number[] = [];
    const becomes = (state: number): Promise<void> =>
      until(`state ${state}`, async () => {
        const now = (await agent.instance()).data.state;
        if (now === state) seen.push(now);
        return now === state;
      });
    agent.start();
    await becomes(2);
    await lab.pull(node);
    await becomes(3);
    await until('the address is gone', () => !node.holds(VIP));
    await lab.plug(node);
    await becomes(2);
    const states = [...agent.log().matchAll(/entering (BACKUP|MASTER|FAULT) state/gi)].map(([, state]) =>
      state!.toUpperCase(),
    );
    // keepalived says FAULT twice.
    return { seen, states: states.filter((state, i) => state !== states[i - 1]) };
  },
  (t, { seen, states }) => {
    t.strictSame(seen, [2, 3, 2]);
    t.strictSame(states, ['BACKUP', 'MASTER', 'FAULT', 'BACKUP', 'MASTER']);
  },
);

sameOnBoth(
  'dont_track_primary: a pulled cable changes nothing',
  () => configText({ instances: [{ ...instances[0]!, more: ['dont_track_primary'] }] }),
  async ({ agent, lab, node, until }) => {
    agent.start();
    await until('it is master', () => node.holds(VIP));
    await lab.pull(node);
    await throughout('it holds the address', () => node.holds(VIP), 1000);
    return (await agent.instance()).data.state;
  },
  (t, state) => t.equal(state, 2),
);

sameOnBoth(
  'interface_up_down_delays: a cable that is out for a moment changes nothing, one that stays out does',
  // The delay has to be shorter than two adverts; the owner does not wait for three of them.
  () =>
    configText({
      blocks: ['interface_up_down_delays {\n  eth0 1.9 0\n}'],
      instances: [{ priority: 255, advert: '1' }],
    }),
  async ({ agent, lab, node, until }) => {
    agent.start();
    await until('it is master', () => node.holds(VIP));
    const before = node.changes.length;
    await lab.pull(node);
    await throughout('it holds the address', () => node.holds(VIP), 300);
    await lab.plug(node);
    await throughout('it holds the address', () => node.holds(VIP), 2500);
    const stayed = node.changes.slice(before).every(({ address }) => address !== VIP);
    await lab.pull(node);
    await until('it lets the address go', () => !node.holds(VIP));
    return stayed;
  },
  (t, stayed) => t.ok(stayed),
);

sameOnBoth(
  'vrrp_startup_delay: silent for so long',
  () => configText({ globals: ['vrrp_startup_delay 3'], instances }),
  async ({ agent, lab, node, until }) => {
    const capture = await lab.captureAt(node, 'ip proto 112');
    const startMs = clockMs();
    agent.start();
    await until('it is master', () => node.holds(VIP));
    return { silent: (await capture.firstAdvertisement()).atMs - startMs > 3000 };
  },
  (t, seen) => t.strictSame(seen, { silent: true }),
);

sameOnBoth(
  'down_timer_adverts: the silence that makes a master is counted in adverts',
  () => configText({ instances: [{ ...instances[0]!, more: ['down_timer_adverts 30'] }] }),
  async ({ agent, lab, node, until }) => {
    const capture = await lab.captureAt(node, 'ip proto 112');
    const startMs = clockMs();
    agent.start();
    await until('it is master', () => node.holds(VIP));
    return { late: (await capture.firstAdvertisement()).atMs - startMs > 3000 };
  },
  (t, seen) => t.strictSame(seen, { late: true }),
);
