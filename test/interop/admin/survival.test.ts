/** Admin is killed, the proxy is killed, the power goes away: traffic goes on, and no configuration is lost. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { until } from '../../admin/admin-process.ts';
import { ProxyLab } from '../../admin/proxy-lab.ts';

const lab = await ProxyLab.open('--confirm-seconds', '30');
const { admin } = lab;
t.setTimeout(600_000);
t.teardown(() => lab.close());

await t.test('a proxy that serves', async (t) => {
  await lab.apply('one', 0);
  t.equal((await lab.confirm(1)).status, 200);
  await until('it serves', async () => (await lab.mark()) === 'one');
});

await t.test('admin killed: the proxy goes on, the next admin finds it', async (t) => {
  const before = await lab.processId();
  await admin.end('SIGKILL');
  t.equal(await lab.mark(), 'one');
  await lab.back();
  t.equal(await lab.processId(), before);
});

await t.test('admin killed while a text is on trial: the countdown goes on, and it is taken back', async (t) => {
  t.match((await lab.apply('three', 1)).json, { serving: true });
  await until('the new text serves', async () => (await lab.mark()) === 'three');
  await admin.end('SIGKILL');
  await lab.back();
  t.match(await lab.state(), { confirmed: 1, trial: { serving: true } });
  await until('nobody confirmed it: the old text serves', async () => (await lab.mark()) === 'one');
  await until('and the trial is over', async () => (await lab.state()).trial === null);
  t.match(lab.audit, /configuration\.return.*nobody confirmed it in time/);
});

await t.test('after a reboot the confirmed text runs, whatever was on trial', async (t) => {
  await lab.apply('five', 1);
  await until('the new text serves', async () => (await lab.mark()) === 'five');
  const trialProcess = await lab.processId();
  await admin.end('SIGKILL');
  process.kill(trialProcess, 'SIGKILL');
  const file = join(admin.directory, 'configuration.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/"bootId": "[^"]*"/, '"bootId": "an earlier one"'));
  await lab.back();
  t.equal(await lab.mark(), 'one');
  t.match(await lab.state(), { confirmed: 1, trial: null });
});

await t.test('a proxy that dies is started again', async (t) => {
  const before = await lab.processId();
  process.kill(before, 'SIGKILL');
  await until('it serves again', async () => (await lab.mark()) === 'one');
  await until('by another process', async () => {
    const now = await lab.processId().catch(() => before);
    return now !== before && now > 0;
  });
  t.match(admin.output, /the proxy is gone/);
});
