/**
 * More than 800 small configurations: what `keepalived -t` says to them, and what Mahalo says. Compared are the verdict
 * (in order or not), the exit code, and that the first line keepalived complains about is complained about by us.
 * `CONFIG_VERDICTS=<regular expression>` prints what both said to the matching cases.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { findProgram } from '../../find-program.ts';
import { CASES, withoutArguments } from '../../vrrp/config/verdicts/cases.ts';
import { changedCases } from '../../vrrp/config/verdicts/changes.ts';
import { type Difference, EXCEPTIONS } from '../../vrrp/config/verdicts/exceptions.ts';
import { playKeepalived, playMahalo, type Verdict } from '../../vrrp/config/verdicts/play.ts';

t.setTimeout(600_000);

const program = findProgram('keepalived');
const version = program === null ? '' : spawnSync(program, ['--version'], { encoding: 'utf8' }).stderr;
const playable = version.includes('v2.2.7') && process.getuid?.() === 0 && findProgram('ip') !== null;

function differences(theirs: Verdict, ours: Verdict): Difference[] {
  const found: Difference[] = [];
  if ((theirs.exitCode === 0) !== (ours.exitCode === 0)) found.push('verdict');
  if (theirs.exitCode !== ours.exitCode) found.push('exit code');
  const first = theirs.lines.find((line) => line > 0);
  if (first !== undefined && ours.exitCode !== 0 && !ours.lines.includes(first)) found.push('line');
  return found;
}

t.test('the cases know every keyword, and every case has a name of its own', async (test) => {
  test.same(withoutArguments(), []);
  test.ok(CASES.length > 800, `${CASES.length} cases`);
  const names = CASES.map((one) => one.name);
  test.same(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
});

t.test(
  'keepalived and Mahalo come to the same verdict',
  { skip: playable ? false : 'needs keepalived 2.2.7, ip and root' },
  async (test) => {
    const directory = mkdtempSync(join(tmpdir(), 'mahalo-verdicts-'));
    test.teardown(() => rmSync(directory, { recursive: true }));
    const theirs = playKeepalived(program ?? '', CASES, directory);
    const needed = new Set<string>();
    const wrong: string[] = [];
    const shown = process.env['CONFIG_VERDICTS'];
    for (const [index, one] of CASES.entries()) {
      const their = theirs[index]!;
      const our = playMahalo(one);
      if (shown !== undefined && new RegExp(shown).test(one.name)) {
        test.comment(
          `${one.name}\n${one.text}\nkeepalived ${their.exitCode}\n${their.output}\nmahalo ${our.exitCode}\n${our.output}`,
        );
      }
      const left = differences(their, our).filter((difference) => {
        const exception = EXCEPTIONS.find(({ cases, differs }) => cases.test(one.name) && differs.includes(difference));
        if (exception !== undefined) needed.add(exception.cases.source + exception.reason);
        return exception === undefined;
      });
      if (left.length > 0) {
        wrong.push(
          `${one.name}: ${left.join(', ')}; keepalived ${their.exitCode} ${their.output} mahalo ${our.exitCode} ${our.output}`,
        );
      }
    }
    test.same(wrong, [], 'what differs is an exception with a reason');
    const idle = EXCEPTIONS.filter(({ cases, reason }) => !needed.has(cases.source + reason));
    test.same(
      idle.map(({ cases }) => cases.source),
      [],
      'every exception is needed',
    );
  },
);

/** `CONFIG_SEED=<number>` plays other changes. */
const seed = Number(process.env['CONFIG_SEED'] ?? 7);

t.test(
  `configurations changed at random come to the same verdict (seed ${seed})`,
  { skip: playable ? false : 'needs keepalived 2.2.7, ip and root' },
  async (test) => {
    const cases = changedCases(seed, 200);
    const directory = mkdtempSync(join(tmpdir(), 'mahalo-verdicts-'));
    test.teardown(() => rmSync(directory, { recursive: true }));
    const theirs = playKeepalived(program ?? '', cases, directory);
    const wrong = cases.flatMap((one, index) => {
      const their = theirs[index]!;
      const our = playMahalo(one);
      // What is named as not implemented has exceptions above, with their reasons.
      if (!differences(their, our).includes('verdict') || our.output.includes('is not implemented')) return [];
      return [
        `${one.name}\n${one.text}\nkeepalived ${their.exitCode} ${their.output}\nmahalo ${our.exitCode} ${our.output}`,
      ];
    });
    test.same(wrong, []);
  },
);
