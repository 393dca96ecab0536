/** When a master announces, in virtual time. */
import t from 'tap';
import { TimerWheel } from '../../../src/loop/timer-wheel.ts';
import type { AnnounceModel } from '../../../src/vrrp/model.ts';
import { AnnouncementSchedule } from '../../../src/vrrp/network/announcement-schedule.ts';
import { ANNOUNCE } from '../models.ts';

/** A schedule, what it sent as `ms:repeat`, and the clock. */
function scheduleOf(changes: Partial<AnnounceModel>) {
  const wheel = new TimerWheel(0);
  const sent: string[] = [];
  const clock = { nowMs: 0 };
  const schedule = new AnnouncementSchedule({ ...ANNOUNCE, ...changes }, wheel, (repeat) =>
    sent.push(`${clock.nowMs}:${repeat}`),
  );
  const runTo = (ms: number): void => {
    while (clock.nowMs < ms) {
      clock.nowMs++;
      wheel.advance(clock.nowMs);
    }
  };
  return { schedule, sent, runTo, clock, wheel };
}

const SPREAD = { spreadMs: [0, 10, 50, 200, 1000], refreshMs: 30_000 };

t.test('ours: spread over a second, then every thirty', (t) => {
  const { schedule, sent, runTo } = scheduleOf(SPREAD);
  schedule.becameMaster(0);
  t.same(sent, ['0:1'], 'the first at once');
  runTo(61_000);
  t.same(sent, ['0:1', '10:1', '50:1', '200:1', '1000:1', '30000:1', '60000:1']);
  t.end();
});

t.test("keepalived's: five at once, five after garp_master_delay, no refresh unless told", (t) => {
  const { schedule, sent, runTo, wheel } = scheduleOf({});
  schedule.becameMaster(0);
  runTo(100_000);
  t.same(sent, ['0:5', '5000:5']);
  t.equal(wheel.nextDeadline(), Number.POSITIVE_INFINITY);
  t.end();
});

t.test('garp_master_delay 0 means no second round; refresh has its own repeat', (t) => {
  const { schedule, sent, runTo } = scheduleOf({ delayMs: 0, refreshMs: 2000, refreshRepeat: 2 });
  schedule.becameMaster(0);
  runTo(4500);
  t.same(sent, ['0:5', '2000:2', '4000:2']);
  t.end();
});

t.test('a lower priority was heard: at once, and again after its delay', (t) => {
  const { schedule, sent, runTo } = scheduleOf({ lowerPriorityRepeat: 3, lowerPriorityDelayMs: 500 });
  schedule.becameMaster(0);
  runTo(1000);
  schedule.heardLowerPriority(1000);
  runTo(2000);
  t.same(sent, ['0:5', '1000:3', '1500:3']);
  t.end();
});

t.test('ours after a lower priority: the spread begins anew, the refresh goes on', (t) => {
  const { schedule, sent, runTo } = scheduleOf({ ...SPREAD, refreshMs: 2000 });
  schedule.becameMaster(0);
  runTo(100);
  schedule.heardLowerPriority(100);
  runTo(2100);
  t.same(sent, ['0:1', '10:1', '50:1', '100:1', '110:1', '150:1', '300:1', '1100:1', '2000:1']);
  t.end();
});

t.test('a storm of lower priorities makes no storm of announcements', (t) => {
  for (const changes of [SPREAD, {}]) {
    const { schedule, sent, runTo, clock } = scheduleOf(changes);
    schedule.becameMaster(0);
    sent.length = 0;
    for (let ms = 1; ms <= 1000; ms++) {
      runTo(ms);
      for (let count = 0; count < 50; count++) schedule.heardLowerPriority(clock.nowMs);
    }
    t.ok(sent.length <= 210, `${sent.length} in a second of 50,000`);
  }
  t.end();
});

t.test('who is no longer master announces nothing', (t) => {
  for (const changes of [SPREAD, { refreshMs: 1000 }]) {
    const { schedule, sent, runTo, wheel } = scheduleOf(changes);
    schedule.becameMaster(0);
    schedule.heardLowerPriority(0);
    sent.length = 0;
    schedule.stop();
    runTo(100_000);
    t.same(sent, []);
    t.equal(wheel.nextDeadline(), Number.POSITIVE_INFINITY);
    schedule.becameMaster(100_000);
    t.equal(sent.length, 1, 'and again as new');
    schedule.stop();
  }
  t.end();
});

t.test('a clock that jumps sends what is due once, not as often as it was missed', (t) => {
  const { schedule, sent, clock, wheel } = scheduleOf(SPREAD);
  schedule.becameMaster(0.25);
  clock.nowMs = 500;
  wheel.advance(500);
  t.same(sent, ['0:1', '500:1']);
  t.end();
});
