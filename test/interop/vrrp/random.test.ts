/**
 * A short random run for every day, always the same faults; random.ts is the hour. Fails with the event log, so that
 * `node test/interop/vrrp/random.ts --seed ... --round ...` can follow it up.
 */
import t from 'tap';
import { labMissing } from './lab/lab.ts';
import { planRound, ROUND_MS } from './random-plan.ts';
import { type RandomEvent, runRandom } from './random-run.ts';

const MINUTES = 0.5;
const SEED = 20_261_121;

t.setTimeout(600_000);

t.test('the same seed plans the same faults', async (t) => {
  t.strictSame(planRound(SEED, 3), planRound(SEED, 3));
  t.notSame(planRound(SEED, 3).faults, planRound(SEED, 4).faults);
  t.notSame(planRound(SEED, 3).faults, planRound(SEED + 1, 3).faults);
  const kinds = new Set<string>();
  for (let round = 0; round < 40; round++) {
    for (const fault of planRound(SEED, round).faults) {
      kinds.add(fault.kind);
      if (fault.atMs < 0 || fault.atMs >= ROUND_MS) t.fail(`a fault at ${fault.atMs}`);
    }
  }
  t.equal(kinds.size, 13, 'every kind of fault is drawn');
});

t.test('two agents under random faults', { skip: labMissing() }, async (t) => {
  const events: RandomEvent[] = [];
  const result = await runRandom({
    seed: SEED,
    minutes: MINUTES,
    kinds: ['mahalo', 'mahalo'],
    intervalMs: 100,
    // A machine of the CI has other work.
    realTime: 20,
    tell: (event) => events.push(event),
  });
  const { logs, failures, ...figures } = result;
  t.comment(JSON.stringify(figures));
  t.strictSame(failures, [], 'nothing failed');
  t.ok(figures.faults > 10 && figures.transitions > 5, 'much happened');
  if (failures.length > 0) t.comment(`${events.map((event) => JSON.stringify(event)).join('\n')}\n${logs}`);
});
