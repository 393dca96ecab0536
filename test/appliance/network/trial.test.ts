/** Settings on trial: what is in force, what is kept, and when those before come back. */
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { defaultNetwork, type NetworkSettings } from '../../../src/appliance/network/settings/settings.ts';
import { NetworkTrial } from '../../../src/appliance/network/trial.ts';

const PORTS = ['eth0', 'eth1'];
const BEFORE = defaultNetwork('two-arm', PORTS);
const TRIED = defaultNetwork('bridge', PORTS);

class Desk {
  kept: NetworkSettings = BEFORE;
  readonly used: string[] = [];
  refuses = false;
  readonly trial: NetworkTrial;

  constructor(seconds: number) {
    this.trial = new NetworkTrial({
      kept: () => this.kept,
      keep: (settings) => {
        if (this.refuses) throw new Error('no room');
        this.kept = settings;
      },
      use: async (settings) => void this.used.push(settings.mode),
      tell() {},
      seconds,
    });
  }

  async until(condition: () => boolean): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`never; used: ${this.used}`);
      await delay(20);
    }
  }
}

t.test('nobody says a word: those before return', async (t) => {
  const desk = new Desk(1);
  desk.trial.begin(TRIED, 'ada');
  t.equal(desk.trial.settings, TRIED);
  await desk.until(() => desk.used.at(-1) === 'two-arm');
  t.equal(desk.trial.settings, BEFORE);
  t.equal(desk.trial.view, null);
  t.equal(desk.kept, BEFORE);
  t.equal(desk.trial.confirm(), false, 'too late');
});

t.test('kept: they stay; taken back: those before return at once', async (t) => {
  const desk = new Desk(600);
  desk.trial.begin(TRIED, 'ada');
  await desk.until(() => desk.used.length === 1);
  desk.refuses = true;
  t.throws(() => desk.trial.confirm(), { message: 'no room' });
  t.match(desk.trial.view, { author: 'ada' }, 'what cannot be written down is on trial still');
  desk.refuses = false;
  t.equal(desk.trial.confirm(), true);
  t.same([desk.kept, desk.trial.settings, desk.trial.view], [TRIED, TRIED, null]);
  t.equal(desk.trial.takeBack(), false);
  desk.trial.begin(BEFORE, 'bob');
  const first = desk.trial.view?.number;
  desk.trial.begin(BEFORE, 'bob');
  t.not(desk.trial.view?.number, first, 'another trial is another number');
  t.equal(desk.trial.takeBack(), true);
  await desk.until(() => desk.used.at(-1) === 'bridge');
  t.equal(desk.trial.settings, TRIED);
  desk.trial.close();
});
