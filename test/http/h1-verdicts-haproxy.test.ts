import { spawnSync } from 'node:child_process';
import t from 'tap';
import { HaproxyJudge, PATIENCE_MS, readCases } from './haproxy-verdicts.ts';

/** HAProxy decides these by uninitialised memory: now one way, now the other. */
const UNDECIDED = 'chunks: trailer space before colon';

const version = spawnSync('haproxy', ['-v'], { encoding: 'utf8' }).stdout ?? '';

const skip = version.includes('version 2.6') ? false : 'haproxy 2.6 is not installed';

t.test('the table of verdicts is what the installed haproxy says', { skip }, async (t) => {
  for (const [mode, relaxed] of [
    ['strict', false],
    ['relaxed', true],
  ] as const) {
    const judge = new HaproxyJudge(relaxed);
    await judge.start();
    t.teardown(() => judge.stop());
    for (const test of readCases()) {
      if (test.name === UNDECIDED) continue;
      let verdict = await judge.judge(test);
      for (const patienceMs of PATIENCE_MS.slice(1)) {
        if (verdict.status === test[mode].status) break;
        verdict = await judge.judge(test, patienceMs);
      }
      t.equal(verdict.status, test[mode].status, `${mode}: ${test.kind} ${test.name}: status`);
      if (verdict.status >= 400) t.equal(verdict.at, test[mode].at, `${mode}: ${test.kind} ${test.name}: position`);
    }
    await judge.stop();
  }
});
