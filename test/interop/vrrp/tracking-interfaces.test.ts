/** What a tracked interface does to priority and state, keepalived and ours step by step. */
import t from 'tap';
import { sameOnBoth } from './both-programs.ts';
import { configText } from './lab/config.ts';
import { standsAt } from './standing.ts';

t.jobs = 2;
t.setTimeout(600_000);

const TABLE = [
  // weight, with the cable, without it
  ['', '100 2', 'FAULT'],
  ['weight 20', '120 2', '100 2'],
  ['weight -20', '100 2', '80 2'],
  ['weight 20 reverse', '80 2', '100 2'],
  ['weight -20 reverse', '100 2', '120 2'],
  ['weight 0 reverse', 'FAULT', '100 2'],
] as const;

for (const [weight, plugged, pulled] of TABLE) {
  sameOnBoth(
    `another interface, ${weight === '' ? 'no weight' : weight}`,
    () =>
      configText({
        instances: [{ priority: 100, advert: '0.1', more: ['track_interface {', `  eth1 ${weight}`, '}'] }],
      }),
    async (alone) => {
      alone.agent.start();
      await standsAt(alone, plugged, 'start');
      await alone.lab.pull(alone.node, 1);
      await standsAt(alone, pulled, 'the cable is pulled');
      await alone.lab.plug(alone.node, 1);
      await standsAt(alone, plugged, 'it is plugged again');
      return true;
    },
    (t, seen) => t.ok(seen),
    { nics: 2 },
  );
}
