/**
 * The verdict of `mahalo proxy -c` on thousands of small configurations, against that of Debian's `haproxy -c`: every
 * keyword where it belongs and where it does not, with good arguments and bad ones. What HAProxy refuses we refuse; what
 * it accepts we accept or refuse as `not implemented yet`; verdicts/exceptions.ts has the rest with its reasons.
 */

import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { tableSample, takesAllRows } from '../table-sample.ts';
import * as actions from './verdicts/actions.ts';
import * as checks from './verdicts/checks.ts';
import { compareVerdicts, type Relation, type VerdictException } from './verdicts/comparison.ts';
import { EXCEPTIONS } from './verdicts/exceptions.ts';
import { makeFixtures } from './verdicts/fixtures.ts';
import * as globals from './verdicts/globals.ts';
import { askHaproxyOfLines, withoutLine } from './verdicts/line-case.ts';
import * as lines from './verdicts/lines.ts';
import * as options from './verdicts/options.ts';
import { askOurselves } from './verdicts/own-verdict.ts';
import * as proxies from './verdicts/proxies.ts';
import { askHaproxy, realVersion, type Verdict } from './verdicts/real-verdict.ts';
import * as samples from './verdicts/samples.ts';
import * as sections from './verdicts/sections.ts';
import type { VerdictCase } from './verdicts/verdict-case.ts';

const LEAST_CONFIGURATIONS = 1500;
/** Every so many, one goes through the real command as well. */
const SAMPLE_EVERY = 250;

const program = join(import.meta.dirname, '../../scripts/mahalo');

/** All cases of some tables, each name once. */
function casesOf<Case extends VerdictCase>(
  tables: readonly Readonly<Record<string, readonly Case[]>>[],
): readonly Case[] {
  const all = tables.flatMap((table) => Object.values(table).flat());
  return [...new Map(all.map((one) => [one.name, one])).values()];
}

const CONFIGURATIONS = tableSample(
  casesOf<VerdictCase>([globals, proxies, options, checks, lines, sections, actions]),
  LEAST_CONFIGURATIONS,
);
const LINES = tableSample(casesOf([samples]));

/** Compares all verdicts, says how many agree, and gives the exceptions that were needed. */
async function compareAll(
  test: Test,
  cases: readonly VerdictCase[],
  theirs: readonly Verdict[],
  readable: (verdict: Verdict) => Verdict = (verdict) => verdict,
): Promise<ReadonlySet<VerdictException>> {
  const relations: Relation[] = [];
  for (const [index, one] of cases.entries()) {
    const real = theirs[index];
    if (real === undefined) throw new Error(`no verdict on ${one.name}`);
    const relation = compareVerdicts(one, readable(real), readable(await askOurselves(one.text)), EXCEPTIONS);
    relations.push(relation);
    if (relation.kind !== 'different') test.pass(one.name);
    else {
      test.fail(one.name);
      test.comment(`${one.name}\n  ${relation.how}`);
    }
  }
  const count = (kind: Relation['kind']): number => relations.filter((relation) => relation.kind === kind).length;
  const same = relations.filter((relation) => relation.kind === 'agreed' && relation.sameMessage).length;
  test.comment(
    `${count('agreed')} of ${cases.length} agree (${same} with the same first message), ${count('later')} are not ` +
      `implemented yet, ${count('excepted')} are excepted with a reason`,
  );
  return new Set(relations.flatMap((relation) => (relation.kind === 'excepted' ? relation.exception : [])));
}

t.setTimeout(0); // Every process has its own limit.

const version = realVersion();
if (version === undefined) {
  t.plan(0, 'haproxy 2.6 is not installed');
} else {
  const directory = makeFixtures();
  t.teardown(() => rmSync(directory, { recursive: true }));
  process.chdir(directory);
  const used = new Set<VerdictException>();

  t.test(`the verdicts are those of haproxy ${version}`, async (test) => {
    test.setTimeout(0);
    test.ok(CONFIGURATIONS.length >= LEAST_CONFIGURATIONS, `${CONFIGURATIONS.length} configurations`);
    const texts = CONFIGURATIONS.map((one) => one.text);
    const needed = await compareAll(test, CONFIGURATIONS, await askHaproxy(directory, texts));
    for (const exception of needed) used.add(exception);
  });

  t.test('fetches, converters and patterns are taken and refused as haproxy does', async (test) => {
    test.setTimeout(0);
    const needed = await compareAll(test, LINES, await askHaproxyOfLines(directory, LINES), withoutLine);
    for (const exception of needed) used.add(exception);
  });

  if (takesAllRows) {
    t.test('every exception is needed', async (test) => {
      for (const exception of EXCEPTIONS) {
        test.ok(used.has(exception), `${exception.pattern ?? exception.theirs}: ${exception.reason}`);
      }
    });
  }

  t.test('the command says what the loader says', async (test) => {
    test.setTimeout(0);
    const sample = CONFIGURATIONS.filter((_, index) => index % SAMPLE_EVERY === 0);
    for (const { name, text } of sample) {
      writeFileSync(join(directory, 'x.cfg'), text, 'latin1');
      const run = spawnSync(program, ['proxy', '-c', '-f', 'x.cfg'], { cwd: directory, timeout: 120_000 });
      test.equal(run.status, (await askOurselves(text)).exitCode, name);
    }
  });
}
