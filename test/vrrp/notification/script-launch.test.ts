import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { sendSignal } from '../../../src/sys/child-process.ts';
import { launchMeans, launchOf } from '../../../src/vrrp/notification/script-launch.ts';
import { ScriptRunner } from '../../../src/vrrp/notification/script-runner.ts';
import { command, globalModel, ScriptLab, until } from './script-lab.ts';

const ROOT = { uid: 0, gid: 0 };
const OTHER = { uid: 5, gid: 6 };
const WORDS = ['/x/script', 'one', '-two'];

t.test('setpriv becomes the user and ends with us', async (t) => {
  const launch = launchOf(WORDS, OTHER, { setpriv: '/usr/bin/setpriv', own: ROOT });
  t.same(launch, {
    program: '/usr/bin/setpriv',
    argv: ['setpriv', '--reuid=5', '--regid=6', '--groups=6', '--pdeathsig=TERM', '--', ...WORDS],
  });
});

t.test('without privileges nobody becomes another', async (t) => {
  const launch = launchOf(WORDS, OTHER, { setpriv: '/usr/bin/setpriv', own: OTHER });
  t.same(launch.argv, ['setpriv', '--pdeathsig=TERM', '--', ...WORDS]);
});

t.test("without setpriv our own user's programs are run as they are", async (t) => {
  t.same(launchOf(WORDS, ROOT, { setpriv: '', own: ROOT }), { program: '/x/script', argv: WORDS });
});

t.test('a redirection is for the shell', async (t) => {
  t.same(launchOf(['</x/file'], ROOT, { setpriv: '', own: ROOT }).argv, ['/bin/sh', '-c', '</x/file']);
});

for (const setpriv of [launchMeans().setpriv, '']) {
  const skip = process.geteuid?.() !== 0 && 'needs root';
  t.test(`another user ${setpriv === '' ? 'without setpriv' : 'by setpriv'}`, { skip }, async (t) => {
    const lab = new ScriptLab(t);
    const model = { global: globalModel(), scripts: [], instances: [], groups: [] };
    const runner = new ScriptRunner(model, lab.reactor, (text) => lab.log.push(text), { setpriv, own: ROOT });
    const script = lab.script('who', 'read -r line </proc/$$/status; id -u; exit $(($(id -u) + $(id -G | wc -w)))');
    const run = runner.run(command([script], { name: 'x', uid: 40, gid: 50 }), [], { timeoutMs: 0 });
    await run?.end;
    t.equal(run?.exitCode, 41, 'uid 40, in one group');
    const bare = runner.run(command([lab.script('bare', 'exit $#', '')]), ['a', 'b'], { timeoutMs: 0 });
    await bare?.end;
    t.equal(bare?.exitCode, 2);
  });
}

const RUN_AND_WAIT = `
import { Reactor } from ${JSON.stringify(join(import.meta.dirname, '../../../src/loop/reactor.ts'))};
import { ScriptRunner } from ${JSON.stringify(join(import.meta.dirname, '../../../src/vrrp/notification/script-runner.ts'))};
const reactor = new Reactor();
reactor.start();
const model = { global: { fifos: [] }, scripts: [], instances: [], groups: [] };
const runner = new ScriptRunner(model, reactor, console.log);
const run = runner.run({ place: {}, text: '', words: ['/bin/sleep', '1000'] }, [], { timeoutMs: 0 });
const timer = setInterval(() => {
  if (run.pid === 0) return;
  clearInterval(timer);
  console.log(run.pid);
}, 5);
`;

t.test(
  'when we are killed, so are the scripts',
  { skip: launchMeans().setpriv === '' && 'needs setpriv' },
  async (t) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', RUN_AND_WAIT], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.teardown(() => child.kill('SIGKILL'));
    let output = '';
    child.stdout.on('data', (bytes) => {
      output += bytes;
    });
    await until(() => output.endsWith('\n'), 'its pid');
    const pid = Number(output);
    await until(() => readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('/bin/sleep'), 'it runs');
    child.kill('SIGKILL');
    await until(() => sendSignal(pid, 0) < 0 || / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')), 'it has ended');
    t.pass('it has ended');
  },
);
