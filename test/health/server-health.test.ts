import fc from 'fast-check';
import t from 'tap';
import type { CheckVerdict } from '../../src/health/check-status.ts';
import {
  checkInterval,
  connectLimit,
  firstCheckDelay,
  nextCheckDelay,
  startInterval,
} from '../../src/health/schedule.ts';
import { ServerHealth } from '../../src/health/server-health.ts';

const passed: CheckVerdict = { status: 'L4OK', code: 0, info: '' };
const failed: CheckVerdict = { status: 'L4TOUT', code: 0, info: '' };

function run(health: ServerHealth, results: string): string {
  let story = '';
  for (const result of results) {
    health.begin(0);
    const change = health.conclude(result === '+' ? passed : failed, 5);
    story += `${health.health}${change.verdict[0]}${change.notable ? '!' : ''} `;
  }
  return story.trim();
}

t.test('a new server goes down at its first failure and needs rise successes to come back', async (t) => {
  t.equal(run(new ServerHealth(2, 3), '-+++'), '0d! 1s! 4u! 4u');
});

t.test('a checked server needs fall failures, and a success in between starts over', async (t) => {
  const health = new ServerHealth(2, 3);
  t.equal(run(health, '+--+---'), '4u! 3s! 2s! 4u! 3s! 2s! 0d!');
  t.equal(health.progress, '0/2');
  t.equal(run(health, '+-+'), '1s! 0d! 1s!');
  t.equal(health.progress, '1/2');
  t.equal(health.failedChecks, 6);
  t.equal(health.durationMs, 5);
});

t.test('a failure of a server that is down is told once', async (t) => {
  t.equal(run(new ServerHealth(1, 1), '+---'), '1u! 0d! 0d 0d');
});

t.test('the counter can be forced, as administration does', async (t) => {
  const health = new ServerHealth(3, 2);
  health.force('down');
  t.equal(health.health, 0);
  health.force('up');
  t.equal(health.progress, '2/2');
  health.force('fresh');
  t.equal(run(health, '-'), '0d!');
});

t.test('the counter stays in its range, and down means zero', async () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.boolean()),
      (rise, fall, results) => {
        const health = new ServerHealth(rise, fall);
        let up = true;
        let streak = 0;
        for (const result of results) {
          streak = result === streak > 0 ? streak + (result ? 1 : -1) : result ? 1 : -1;
          health.begin(0);
          const { verdict } = health.conclude(result ? passed : failed, 1);
          if (verdict === 'down') up = false;
          if (verdict === 'up') up = true;
          if (health.health < 0 || health.health > health.full || health.up !== up) throw new Error('out of step');
          if (streak >= rise && !up) throw new Error('should be up');
          if (-streak >= fall && up) throw new Error('should be down');
        }
      },
    ),
  );
});

t.test('intervals depend on how sure we are', async (t) => {
  const timings = { interMs: 2000, fastinterMs: 500, downinterMs: 5000 };
  const health = new ServerHealth(2, 2);
  t.equal(checkInterval(timings, health.position(false)), 500, 'not checked yet');
  run(health, '+');
  t.equal(checkInterval(timings, health.position(false)), 2000);
  run(health, '-');
  t.equal(checkInterval(timings, health.position(false)), 500);
  run(health, '-');
  t.equal(checkInterval(timings, health.position(true)), 5000);
  const plain = { interMs: 2000, fastinterMs: undefined, downinterMs: undefined };
  t.equal(checkInterval(plain, health.position(true)), 2000);
});

t.test('spread-checks moves a check both ways by at most its share', async (t) => {
  t.equal(nextCheckDelay(1000, 0, 0.9), 1000);
  t.equal(nextCheckDelay(1000, 20, 0), 1200);
  t.equal(nextCheckDelay(1000, 20, 0.5), 1000);
  t.equal(nextCheckDelay(1000, 20, 0.999999), 801);
});

t.test('first checks are spread over the shortest long interval', async (t) => {
  const common = startInterval([5000, 2000, 100]);
  t.equal(common, 2000);
  t.equal(startInterval([100, 999]), 0);
  t.equal(firstCheckDelay(common, 2000, undefined, 1, 4), 500);
  t.equal(firstCheckDelay(common, 5000, undefined, 1, 4), 1250, 'or the own, if longer');
  t.equal(firstCheckDelay(0, 100, undefined, 3, 4), 75);
  t.equal(firstCheckDelay(common, 5000, 400, 2, 4), 200, 'max-spread-checks');
});

t.test('the connection has timeout connect only if there is a timeout check', async (t) => {
  t.equal(connectLimit(2000, 100, undefined), 2000);
  t.equal(connectLimit(2000, 100, 50), 100);
  t.equal(connectLimit(2000, undefined, 50), 2000);
  t.equal(connectLimit(80, 100, 50), 80);
});
