/** The parts of the configuration that need no process: differences, statistics, the feed, revisions. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { unifiedDiff } from '../../src/admin/configuration/line-diff.ts';
import { RevisionStore } from '../../src/admin/configuration/revision-store.ts';
import { MOST_VIEWERS, MOST_WAITING_BYTES, StatisticsFeed, type Viewer } from '../../src/admin/live/statistics-feed.ts';
import type { Snapshot } from '../../src/admin/live/statistics-watch.ts';
import { parseInfo, parseStatistics } from '../../src/admin/proxy/statistics.ts';

const directory = mkdtempSync(join(tmpdir(), 'mahalo-configuration-'));
t.teardown(() => rmSync(directory, { recursive: true }));

t.test('a difference: what was changed with three lines around it', async (t) => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const after = [...before];
  after[2] = 'changed';
  after.splice(15, 1);
  t.equal(
    unifiedDiff(before.join('\n'), `${after.join('\n')}\n`),
    '@@ -1,6 +1,6 @@\n line 0\n line 1\n-line 2\n+changed\n line 3\n line 4\n line 5\n' +
      '@@ -13,7 +13,6 @@\n line 12\n line 13\n line 14\n-line 15\n line 16\n line 17\n line 18\n',
  );
  t.equal(unifiedDiff('a\n', 'a\n'), '');
  t.equal(unifiedDiff('', 'a\n'), '@@ -0,0 +1,1 @@\n+a\n');
  t.equal(unifiedDiff('a\n', ''), '@@ -1,1 +0,0 @@\n-a\n');
});

t.test('a difference leads from the one text to the other, whatever they are', async () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = unifiedDiff(before.map((line) => `${line}\n`).join(''), after.map((line) => `${line}\n`).join(''));
      const out: string[] = [];
      let at = 0;
      for (const line of diff.split('\n').slice(0, -1)) {
        const head = /^@@ -(\d+),(\d+) /.exec(line);
        if (head !== null) {
          const start = Number(head[1]) - (head[2] === '0' ? 0 : 1);
          out.push(...before.slice(at, start));
          at = start;
        } else if (line.startsWith('+')) out.push(line.slice(1));
        else {
          if (before[at] !== line.slice(1)) return false;
          if (line.startsWith(' ')) out.push(line.slice(1));
          at++;
        }
      }
      out.push(...before.slice(at));
      return out.join() === after.join();
    }),
  );
});

t.test('a difference of texts that share nothing is found in bounded time', async (t) => {
  const text = (mark: string): string => Array.from({ length: 20_000 }, (_, index) => `${mark} ${index}\n`).join('');
  const began = performance.now();
  const diff = unifiedDiff(text('a'), text('b'));
  t.equal(diff.split('\n').length, 40_002);
  t.ok(performance.now() - began < 10_000);
});

t.test('show stat: numbers are numbers, texts are texts, empty cells are left out', async (t) => {
  const csv =
    '# pxname,svname,scur,status,type,last_chk,addr,\nweb,FRONTEND,3,OPEN,0,,,\n404,s1,,UP,2,"a ""b"", c",10.0.0.1:80,\n\n';
  t.same(parseStatistics(csv), {
    rows: [
      { pxname: 'web', svname: 'FRONTEND', scur: 3, status: 'OPEN', type: 0, kind: 'frontend' },
      { pxname: '404', svname: 's1', status: 'UP', type: 2, last_chk: 'a "b", c', addr: '10.0.0.1:80', kind: 'server' },
    ],
    omitted: 0,
  });
  t.same(parseInfo('Name: HAProxy\nPid: 12\nUptime: 0d 0h00m01s\nIdle_pct: 99.5\nx\n'), {
    Name: 'HAProxy',
    Pid: 12,
    Uptime: '0d 0h00m01s',
    Idle_pct: 99.5,
  });
});

t.test('show stat: a bound on rows, and what is beyond is counted', async (t) => {
  const { rows, omitted } = parseStatistics(`# pxname,type\n${'x,2\n'.repeat(6000)}`);
  t.same([rows.length, omitted], [5000, 1000]);
});

interface FakeViewer extends Viewer {
  readonly got: string[];
  waiting: number;
  allowed: boolean;
  closed: string;
}

function viewer(): FakeViewer {
  return {
    got: [],
    waiting: 0,
    allowed: true,
    closed: '',
    waitingBytes() {
      return this.waiting;
    },
    send(text) {
      this.got.push(text);
    },
    mayLook() {
      return this.allowed;
    },
    close(reason) {
      this.closed = reason;
    },
  };
}

t.test('the feed: who cannot keep up misses figures, and is let go in the end', async (t) => {
  const rows = [{ pxname: 'web', svname: 'FRONTEND', kind: 'frontend', scur: 3 }];
  const figures: Snapshot = { kind: 'figures', timeMs: 5, rows, omitted: 0 };
  const feed = new StatisticsFeed();
  t.teardown(() => feed.closeAll());
  const quick = viewer();
  const slow = viewer();
  const gone = viewer();
  slow.waiting = MOST_WAITING_BYTES + 1;
  for (const one of [quick, slow, gone]) t.ok(feed.add(one));
  feed.publish(figures);
  const message = JSON.parse(quick.got[0] ?? '');
  t.match(message, { type: 'statistics', timeMs: 5, omitted: 0 });
  t.equal(message.rows[0][message.columns.indexOf('scur')], 3);
  t.equal(slow.got.length, 0);
  gone.allowed = false;
  for (let period = 1; period < 30; period++) {
    t.equal(slow.closed, '');
    feed.publish(figures);
  }
  t.equal(slow.closed, 'too slow');
  t.equal(gone.closed, 'not logged in any more');
  t.equal(feed.viewers, 1);
  t.equal(quick.closed, '');
});

t.test(
  'the feed: a proxy that does not answer is told, at once to who comes later, and a bound on viewers',
  async (t) => {
    const feed = new StatisticsFeed();
    t.teardown(() => feed.closeAll());
    const viewers = Array.from({ length: MOST_VIEWERS }, viewer);
    for (const one of viewers.slice(1)) t.ok(feed.add(one));
    feed.publish({ kind: 'unreachable', timeMs: 5, sinceMs: 4, why: 'absent', reason: 'no' });
    t.match(viewers[1]?.got.at(-1), /"unreachable".*"no"/);
    t.ok(feed.add(viewers[0] as FakeViewer));
    t.match(viewers[0]?.got, [/"unreachable"/]);
    t.notOk(feed.add(viewer()));
  },
);

t.test('revisions: numbers are used once, damage in one costs that one', async (t) => {
  const place = mkdtempSync(join(directory, 'r-'));
  const told: string[] = [];
  const open = (): RevisionStore =>
    new RevisionStore(place, { onDamage: (path) => void told.push(path), nowMs: () => 1 });
  const store = open();
  const draft = { parent: 0, author: 'a', timeMs: 1, note: '', text: 'x', files: [] };
  t.equal(store.add(draft).number, 1);
  t.equal(store.add({ ...draft, text: 'y' }).number, 2);
  store.change({ confirmed: 2, confirmedMs: 7 });
  t.equal(open().find(open().state.confirmed)?.text, 'y');
  writeFileSync(join(place, 'revisions/1.json'), '{');
  t.equal(open().find(1), undefined);
  writeFileSync(join(place, 'configuration.json'), '{"confirmed": "2"}');
  t.match(open().state, { confirmed: 0, next: 3, trial: undefined });
  t.equal(told.length, 1);
  t.same(open().numbers(), [2, 1]);
});
