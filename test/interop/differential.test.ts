/**
 * The same bytes at the real haproxy and at our drop-in, with the same configuration; what clients and origins saw and
 * what was logged must be equal. `DIFFERENTIAL_CASES=<regular expression>` plays the matching cases only and prints
 * both transcripts; `DIFFERENTIAL_PROGRAM=<file>` puts another program in the candidate's place.
 */
import t from 'tap';
import { tableSample } from '../table-sample.ts';
import type { CaseGroup } from './differential/case.ts';
import { exceptions } from './differential/exceptions.ts';
import { type CaseResult, compareResult, runGroup } from './differential/group-run.ts';
import { groups } from './differential/groups.ts';
import { findCandidate, findReference } from './differential/proxy-process.ts';

t.setTimeout(600_000);

type Tap = Pick<typeof t, 'comment' | 'ok' | 'equal' | 'pass' | 'fail'>;

/** More differences than this in a group are no accident of load: not played again. */
const MOST_DOUBTFUL = 20;

const filterText = process.env['DIFFERENTIAL_CASES'];
const filter = new RegExp(filterText ?? '');

function report(test: Tap, result: CaseResult): void {
  const { name, expect, logs } = result.case;
  if (filterText !== undefined) {
    for (const [who, transcript] of [
      ['reference', result.reference],
      ['candidate', result.candidate],
    ] as const) {
      for (const [field, text] of transcript) test.comment(`${name} ${who} ${field}\n${text}`);
    }
  }
  const found = compareResult(result);
  for (const exception of exceptions.filter((one) => one.case === name)) {
    const differs = found.delete(exception.field);
    test.ok(differs, `${name}: ${exception.field} still differs (exception: ${exception.reason})`);
  }
  const shown = [...found].flatMap(([field, lines]) => [`${field}:`, ...lines]);
  const title = `${name}: both programs behave alike`;
  if (shown.length === 0) test.pass(title);
  else test.fail(title, { differences: shown, at: null, stack: '', source: '' });
  test.equal(result.statuses, expect, `${name}: the reference answers what the case is about`);
  test.equal(result.logs, logs, `${name}: the reference logs as expected`);
}

/** Plays a group; what differs is played once more, alone: only what differs twice is a difference. */
async function play(test: Tap, reference: string, candidate: string, group: CaseGroup): Promise<CaseResult[]> {
  const results = await runGroup(reference, candidate, group);
  const doubtful = results.filter((one) => {
    const found = compareResult(one);
    for (const exception of exceptions) if (exception.case === one.case.name) found.delete(exception.field);
    return found.size > 0 && !found.has('program');
  });
  if (doubtful.length === 0 || doubtful.length > MOST_DOUBTFUL || filterText !== undefined) return results;
  const again = await runGroup(reference, candidate, { ...group, cases: doubtful.map((one) => one.case) });
  for (const one of again.filter((result) => compareResult(result).size === 0)) {
    test.comment(`${one.case.name}: alike only when played a second time`);
  }
  return results.map((one) => again.find((other) => other.case.name === one.case.name) ?? one);
}

const reference = findReference();
if (reference === null) {
  t.pass('haproxy against our drop-in', { skip: 'haproxy is not installed: nothing to compare with' });
} else {
  const candidate = findCandidate();
  if (candidate === null) t.comment('scripts/haproxy is not built: haproxy is compared with itself');
  for (const group of groups) {
    const cases = tableSample(group.cases).filter((one) => filter.test(one.name));
    if (cases.length === 0) continue;
    t.test(group.name, async (test) => {
      for (const result of await play(test, reference, candidate ?? reference, { ...group, cases }))
        report(test, result);
    });
  }
  t.test('case names are unique, and every exception names a case', async (test) => {
    const names = groups.flatMap((group) => group.cases.map((one) => one.name));
    test.strictSame(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
    test.strictSame(
      exceptions.filter((one) => !names.includes(one.case)),
      [],
    );
    test.comment(`${names.length} cases`);
  });
}
