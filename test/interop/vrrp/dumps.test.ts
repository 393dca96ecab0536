/**
 * The dumps beside the real program's: the same configuration on two units that do not hear each other, so that both are
 * in the same state, then field by field.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Agent } from './lab/agents.ts';
import { until } from './lab/command.ts';
import { Lab, labMissing } from './lab/lab.ts';

const skip = labMissing('keepalived');
t.setTimeout(600_000);

/** What differs by default is switched to keepalived's way. */
const GLOBALS = `global_defs {
  router_id lab
  script_user root
  enable_script_security
}
`;

/** Each Mahalo default back to keepalived's. */
const OURS = `global_defs {
  vrrp_higher_prio_send_advert false
  vrrp_garp_spread off
  vrrp_garp_master_refresh 0
}
`;

const CONFIG = `
vrrp_script good {
  script "/bin/true -x 'a b'"
  interval 1
  weight 5
}
vrrp_script bad {
  script /bin/false
  interval 1
  weight -7
}
track_file tf {
  file FILE
  weight 2
}
vrrp_sync_group G1 {
  group {
    VI_2
    VI_3
  }
  notify_master "/bin/true group"
}
vrrp_instance VI_1 {
  state MASTER
  interface eth0
  virtual_router_id 51
  priority 150
  advert_int 1
  authentication {
    auth_type PASS
    auth_pass secret
  }
  virtual_ipaddress {
    10.77.0.100
    10.77.0.101/24 dev eth0 label eth0:1 brd +
    10.77.0.102/24 dev eth1 scope link
  }
  virtual_ipaddress_excluded {
    10.88.0.1/24
  }
  virtual_routes {
    10.99.0.0/24 via 10.77.0.9 dev eth0 metric 7
    src 10.77.0.100 to 192.168.100.0/24 dev eth0 table 50
    blackhole 10.98.0.0/16
  }
  virtual_rules {
    from 10.99.0.0/24 table 50 priority 100
    to 10.97.0.0/16 iif eth0 lookup 51
  }
  track_interface {
    eth1
  }
  track_script {
    good
    bad weight -9
  }
  track_file {
    tf weight 1
  }
  notify_master "/bin/true m 'x y'"
  notify_backup /bin/true
  notify_fault "/bin/true f"
  notify_stop "/bin/true s"
  notify "/bin/true any"
  notify_deleted "/bin/true d"
  notify_master_rx_lower_pri "/bin/true low"
}
vrrp_instance VI_2 {
  interface eth1
  version 3
  virtual_router_id 52
  priority 100
  advert_int 0.25
  nopreempt
  garp_master_delay 2
  unicast_src_ip SOURCE
  unicast_peer {
    10.78.0.77 min_ttl 3 max_ttl 255
    10.78.0.78
  }
  virtual_ipaddress {
    10.78.0.100/24
  }
}
vrrp_instance VI_3 {
  interface eth0
  version 3
  virtual_router_id 53
  priority 100
  advert_int 0.1
  preempt_delay 3
  virtual_ipaddress {
    fe80::77/64
    fd77::100/64 preferred_lft 0
  }
}
`;

interface Unit {
  readonly agent: Agent;
  read(name: string, signal: NodeJS.Signals | number): Promise<string>;
}

async function unit(lab: Lab, kind: 'keepalived' | 'mahalo', name: string): Promise<Unit> {
  const node = lab.node(name);
  const file = join(node.directory, 'tracked');
  writeFileSync(file, '4\n');
  const text = CONFIG.replace('FILE', file).replace('SOURCE', lab.addressOf(node, 1));
  const agent = new Agent(kind, node, `${GLOBALS}${kind === 'mahalo' ? OURS : ''}${text}`);
  agent.start();
  return {
    agent,
    async read(dump, signal) {
      const path = join(node.directory, dump);
      rmSync(path, { force: true });
      agent.signal(signal);
      let before = '';
      // keepalived writes it piece by piece: read until it is the same twice.
      await until(
        `${dump} of ${kind}:\n${agent.log()}`,
        () => {
          const now = existsSync(path) ? readFileSync(path, 'utf8') : '';
          const whole = now !== '' && now === before;
          before = now;
          return whole;
        },
        undefined,
        50,
      );
      return before;
    },
  };
}

type Data = Record<string, unknown>;
interface Dumped {
  readonly data: Data;
  readonly stats: Record<string, number>;
}

/** These tell of the moment. */
const OF_THE_MOMENT = new Set(['last_transition', 'advert_sent']);

function compareJson(test: Test, theirs: readonly Dumped[], ours: readonly Dumped[]): void {
  test.equal(ours.length, theirs.length);
  theirs.forEach((wanted, index) => {
    const found = ours[index] as Dumped;
    const name = String(wanted.data['iname']);
    for (const part of ['data', 'stats'] as const) {
      test.strictSame(Object.keys(found[part]), Object.keys(wanted[part]), `${name}: names and order of ${part}`);
      for (const [key, value] of Object.entries(wanted[part])) {
        if (!OF_THE_MOMENT.has(key)) test.strictSame((found[part] as Data)[key], value, `${name}: ${key}`);
      }
    }
  });
}

