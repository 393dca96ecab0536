/** History: rates from counters, rings by the clock, a ceiling, and what is on disk after a stop, a kill, and damage. */
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { History, MOST_OBJECTS } from '../../../src/admin/history/history.ts';
import { HistoryFile } from '../../../src/admin/history/history-file.ts';
import { SERIES_BYTES } from '../../../src/admin/history/series.ts';
import type { Snapshot } from '../../../src/admin/live/statistics-watch.ts';

const directory = mkdtempSync(join(tmpdir(), 'mahalo-history-'));
t.teardown(() => rmSync(directory, { recursive: true }));

/** A round moment, so that slots are easy to name. */
const START_MS = 1_700_000_040_000;

function frontend(requests: number, more: object = {}): Record<string, string | number> {
  return {
    kind: 'frontend',
    pxname: 'web',
    svname: 'FRONTEND',
    mode: 'http',
    status: 'OPEN',
    req_tot: requests,
    scur: 2,
    ...more,
  };
}

function at(second: number, ...rows: Record<string, string | number>[]): Snapshot {
  return { kind: 'figures', timeMs: START_MS + second * 1000, rows, omitted: 0 };
}

t.test('counters become rates; one that began anew counts from zero; a gap is a gap', async (t) => {
  const history = new History();
  history.record(at(0, frontend(100)));
  history.record(at(1, frontend(110)));
  history.record(at(2, frontend(4)));
  history.record(at(4, frontend(24)));
  history.record(at(60, frontend(1000)));
  history.record(at(61, frontend(1007)));
  const { values, fromMs } = history.read('frontend/web', 1000) ?? (t.fail('no history') as never);
  const of = (second: number): unknown => values.requests[(START_MS - fromMs) / 1000 + second];
  t.same([0, 1, 2, 3, 4, 5].map(of), [null, 10, 4, 10, 10, null], 'second 3 was measured together with 4');
  t.same([60, 61].map(of), [null, 7]);
  t.equal(values.sessions.at(-1), 2);
  t.equal(values.responseMs.at(-1), null, 'a frontend has none');
  t.equal(values.requests.length, 300);
});

t.test('coarser rings hold means; time that passes overwrites', async (t) => {
  const history = new History();
  for (let second = 0; second <= 24 * 3600 + 600; second += 5) history.record(at(second, frontend(second * 3)));
  const day = history.read('frontend/web', 120_000);
  t.equal(day?.values.requests.length, 720);
  t.ok(day?.values.requests.every((value) => value === 3));
  t.equal(history.read('frontend/web', 15_000)?.values.requests.length, 240);
  t.equal(history.read('frontend/web', 7_000), undefined);
  t.equal(history.read('frontend/none', 1_000), undefined);
});

t.test('a mean is one of all that was measured in its time, not of its first second', async (t) => {
  const history = new History();
  let requests = 0;
  // 0, 1 ... 14 requests in the seconds of each quarter minute.
  for (let second = 0; second < 600; second++) {
    requests += second % 15;
    history.record(at(second, frontend(requests)));
  }
  t.same(history.read('frontend/web', 15_000)?.values.requests.slice(-39), Array(39).fill(7));
  t.same(history.read('frontend/web', 120_000)?.values.requests.slice(-4), Array(4).fill(7));
});

t.test('asked every ten seconds, as at rest: no ring has a hole; what was not answered is one', async (t) => {
  const history = new History();
  for (let second = 0; second <= 4000; second += 10) history.record(at(second, frontend(second * 3)));
  const read = (step: number, more = 'requests' as const) => history.read('frontend/web', step)?.values[more] ?? [];
  t.ok(read(1000).every((value) => value === 3));
  t.ok(read(15_000).every((value) => value === 3));
  t.same(read(120_000).slice(-34), Array(34).fill(3));
  history.record({ kind: 'unreachable', timeMs: START_MS + 4010_000, sinceMs: 0, why: 'absent', reason: '' });
  history.record(at(4020, frontend(7)));
  history.record(at(4030, frontend(37)));
  t.equal(read(1000).filter((value) => value === null).length, 20, 'the time around the question without an answer');
  t.same(read(1000).slice(-10), Array(10).fill(3));
});

t.test('the clock: a small step back skips, a large one begins anew, 1970 is no time', async (t) => {
  const history = new History();
  for (let second = 0; second < 200; second++) history.record(at(second, frontend(second)));
  history.record(at(195, frontend(200)));
  t.equal(history.read('frontend/web', 1000)?.values.requests.filter((value) => value === 1).length, 195);
  history.record({ kind: 'figures', timeMs: 5_000, rows: [frontend(1)], omitted: 0 });
  t.equal(history.lastMs, START_MS + 195_000);
  history.record(at(-100_000, frontend(300)));
  t.equal(history.read('frontend/web', 1000)?.values.sessions.filter((value) => value !== null).length, 1);
});

t.test('a ceiling: what has no room is named, what has gone makes room', async (t) => {
  const history = new History();
  const servers = Array.from({ length: MOST_OBJECTS + 7 }, (_, index) => ({
    kind: 'server',
    pxname: 'farm',
    svname: `s${index}`,
    mode: 'http',
  }));
  history.record(at(0, ...servers));
  t.equal(history.series.size, MOST_OBJECTS);
  t.ok(history.bytes <= 8 * 1024 * 1024 && history.bytes === MOST_OBJECTS * SERIES_BYTES);
  t.match(history.omitted, { count: 7, names: [`server/farm/s${MOST_OBJECTS}`] });
  history.record(at(1, ...servers.slice(7, -7)));
  for (let second = 2; second < 30; second++) history.record(at(second, ...servers.slice(7)));
  t.equal(history.omitted.count, 0);
  t.ok(history.current(`server/farm/s${MOST_OBJECTS + 6}`));
});

t.test('on disk: a stop loses nothing, a kill some minutes, damage is told', async (t) => {
  const damaged: string[] = [];
  const open = (): { history: History; file: HistoryFile } => {
    const history = new History();
    const onDamage = (path: string): void => void damaged.push(path);
    const file = new HistoryFile({ directory, history, nowMs: () => 7, onDamage, onFault: (text) => t.fail(text) });
    file.load();
    return { history, file };
  };
  const first = open();
  for (let second = 0; second < 400; second++) {
    first.history.record(at(second, frontend(second * 5)));
    first.file.keep();
  }
  first.file.save();
  const second = open();
  const [before, after] = [first, second].map(({ history }) => JSON.stringify(history.read('frontend/web', 1000)));
  t.equal(after, before);
  for (let time = 400; time < 2000; time++) {
    second.history.record(at(time, frontend(time * 5)));
    second.file.keep();
  }
  t.ok(readdirSync(directory).includes('history.journal'), 'killed here');
  const third = open();
  const known = third.history.read('frontend/web', 120_000)?.values.requests.filter((value) => value !== null) ?? [];
  t.ok(known.length >= 2000 / 120 - 5, `${known.length} means of two minutes`);
  t.ok(known.every((value) => Math.abs((value ?? 0) - 5) < 0.1));
  truncateSync(join(directory, 'history.journal'), 500);
  t.ok(open().history.read('frontend/web', 120_000), 'a line that the power cut short');
  writeFileSync(join(directory, 'history.snapshot'), '{"version":1,"objects":[]}\nx');
  open();
  t.same(damaged, [join(directory, 'history.snapshot')]);
});
