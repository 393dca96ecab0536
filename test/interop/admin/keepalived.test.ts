// From outside, with the real agent in a network of its own: keepalived.conf applied on trial, kept, changed by a reload,
// refused, taken back; and killing admin costs nothing.
import { spawnSync } from 'node:child_process';
import t from 'tap';
import { AdminProcess, type Answer, until } from '../../admin/admin-process.ts';
import { labMissing } from '../vrrp/lab/lab.ts';

const INSIDE = 'MAHALO_TEST_OWN_NETWORK';
const NETWORK =
  'ip link set lo up && ip link add lan0 type veth peer name lan1 && ip link set lan1 up && ' +
  'ip address add 10.77.0.2/24 dev lan0 && ip link set lan0 up';

function text(mark: string, priority: number, address = '10.77.0.100/24'): string {
  return `! ${mark}
vrrp_instance VI_1 {
    interface lan0
    virtual_router_id 51
    priority ${priority}
    advert_int 0.2
    version 3
    virtual_ipaddress {
        ${address}
    }
}
`;
}

t.setTimeout(600_000);
if (process.env[INSIDE] === undefined) {
  const skip = labMissing();
  if (skip === false) {
    const command = `${NETWORK} && exec "$0" "$1"`;
    const words = ['--net', 'sh', '-c', command, process.execPath, import.meta.filename];
    t.spawn(
      'unshare',
      words,
      { env: { ...process.env, [INSIDE]: 'yes' }, timeout: 600_000 },
      'in a network of its own',
    );
  } else t.pass('keepalived.conf', { skip });
} else {
  const admin = new AdminProcess();
  await admin.start();
  const owner = await admin.claim();
  const base = '/api/vrrp/configuration';
  const post = (path: string, body: object): Promise<Answer> => owner.call('POST', `${base}/${path}`, { body });
  const apply = (content: string, parent: number): Promise<Answer> =>
    post('apply', { text: content, parent, note: 'a note' });
  const agent = async () => (await owner.call('GET', '/api/vrrp/pair')).json.here;
  const isMaster = async (): Promise<boolean> => (await agent()).instances[0]?.state === 'MASTER';
  const has = (address: string): boolean =>
    String(spawnSync('ip', ['address', 'show', 'dev', 'lan0']).stdout).includes(address);
  let processId = 0;
  t.teardown(() => admin.remove());

  await t.test("a mistake is told at its line by the agent's own reader; nothing is started", async (t) => {
    const wrong = text('one', 100).replace('lan0', 'lan9');
    const { json } = await post('check', { text: wrong });
    t.equal(json.verdict, 'invalid');
    t.ok(
      json.diagnostics.some((one: { line: number; message: string }) => /lan9/.test(one.message)),
      json,
    );
    t.equal((await apply(wrong, 0)).json.error.code, 'invalid');
    t.equal((await agent()).agent, 'none');
    t.ok((await owner.call('GET', `${base}/words`)).json.sections.includes('vrrp_instance'));
  });

  await t.test('applied: the agent is started on trial, and kept', async (t) => {
    const preview = (await post('preview', { text: text('one', 100) })).json.preview;
    t.match(preview.sentences, [/Instance VI_1 is new, on lan0: 10\.77\.0\.100\/24/]);
    const trial = await apply(text('one', 100), 0);
    t.match(trial.json, { revision: 1, author: 'owner', serving: true });
    t.match((await owner.call('GET', '/api/trials')).json.documents, [
      { document: 'configuration', confirmed: 0, trial: null },
      { document: 'vrrp-configuration', base, confirmed: 0, trial: { revision: 1, author: 'owner' } },
    ]);
    await until('it is master', isMaster);
    processId = (await agent()).about.pid;
    t.ok(has('10.77.0.100'));
    t.equal((await post('confirm', { revision: 1 })).status, 200);
  });

  await t.test('changed by a reload: the same process, who stays master; taken back the same way', async (t) => {
    const next = text('two', 120, '10.77.0.101/24');
    const preview = (await post('preview', { text: next })).json.preview;
    t.match(preview.sentences, [/10\.77\.0\.101\/24.*10\.77\.0\.100\/24.*priority from 100 to 120/]);
    t.match(preview.process, [/who is master stays master/]);
    t.equal((await apply(next, 1)).status, 200);
    await until('the new address is there', () => has('10.77.0.101') && !has('10.77.0.100'));
    t.equal((await agent()).about.pid, processId);
    t.equal((await post('return', { revision: 2 })).status, 200);
    await until('the old address is there', () => has('10.77.0.100') && !has('10.77.0.101'));
    t.equal((await agent()).about.pid, processId);
    t.match((await owner.call('GET', base)).json, { number: 1, text: text('one', 100) });
    t.match((await owner.call('GET', `${base}/revisions/2`)).json, { note: 'a note', outcome: 'past' });
  });

  await t.test('admin is killed during a trial and comes back: it takes the trial back in the end', async (t) => {
    t.equal((await apply(text('three', 90, '10.77.0.103/24'), 1)).status, 200);
    await until('the new address is there', () => has('10.77.0.103'));
    await admin.end('SIGKILL');
    t.ok(has('10.77.0.103'), 'the agent goes on');
    await admin.start();
    owner.port = admin.port;
    await owner.logIn('owner');
    t.match((await owner.call('GET', `${base}/state`)).json, { confirmed: 1, trial: { revision: 3, serving: true } });
    t.equal((await post('return', { revision: 3 })).status, 200);
    await until('the old address is there', () => has('10.77.0.100') && !has('10.77.0.103'));
  });

  await t.test('an agent that dies is started again', async () => {
    const before = processId;
    process.kill(before, 'SIGKILL');
    await until('another one is master', async () => {
      const { about } = await agent();
      return about !== null && about.pid !== before && (await isMaster());
    });
    processId = (await agent()).about.pid;
  });
}