/** Sections of the data with the keys of their lines. */
function keysOf(text: string, section: string): string[] {
  const [, body = ''] = text.split(`------< ${section} >------\n`);
  return (body.split('------<')[0] ?? '')
    .split('\n')
    .filter((line) => line.includes(' = '))
    .map((line) => line.slice(0, line.indexOf(' = ')));
}

t.test('JSON, statistics and data beside keepalived, as masters', { skip }, async (test) => {
  const lab = await Lab.open({ nics: 2 });
  test.teardown(() => lab.close());
  for (const node of lab.nodes) {
    await lab.block(node, 0);
    await lab.block(node, 1);
  }
  const theirs = await unit(lab, 'keepalived', 'a');
  const ours = await unit(lab, 'mahalo', 'b');
  const settled = async ({ agent }: Unit): Promise<boolean> =>
    (await agent.dump()).every(({ data }) => data.state === 2);
  await until('all of keepalived are master', () => settled(theirs), undefined, 200);
  await until('all of ours are master', () => settled(ours), undefined, 200);
  const substitute = (text: string): string =>
    text
      .replaceAll(lab.addressOf(lab.node('b'), 1), lab.addressOf(lab.node('a'), 1))
      .replaceAll('/b/tracked', '/a/tracked');

  const [jsonTheirs, jsonOurs] = [await theirs.read('keepalived.json', 36), await ours.read('keepalived.json', 36)];
  compareJson(test, JSON.parse(jsonTheirs), JSON.parse(substitute(jsonOurs)));

  const counts = (text: string): string => text.replace(/Sent: \d+\n {2}Became/g, 'Sent: N\n  Became');
  const [statsTheirs, statsOurs] = [await theirs.read('keepalived.stats', 12), await ours.read('keepalived.stats', 12)];
  test.equal(counts(statsOurs), counts(statsTheirs), 'keepalived.stats');

  const [dataTheirs, dataOurs] = [await theirs.read('keepalived.data', 10), await ours.read('keepalived.data', 10)];
  const notOurs = new Set(['   Result', '   Insecure', '   Init state', '   State', '   Script uid:gid']);
  for (const section of ['VRRP Topology', 'VRRP Sync groups', 'VRRP Scripts', 'VRRP Track files']) {
    const have = keysOf(dataOurs, section);
    const missing = keysOf(dataTheirs, section).filter((key) => !have.includes(key) && !notOurs.has(key));
    test.strictSame(missing, [], `keepalived.data, ${section}: no key is missing`);
  }
  for (const { agent } of [theirs, ours]) await agent.stop();
});

/**
 * Three instances that follow another router's, v2 and v3, IPv4 and IPv6. Their intervals are long: on a busy machine none
 * must take over meanwhile.
 */
function followers(priority: number): string {
  return [
    ['VI_1', '2', '51', '3', '10.77.0.100/24'],
    ['VI_2', '3', '52', '2.5', '10.77.0.101/24'],
    ['VI_3', '3', '53', '2.25', 'fe80::77/64'],
  ]
    .map(
      ([name, version, vrid, interval, address]) => `vrrp_instance ${name} {
  interface eth0
  version ${version}
  virtual_router_id ${vrid}
  priority ${priority}
  advert_int ${interval}
  virtual_ipaddress {
    ${address}
  }
}
`,
    )
    .join('');
}

t.test('as backups of a third router, and in FAULT', { skip }, async (test) => {
  const lab = await Lab.open({ units: ['m', 'a', 'b'] });
  test.teardown(() => lab.close());
  const other = new Agent('keepalived', lab.node('m'), GLOBALS + followers(200));
  other.start();
  await until(
    'the third is master',
    async () => (await other.dump()).every(({ data }) => data.state === 2),
    undefined,
    200,
  );
  const agents = [
    new Agent('keepalived', lab.node('a'), GLOBALS + followers(100)),
    new Agent('mahalo', lab.node('b'), GLOBALS + OURS + followers(100)),
  ] as const;
  const dumps = (): Promise<readonly (readonly Dumped[])[]> =>
    Promise.all(agents.map(async (agent) => (await agent.dump()) as readonly Dumped[]));
  for (const agent of agents) agent.start();
  await until(
    'both have heard it',
    async () => (await dumps()).every((dump) => dump.every(({ data }) => data['master_priority'] === 200)),
    undefined,
    200,
  );
  const compare = async (): Promise<void> => {
    const [theirs = [], ours = []] = (await dumps()).map((dump) =>
      dump.map(({ data, stats }) => ({ data, stats: { ...stats, advert_rcvd: 0 } })),
    );
    compareJson(test, theirs, ours);
  };
  await compare();
  for (const name of ['a', 'b']) await lab.pull(lab.node(name));
  for (const agent of agents) {
    await until('FAULT', async () => (await agent.dump()).every(({ data }) => data.state === 3), undefined, 100);
  }
  await compare();
  for (const agent of [...agents, other]) await agent.stop();
});
