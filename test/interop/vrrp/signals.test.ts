/** Signals, as keepalived takes them: reload without a gap, dumps, clean stops. */
import { existsSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Agent } from './lab/agents.ts';
import { until } from './lab/command.ts';
import { configText, type InstanceText } from './lab/config.ts';
import { Lab, labMissing, VIP } from './lab/lab.ts';
import { execute, VRRP_WORDS } from './mahalo-command.ts';
import { OURS_THEN_KEEPALIVED, PairLab, STATE } from './pair.ts';

const skip = labMissing('keepalived');
t.jobs = 2;
t.setTimeout(600_000);

const STATS_CLEAR = 63;

async function single(text: string): Promise<{ lab: Lab; agent: Agent }> {
  const lab = await Lab.open({ units: ['a'] });
  const agent = new Agent('mahalo', lab.node('a'), text);
  agent.start();
  await agent.line(/Entering MASTER STATE/);
  return { lab, agent };
}

const one = (change: Partial<InstanceText> = {}, more: readonly string[] = []): string =>
  configText({ instances: [{ priority: 150, advert: '0.1', ...change }], blocks: more });

t.test(
  'HUP: who is master stays master, addresses that stay are never off, others come and go',
  { skip },
  async (test) => {
    const { lab, agent } = await single(one({ addresses: [`${VIP}/24`, '10.77.0.101/24'] }));
    test.teardown(() => lab.close());
    const node = lab.node('a');
    await until('both addresses', () => node.holds(VIP) && node.holds('10.77.0.101'));
    const before = await agent.instance();
    const changesBefore = node.changes.length;
    agent.configure(one({ priority: 120, addresses: [`${VIP}/24`, '10.77.0.102/24'] }));
    agent.signal('SIGHUP');
    await until(
      'the addresses of the new configuration',
      () => node.holds('10.77.0.102') && !node.holds('10.77.0.101'),
    );
    await agent.line(/Reload complete/);
    const changes = node.changes.slice(changesBefore);
    test.strictSame(
      changes.filter(({ address }) => address === VIP),
      [],
      'the address that stays was not touched',
    );
    const after = await agent.instance();
    test.equal(after.data.state, STATE.MASTER);
    test.equal(after.data['base_priority'], 120);
    test.equal(after.stats['become_master'], before.stats['become_master']);
    test.ok((after.stats['advert_sent'] ?? 0) > (before.stats['advert_sent'] ?? 0), 'it goes on counting');
  },
);

t.test('HUP that changes addresses over between two instances: both keep theirs', { skip }, async (test) => {
  const lab = await Lab.open({ units: ['a'] });
  test.teardown(() => lab.close());
  const node = lab.node('a');
  const two = (first: string, second: string): string =>
    configText({
      instances: [
        { priority: 150, advert: '0.1', addresses: [`${first}/24`] },
        { name: 'VI_2', vrid: 52, priority: 150, advert: '0.1', addresses: [`${second}/24`] },
      ],
    });
  const agent = new Agent('mahalo', node, two(VIP, '10.77.0.101'));
  agent.start();
  await until('both are master', () => node.holds(VIP) && node.holds('10.77.0.101'));
  const before = (await agent.dump()).map(({ stats }) => stats['become_master']);
  agent.configure(two('10.77.0.101', VIP));
  agent.signal('SIGHUP');
  await agent.line(/Reload complete/);
  const after = await agent.dump();
  test.strictSame(
    after.map(({ data }) => [data.state, data['vips']]),
    [
      [STATE.MASTER, ['10.77.0.101/24 dev eth0 scope global set']],
      [STATE.MASTER, [`${VIP}/24 dev eth0 scope global set`]],
    ],
  );
  test.strictSame(
    after.map(({ stats }) => stats['become_master']),
    before,
    'nobody lost mastership over it',
  );
  test.ok(node.holds(VIP) && node.holds('10.77.0.101'));
});

