import t from 'tap';
import { runLifecycleScript } from '../../../src/vrrp/notification/lifecycle-script.ts';
import { command, globalModel, ScriptLab } from './script-lab.ts';

t.test('it is waited for, and a failure is logged', async (t) => {
  const lab = new ScriptLab(t);
  const script = lab.script('begin', `sleep 0.2; echo done > ${lab.path('out')}; exit 4`);
  await runLifecycleScript(globalModel({ startupScript: command([script]) }), 'startup', lab.runner);
  t.equal(lab.text('out'), 'done\n');
  t.same(lab.log, ['startup script failed, status 4']);
});

t.test('one that takes too long is ended', async (t) => {
  const lab = new ScriptLab(t);
  const global = globalModel({ shutdownScript: command(['/bin/sleep', '60']), shutdownScriptTimeoutMs: 150 });
  const before = Date.now();
  await runLifecycleScript(global, 'shutdown', lab.runner);
  t.ok(Date.now() - before < 2000);
  t.same(lab.log, ['shutdown script ended after 150 ms: it took too long']);
});

t.test('without one, or with one that is not there, life goes on', async (t) => {
  const lab = new ScriptLab(t);
  await runLifecycleScript(globalModel(), 'startup', lab.runner);
  t.same(lab.log, []);
  await runLifecycleScript(globalModel({ startupScript: command(['/nonexistent/x']) }), 'startup', lab.runner);
  t.equal(lab.log.at(-1), 'Call of startup script /nonexistent/x failed');
});
