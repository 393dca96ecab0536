import t from 'tap';
import { type RehearsalPlan, type RehearsalPort, rehearse } from '../../../src/vrrp/control/rehearsal.ts';

const PLAN: RehearsalPlan = { address: '10.0.0.1', boundMs: 2000, returnMs: 5000, staysBackup: false };

/** Virtual time: what happens when, in milliseconds after the start. */
class FakePort implements RehearsalPort {
  now = 0;
  master = true;
  heard = Number.NEGATIVE_INFINITY;
  holdMs = 0;
  held = false;
  probing = false;
  readonly at = new Map<number, () => void>();
  answer: (mac: string) => void = () => {};
  #repeats = new Map<number, { readonly intervalMs: number; readonly call: () => void }>();
  #next = 0;

  nowMs(): number {
    return this.now;
  }
  standDown(holdMs: number): boolean {
    if (!this.master) return false;
    this.master = false;
    this.held = true;
    this.holdMs = holdMs;
    return true;
  }
  endHold(): void {
    this.held = false;
  }
  peerHeardMs(): number {
    return this.heard;
  }
  isMaster(): boolean {
    return this.master;
  }
  askForAddress(onAnswer: (mac: string) => void): { close(): void } {
    this.probing = true;
    this.answer = onAnswer;
    return { close: () => (this.probing = false) };
  }
  every(intervalMs: number, call: () => void): () => void {
    const id = this.#next++;
    this.#repeats.set(id, { intervalMs, call });
    return () => this.#repeats.delete(id);
  }

  async run(untilMs: number): Promise<void> {
    for (; this.now < untilMs; this.now++) {
      this.at.get(this.now)?.();
      for (const { intervalMs, call } of [...this.#repeats.values()]) if (this.now % intervalMs === 0) call();
      await null;
    }
  }
}

t.test('the peer takes over: both figures, and master again', async (test) => {
  const port = new FakePort();
  port.at.set(610, () => (port.heard = 610));
  port.at.set(615, () => port.answer('02:00:00:00:00:02'));
  const progress: string[] = [];
  const done = rehearse(port, PLAN, (text) => progress.push(text));
  await port.run(1200);
  test.notOk(port.held, 'the hold ended half a second after the answer');
  test.notOk(port.probing);
  port.master = true;
  await port.run(1300);
  const report = await done;
  test.match(report, {
    outcome: 'passed',
    darkMs: 615,
    answeredBy: '02:00:00:00:00:02',
    firstAdvertisementMs: 610,
    note: 'master again',
  });
  test.ok(report.backAfterMs !== null && report.backAfterMs < 100);
  test.match(progress[0], 'gave up being master');
  test.ok(port.holdMs > PLAN.boundMs, 'held for longer than the peer may take');
});

t.test('nobody takes over: ends at the bound and takes back', async (test) => {
  const port = new FakePort();
  const done = rehearse(port, PLAN, () => {});
  await port.run(1999);
  test.ok(port.held);
  await port.run(2010);
  test.notOk(port.held);
  port.master = true;
  await port.run(2020);
  test.match(await done, { outcome: 'nobody-answered', darkMs: null, note: /within 2000 ms; master again/ });
});

t.test('a peer that advertises without answering for the address is a failure', async (test) => {
  const port = new FakePort();
  port.at.set(600, () => (port.heard = 600));
  const done = rehearse(port, PLAN, () => {});
  await port.run(2100);
  port.master = true;
  await port.run(2110);
  test.match(await done, { outcome: 'no-answer-for-address', firstAdvertisementMs: 600, darkMs: null });
});

t.test('nopreempt: stays BACKUP and says so', async (test) => {
  const port = new FakePort();
  port.at.set(60, () => (port.heard = 60));
  port.at.set(70, () => port.answer('02:00:00:00:00:02'));
  const done = rehearse(port, { ...PLAN, staysBackup: true }, () => {});
  await port.run(1500);
  test.match(await done, { outcome: 'passed', backAfterMs: null, note: 'BACKUP, as configured' });
});

t.test('who is not master any more does not begin', async (test) => {
  const port = new FakePort();
  port.master = false;
  test.match(await rehearse(port, PLAN, () => {}), { outcome: 'lost-before' });
});