t.test('reload_file is emptied while a reload reads, then gone, whatever the file says', { skip }, async (test) => {
  const lab = await Lab.open({ units: ['a'] });
  test.teardown(() => lab.close());
  const node = lab.node('a');
  const file = join(node.directory, 'reading');
  const text = (priority: number, more: readonly string[] = []): string =>
    configText({ globals: [`reload_file ${file}`, ...more], instances: [{ priority, advert: '0.1' }] });
  writeFileSync(file, 'left by one that was killed');
  const agent = new Agent('mahalo', node, text(150));
  agent.start();
  await agent.line(/Entering MASTER STATE/);
  test.notOk(existsSync(file), 'a start removes it');

  const events: string[] = [];
  const watcher = watch(node.directory, (event, name) => {
    if (name === 'reading') events.push(event);
  });
  test.teardown(() => watcher.close());
  for (const [priority, more, end] of [
    [120, [], /Reload complete/],
    [110, ['rubbish'], /Reload refused/],
  ] as const) {
    writeFileSync(file, 'the configuration is being written');
    await until('the watcher has seen it', () => events.length > 0);
    agent.configure(text(priority, more));
    const before = events.length;
    agent.signal('SIGHUP');
    await agent.line(end);
    await until('it is gone, and was emptied before', () => events.slice(before).join().endsWith('change,rename'));
    test.notOk(existsSync(file));
    test.equal((await agent.instance()).data['base_priority'], 120);
    events.length = 0;
  }
});

t.test('HUP from its pid file on: it lives, and reads the configuration again when it runs', { skip }, async (test) => {
  const lab = await Lab.open({ units: ['a'] });
  test.teardown(() => lab.close());
  const node = lab.node('a');
  const agent = new Agent('mahalo', node, one());
  agent.start();
  await until('its pid is known', () => existsSync(join(node.directory, 'agent.pid')), 20_000, 1);
  const whole = (): boolean => agent.log().includes('Startup complete');
  await until(
    'it runs',
    () => {
      for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) if (!whole()) agent.signal(signal);
      return whole() || !agent.running;
    },
    20_000,
    5,
  );
  await agent.line(/Reload complete/);
  await until('it is master', () => node.holds(VIP));
});

t.test('HUP with mistakes: the old configuration goes on, and it is said', { skip }, async (test) => {
  const { lab, agent } = await single(one());
  test.teardown(() => lab.close());
  agent.configure('vrrp_instance VI_1 {\n  interface nowhere7\n  virtual_router_id 51\n}\n');
  agent.signal('SIGHUP');
  await agent.line(/Reload refused/);
  test.match(agent.log(), /nowhere7/);
  const { data } = await agent.instance();
  test.equal(data.state, STATE.MASTER);
  test.equal(data['ifp_ifname'], 'eth0');
  agent.configure(one({ priority: 99 }));
  agent.signal('SIGHUP');
  await agent.line(/Reload complete/);
  test.equal((await agent.instance()).data['base_priority'], 99, 'the mended file is taken');
});

t.test('HUP with a typing error that swallows an instance: nothing changes', { skip }, async (test) => {
  const { lab, agent } = await single(one());
  test.teardown(() => lab.close());
  agent.configure(one().replace('vrrp_instance', 'vrrp_instanec'));
  agent.signal('SIGHUP');
  await agent.line(/Reload refused, the old configuration goes on: .*vrrp_instanec/);
  test.equal((await agent.instance()).data.state, STATE.MASTER);
  test.ok(lab.node('a').holds(VIP));
});

