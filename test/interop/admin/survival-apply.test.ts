/**
 * `kill -9` of admin at every stage of an apply, of a confirmation and of a way back. The stages are system calls of
 * admin, so each is hit whatever the machine is doing. All the time the proxy serves every request; afterwards the new
 * text is in force as a whole or not at all, and the disk, the running proxy and the history agree.
 */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { until } from '../../admin/admin-process.ts';
import { ProxyLab } from '../../admin/proxy-lab.ts';
import { findProgram } from '../../find-program.ts';
import { Strace } from './kill-at-call.ts';

t.setTimeout(600_000);
const lab = await ProxyLab.open('--confirm-seconds', '600');
const { admin } = lab;

/** Requests one after the other, each on a connection of its own, until told to stop; what was not served is kept. */
const traffic = { requests: 0, resets: 0, faults: [] as string[], on: true };
let running = Promise.resolve();
t.teardown(async () => {
  traffic.on = false;
  await running;
  await lab.close();
});

function ask(): Promise<string> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port: lab.port, agent: false }, (answer) => {
      answer.resume();
      answer.on('error', (error) => resolve(error.message));
      answer.on('end', () => resolve(String(answer.statusCode)));
    }).on('error', (error) => resolve(error.message));
  });
}

/**
 * When a proxy takes over from another one, the kernel resets what connected to the old one between its last accept() and
 * its close() (so it is with haproxy): such a visitor comes again, and has to be served then.
 */
async function visit(): Promise<void> {
  traffic.requests++;
  let outcome = await ask();
  if (outcome.includes('ECONNRESET')) {
    traffic.resets++;
    outcome = await ask();
  }
  if (outcome !== '200') traffic.faults.push(`${new Date().toISOString()} ${outcome}`);
}

async function serve(): Promise<void> {
  while (traffic.on) {
    await visit();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Processes of this unit's proxy, by the revision they were started with. */
function proxies(): number[] {
  const file = new RegExp(`\0${join(admin.directory, 'proxy')}/(\\d+)\\.cfg\0`);
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const revision = file.exec(readFileSync(`/proc/${name}/cmdline`, 'utf8'))?.[1];
      return revision === undefined ? [] : [Number(revision)];
    } catch {
      return []; // gone meanwhile
    }
  });
}

/** Lets admin begin something that it will not survive. */
async function killed(strace: Strace, deed: Promise<unknown>): Promise<string> {
  await deed.catch(() => undefined); // no answer
  await admin.end('SIGKILL');
  return strace.lastCall();
}

/** Admin starts anew: one revision is in force, and everybody who is asked says the same one. Returns its number. */
async function agreed(t: Test, mark: string): Promise<number> {
  await lab.back();
  await until(`"${mark}" serves`, async () => (await lab.mark()) === mark);
  const { confirmed, trial } = await lab.state();
  const inForce = trial?.revision ?? confirmed;
  if (trial !== null) t.equal(trial.serving, true);
  await until(`one proxy is left, with revision ${inForce}`, () => proxies().join() === String(inForce));
  const text = lab.text(mark);
  const file = (name: string): string => readFileSync(join(admin.directory, name), 'utf8');
  t.equal(file(`proxy/${inForce}.cfg`), text, 'the running text is the whole of it');
  t.equal(JSON.parse(file(`revisions/${inForce}.json`)).text, text);
  const onDisk = JSON.parse(file('configuration.json'));
  t.match(onDisk, { confirmed, ...(trial === null ? {} : { trial: { revision: trial.revision } }) });
  if (trial === null) t.equal(onDisk.trial, undefined);
  const { json: history } = await lab.owner.call('GET', `/api/configuration/revisions/${inForce}`);
  t.equal(history.text, text, 'so says the history');
  const damaged = readdirSync(admin.directory).filter((name) => name.includes('.damaged'));
  t.same(damaged, [], 'no file was left half written');
  return inForce;
}

/** The process that checks texts is there: the next one that admin starts is a proxy. */
async function languageIsThere(): Promise<void> {
  await lab.owner.call('POST', '/api/configuration/check', { body: { text: lab.text('any') } });
}

/** What admin does in an apply, in its order: two flushes and a rename for each file it writes, one for one it removes. */
const BEFORE_IT_SERVES = [
  { what: 'the revision is written, its number not yet taken', call: 'rename', nth: 2, at: /configuration\.json/ },
  { what: 'the trial is to be written', call: 'rename', nth: 3, at: /configuration\.json/ },
  { what: 'what init may start is to be written', call: 'rename', nth: 5, at: /proxy\/prepared/ },
  { what: 'the proxy is to be started', call: 'spawn', nth: 1, at: /^(?:clone|fork|vfork)/ },
  { what: 'the new proxy serves, which is to be written', call: 'rename', nth: 6, at: /configuration\.json/ },
] as const;

