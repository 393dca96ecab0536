import t from 'tap';
import { durationText } from '../../../src/vrrp/control/duration-text.ts';
import { whyText } from '../../../src/vrrp/control/why.ts';
import { Instance } from '../../../src/vrrp/instance.ts';
import { SyncGroup } from '../../../src/vrrp/sync-group.ts';
import { instanceModel } from '../instance-simulation.ts';
import { NO_NOTIFY, NO_TRACKS, PLACE } from '../models.ts';
import { SampleAgent } from './sample-view.ts';

const why = (agent: SampleAgent): string => whyText(agent.view, agent.instance);

t.test('durations are told as people tell them', async (test) => {
  test.equal(durationText(250), '250 ms');
  test.equal(durationText(3600), '3.6 s');
  test.equal(durationText(34_000), '34 s');
  test.equal(durationText(600_000), '10 min');
  test.equal(durationText(10_800_000), '3 h');
});

t.test('a backup below the master names both priorities and what would change it', async (test) => {
  const agent = new SampleAgent({ priority: 100 }).start();
  agent.pass(500).hear(150).pass(400);
  const text = why(agent);
  test.match(text, /^VI_1 is BACKUP since .*\(900 ms\): start\.$/m);
  test.match(text, 'It is not master because 10.77.0.3 is, with priority 150: higher than ours (100).');
  test.match(text, 'our priority rises above 150');
  test.match(text, 'Last advertisement: from 10.77.0.3, priority 150, interval 1.0 s, 400 ms ago.');
});

t.test('equal priority: who is master stays', async (test) => {
  const agent = new SampleAgent().start().pass(500).hear(100);
  test.match(why(agent), 'with priority 100: the same as ours, and who is master stays.');
});

t.test('nobody advertises: when it takes over', async (test) => {
  const agent = new SampleAgent().start().pass(1000);
  test.match(why(agent), /nobody advertises, it takes over in 2\.6 s\./);
  test.match(why(agent), 'No advertisement of another router has been taken so far.');
});

t.test('a master tells why, and what would end it', async (test) => {
  const agent = new SampleAgent().start().pass(5000);
  const text = why(agent);
  test.match(text, 'VI_1 is MASTER');
  test.match(text, 'It is master because nobody of higher priority advertises.');
  test.match(text, 'for an advertisement of priority above 100, or 100 from an address above 10.77.0.2');
});

t.test('nopreempt and preempt_delay are named', async (test) => {
  const polite = new SampleAgent({ nopreempt: true }).start().hear(50);
  test.match(why(polite), 'our priority (100) is higher than its 50, but nopreempt is set');
  const patient = new SampleAgent({ preemptDelayMs: 30_000 }).start().hear(50).pass(500).hear(50);
  test.match(why(patient), /preempt_delay runs for another (29|30) s/);
});

t.test('each track and what it takes or gives', async (test) => {
  const agent = new SampleAgent().start();
  agent.machine.setTracking([], -20, false, agent.nowMs);
  agent.instance = {
    ...agent.instance,
    tracks: [
      {
        kind: 'script',
        name: 'chk',
        weight: -20,
        reverse: false,
        state: 'down',
        contribution: -20,
        fault: false,
        reason: 'exited with status 1',
      },
      { kind: 'file', name: 'tf', weight: 2, reverse: false, state: 'up', contribution: 0, fault: false, reason: '' },
    ],
  };
  agent.hear(90);
  const text = why(agent);
  test.match(text, 'Priority 80: base 100.');
  test.match(text, '-20 from script chk (down: exited with status 1)');
  test.match(text, 'rises above 90 (script chk takes 20, file tf would add 2)');
});

t.test('a fault is told with its reasons', async (test) => {
  const agent = new SampleAgent();
  agent.machine.setTracking(['interface eth0 is down', 'script chk failed'], 0, false, agent.nowMs);
  agent.start();
  const text = why(agent);
  test.match(text, 'VI_1 is FAULT');
  test.match(text, '  - interface eth0 is down');
  test.match(text, '  - script chk failed');
});

t.test('a sync group that holds it back is named with the member at fault', async (test) => {
  const agent = new SampleAgent();
  const other = new Instance(instanceModel({ name: 'VI_2' }), agent.port);
  const model = {
    place: PLACE,
    name: 'G1',
    members: ['VI_1', 'VI_2'],
    trackingWeight: false,
    tracks: NO_TRACKS,
    notify: NO_NOTIFY,
    smtpAlert: false,
  };
  new SyncGroup(model, [agent.machine, other], { groupChanged: () => {} });
  agent.start();
  other.start(agent.nowMs);
  test.match(why(agent), 'Sync group G1 is master only when all members can be; VI_2 cannot yet.');
  other.setTracking(['interface eth1 is down'], 0, false, agent.nowMs);
  test.match(why(agent), 'Sync group G1: VI_2 cannot run (interface eth1 is down).');
  test.match(why(agent), 'It cannot run because its sync group cannot.');
});

t.test('before the first answer of a track it says what it waits for', async (test) => {
  const agent = new SampleAgent();
  agent.machine.setTracking([], 0, true, agent.nowMs);
  agent.start();
  agent.instance = {
    ...agent.instance,
    tracks: [
      {
        kind: 'script',
        name: 'chk',
        weight: 0,
        reverse: false,
        state: 'init',
        contribution: 0,
        fault: false,
        reason: '',
      },
    ],
  };
  test.match(why(agent), 'It waits for the first answer of script chk.');
});
