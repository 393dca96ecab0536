import { readFileSync } from 'node:fs';
import t from 'tap';
import { sendSignal } from '../../../src/sys/child-process.ts';
import { ESRCH } from '../../../src/sys/errno.ts';
import type { ScriptRun } from '../../../src/vrrp/notification/script-runner.ts';
import { command, globalModel, ScriptLab, until } from './script-lab.ts';

function processStatus(run: ScriptRun | undefined): string {
  return run?.pid ? readFileSync(`/proc/${run.pid}/status`, 'utf8') : '';
}

const root = process.geteuid?.() === 0;

t.test('a script gets its own words, then those of the event, and our environment', async (t) => {
  process.env['MAHALO_TEST_MARK'] = 'here';
  const lab = new ScriptLab(t);
  const script = lab.script('args', `printf '%s|' "$@" "$MAHALO_TEST_MARK" "$PWD" > ${lab.path('out')}`);
  const run = lab.runner.run(command([script, 'a b', '']), ['INSTANCE', 'VI_1'], { timeoutMs: 0 });
  await run?.end;
  t.equal(lab.text('out'), `a b||INSTANCE|VI_1|here|${process.cwd()}|`);
  t.equal(run?.exitCode, 0);
});

t.test('standard streams are /dev/null, as with keepalived', async (t) => {
  const lab = new ScriptLab(t);
  const script = lab.script(
    'streams',
    `streams=$(readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2); echo "$streams" > ${lab.path('out')}`,
  );
  await lab.runner.run(command([script]), [], { timeoutMs: 0 })?.end;
  t.equal(lab.text('out'), '/dev/null\n/dev/null\n/dev/null\n');
});

t.test('no descriptor of ours reaches a script', async (t) => {
  const lab = new ScriptLab(t);
  const script = lab.script('fds', `ls -l /proc/$$/fd > ${lab.path('out')}`);
  await lab.runner.run(command([script]), [], { timeoutMs: 0 })?.end;
  // Pipes and files may be those of whoever started the test.
  t.notMatch(lab.text('out'), /anon_inode|socket|inotify/);
  t.match(lab.text('out'), /0 -> \/dev\/null/);
});

t.test('a script of another user runs as that one, without our groups', { skip: !root && 'needs root' }, async (t) => {
  const lab = new ScriptLab(t);
  const script = lab.script('who', 'sleep 30');
  const run = lab.runner.run(command([script], { name: 'x', uid: 65_534, gid: 65_533 }), [], { timeoutMs: 0 });
  // The parent goes on a moment before the new program's credentials are those of the process.
  await until(() => processStatus(run).startsWith('Name:\twho'), 'it runs');
  const status = processStatus(run);
  t.match(status, /^Uid:\t65534\t65534\t65534\t65534$/m);
  t.match(status, /^Gid:\t65533\t65533\t65533\t65533$/m);
  t.match(status, /^Groups:\t65533 *$/m);
  run?.kill();
  await run?.end;
});

t.test('script_user is whom scripts without a user belong to', { skip: !root && 'needs root' }, async (t) => {
  const lab = new ScriptLab(t, globalModel({ scriptUser: { name: 'x', uid: 65_534, gid: 65_534 } }));
  const run = lab.runner.run(command(['/bin/sleep', '30']), [], { timeoutMs: 0 });
  await until(() => processStatus(run).startsWith('Name:\tsleep'), 'it runs');
  t.match(processStatus(run), /^Uid:\t65534\t/m);
  run?.kill();
  await run?.end;
});

t.test('a script without #! line is run by the shell', async (t) => {
  const lab = new ScriptLab(t);
  const script = lab.script('bare', `printf '%s|' "$@" > ${lab.path('out')}; exit 3`, '');
  const run = lab.runner.run(command([script, "it's", '$HOME']), ['X'], { timeoutMs: 0 });
  await run?.end;
  t.equal(lab.text('out'), "it's|$HOME|X|");
  t.equal(run?.exitCode, 3);
});

t.test('a redirection asks whether a file can be opened', async (t) => {
  const lab = new ScriptLab(t);
  const good = lab.runner.run(command(['</dev/null']), [], { timeoutMs: 0 });
  const bad = lab.runner.run(command(['</nonexistent/file']), [], { timeoutMs: 0 });
  await Promise.all([good?.end, bad?.end]);
  t.equal(good?.exitCode, 0);
  t.not(bad?.exitCode, 0);
});

t.test('a script that takes too long gets SIGTERM, it and its children', async (t) => {
  const lab = new ScriptLab(t);
  const script = lab.script('slow', `sleep 60 & echo $! > ${lab.path('child')}; wait`);
  let timeouts = 0;
  const run = lab.runner.run(command([script]), [], { timeoutMs: 300, onRunTimeout: () => timeouts++ });
  await run?.end;
  t.equal(timeouts, 1);
  t.equal(run?.timedOut, true);
  t.equal(run?.signal, 15);
  const child = Number(lab.text('child'));
  t.ok(child > 0);
  await until(() => sendSignal(child, 0) === -ESRCH, 'its child has ended');
  t.equal(lab.runner.timedOut, 1);
});

t.test('a script that ignores SIGTERM gets SIGKILL two seconds later', async (t) => {
  const lab = new ScriptLab(t);
  const script = lab.script('deaf', "trap '' TERM; while :; do sleep 1; done");
  const before = Date.now();
  const run = lab.runner.run(command([script]), [], { timeoutMs: 200 });
  await run?.end;
  t.equal(run?.signal, 9);
  const took = Date.now() - before;
  t.ok(took >= 2190, `after ${took} ms`);
});

t.test('what cannot be started is logged with the reason', async (t) => {
  const lab = new ScriptLab(t);
  t.equal(lab.runner.run(command(['/nonexistent/script']), [], { timeoutMs: 0 }), undefined);
  t.match(lab.log, ["Error exec-ing command '/nonexistent/script', error 2: No such file or directory"]);
  t.equal(lab.runner.failed, 1);
});

t.test('stop ends what runs still', async (t) => {
  const lab = new ScriptLab(t);
  const deaf = lab.script('deaf', "trap '' TERM; while :; do sleep 1; done");
  const runs = [command(['/bin/sleep', '60']), command([deaf])].map((it) => lab.runner.run(it, [], { timeoutMs: 0 }));
  // Of itself the one would end in a minute, the other never.
  const before = Date.now();
  await lab.runner.stop();
  t.ok(runs.every((run) => run?.ended));
  t.equal(lab.runner.running, 0);
  t.ok(Date.now() - before < 50_000);
});
