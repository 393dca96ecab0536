/**
 * Ours and keepalived as the two units of one virtual router, each in either place: they agree on who is master, take
 * each other's advertisements without an error, and hand over both ways.
 */
import t, { type Test } from 'tap';
import { waysToPlay } from '../../table-sample.ts';
import type { Agent } from './lab/agents.ts';
import { configText, type InstanceText } from './lab/config.ts';
import { labMissing, VIP } from './lab/lab.ts';
import { KEEPALIVED_THEN_OURS, OURS_THEN_KEEPALIVED, PairLab, type PairOptions, STATE } from './pair.ts';

const skip = labMissing('keepalived');
t.jobs = 3;
// A busy machine may need it.
t.setTimeout(600_000);

/** Seconds. Long enough that a busy machine is no silence; how fast they take over is measured elsewhere. */
const ADVERT = '0.5';

/** In keepalived's dump, everything that says an advertisement was refused. */
const REFUSALS = [
  'packet_len_err',
  'advert_interval_err',
  'ip_ttl_err',
  'invalid_type_rcvd',
  'addr_list_err',
  'invalid_authtype',
  'authtype_mismatch',
  'auth_failure',
] as const;

async function states(...agents: Agent[]): Promise<number[]> {
  return (await Promise.all(agents.map((agent) => agent.instance()))).map(({ data }) => data.state);
}

async function refusals(agent: Agent): Promise<Record<string, number>> {
  const { stats } = await agent.instance();
  return Object.fromEntries(
    REFUSALS.map((name) => [name, stats[name] ?? Number.NaN]).filter(([, count]) => count !== 0),
  );
}

function bothWays(name: string, options: PairOptions, body: (t: Test, pair: PairLab) => Promise<void>): void {
  for (const kinds of waysToPlay(OURS_THEN_KEEPALIVED, KEEPALIVED_THEN_OURS)) {
    t.test(`${name}: ${kinds.join(' before ')}`, { skip, buffered: true }, async (t) => {
      const pair = await PairLab.open(kinds, { advert: ADVERT, ...options });
      t.teardown(() => pair.close());
      try {
        await body(t, pair);
      } finally {
        if (!t.passing()) t.comment(pair.logs());
      }
    });
  }
}

/** The whole exchange: a is master, b takes over when a stops, and gives back when a returns. */
async function handsOverAndBack(t: Test, pair: PairLab): Promise<void> {
  const { a, b } = pair;
  await pair.start();
  t.strictSame(await states(a, b), [STATE.MASTER, STATE.BACKUP]);
  await pair.until(async () => (await b.instance()).stats['advert_rcvd']! > 0);
  t.ok(true, 'the backup takes the advertisements');
  await a.stop();
  await pair.masterIs(b);
  t.equal((await b.instance()).stats['pri_zero_rcvd'], 1, 'the one that stops says so');
  a.start();
  await pair.masterIs(a);
  t.strictSame(await states(a, b), [STATE.MASTER, STATE.BACKUP]);
  t.strictSame(await refusals(a), {}, 'a refused nothing');
  t.strictSame(await refusals(b), {}, 'b refused nothing');
}

bothWays('VRRP 2 of 1 s', { version: 2, advert: '1' }, handsOverAndBack);
bothWays(
  'VRRP 2 with a password',
  { version: 2, advert: '1', more: ['authentication {\n    auth_type PASS\n    auth_pass s3cret\n  }'] },
  handsOverAndBack,
);
bothWays('VRRP 3', {}, handsOverAndBack);
bothWays('VRRP 3 of IPv6', { family: 6 }, handsOverAndBack);
bothWays('VRRP 3 with virtual MAC addresses', { more: ['use_vmac'] }, handsOverAndBack);

const unicast = (priority: number, own: string, peer: string): string =>
  configText({
    instances: [{ priority, advert: ADVERT, more: [`unicast_src_ip ${own}`, `unicast_peer {\n    ${peer}\n  }`] }],
  });
bothWays(
  'VRRP 3 over unicast',
  { configs: [unicast(150, '10.77.0.2', '10.77.0.3'), unicast(100, '10.77.0.3', '10.77.0.2')] },
  handsOverAndBack,
);

bothWays('the owner of the address (priority 255) is master at once', { priorities: [255, 100] }, async (t, pair) => {
  await handsOverAndBack(t, pair);
  t.equal((await pair.a.instance()).data.effective_priority, 255);
});

bothWays('nopreempt', { more: ['nopreempt'] }, async (t, pair) => {
  const { a, b } = pair;
  await pair.start();
  await a.stop();
  await pair.masterIs(b);
  a.start();
  await a.line(/Entering BACKUP STATE/);
  t.ok(await pair.masterStays(b, 2500), 'the returned one does not take over');
  t.strictSame(await states(a, b), [STATE.BACKUP, STATE.MASTER]);
  await b.stop();
  await pair.masterIs(a);
});

bothWays('preempt_delay', { more: ['preempt_delay 4'] }, async (t, pair) => {
  const { a, b } = pair;
  b.start();
  await pair.masterIs(b);
  a.start();
  await a.line(/Entering BACKUP STATE/);
  t.ok(await pair.masterStays(b, 1200), 'a lets the delay pass');
  await pair.masterIs(a);
});

bothWays('equal priorities: the higher address wins', { priorities: [100, 100] }, async (t, pair) => {
  const { a, b } = pair;
  a.start();
  await pair.masterIs(a);
  b.start();
  await b.line(/Entering BACKUP STATE/);
  t.ok(await pair.masterStays(a, 2500), 'an equal one is no reason to step down for a backup that hears us');
  await pair.lab.block(a.node);
  await pair.masterIs(b, false);
  await pair.lab.unblock(a.node);
  await pair.masterIs(b);
  t.strictSame(await states(a, b), [STATE.BACKUP, STATE.MASTER]);
});

const SECOND = '10.78.0.100';
const synced = (priority: number): string => {
  const instance = (name: string, nic: number, address: string): InstanceText => ({
    name,
    interface: `eth${nic}`,
    vrid: 51 + nic,
    priority,
    advert: ADVERT,
    addresses: [`${address}/24`],
  });
  return configText({
    blocks: ['vrrp_sync_group BOTH {\n  group {\n    VI_1\n    VI_2\n  }\n}'],
    instances: [instance('VI_1', 0, VIP), instance('VI_2', 1, SECOND)],
  });
};
bothWays(
  'a sync group moves both ports together',
  { nics: 2, configs: [synced(150), synced(100)] },
  async (t, pair) => {
    const { a, b, lab } = pair;
    const both = async (agent: Agent): Promise<void> => {
      await pair.masterIs(agent);
      await t.resolves(
        pair.until(() => lab.onlyHolder(agent.node, SECOND)),
        `${agent.node.name} holds the second address, too`,
      );
    };
    await pair.start();
    await both(a);
    await lab.pull(a.node, 1);
    await both(b);
    const dump = await a.dump();
    t.equal(dump.find(({ data }) => data.iname === 'VI_2')?.data.state, STATE.FAULT, 'the port without a cable');
    t.equal(dump.find(({ data }) => data.iname === 'VI_1')?.data.state, STATE.FAULT, 'and the other one with it');
    await lab.plug(a.node, 1);
    await both(a);
  },
);