t.test('HUP with the mistakes it already runs with is taken', { skip }, async (test) => {
  const mistake = ['lvs_sync_daemonn eth0'];
  const { lab, agent } = await single(one({ more: mistake }));
  test.teardown(() => lab.close());
  agent.configure(one({ priority: 77, more: mistake }));
  agent.signal('SIGHUP');
  await agent.line(/Reload complete/);
  test.equal((await agent.instance()).data['base_priority'], 77);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal}: priority 0 to the peer, addresses off, exit code 0`, { skip, buffered: true }, async (test) => {
    const pair = await PairLab.open(OURS_THEN_KEEPALIVED, { advert: '0.5' });
    test.teardown(() => pair.close());
    await pair.start();
    pair.a.signal(signal);
    await pair.masterIs(pair.b);
    await until('the process ends', () => !pair.a.running);
    test.equal((await pair.b.instance()).stats['pri_zero_rcvd'], 1);
    test.match(pair.a.log(), /Stopping.*Stopped Keepalived v2\.2\.7/s);
    for (const file of ['agent.pid', 'vrrp.pid']) test.notOk(existsSync(join(pair.a.node.directory, file)), file);
  });
}

t.test('what the kernel refuses to send is told once a second, with its error', { skip }, async (test) => {
  const { lab, agent } = await single(one());
  test.teardown(() => lab.close());
  const node = lab.node('a');
  const rules = 'table ip deaf { chain out { type filter hook output priority 0; ip protocol 112 drop; }; }';
  await node.exec('nft', rules);
  await agent.line(/\(VI_1\): send advert error 1 \(EPERM, Operation not permitted\)$/);
  await agent.line(/send advert error 1 .* \([2-9]\d* in all\)|send advert error 1 .* \(1\d+ in all\)/);
  await node.exec('nft', 'delete table ip deaf');
  test.equal((await agent.instance()).data.state, STATE.MASTER);
});

t.test('files of processes that are not here: the log says that they are not made', { skip }, async (test) => {
  const lab = await Lab.open({ units: ['a'] });
  test.teardown(() => lab.close());
  const file = join(lab.node('a').directory, 'other.pid');
  const agent = new Agent('mahalo', lab.node('a'), one());
  agent.start('-c', file, `--bfd_pid=${file}`);
  await agent.line(/Entering MASTER STATE/);
  test.match(agent.log(), `--checkers_pid=${file} has no effect: there is no process for health checks`);
  test.match(agent.log(), `--bfd_pid=${file} has no effect: there is no BFD process`);
  test.notOk(existsSync(file));
});

t.test('USR1, USR2, JSON and STATS_CLEAR write their files', { skip }, async (test) => {
  const { lab, agent } = await single(one());
  test.teardown(() => lab.close());
  const file = (name: string): string => join(agent.node.directory, name);
  const written = async (name: string, signal: NodeJS.Signals | number): Promise<string> => {
    rmSync(file(name), { force: true });
    agent.signal(signal);
    await until(`${name} is written`, () => existsSync(file(name)));
    return readFileSync(file(name), 'utf8');
  };
  test.match(await written('keepalived.data', 'SIGUSR1'), /------< VRRP Topology >------\n VRRP Instance = VI_1\n/);
  test.match(await written('keepalived.stats', 'SIGUSR2'), /Became master: 1\n/);
  test.match(await written('keepalived.stats', STATS_CLEAR), /Became master: 1\n/, 'written before it is cleared');
  test.match(await written('keepalived.stats', 'SIGUSR2'), /Became master: 0\n/, 'and cleared then');
  test.match(JSON.parse(await written('keepalived.json', 36)), [
    { data: { iname: 'VI_1' }, stats: { become_master: 0 } },
  ]);
});

t.test('--signum answers as keepalived does', { skip }, async (test) => {
  const names = ['STOP', 'RELOAD', 'DATA', 'STATS', 'STATS_CLEAR', 'JSON', 'TDATA', 'HUP', ''];
  const told = async (program: string, ...words: readonly string[]): Promise<readonly unknown[]> => {
    const { code, out, err } = await execute(program, words);
    return [code, out, err.trim()];
  };
  const [program = '', ...before] = VRRP_WORDS;
  await Promise.all(
    names.map(async (name) =>
      test.strictSame(
        await told(program, ...before, `--signum=${name}`),
        await told('keepalived', `--signum=${name}`),
        name,
      ),
    ),
  );
});
