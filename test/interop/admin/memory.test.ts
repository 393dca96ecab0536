/** Ten viewers of a hundred servers, each with the page's WebSocket: the admin role stays below 90 MB. `make bench-admin` prints more. */
import t from 'tap';
import { until } from '../../admin/admin-process.ts';
import { MeasuredUnit } from '../../bench/admin/unit.ts';

const VIEWERS = 10;
const MOST_MEGABYTES = 90;
/** Of each viewer: the role is measured behind each. */
const ROUNDS = 30;

t.setTimeout(600_000);
const unit = await MeasuredUnit.open(VIEWERS);
t.teardown(() => unit.close());

await t.test('every viewer is served, and the role stays small', async (t) => {
  // Once it has started it gives back what only the start needed; and again whenever it has passed its ceiling.
  await until('it is below its target', () => unit.memoryBytes() / 1e6 < MOST_MEGABYTES);
  const measured: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(unit.viewers.map((viewer) => viewer.ask()));
    const seen = round / 3;
    await until('all see new figures', () => unit.viewers.every(({ messages }) => messages >= seen));
    measured.push(unit.memoryBytes() / 1e6);
  }
  await until('it is below its target', () => unit.memoryBytes() / 1e6 < MOST_MEGABYTES);
  const sorted = measured.toSorted((one, other) => one - other);
  const middle = sorted[ROUNDS / 2] ?? 0;
  t.comment(`${middle.toFixed(1)} MB in the middle, ${sorted.at(-1)?.toFixed(1)} MB at most, with ${VIEWERS} viewers`);
  t.ok(middle > 20, 'it was measured');
  t.ok(middle < MOST_MEGABYTES, `${middle.toFixed(1)} MB`);
});
