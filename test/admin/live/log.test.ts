/** Lines of the live log: fields, filters, the bounds of what is kept and of what a viewer gets. */
import t from 'tap';
import type { LogFilter, LogLine } from '../../../src/admin/answers/log.ts';
import type { Viewer } from '../../../src/admin/live/statistics-feed.ts';
import { compileFilter } from '../../../src/admin/log/log-filter.ts';
import { parseLogLine } from '../../../src/admin/log/log-line.ts';
import { LogStore, MOST_LINES } from '../../../src/admin/log/log-store.ts';
import { LogViews } from '../../../src/admin/log/log-views.ts';

const GOOD = 'H 1700000000123 192.0.2.1 4711 web farm s1 0 0 1 12 15 200 1024 87 ---- 0 0 0 GET /a?b=c d HTTP/1.1';
const SLOW = 'H 1700000000124 2001:db8::1 4712 web farm s2 1 0 2 -1 5003 504 194 87 sH-- +2 3 0 GET /slow HTTP/1.1';
const LOST = 'H 1700000000125 192.0.2.1 4713 web web <NOSRV> -1 -1 -1 -1 3 -1 0 0 CR-- 0 0 0 <BADREQ>';
const TCP = 'T 1700000000126 192.0.2.1 4714 mail mail m1 - 0 1 - 900 - 3000 200 -- 0 0 0';
const EVENT = 'E 1700000000127 1 farm Server farm/s2 is DOWN, reason: Layer4 connection problem';

function line(text: string, number = 1): LogLine {
  return parseLogLine(text, number, 7) ?? (t.fail(`no line: ${text}`) as never);
}

t.test('fields', async (t) => {
  t.same(line(GOOD), {
    kind: 'http',
    number: 1,
    timeMs: 1_700_000_000_123,
    client: '192.0.2.1:4711',
    frontend: 'web',
    backend: 'farm',
    server: 's1',
    requestMs: 0,
    queueMs: 0,
    connectMs: 1,
    responseMs: 12,
    totalMs: 15,
    status: 200,
    bytesOut: 1024,
    bytesIn: 87,
    termination: '----',
    retries: 0,
    serverQueue: 0,
    backendQueue: 0,
    request: 'GET /a?b=c d HTTP/1.1',
  });
  t.match(line(SLOW), {
    client: '[2001:db8::1]:4712',
    responseMs: null,
    retries: 2,
    serverQueue: 3,
    termination: 'sH--',
  });
  t.match(line(LOST), { server: '', status: null, requestMs: null, request: '<BADREQ>' });
  t.match(line(TCP), { kind: 'tcp', status: null, bytesOut: 3000, termination: '--', request: '' });
  t.match(line(EVENT), { kind: 'event', level: 1, proxy: 'farm', text: /^Server farm\/s2 is DOWN/ });
  t.same(line('O 12'), { kind: 'gap', number: 1, timeMs: 7, lines: 12 });
  for (const text of ['', 'x', 'H', 'H 1 2 3', 'T nonsense a b c d e f g h i j k l m n o p q r']) {
    t.equal(parseLogLine(text, 1, 7), undefined, text);
  }
});

t.test('filters: everything that is given must hold', async (t) => {
  const all = [GOOD, SLOW, LOST, TCP, EVENT].map((text) => line(text));
  const count = (filter: LogFilter): number => all.filter(compileFilter(filter)).length;
  t.equal(count({}), 5);
  t.equal(count({ status: '5xx' }), 1);
  t.equal(count({ status: '200' }), 1);
  t.equal(count({ status: 'none' }), 2);
  t.equal(count({ server: 's1' }), 1);
  t.equal(count({ server: 'farm/s2' }), 1);
  t.equal(count({ server: 'other/s2' }), 0);
  t.equal(count({ termination: 'sH' }), 1);
  t.equal(count({ termination: '.R' }), 1);
  t.equal(count({ termination: 'failed' }), 2);
  t.equal(count({ slowerMs: 900 }), 2);
  t.equal(count({ text: '/SLOW' }), 1);
  t.equal(count({ text: 'layer4' }), 1);
  t.equal(count({ kind: 'events' }), 1);
  t.equal(count({ kind: 'requests', frontend: 'mail' }), 1);
  t.ok(compileFilter({ status: '5xx' })(line('O 3')), 'what is missing is told to everybody');
});

t.test('what is kept is bounded by lines and by memory', async (t) => {
  const store = new LogStore();
  for (let index = 0; index < MOST_LINES + 5; index++) store.add(GOOD, 1);
  const found = store.find(() => true, Number.POSITIVE_INFINITY, MOST_LINES * 2);
  t.equal(found.length, MOST_LINES);
  t.same([found[0]?.number, found.at(-1)?.number], [6, MOST_LINES + 5]);
  t.same(
    store.find(() => true, 100, 2).map(({ number }) => number),
    [98, 99],
  );
  const long = new LogStore();
  for (let index = 0; index < 3000; index++) long.add(`${GOOD}${'x'.repeat(4000)}`, 1);
  const left = long.find(() => true, Number.POSITIVE_INFINITY, MOST_LINES).length;
  t.ok(left > 900 && left < 1100, `${left} lines of 4 KB`);
});

t.test('a viewer gets what he asked for, as much as he can take, and is told what is missing', async (t) => {
  const got: { lines: LogLine[]; omitted: number }[] = [];
  let waiting = 0;
  const viewer: Viewer = {
    waitingBytes: () => waiting,
    send: (text) => void got.push(JSON.parse(text)),
    mayLook: () => true,
    close: () => {},
  };
  const views = new LogViews();
  views.follow(viewer, { status: '5xx' });
  views.publish([line(GOOD), line(SLOW)], 1);
  t.match(got, [{ lines: [{ status: 504 }], omitted: 0 }]);
  waiting = 1e9;
  views.publish([line(SLOW)], 1);
  waiting = 0;
  views.publish(
    Array.from({ length: 150 }, () => line(SLOW)),
    1,
  );
  t.match([got.length, got[1]?.lines.length, got[1]?.omitted], [2, 100, 51]);
  views.leave(viewer);
  views.publish([line(SLOW)], 1);
  t.equal(got.length, 2);
});
