/**
 * The verdict of `mahalo proxy -c` on thousands of small configurations, against that of Debian's `haproxy -c`: every
 * keyword where it belongs and where it does not, with good arguments and bad ones. What HAProxy refuses we refuse; what
 * it accepts we accept or refuse as `not implemented yet`; verdicts/exceptions.ts has the rest with its reasons.
 */

import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import * as checks from './verdicts/checks.ts';
import { compareVerdicts, type Relation } from './verdicts/comparison.ts';
import { EXCEPTIONS } from './verdicts/exceptions.ts';
import { makeFixtures } from './verdicts/fixtures.ts';
import * as globals from './verdicts/globals.ts';
import * as lines from './verdicts/lines.ts';
import * as options from './verdicts/options.ts';
import { askOurselves } from './verdicts/own-verdict.ts';
import * as proxies from './verdicts/proxies.ts';
import { askHaproxy, realVersion } from './verdicts/real-verdict.ts';
import * as sections from './verdicts/sections.ts';
import type { VerdictCase } from './verdicts/verdict-case.ts';

const TABLES: readonly Readonly<Record<string, readonly VerdictCase[]>>[] = [
  globals,
  proxies,
  options,
  checks,
  lines,
  sections,
];

/** Every so many, one goes through the real command as well. */
const SAMPLE_EVERY = 180;

const program = join(import.meta.dirname, '../../scripts/mahalo');
const all = TABLES.flatMap((table) => Object.values(table).flat());
const cases = [...new Map(all.map((one) => [one.name, one])).values()];

function countByKind(relations: readonly Relation[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { kind } of relations) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

t.setTimeout(0); // Every process has its own limit.

const version = realVersion();
if (version === undefined) {
  t.plan(0, 'haproxy 2.6 is not installed');
} else {
  const directory = makeFixtures();
  t.teardown(() => rmSync(directory, { recursive: true }));
  process.chdir(directory);

  t.test(`the verdicts are those of haproxy ${version}`, async (test) => {
    test.setTimeout(0);
    test.ok(cases.length >= 1500, `${cases.length} configurations`);
    const theirs = await askHaproxy(
      directory,
      cases.map((one) => one.text),
    );
    const relations: Relation[] = [];
    for (const [index, one] of cases.entries()) {
      const real = theirs[index];
      if (real === undefined) throw new Error(`no verdict on ${one.name}`);
      const relation = compareVerdicts(one, real, await askOurselves(one.text), EXCEPTIONS);
      relations.push(relation);
      if (relation.kind !== 'different') test.pass(one.name);
      else {
        test.fail(one.name);
        test.comment(`${one.name}\n  ${relation.how}`);
      }
    }
    const counts = countByKind(relations);
    const same = relations.filter((relation) => relation.kind === 'agreed' && relation.sameMessage).length;
    test.comment(
      `${counts.get('agreed') ?? 0} of ${cases.length} agree (${same} with the same first message), ` +
        `${counts.get('later') ?? 0} are not implemented yet, ${counts.get('excepted') ?? 0} are excepted with a reason`,
    );
    for (const { pattern, reason } of EXCEPTIONS) {
      test.ok(
        cases.some(({ name }) => pattern.test(name)),
        `an exception that is used: ${reason}`,
      );
    }
  });

  t.test('the command says what the loader says', async (test) => {
    test.setTimeout(0);
    const sample = cases.filter((_, index) => index % SAMPLE_EVERY === 0);
    for (const { name, text } of sample) {
      const path = join(directory, 'x.cfg');
      writeFileSync(path, text, 'latin1');
      const run = spawnSync(program, ['proxy', '-c', '-f', 'x.cfg'], { cwd: directory, timeout: 20_000 });
      test.equal(run.status, (await askOurselves(text)).exitCode, name);
    }
  });
}
