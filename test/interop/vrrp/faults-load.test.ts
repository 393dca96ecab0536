/** Advertisements every 10 ms with load on another core: no false transition. faults-load.ts is the hour. */
import { availableParallelism } from 'node:os';
import t from 'tap';
import { runLoad } from './faults-load-run.ts';
import { labMissing } from './lab/lab.ts';

const SECONDS = 20;

t.setTimeout(600_000);

const skip =
  labMissing('taskset', 'chrt', 'perl') ||
  (availableParallelism() < 2 && 'one core cannot be idle while the other is loaded') ||
  false;

t.test(`10 ms adverts for ${SECONDS} s beside a loaded core`, { skip }, async (t) => {
  const result = await runLoad({
    seconds: SECONDS,
    agentCore: 1,
    loadCore: 0,
    burners: 1,
    niceness: 0,
    // A machine of the CI has other work on every core.
    realTime: 10,
    kind: 'mahalo',
    tell: (text) => t.comment(text),
  });
  // What stops every process of a core, of whatever priority, is the machine's (a hypervisor's) doing.
  t.comment(`${result.stalls} stalls, up to ${result.longestStallMs} ms`);
  if (result.excused.length > 0) t.comment(`excused: ${result.excused.join('; ')}`);
  t.strictSame(result.changes, [], 'no address moved');
  const wanted = result.elapsedMs / 10;
  t.ok(result.advertsSent > wanted * 0.9, `${result.advertsSent} of ${wanted.toFixed(0)} adverts were sent`);
  t.ok(
    (result.lateness?.p999Ms ?? 0) <= Math.max(20, 2 * result.longestStallMs),
    `p99.9 of the lateness is ${result.lateness?.p999Ms} ms`,
  );
  t.comment(JSON.stringify(result.lateness));
  if (!t.passing()) t.comment(result.log);
});
