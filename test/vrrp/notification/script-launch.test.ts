import t from 'tap';
import { launchMeans, launchOf } from '../../../src/vrrp/notification/script-launch.ts';
import { ScriptRunner } from '../../../src/vrrp/notification/script-runner.ts';
import { command, globalModel, ScriptLab } from './script-lab.ts';

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
