import t from 'tap';
import { CELLS, type Cell } from './cells.ts';
import { failOverTable, judge, tally } from './fail-over-table.ts';
import type { Pair, PairResult, RoundResult } from './round.ts';

const OURS: Pair = ['mahalo', 'mahalo'];
const BASE: Pair = ['keepalived', 'keepalived'];

function cell(name: string, fault: Cell['fault']): Cell {
  const found = CELLS.find((one) => one.name === name && one.fault === fault);
  if (!found) throw new Error(`no cell ${name}, ${fault}`);
  return found;
}

function result(dark: readonly number[], returned: readonly number[] = dark.map(() => 0)): PairResult {
  const rounds = dark.map((darkMs, i): RoundResult => {
    return { darkMs, alignedDarkMs: darkMs, firstAnswerMs: darkMs, returnDarkMs: returned[i]!, proberLateMs: 0 };
  });
  return { rounds, failures: [], repeated: 0 };
}

const pulled = cell('v3 adv 0.1 s', 'cable pulled');
const healed = cell('v3 adv 0.1 s', 'partition');

t.test('as good as keepalived, up to 10 ms in the middle and 20 ms at most', (t) => {
  const base = result([300, 320, 340]);
  t.ok(judge(pulled, OURS, result([310, 330, 360]), base).met);
  t.strictSame(judge(pulled, OURS, result([310, 331, 340]), base), { met: false, why: 'dark median +11' });
  t.strictSame(judge(pulled, OURS, result([300, 320, 361]), base), { met: false, why: 'dark max +21' });
  t.end();
});

t.test('a healed partition is judged by zero, not by keepalived', (t) => {
  const base = result([300, 310, 320], [3000, 3700, 6800]);
  t.ok(judge(healed, OURS, result([300, 310, 320]), base).met);
  t.notOk(judge(healed, OURS, result([300, 310, 320], [0, 40, 60]), base).met);
  t.ok(
    judge(healed, ['mahalo', 'keepalived'], result([300, 310, 320], [0, 3000, 6000]), base).met,
    "keepalived's own fault",
  );
  t.end();
});

t.test('a unit that stays backup has no return to judge', (t) => {
  const stays = cell('v3 adv 0.1 s nopreempt', 'cable pulled');
  const never = [Number.NaN, Number.NaN];
  t.ok(judge(stays, OURS, result([300, 310], never), result([300, 310], never)).met);
  t.end();
});

t.test('a failed round is not met, whatever the others were', (t) => {
  const failed = { ...result([300]), failures: ['not within 20000 ms: b answers steadily\nlog'] };
  t.strictSame(judge(pulled, OURS, failed, result([300])), {
    met: false,
    why: 'failed: not within 20000 ms: b answers steadily',
  });
  t.end();
});

t.test('the table has a row a pair, and the tally counts those that are judged', (t) => {
  const pairs = [
    { pair: BASE, result: result([300, 320, 340]) },
    { pair: OURS, result: result([301, 321, 341]) },
  ];
  const results = [{ cell: pulled, pairs }];
  const rows = failOverTable(results).split('\n').slice(2);
  t.strictSame(rows, [
    '| v3 adv 0.1 s, cable pulled | keepalived -> keepalived | 3 | 300/**320**/340 | 300/**320**/340 | 300/**320**/340 | 0/**0**/0 | base |',
    '| v3 adv 0.1 s, cable pulled | mahalo -> mahalo | 3 | 301/**321**/341 | 301/**321**/341 | 301/**321**/341 | 0/**0**/0 | met |',
  ]);
  t.strictSame(tally(results), { judged: 1, met: 1 });
  t.end();
});

t.test('the cells are those of the reference', (t) => {
  t.equal(CELLS.length, 21);
  t.equal(new Set(CELLS.map(({ name, fault }) => `${name}, ${fault}`)).size, 21);
  t.end();
});
