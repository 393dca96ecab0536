/** Lines that people look for in their logs, worded as keepalived words them. */
import t from 'tap';
import { type Alone, sameOnBoth } from './both-programs.ts';
import { Agent } from './lab/agents.ts';
import { configText } from './lab/config.ts';
import { VIP } from './lab/lab.ts';

t.jobs = 2;
// A busy machine may need it.
t.setTimeout(240_000);

const ALONE = [
  '(VI_1) Receive advertisement timeout',
  '(VI_1) setting VIPs.',
  `(VI_1) Sending/queueing gratuitous ARPs on eth0 for ${VIP}`,
  `Netlink reflector reports IP ${VIP} removed from eth0`,
  '(VI_1) sent 0 priority',
  '(VI_1) removing VIPs.',
  'Netlink reports eth0 down',
  'Netlink reports eth0 up',
];

const IN_COMPANY = [
  '(VI_1) received lower priority (50) advert from 10.77.0.3 - discarding',
  '(VI_1) Received advert from 10.77.0.3 with lower priority 50, ours 100, forcing new election',
  '(VI_1) Master received advert from 10.77.0.3 with higher priority 200, ours 100',
  '(VI_1) Backup received priority 0 advertisement',
];

/** Those of the lines that the log has. */
const found = ({ agent }: Alone, lines: readonly string[]): string[] =>
  lines.filter((line) => agent.log().includes(`: ${line}`));

sameOnBoth(
  'of one that is alone',
  () => configText({ instances: [{ priority: 100, advert: '0.2' }] }),
  async (alone) => {
    const { agent, lab, node, until } = alone;
    agent.start();
    await until('it is master', () => node.holds(VIP));
    await node.ip('address', 'del', `${VIP}/24`, 'dev', 'eth0');
    await until('it says priority 0', () => agent.log().includes('sent 0 priority'));
    await until('it is master again', () => node.holds(VIP));
    await lab.pull(node);
    await until('a fault', () => /entering FAULT/i.test(agent.log()));
    await lab.plug(node);
    await until('it is master once more', () => node.holds(VIP));
    await agent.stop();
    return found(alone, ALONE);
  },
  (t, lines) => t.strictSame(lines, ALONE),
);

sameOnBoth(
  'of one that hears others',
  () => configText({ instances: [{ priority: 100, advert: '0.2' }] }),
  async (alone) => {
    const { agent, lab, node, until } = alone;
    const peer = lab.node('b');
    // It speaks once more before it steps back, whoever hears the other first.
    const more = ['higher_prio_send_advert on'];
    const text = (priority: number): string => configText({ instances: [{ priority, advert: '0.2', more }] });
    const other = new Agent('keepalived', peer, text(50));
    other.start();
    await until('the weaker is master', () => peer.holds(VIP));
    agent.start();
    await until('the stronger takes over', () => node.holds(VIP) && !peer.holds(VIP));
    await lab.block(node);
    await until('both are master', () => node.holds(VIP) && peer.holds(VIP));
    await lab.unblock(node);
    await until('one is', () => !peer.holds(VIP));
    await other.stop();
    other.configure(text(200));
    other.start();
    await until('a stronger one takes over', () => peer.holds(VIP) && !node.holds(VIP));
    await other.stop();
    await until('it is master again', () => node.holds(VIP));
    return found(alone, IN_COMPANY);
  },
  (t, lines) => t.strictSame(lines, IN_COMPANY),
  { units: ['a', 'b'] },
);
