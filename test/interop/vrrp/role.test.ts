/** `mahalo vrrp` as a command: in the background, its pid files, questions to it, a fail-over on purpose. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Agent } from './lab/agents.ts';
import { clockMs, until } from './lab/command.ts';
import { configText, type InstanceText } from './lab/config.ts';
import { Lab, labMissing, VIP } from './lab/lab.ts';
import type { LabNode } from './lab/node.ts';
import { signalProcess } from './lab/process.ts';
import { type CommandResult, execute, mahalo, VRRP_WORDS } from './mahalo-command.ts';
import { OURS_THEN_KEEPALIVED, OURS_TWICE, PairLab } from './pair.ts';

const skip = labMissing('keepalived');
t.jobs = 2;
t.setTimeout(600_000);

const socketOf = (node: LabNode): string => join(node.directory, 'control.sock');

function text(node: LabNode, change: Partial<InstanceText> = {}, blocks: readonly string[] = []): string {
  return configText({
    globals: [`vrrp_control_socket ${socketOf(node)}`],
    blocks,
    instances: [{ priority: 150, advert: '0.1', ...change }],
  });
}

async function unit(
  test: Test,
  change: Partial<InstanceText> = {},
): Promise<{ lab: Lab; node: LabNode; agent: Agent }> {
  const lab = await Lab.open({ units: ['a'] });
  test.teardown(() => lab.close());
  const node = lab.node('a');
  const agent = new Agent('mahalo', node, text(node, change));
  agent.start();
  await agent.line(/Startup complete/);
  return { lab, node, agent };
}

const ask = (node: LabNode, ...words: readonly string[]): Promise<CommandResult> =>
  mahalo(...words, '--socket', socketOf(node));

t.test('in the background: back when it runs, pid files, stopped by the pid in them', { skip }, async (test) => {
  const lab = await Lab.open({ units: ['a'] });
  test.teardown(() => lab.close());
  const node = lab.node('a');
  const file = (name: string): string => join(node.directory, name);
  writeFileSync(file('k.conf'), text(node));
  const words = ['netns', 'exec', node.namespace, ...VRRP_WORDS];
  // A relative path, though a daemon works in /.
  const flags = ['-f', 'k.conf', '-p', file('m.pid'), '-r', file('v.pid'), '-G', '-D', `-g${file('out.log')}`];
  const start = (): Promise<CommandResult> => execute('ip', [...words, ...flags], { directory: node.directory });

  writeFileSync(file('m.pid'), '4194304\n');
  const started = await start();
  test.strictSame(started, { code: 0, out: '', err: '' });
  const pid = Number(readFileSync(file('m.pid'), 'utf8'));
  test.teardown(() => signalProcess(pid, 'SIGKILL'));
  test.equal(Number(readFileSync(file('v.pid'), 'utf8')), pid);
  await until('it is master', () => node.holds(VIP));
  const log = (): string => readFileSync(file('out_vrrp.log'), 'utf8');
  test.match(log(), /Remove a stale pid file: .*m\.pid names process 4194304, which is gone/);
  await until('it says so', () => log().includes('(VI_1) Entering MASTER STATE'));

  const second = await start();
  test.equal(second.code, 1);
  test.match(log(), /daemon is already running/);

  const hup = log().length;
  signalProcess(pid, 'SIGHUP');
  await until('the file is found from / as well', () => log().slice(hup).includes('Reload complete'));

  signalProcess(pid, 'SIGTERM');
  await until('it is gone', () => !existsSync(`/proc/${pid}`));
  test.notOk(existsSync(file('m.pid')) || existsSync(file('v.pid')), 'no pid file is left');
  test.notOk(existsSync(socketOf(node)), 'nor its socket');
  await until('the address is off', () => !node.holds(VIP));
});

t.test('a configuration that cannot be run ends it, with the reason', { skip }, async (test) => {
  const lab = await Lab.open({ units: ['a'] });
  test.teardown(() => lab.close());
  const node = lab.node('a');
  const file = join(node.directory, 'k.conf');
  writeFileSync(file, text(node, { interface: 'nowhere7' }));
  const result = await execute('ip', ['netns', 'exec', node.namespace, ...VRRP_WORDS, '-n', '-l', '-G', '-f', file]);
  test.not(result.code, 0);
  test.match(result.err, /nowhere7/);
  const missing = await mahalo('-n', '-l', '-G', '-f', join(node.directory, 'none.conf'));
  test.not(missing.code, 0);
  test.match(missing.err, /none\.conf/);
});

t.test('-s runs it in a namespace, net_namespace does, too', { skip }, async (test) => {
  const lab = await Lab.open({ units: ['a'] });
  test.teardown(() => lab.close());
  const node = lab.node('a');
  for (const [blocks, flags] of [
    [[], ['-s', node.namespace]],
    [[`net_namespace ${node.namespace}`], []],
  ] as const) {
    const file = join(node.directory, 'k.conf');
    writeFileSync(file, text(node, {}, blocks));
    const pidFile = join(node.directory, 'm.pid');
    const started = await mahalo('-f', file, '-G', '-p', pidFile, '-r', pidFile, ...flags);
    test.equal(started.code, 0, started.err);
    const pid = Number(readFileSync(pidFile, 'utf8'));
    test.teardown(() => signalProcess(pid, 'SIGKILL'));
    await until('it is master there', () => node.holds(VIP));
    signalProcess(pid, 'SIGTERM');
    await until('it is gone', () => !existsSync(`/proc/${pid}`) && !node.holds(VIP));
  }
});

t.test('commands answer, with exit codes for scripts', { skip }, async (test) => {
  const { node, agent } = await unit(test);
  await agent.line(/Entering MASTER STATE/);
  test.equal(statSync(socketOf(node)).mode & 0o777, 0o600);
  const [status, why, transitions, metrics, trackers, lateness, unknown, stranger] = await Promise.all([
    ask(node, 'status', 'VI_1'),
    ask(node, 'why'),
    ask(node, 'transitions', 'VI_1', '--json'),
    ask(node, 'metrics'),
    ask(node, 'trackers'),
    ask(node, 'lateness'),
    ask(node, 'status', 'VI_9'),
    mahalo('status', '--socket', join(node.directory, 'none.sock')),
  ]);
  test.equal(status.code, 0, 'MASTER');
  test.match(status.out, /^INSTANCE .*\nVI_1 +MASTER +150 +eth0 +51 +10\.77\.0\.2 \(150\)/);
  test.match(why.out, /^VI_1 is MASTER since .*\nIt is master because nobody of higher priority advertises\./);
  test.match(JSON.parse(transitions.out), [{ name: 'VI_1', transitions: [{ from: 'INIT' }, { to: 'MASTER' }] }]);
  test.match(metrics.out, `keepalived_vrrp_state{iname="VI_1",intf="eth0",vrid="51",ip_address="${VIP}/24"} 2\n`);
  test.strictSame(JSON.parse(trackers.out), []);
  test.match(lateness.out, /^\d+ advertisements, on average [\d.]+ ms late/);
  test.match(unknown, { code: 1, err: "mahalo vrrp: there is no instance 'VI_9'\n" });
  test.match(stranger, { code: 3, err: /no agent answers/ });

  agent.configure(text(node, { more: ['prioriti 90'] }));
  const refused = await ask(node, 'reload');
  test.match(refused, { code: 1, err: /Line \d+\) .*prioriti/ }, 'the reason is told to who asked');
  agent.configure(text(node, { priority: 90 }));
  const reloaded = await ask(node, 'reload');
  test.equal(reloaded.code, 0, reloaded.err);
  test.equal((await agent.instance()).data['base_priority'], 90);

  await node.ip('link', 'set', 'eth0', 'down');
  await agent.line(/Entering FAULT STATE/);
  const fault = await ask(node, 'status', 'VI_1');
  test.equal(fault.code, 11, 'FAULT');
  test.match((await ask(node, 'why')).out, /It cannot run because\n {2}- interface eth0 is down/);
});

t.test('subscribers hear of changes as they happen', { skip }, async (test) => {
  const { node, agent } = await unit(test);
  await agent.line(/Entering MASTER STATE/);
  const listener = node.start([...VRRP_WORDS, 'subscribe', '--socket', socketOf(node)]);
  // The first event may pass before it has subscribed: priorities change until one is heard.
  let priority = 100;
  await until('an event of a reload', async () => {
    agent.configure(text(node, { priority: ++priority }));
    agent.signal('SIGHUP');
    await new Promise((resolve) => setTimeout(resolve, 300));
    return listener.log().includes('"kind":"reload"');
  });
  await node.ip('link', 'set', 'eth0', 'down');
  const { text: line } = await listener.line(/"kind":"state"/);
  test.match(JSON.parse(line), {
    kind: 'state',
    name: 'VI_1',
    from: 'MASTER',
    to: 'FAULT',
    cause: 'interface eth0 is down',
  });
  await agent.stop();
  await until('the listener ends with the agent', () => !listener.running);
  test.equal(listener.exitCode, 3);
});

t.test(
  'its own place: real-time priority, processor, memory, name, umask; scripts around its life',
  { skip },
  async (test) => {
    const lab = await Lab.open({ units: ['a'] });
    test.teardown(() => lab.close());
    const node = lab.node('a');
    const mark = join(node.directory, 'marks');
    const script = join(node.directory, 'mark.sh');
    writeFileSync(script, `#!/bin/sh\necho "$1" >>${mark}\n`, { mode: 0o755 });
    const globals = [
      'vrrp_rt_priority 7',
      'vrrp_cpu_affinity 0',
      'vrrp_no_swap',
      'process_name vrrp_unit',
      'umask 027',
      'enable_script_security',
      `startup_script "${script} startup"`,
      `shutdown_script "${script} shutdown"`,
    ];
    const agent = new Agent('mahalo', node, configText({ globals, instances: [{ priority: 150, advert: '0.1' }] }));
    agent.start();
    await agent.line(/Entering MASTER STATE/);
    const about = (file: string): string => readFileSync(`/proc/${agent.pid}/${file}`, 'utf8');
    const fields = about('stat')
      .replace(/^.*\) /s, '')
      .split(' ');
    test.equal(fields[41 - 3], '2', 'SCHED_RR'); // proc(5): policy is field 41, the third is the first here
    test.equal(fields[40 - 3], '7', 'its priority');
    test.match(about('status'), /^Cpus_allowed_list:\t0$/m);
    test.match(about('status'), /^VmLck:\s+[1-9]/m);
    test.match(about('status'), /^Umask:\t0027$/m);
    test.equal(about('comm'), 'vrrp_unit\n');
    test.equal(readFileSync(mark, 'utf8'), 'startup\n', 'before the first advertisement');
    await agent.stop();
    test.equal(readFileSync(mark, 'utf8'), 'startup\nshutdown\n');
    test.notMatch(agent.log(), /Unable to set/);
  },
);

const skipBug = skip || (VRRP_WORDS.length === 2 && 'the executable takes no module from outside');
t.test('a bug ends it as a stop would: the address is given back, exit code 1', { skip: skipBug }, async (test) => {
  const lab = await Lab.open({ units: ['a'] });
  test.teardown(() => lab.close());
  const node = lab.node('a');
  const [file, pid] = [join(node.directory, 'k.conf'), join(node.directory, 'm.pid')];
  writeFileSync(file, text(node));
  const bug = `data:text/javascript,process.on('SIGWINCH',()=>{throw new Error('a bug')})`;
  const [program = '', ...words] = VRRP_WORDS;
  const agent = node.start([program, '--import', bug, ...words, '-n', '-l', '-G', '-f', file, '-p', pid, '-r', pid]);
  await agent.line(/Entering MASTER STATE/);
  await until('the address', () => node.holds(VIP));
  const before = clockMs();
  agent.signal('SIGWINCH');
  await until('the address is off', () => !node.holds(VIP), 2000);
  // Of itself it would go when its lifetime of three seconds is over.
  test.ok(clockMs() - before < 2000);
  test.equal(await agent.ended, 1);
  test.match(agent.log(), /unexpected error, stopping: Error: a bug/);
  test.notOk(existsSync(pid));
});

t.test('two agents on one control socket: the second goes without', { skip }, async (test) => {
  const { node, lab } = await unit(test);
  test.ok(lab);
  const other = await Lab.open({ units: ['a'] });
  test.teardown(() => other.close());
  const second = new Agent('mahalo', other.node('a'), text(node));
  second.start();
  await second.line(/no control socket: another agent listens/);
  await second.line(/Entering MASTER STATE/);
  await second.stop();
  test.equal((await ask(node, 'status')).code, 0, 'the first one still answers');
});

t.test(
  'rehearsal beside keepalived: the client sees what it reports, and the master comes back',
  { skip, buffered: true },
  async (test) => {
    const pair = await PairLab.open(OURS_THEN_KEEPALIVED, { advert: '0.2' });
    test.teardown(() => pair.close());
    pair.a.configure(text(pair.a.node, { advert: '0.2' }));
    await pair.start();

    const cautious = await ask(pair.a.node, 'rehearse', 'VI_1');
    test.match(cautious, { code: 1, err: /no other unit has been heard .* --yes/ }, 'a backup is silent');
    test.ok(await pair.masterStays(pair.a, 300));

    const fromMs = clockMs();
    const result = await ask(pair.a.node, 'rehearse', 'VI_1', '--yes', '--json');
    test.equal(result.code, 0, result.err);
    const report = JSON.parse(result.out);
    await pair.masterIs(pair.a);
    const seen = await pair.prober.darkness(fromMs, clockMs());
    test.match(report, { outcome: 'passed', address: VIP, note: 'master again' });
    test.match(report.answeredBy, /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    // The peer's skew is (256 - 100) / 256 of 200 ms.
    test.ok(report.darkMs > 50 && report.darkMs < 400, `dark for ${report.darkMs} ms`);
    test.ok(report.firstAdvertisementMs > 50 && report.firstAdvertisementMs < 400, `${report.firstAdvertisementMs}`);
    const longest = Math.max(0, ...seen.gaps.map((gap) => gap.darkMs));
    test.ok(Math.abs(longest - report.darkMs) < 100, `the client saw ${longest} ms, reported ${report.darkMs}`);

    const second = await ask(pair.a.node, 'rehearse', 'VI_1', '--json');
    test.equal(second.code, 0, 'the peer is known now');
    await pair.masterIs(pair.a);
    const backup = await pair.b.instance();
    test.equal(backup.stats['become_master'], 2);
  },
);

t.test('rehearsal without a peer: taken back at once, exit code 1', { skip }, async (test) => {
  const { node, agent } = await unit(test);
  await agent.line(/Entering MASTER STATE/);
  const result = await ask(node, 'rehearse', 'VI_1', '--yes', '--json');
  test.equal(result.code, 1);
  const report = JSON.parse(result.out);
  test.match(report, { outcome: 'nobody-answered', darkMs: null, note: /master again/ });
  test.ok(report.backAfterMs < 200, `${report.backAfterMs} ms`);
  test.ok(node.holds(VIP));
  const why = await ask(node, 'transitions');
  test.match(why.out, /MASTER -> BACKUP .*rehearsal/);
});

for (const [what, change] of [
  ['IPv6', { family: 6 }],
  ['a virtual MAC', { more: ['use_vmac'] }],
] as const) {
  t.test(`rehearsal between two of ours, ${what}`, { skip, buffered: true }, async (test) => {
    const pair = await PairLab.open(OURS_TWICE, { advert: '0.2', ...change });
    test.teardown(() => pair.close());
    pair.a.configure(text(pair.a.node, { advert: '0.2', ...change }));
    await pair.start();
    const result = await ask(pair.a.node, 'rehearse', 'VI_1', '--yes', '--json');
    test.equal(result.code, 0, `${result.err}${result.out}`);
    const report = JSON.parse(result.out);
    test.ok(report.darkMs > 50 && report.darkMs < 500, `dark for ${report.darkMs} ms`);
    await pair.masterIs(pair.a);
  });
}
