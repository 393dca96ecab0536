/** What few configurations ask for: events, deletion, priority changes, FIFOs, environment, script security. */
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type Alone, sameOnBoth } from './both-programs.ts';
import { Agent } from './lab/agents.ts';
import { configText } from './lab/config.ts';
import { VIP } from './lab/lab.ts';
import { standsAt } from './standing.ts';

t.jobs = 2;
t.setTimeout(600_000);

const PATIENCE_MS = 120_000;

function recorder(directory: string, name = 'told'): string {
  const path = join(directory, `${name}.sh`);
  writeFileSync(path, `#!/bin/sh\necho "$*" >>"${directory}/${name}"\n`);
  chmodSync(path, 0o755);
  return path;
}

function lines({ node }: Alone, name = 'told'): string[] {
  const path = join(node.directory, name);
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
}

/** Reads a FIFO into a file for as long as it is there. */
function readFifo({ node }: Alone): void {
  node.start(['sh', '-c', `while cat "${node.directory}/fifo"; do :; done >"${node.directory}/lines"`]);
}

sameOnBoth(
  'a FIFO that is missing is made, filled and removed',
  (directory) =>
    configText({
      globals: [`vrrp_notify_fifo ${directory}/fifo`],
      instances: [{ priority: 100, advert: '0.1' }],
    }),
  async (alone) => {
    const path = join(alone.node.directory, 'fifo');
    alone.agent.start();
    await alone.until('it is there', () => existsSync(path), PATIENCE_MS);
    const { mode, uid, gid } = lstatSync(path);
    readFifo(alone);
    await alone.until('it is master', () => lines(alone, 'lines').some((it) => it.includes('MASTER')), PATIENCE_MS);
    await alone.agent.stop();
    await alone.until('the last line', () => lines(alone, 'lines').some((it) => it.includes('STOP')), PATIENCE_MS);
    return { mode: mode.toString(8), uid, gid, left: existsSync(path), lines: lines(alone, 'lines') };
  },
  (t, seen) =>
    t.match(seen, {
      mode: '10600',
      left: false,
      lines: ['INSTANCE "VI_1" BACKUP 100', 'INSTANCE "VI_1" MASTER 100', 'INSTANCE "VI_1" STOP 100'],
    }),
);

sameOnBoth(
  'changes of priority are told to the FIFO when asked for',
  (directory) => {
    writeFileSync(join(directory, 'value'), '0');
    return configText({
      globals: [`vrrp_notify_fifo ${directory}/fifo`],
      blocks: [`track_file number {\n  file ${directory}/value\n}`],
      instances: [
        {
          priority: 100,
          advert: '0.1',
          more: ['notify_priority_changes on', 'track_file {', '  number weight 1', '}'],
        },
      ],
    });
  },
  async (alone) => {
    alone.agent.start();
    await alone.until('the FIFO', () => existsSync(join(alone.node.directory, 'fifo')), PATIENCE_MS);
    readFifo(alone);
    await standsAt(alone, '100 2', 'start');
    for (const [value, expected] of [
      ['7', '107 2'],
      ['-7', '93 2'],
      ['0', '100 2'],
    ] as const) {
      writeFileSync(join(alone.node.directory, 'value'), value);
      await standsAt(alone, expected, value);
    }
    await alone.agent.stop();
    await alone.until('the last line', () => lines(alone, 'lines').some((it) => it.includes('STOP')), PATIENCE_MS);
    return lines(alone, 'lines');
  },
  (t, seen) => t.ok(seen.includes('INSTANCE "VI_1" MASTER_PRIORITY 107'), seen.join('; ')),
);

sameOnBoth(
  'a lower priority heard by a master is told',
  (directory) =>
    configText({
      globals: [`vrrp_notify_fifo ${directory}/fifo`],
      instances: [
        {
          priority: 150,
          advert: '0.1',
          more: [`notify_master_rx_lower_pri "${recorder(directory)} own words"`],
        },
      ],
    }),
  async (alone) => {
    alone.agent.start();
    await alone.until('the FIFO', () => existsSync(join(alone.node.directory, 'fifo')), PATIENCE_MS);
    readFifo(alone);
    await alone.until('it is master', () => alone.node.holds(VIP), PATIENCE_MS);
    // A second master that cannot hear the first.
    const other = alone.lab.node('b');
    await alone.lab.filter(['iifname "a0" drop']);
    const lower = new Agent('keepalived', other, configText({ instances: [{ priority: 90, advert: '0.1' }] }));
    lower.start();
    await alone.until('it is told', () => lines(alone).length > 0, PATIENCE_MS);
    await lower.stop();
    await alone.agent.stop();
    return { script: lines(alone)[0], line: lines(alone, 'lines').find((line) => line.includes('LOWER')) };
  },
  (t, seen) => t.same(seen, { script: 'own words', line: 'INSTANCE "VI_1" MASTER_RX_LOWER_PRI 150' }),
  { units: ['a', 'b'] },
);

