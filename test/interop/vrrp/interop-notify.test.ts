/** What keepalived and ours tell scripts and FIFOs, word for word and in the same order. */
import { chmodSync, createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type Alone, sameOnBoth } from './both-programs.ts';
import { run } from './lab/command.ts';
import { configText } from './lab/config.ts';
import { VIP } from './lab/lab.ts';

t.jobs = 3;
// A busy machine may need it.
t.setTimeout(600_000);

/** A script that writes its arguments, one call a line. */
function scriptIn(directory: string): string {
  const file = join(directory, 'told.sh');
  writeFileSync(file, `#!/bin/sh\necho "$*" >>"${directory}/told"\n`);
  chmodSync(file, 0o755);
  return file;
}

function told({ node }: Alone): string[] {
  const file = join(node.directory, 'told');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}

const scripts = (script: string): string[] => [
  ...['master', 'backup', 'fault', 'stop'].map((state) => `notify_${state} "${script} ${state} second"`),
  `notify "${script} any"`,
];

sameOnBoth(
  'scripts of an instance',
  // BACKUP lasts long enough for its scripts to have written before those of MASTER do.
  (directory) => configText({ instances: [{ priority: 150, advert: '0.8', more: scripts(scriptIn(directory)) }] }),
  async (alone) => {
    const { agent, lab, node, until } = alone;
    agent.start();
    // Two scripts a change: which of them writes first is up to the scheduler, so wait for both, then sort those.
    const count = (wanted: number): Promise<void> => until(`${wanted} calls`, () => told(alone).length >= wanted);
    await count(4); // BACKUP, MASTER
    await lab.pull(node);
    await count(6);
    await lab.plug(node);
    await count(10); // BACKUP, MASTER
    await agent.stop();
    await count(12);
    const calls = told(alone);
    return Array.from({ length: Math.ceil(calls.length / 2) }, (_, i) => calls.slice(2 * i, 2 * i + 2).sort());
  },
  (t, calls) =>
    t.strictSame(calls, [
      ['any INSTANCE VI_1 BACKUP 150', 'backup second'],
      ['any INSTANCE VI_1 MASTER 150', 'master second'],
      ['any INSTANCE VI_1 FAULT 150', 'fault second'],
      ['any INSTANCE VI_1 BACKUP 150', 'backup second'],
      ['any INSTANCE VI_1 MASTER 150', 'master second'],
      ['any INSTANCE VI_1 STOP 150', 'stop second'],
    ]),
);

sameOnBoth(
  'lines of a FIFO, of an instance and its group',
  (directory) =>
    configText({
      globals: [`notify_fifo ${directory}/fifo`],
      blocks: ['vrrp_sync_group PORTS {\n  group {\n    VI_1\n  }\n}'],
      instances: [{ priority: 150, advert: '0.1' }],
    }),
  async ({ agent, lab, node, until }) => {
    const path = join(node.directory, 'fifo');
    run('mkfifo', path);
    let text = '';
    const lines = (): string[] => text.split('\n').filter(Boolean);
    const stream = createReadStream(path, { encoding: 'utf8' });
    stream.on('data', (chunk) => {
      text += chunk;
    });
    agent.start();
    await until('it is master', () => node.holds(VIP) && lines().length >= 4);
    await lab.pull(node);
    await until('a fault is told', () => lines().filter((line) => line.includes('FAULT')).length >= 2);
    await agent.stop();
    await until('the stop is told', () => lines().filter((line) => line.includes('STOP')).length >= 2);
    stream.destroy();
    return lines();
  },
  (t, lines) => {
    t.ok(lines.includes('INSTANCE "VI_1" MASTER 150'), lines.join('; '));
    t.ok(lines.includes('GROUP "PORTS" MASTER 0'), lines.join('; '));
  },
);

sameOnBoth(
  'the scripts of a sync group',
  (directory) => {
    const script = scriptIn(directory);
    return configText({
      blocks: [
        `vrrp_sync_group PORTS {\n  group {\n    VI_1\n  }\n  notify_master "${script} group master"\n  notify "${script} any"\n}`,
      ],
      instances: [{ priority: 150, advert: '0.1' }],
    });
  },
  async (alone) => {
    alone.agent.start();
    await alone.until('it is master', () => alone.node.holds(VIP) && told(alone).length >= 3);
    await alone.agent.stop();
    await alone.until('the stop is told', () => told(alone).some((line) => line.includes('STOP')));
    return told(alone).sort();
  },
  (t, calls) => t.ok(calls.includes('any GROUP PORTS MASTER 0') && calls.includes('group master'), calls.join('; ')),
);

const reloaded = (directory: string, priority: number): string => {
  const script = join(directory, 'told.sh');
  return configText({
    blocks: [`vrrp_sync_group PORTS {\n  group {\n    VI_1\n  }\n  notify "${script} any"\n}`],
    instances: [{ priority, advert: '0.1', more: [`notify "${script} any"`] }],
  });
};

sameOnBoth(
  'a reload that leaves everybody where they are tells the scripts of a sync group and its instance nothing',
  (directory) => {
    scriptIn(directory);
    return reloaded(directory, 150);
  },
  async (alone) => {
    const { agent, node, until } = alone;
    agent.start();
    await until('all are told', () => told(alone).filter((line) => line.includes('MASTER')).length >= 2);
    const before = told(alone).length;
    agent.configure(reloaded(node.directory, 120));
    agent.signal('SIGHUP');
    await until('the new priority', async () => (await agent.instance()).data.effective_priority === 120);
    await agent.stop();
    await until('the stop is told', () => told(alone).filter((line) => line.includes('STOP')).length >= 2);
    return told(alone).slice(before).sort();
  },
  (t, calls) => t.strictSame(calls, ['any GROUP PORTS STOP 0', 'any INSTANCE VI_1 STOP 120']),
);
