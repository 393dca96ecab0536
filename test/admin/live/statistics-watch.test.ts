/** How often the proxy is asked: every second while somebody looks, rarely while nobody does, at once when one comes. */
import { mock } from 'node:test';
import t from 'tap';
import { REST_PERIOD_MS, StatisticsWatch } from '../../../src/admin/live/statistics-watch.ts';
import { RuntimeUnreachable } from '../../../src/admin/proxy/runtime-client.ts';
import type { Statistics } from '../../../src/admin/proxy/statistics.ts';

mock.timers.enable({ apis: ['setTimeout'] });

class Lab {
  nowMs = 0;
  asked = 0;
  viewers = 0;
  faults: unknown[] = [];
  answer: () => Promise<Statistics> = async () => ({ rows: [], omitted: 0 });
  readonly watch = new StatisticsWatch({
    statistics: () => {
      this.asked++;
      return this.answer();
    },
    nowMs: () => 1_000_000 + this.nowMs,
    monotonicMs: () => this.nowMs,
    atNextTick: (call) => {
      const timer = setTimeout(call, REST_PERIOD_MS - (this.nowMs % REST_PERIOD_MS));
      return () => clearTimeout(timer);
    },
    watched: () => this.viewers > 0,
    onFault: (error) => this.faults.push(error),
  });

  /** Seconds go by; answers come at once. @returns how often it was asked meanwhile */
  async pass(seconds: number): Promise<number> {
    const before = this.asked;
    for (let at = 0; at < seconds * 10; at++) {
      this.nowMs += 100;
      mock.timers.tick(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return this.asked - before;
  }
}

t.test('at rest it asks rarely, with a viewer every second, and for a while after somebody asked', async (t) => {
  const lab = new Lab();
  lab.watch.start();
  t.teardown(() => lab.watch.stop());
  t.equal(lab.asked, 1, 'at the start');
  t.equal(await lab.pass(60), 60_000 / REST_PERIOD_MS);
  t.equal(await lab.pass(5), 0);
  lab.viewers = 1;
  const before = lab.asked;
  lab.watch.attend();
  t.equal(lab.asked, before + 1, 'at once');
  t.equal(await lab.pass(60), 60);
  lab.viewers = 0;
  await lab.pass(REST_PERIOD_MS / 500);
  t.equal(await lab.pass(60), 60_000 / REST_PERIOD_MS, 'he has gone');
  lab.watch.stop();
  t.equal(await lab.pass(60), 0);
});

t.test(
  'who asks after a rest is told of now; one who asks again and again makes it ask no more than every second',
  async (t) => {
    const lab = new Lab();
    lab.watch.start();
    t.teardown(() => lab.watch.stop());
    await lab.pass(64);
    const before = lab.watch.latest?.timeMs ?? 0;
    await lab.watch.attendFresh();
    t.equal(lab.watch.latest?.timeMs, 1_064_000);
    t.ok(before < 1_064_000);
    let asked = lab.asked;
    for (let index = 0; index < 100; index++) await lab.watch.attendFresh();
    t.equal(lab.asked, asked);
    asked = lab.asked;
    for (let second = 0; second < 30; second++) {
      await lab.pass(1);
      await lab.watch.attendFresh();
    }
    t.equal(lab.asked - asked, 30);
  },
);

t.test('since when it does not answer is kept; a slow answer is not asked for twice', async (t) => {
  const lab = new Lab();
  lab.watch.start();
  t.teardown(() => lab.watch.stop());
  lab.viewers = 1;
  lab.watch.attend();
  await lab.pass(1);
  lab.answer = () => Promise.reject(new RuntimeUnreachable('absent', 'the proxy is not running'));
  await lab.pass(1);
  const first = lab.watch.latest;
  t.match(first, { kind: 'unreachable', why: 'absent', reason: 'the proxy is not running', sinceMs: first?.timeMs });
  await lab.pass(5);
  t.match(lab.watch.latest, { kind: 'unreachable', sinceMs: first?.timeMs });
  t.ok((lab.watch.latest?.timeMs ?? 0) > (first?.timeMs ?? 0));
  lab.answer = () => Promise.reject(new Error('a bug'));
  await lab.pass(1);
  t.match([lab.watch.latest, lab.faults], [{ why: 'silent' }, [{ message: 'a bug' }]]);
  let answered = (_: Statistics): void => {};
  lab.answer = () =>
    new Promise((resolve) => {
      answered = resolve;
    });
  t.equal(await lab.pass(5), 1);
  answered({ rows: [], omitted: 0 });
  t.ok((await lab.pass(2)) >= 0);
});