async function stages(): Promise<void> {
  await t.test('a text that was confirmed serves', async (t) => {
    await lab.apply('one', 0);
    t.equal((await lab.confirm(1)).status, 200);
    running = serve();
  });

  for (const { what, call, nth, at } of BEFORE_IT_SERVES) {
    await t.test(`apply, killed when ${what}: not applied`, async (t) => {
      await languageIsThere();
      const strace = await Strace.killBefore(admin.processId, call, nth);
      t.match(await killed(strace, lab.apply('new', 1)), at);
      if (nth === 6) t.equal(await lab.mark(), 'new', 'the proxy goes on');
      t.equal(await agreed(t, 'one'), 1);
    });
  }

  await t.test('apply, killed while the new proxy starts: not applied, however late that one is', async (t) => {
    await languageIsThere();
    // A visit that goes on keeps the old proxy there as a process, whoever is in charge.
    const endless = get({ host: '127.0.0.1', port: lab.port, path: '/endless', agent: false });
    endless.on('error', () => {}); // at its end it is cut off
    const [answer] = (await once(endless, 'response')) as [IncomingMessage];
    let heard = 0;
    answer
      .on('error', () => {})
      .on('data', (part: Buffer) => {
        heard += part.length;
      });
    const strace = await Strace.holdAfterSpawn(admin.processId);
    const applying = lab.apply('new', 1).catch(() => undefined);
    const hasNew = (): boolean => proxies().some((revision) => revision !== 1);
    await until('the new proxy is a process', hasNew);
    const ended = admin.end('SIGKILL');
    strace.end();
    await Promise.all([ended, applying]);
    await lab.back();
    await until('the new proxy serves, or is gone', async () => (await lab.mark()) === 'new' || !hasNew());
    await until('the old text serves', async () => (await lab.mark()) === 'one' && !hasNew());
    const before = heard;
    await until('the visit goes on', () => heard > before);
    endless.destroy();
    await admin.end('SIGKILL');
    t.equal(await agreed(t, 'one'), 1);
  });

  let onTrial = 0;

  await t.test('apply, killed as soon as it is written that it serves: applied, on trial', async (t) => {
    await languageIsThere();
    const strace = await Strace.killBefore(admin.processId, 'fsync', 13);
    t.match(await killed(strace, lab.apply('new', 1)), /^fsync\(\d+<[^>]*>/);
    onTrial = await agreed(t, 'new');
    t.not(onTrial, 1);
    const { json } = await lab.owner.call('GET', '/api/configuration/revisions');
    const numbers = (json as { number: number }[]).map(({ number }) => number);
    t.equal(new Set(numbers).size, numbers.length);
    t.equal(Math.max(...numbers), onTrial);
  });

  await t.test('confirmation, killed before it is written: still on trial', async (t) => {
    const strace = await Strace.killBefore(admin.processId, 'rename', 1);
    t.match(await killed(strace, lab.confirm(onTrial)), /configuration\.json/);
    t.equal(await agreed(t, 'new'), onTrial);
    t.match(await lab.state(), { confirmed: 1, trial: { revision: onTrial } });
  });

  await t.test('way back, killed before the old proxy is started: still on trial', async (t) => {
    const strace = await Strace.killBefore(admin.processId, 'spawn', 1);
    t.match(await killed(strace, lab.takeBack(onTrial)), /^(?:clone|fork|vfork)/);
    t.equal(await agreed(t, 'new'), onTrial);
  });

  await t.test('way back, killed when the old text serves, which is to be written: it is back', async (t) => {
    const strace = await Strace.killBefore(admin.processId, 'rename', 2);
    t.match(await killed(strace, lab.takeBack(onTrial)), /configuration\.json/);
    t.equal(await agreed(t, 'one'), 1);
    t.equal((await lab.state()).trial, null);
  });

  await t.test('confirmation, killed as soon as it is written: confirmed', async (t) => {
    const { revision } = (await lab.apply('kept', 1)).json;
    const strace = await Strace.killBefore(admin.processId, 'fsync', 2);
    t.match(await killed(strace, lab.confirm(revision)), /^fsync/);
    t.equal(await agreed(t, 'kept'), revision);
    t.match(await lab.state(), { confirmed: revision, trial: null });
  });

  await t.test('all the time every request was served', async (t) => {
    traffic.on = false;
    await running;
    t.same(traffic.faults, []);
    t.comment(`${traffic.requests} requests, ${traffic.resets} asked twice`);
    t.ok(traffic.requests > 100, `${traffic.requests} requests`);
  });
}

if (findProgram('strace') !== null) await stages();
else t.test('admin killed at each stage', { skip: 'strace is not installed' }, async () => {});
