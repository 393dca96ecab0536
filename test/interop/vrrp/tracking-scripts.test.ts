/**
 * What tracked scripts do to priority and state: the same configurations and exit codes given to keepalived and to ours,
 * and both must come to the same after every step.
 */
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { tableSample } from '../../table-sample.ts';
import { type Alone, sameOnBoth } from './both-programs.ts';
import { configText } from './lab/config.ts';
import { VIP } from './lab/lab.ts';
import { standing, standsAt } from './standing.ts';

t.jobs = 2;
t.setTimeout(600_000);

const PATIENCE_MS = 120_000;

function script(directory: string, body: string): string {
  const path = join(directory, 'check.sh');
  writeFileSync(path, `#!/bin/sh\necho >>${directory}/runs\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** How often the script has begun. */
function runs({ node }: Alone): number {
  return existsSync(join(node.directory, 'runs')) ? readFileSync(join(node.directory, 'runs'), 'utf8').length : 0;
}

/** A zombie has ended: who reaps orphans is the machine's affair. */
function hasEnded(pid: string): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

const TABLE = [
  { name: 'weight 0', good: '100 2', bad: 'FAULT' },
  { name: 'weight 0 reverse', good: 'FAULT', bad: '100 2' },
  { name: 'weight 20', good: '120 2', bad: '100 2' },
  { name: 'weight -20', good: '100 2', bad: '80 2' },
  { name: 'weight 20 reverse', good: '80 2', bad: '100 2' },
  { name: 'weight -20 reverse', good: '100 2', bad: '120 2' },
  { name: 'weight 253', good: '254 2', bad: '100 2' },
  { name: 'weight -253', good: '100 2', bad: '1 2' },
] as const;

for (const { name: weight, good, bad } of tableSample(TABLE)) {
  sameOnBoth(
    `a script, ${weight}`,
    (directory) => {
      writeFileSync(join(directory, 'code'), '0');
      const path = script(directory, `exit $(cat ${directory}/code)`);
      return configText({
        blocks: [`vrrp_script check {\n  script ${path}\n  interval 1\n  fall 2\n  rise 2\n}`],
        instances: [{ priority: 100, advert: '0.1', more: ['track_script {', `  check ${weight}`, '}'] }],
      });
    },
    async (alone) => {
      alone.agent.start();
      await standsAt(alone, good, 'start');
      for (const code of ['1', '0', '77']) {
        writeFileSync(join(alone.node.directory, 'code'), code);
        await standsAt(alone, code === '0' ? good : bad, code);
      }
      return true;
    },
    (t, seen) => t.ok(seen),
  );
}

sameOnBoth(
  'a script that fails from the start needs no fall',
  (directory) =>
    configText({
      blocks: [`vrrp_script check {\n  script ${script(directory, 'exit 1')}\n  interval 60\n  fall 5\n}`],
      instances: [{ priority: 100, advert: '0.1', more: ['track_script {', '  check', '}'] }],
    }),
  async (alone) => {
    alone.agent.start();
    await alone.until('it has failed', () => /VRRP_Script\(check\) failed/.test(alone.agent.log()), PATIENCE_MS);
    await standsAt(alone, 'FAULT', 'start');
    return runs(alone);
  },
  (t, seen) => t.equal(seen, 1),
);

sameOnBoth(
  'nobody is master before a script without a weight has answered',
  (directory) => {
    const path = script(directory, `sleep 3; : >${directory}/answered; exit 0`);
    return configText({
      blocks: [`vrrp_script check {\n  script ${path}\n  interval 30\n  timeout 20\n}`],
      instances: [{ priority: 100, advert: '0.1', more: ['track_script {', '  check', '}'] }],
    });
  },
  async (alone) => {
    alone.agent.start();
    await alone.until('it is master', () => alone.node.holds(VIP), PATIENCE_MS);
    return existsSync(join(alone.node.directory, 'answered'));
  },
  (t, answered) => t.equal(answered, true),
);

sameOnBoth(
  'with a weight nobody waits for the first answer',
  (directory) => {
    const path = script(directory, `while [ ! -e ${directory}/answer ]; do sleep 0.1; done; exit 1`);
    return configText({
      blocks: [`vrrp_script check {\n  script ${path}\n  interval 60\n  timeout 50\n}`],
      instances: [{ priority: 100, advert: '0.1', more: ['track_script {', '  check weight -10', '}'] }],
    });
  },
  async (alone) => {
    alone.agent.start();
    await standsAt(alone, '100 2', 'no answer yet');
    writeFileSync(join(alone.node.directory, 'answer'), '');
    await standsAt(alone, '90 2', 'answered');
    return true;
  },
  (t, seen) => t.ok(seen),
);

sameOnBoth(
  'a script that hangs is a failure after its timeout, and all of it is killed',
  (directory) => {
    const path = script(
      directory,
      `[ -e ${directory}/hang ] || exit 0\nsleep 1000 &\necho $! >>${directory}/children\nwait`,
    );
    return configText({
      blocks: [`vrrp_script check {\n  script ${path}\n  interval 2\n  timeout 1\n}`],
      instances: [{ priority: 100, advert: '0.1', more: ['track_script {', '  check', '}'] }],
    });
  },
  async (alone) => {
    const children = join(alone.node.directory, 'children');
    alone.agent.start();
    await standsAt(alone, '100 2', 'start');
    writeFileSync(join(alone.node.directory, 'hang'), '');
    await standsAt(alone, 'FAULT', 'it hangs');
    rmSync(join(alone.node.directory, 'hang'));
    await standsAt(alone, '100 2', 'it is good again');
    // keepalived 2.2.7 says "skipping run" and runs it: it may lose sight of the first one.
    if (alone.agent.kind === 'mahalo') {
      const pids = readFileSync(children, 'utf8').split('\n').filter(Boolean);
      await alone.until('its children are gone', () => pids.every(hasEnded));
    }
    return true;
  },
  (t, seen) => t.ok(seen),
);

sameOnBoth(
  'rise and fall count answers in a row',
  (directory) => {
    // Each run waits for its answer, so that we know at which one the priority moves.
    const path = script(
      directory,
      `n=$(wc -l <${directory}/runs)\nwhile [ ! -e ${directory}/answer$n ]; do sleep 0.02; done\nexit $(cat ${directory}/answer$n)`,
    );
    return configText({
      blocks: [`vrrp_script check {\n  script ${path}\n  interval 1\n  timeout 100\n  fall 3\n  rise 3\n}`],
      instances: [{ priority: 100, advert: '0.1', more: ['track_script {', '  check weight 10', '}'] }],
    });
  },
  async (alone) => {
    const seen: string[] = [];
    alone.agent.start();
    for (const [index, letter] of [...'+--+---++-+++'].entries()) {
      await alone.until(`run ${index + 1}`, () => runs(alone) > index, PATIENCE_MS);
      const answer = join(alone.node.directory, `answer${index + 1}`);
      writeFileSync(`${answer}.new`, letter === '+' ? '0' : '1');
      await alone.node.exec('mv', `${answer}.new`, answer);
      // The next run begins after this one was judged.
      await alone.until(`run ${index + 2}`, () => runs(alone) > index + 1, PATIENCE_MS);
      seen.push(`${letter} ${(await standing(alone)).split(' ')[0]}`);
    }
    return seen.join(', ');
  },
  (t, seen) =>
    t.equal(seen, '+ 110, - 110, - 110, + 110, - 110, - 110, - 100, + 100, + 100, - 100, + 100, + 100, + 110'),
);
