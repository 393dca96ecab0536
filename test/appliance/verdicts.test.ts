/** The parts of the appliance that decide: patience, health, the estimate, what stands on the console. All pure. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import type { BoardPower } from '../../src/appliance/board.ts';
import { bannerText } from '../../src/appliance/console/banner-text.ts';
import { plainText } from '../../src/appliance/console/plain-text.ts';
import { HealthState } from '../../src/appliance/health/health-state.ts';
import { estimateWatts } from '../../src/appliance/power/power-model.ts';
import { BackOff } from '../../src/appliance/supervisor/back-off.ts';
import { LastWordsStore } from '../../src/appliance/supervisor/last-words.ts';
import { Liveness, PATIENCE } from '../../src/appliance/supervisor/liveness.ts';

const S = 1000;

t.test(
  'who ends again and again is started after 1, 2, 4 ... 60 s; after a minute that went well after 1 s again',
  async (t) => {
    const backOff = new BackOff();
    const waits = Array.from({ length: 8 }, () => backOff.ended(0) / S);
    t.same(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
    t.equal(backOff.ended(59 * S), 60 * S);
    t.equal(backOff.ended(60 * S), S);
    t.equal(backOff.ended(0), 2 * S);
  },
);

t.test('a role hangs when it has been silent for 30 s, and was asked three times', async (t) => {
  const liveness = new Liveness(0, PATIENCE);
  t.equal(liveness.told('no', 29 * S), 'starting');
  t.equal(liveness.told(undefined, 30 * S), 'well');
  t.equal(liveness.told('no', 40 * S), 'silent');
  t.equal(liveness.told('no', 41 * S), 'silent');
  t.equal(liveness.told('no', 59 * S), 'silent');
  t.equal(liveness.told('no', 60 * S), 'hung');
  t.equal(liveness.silentSeconds(60 * S), 30);
});

t.test('a machine that slept for an hour takes nobody for hung', async (t) => {
  const liveness = new Liveness(0, PATIENCE);
  t.equal(liveness.told(undefined, 0), 'well');
  t.equal(liveness.told('no', 3600 * S), 'silent');
  t.equal(liveness.told('no', 3601 * S), 'silent');
  t.equal(liveness.told(undefined, 3602 * S), 'well');
});

t.test('who is well is left in peace for two of three turns; who did not answer is not', async (t) => {
  const liveness = new Liveness(0, PATIENCE);
  t.notOk(liveness.isRested(0), 'it never answered');
  liveness.told(undefined, 10 * S);
  t.same(
    [10, 20, 30, 34, 40].map((second) => liveness.isRested(second * S)),
    [true, true, true, true, false],
  );
  liveness.told('no', 40 * S);
  t.notOk(liveness.isRested(40 * S));
  const strict = new Liveness(0, { ...PATIENCE, silentMs: 2 * S });
  strict.told(undefined, 0);
  t.same(
    [1, 2].map((second) => strict.isRested(second * S)),
    [true, false],
    'who must not be silent for long',
  );
});

t.test('the first answer may take three minutes', async (t) => {
  const liveness = new Liveness(0, PATIENCE);
  for (let second = 0; second < 180; second++) t.equal(liveness.told('not yet', second * S), 'starting');
  t.equal(liveness.told('not yet', 180 * S), 'hung');
});

t.test('good is who has been well for ten seconds without a break', async (t) => {
  const state = new HealthState(0);
  t.equal(state.told('admin: no', 1 * S), 'wait');
  t.equal(state.why, 'admin: no');
  t.equal(state.told(undefined, 2 * S), 'wait');
  t.equal(state.told(undefined, 11 * S), 'wait');
  t.equal(state.told('proxy: no', 11.5 * S), 'wait');
  t.equal(state.told(undefined, 12 * S), 'wait');
  t.equal(state.told(undefined, 21.9 * S), 'wait');
  t.equal(state.told(undefined, 22 * S), 'good');
  t.equal(state.why, undefined);
});

t.test('hope ends once, after three minutes; who gets well later is good all the same', async (t) => {
  const state = new HealthState(0);
  t.equal(state.told('no', 179 * S), 'wait');
  t.equal(state.told('still not', 180 * S), 'hopeless');
  t.equal(state.why, 'still not');
  t.equal(state.told('still not', 190 * S), 'wait');
  t.ok(state.isHopeless);
  t.equal(state.told(undefined, 200 * S), 'wait');
  t.equal(state.told(undefined, 210 * S), 'good');
});

const POWER: BoardPower = {
  errorPercent: 30,
  baseWatts: 0.5,
  linkWatts: { '10': 0.2, '100': 0.2, '1000': 0.57 },
  coreWatts: [
    { megahertz: 816, watts: 0.2 },
    { megahertz: 1800, watts: 1 },
  ],
  profiles: {
    eco: { megahertz: 816, cores: 2, linkMbit: 100 },
    performance: { megahertz: 1800, cores: 4, linkMbit: 1000 },
  },
};

t.test('the estimate is a sum of parts; what is unknown counts as the highest', async (t) => {
  t.equal(estimateWatts(POWER, { links: [], busyCores: 0, megahertz: 816 }), 0.5);
  t.equal(estimateWatts(POWER, { links: [100, 100], busyCores: 0.5, megahertz: 816 }), 1);
  t.equal(estimateWatts(POWER, { links: [1000, null], busyCores: 2, megahertz: 1200 }), 3.64);
  t.equal(estimateWatts(POWER, { links: [2500], busyCores: 1, megahertz: null }), 2.07);
});

t.test('the banner fits 80 columns, and has what somebody needs to come in safely', async (t) => {
  const fingerprint = Array.from({ length: 32 }, (_, byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(
    ':',
  );
  const facts = {
    version: '0.1.0',
    board: 'FriendlyElec NanoPi R3S',
    hostname: 'pocket-1',
    addresses: ['192.0.2.7', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff'],
    troubles: [],
  };
  const admin = { port: 8443, unit: '', claimCode: 'ABCD-EFGH-JKMN', fingerprint };
  const text = bannerText({ ...facts, admin });
  for (const part of [
    'https://pocket-1.local:8443/',
    'https://192.0.2.7:8443/',
    'ABCD-EFGH-JKMN',
    ':eeee:ffff]:8443/',
  ]) {
    t.ok(text.includes(part), part);
  }
  t.equal(text.replaceAll(/\s/g, '').includes(fingerprint.slice(0, 47)), true);
  for (const line of text.split('\n')) t.ok(line.length <= 80, line);
  t.notMatch(bannerText({ ...facts, admin: { ...admin, unit: 'Pocket', claimCode: null } }), /Claim code/);
  t.match(bannerText({ ...facts, admin: undefined, addresses: [] }), /No address yet.*web interface starts/s);
});

t.test('an answer on the console is plain text whatever is in it', async (t) => {
  t.equal(
    plainText({
      unitId: 'a',
      roles: [{ name: 'admin', why: '' }, { name: 'proxy' }],
      none: [],
      left: { A: 3 },
      good: true,
    }),
    'unit id: a\nroles:\n  - name: admin\n    why: \n  - name: proxy\nnone: none\nleft:\n  A: 3\ngood: yes\n',
  );
  t.equal(
    plainText({ 'far\x1baway': 1e300, startedMs: 1.8e12 }),
    'far?away: 1e+300\nstarted ms: 2027-01-15T08:00:00.000Z\n',
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = plainText(value);
      return text.endsWith('\n') && !/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(text);
    }),
  );
});

t.test('last words are kept, newest last, and never fill the medium', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'mahalo-words-'));
  t.teardown(() => rmSync(data, { recursive: true }));
  const store = new LastWordsStore(data);
  t.same(store.of(), []);
  for (let end = 1; end <= 30; end++) {
    const role = end % 2 === 0 ? 'admin' : 'admin-2';
    store.keep({
      role,
      pid: end,
      startedAt: 1,
      time: 1_700_000_000_000 + end,
      how: 'exit status 1',
      text: 'x'.repeat(60_000),
    });
  }
  t.same(
    store.of('admin').map(({ pid }) => pid),
    [16, 18, 20, 22, 24, 26, 28, 30],
  );
  t.equal(store.of().at(-1)?.pid, 30);
  t.equal(store.of().length, 16);
  const sizes = readdirSync(join(data, 'words')).map((name) => statSync(join(data, 'words', name)).size);
  t.ok(sizes.reduce((sum, size) => sum + size, 0) < 1_100_000);
});