for (const told of ['', 'notify_deleted', 'notify_deleted SCRIPT'] as const) {
  sameOnBoth(
    `an instance that is deleted by a reload, ${told === '' ? 'of old' : told}`,
    (directory) => {
      const script = recorder(directory);
      const more = [`notify "${script} any"`, `notify_fault "${script} fault"`];
      if (told !== '') more.push(told.replace('SCRIPT', `"${script} deleted"`));
      return configText({
        instances: [
          { priority: 100, advert: '0.1' },
          { name: 'VI_2', vrid: 52, priority: 100, advert: '0.1', addresses: ['10.77.0.101/24'], more },
        ],
      });
    },
    async (alone) => {
      alone.agent.start();
      await alone.until('both are master', () => alone.node.holds('10.77.0.101') && alone.node.holds(VIP), PATIENCE_MS);
      await alone.until('that is told', () => lines(alone).some((line) => line.includes('MASTER')), PATIENCE_MS);
      const before = lines(alone).length;
      alone.agent.configure(configText({ instances: [{ priority: 100, advert: '0.1' }] }));
      alone.agent.signal('SIGHUP');
      await alone.until('the deletion is told', () => lines(alone).length > before, PATIENCE_MS);
      await alone.until('its address is gone', () => !alone.node.holds('10.77.0.101'), PATIENCE_MS);
      await alone.agent.stop();
      return lines(alone).slice(before).sort();
    },
    (t, seen) => t.ok(seen.length > 0, seen.join('; ')),
  );
}

// Of a master keepalived 2.2.7 writes nothing at a reload, against its manual; ours does (unit test).
sameOnBoth(
  'the state of a backup is written to the FIFO on a reload when asked for',
  (directory) =>
    configText({
      globals: [`vrrp_notify_fifo ${directory}/fifo`, 'fifo_write_vrrp_states_on_reload'],
      instances: [{ priority: 100, advert: '20' }],
    }),
  async (alone) => {
    await alone.node.exec('mkfifo', join(alone.node.directory, 'fifo'));
    alone.agent.start();
    readFifo(alone);
    await alone.until('it is backup', () => lines(alone, 'lines').length >= 1, PATIENCE_MS);
    alone.agent.signal('SIGHUP');
    await alone.until('it is told again', () => lines(alone, 'lines').length >= 2, PATIENCE_MS);
    return lines(alone, 'lines');
  },
  (t, seen) => t.same(seen, ['INSTANCE "VI_1" BACKUP 100', 'INSTANCE "VI_1" BACKUP 100']),
);

sameOnBoth(
  'environment, working directory, user, signals and streams of a script',
  (directory) => {
    const path = join(directory, 'look.sh');
    writeFileSync(
      path,
      `#!/bin/sh
{
  env | grep -Ev '^(_|_?TAP[A-Z_]*|PWD|SHLVL|OLDPWD)=' | sort
  id -u; id -g; id -G; umask; pwd
  readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2
  [ "$(cut -d' ' -f5 /proc/$$/stat)" = $$ ] && echo own process group
  # By the shell itself: around its children it blocks signals.
  while read -r name value; do
    case $name in SigBlk:|CapEff:) echo "$name $value" ;; esac
  done </proc/$$/status
} >${directory}/look.new 2>&1
mv ${directory}/look.new ${directory}/look
`,
    );
    chmodSync(path, 0o755);
    chmodSync(directory, 0o777);
    return configText({
      instances: [{ priority: 100, advert: '0.1', more: [`notify_master ${path} nobody nogroup`] }],
    });
  },
  async (alone) => {
    alone.agent.start();
    await alone.until('it has looked', () => existsSync(join(alone.node.directory, 'look')), PATIENCE_MS);
    return lines(alone, 'look').map((line) => line.replaceAll(alone.node.directory, 'DIRECTORY'));
  },
  (t, seen) => t.ok(seen.includes('own process group') && seen.includes('65534'), seen.join('; ')),
);

sameOnBoth(
  'with script security an insecure script is not run, another is',
  (directory) => {
    mkdirSync(join(directory, 'open'));
    const bad = recorder(join(directory, 'open'), 'bad');
    chmodSync(join(directory, 'open'), 0o777);
    const good = recorder(directory, 'good');
    return configText({
      globals: ['enable_script_security'],
      instances: [{ priority: 100, advert: '0.1', more: [`notify_master "${bad} bad"`, `notify "${good} good"`] }],
    });
  },
  async (alone) => {
    alone.agent.start();
    await alone.until('it is master', () => lines(alone, 'good').some((it) => it.includes('MASTER')), PATIENCE_MS);
    await alone.agent.stop();
    const said = alone.agent
      .log()
      .split('\n')
      .filter((line) => /Unsafe permissions|disabling|SECURITY/.test(line))
      .map((line) => line.replace(/^.*?: /, '').replaceAll(alone.node.directory, 'DIRECTORY'));
    return { bad: lines(alone, 'open/bad'), good: lines(alone, 'good'), said };
  },
  (t, seen) => {
    t.same(seen.bad, []);
    t.equal(seen.said.length, 1, seen.said.join('; '));
  },
);
