import t from 'tap';
import { darkness, type Probe } from './darkness.ts';

/** One probe every 10 ms; `.` lost, `a` and `b` answered by them, `q` answered after it waited in a queue. */
function probes(pattern: string, lateAt = -1, lateMs = 0): Probe[] {
  let shiftMs = 0;
  return [...pattern].map((letter, i) => {
    if (i === lateAt) shiftMs = lateMs;
    const sentMs = 1000 + 10 * i + shiftMs;
    const answerMs = letter === 'q' ? 500 : 1;
    const answered = letter !== '.';
    return {
      sentMs,
      lateMs: i === lateAt ? lateMs : 0,
      answeredMs: answered ? sentMs + answerMs : Number.NaN,
      by: answered ? letter : '',
    };
  });
}

t.test('nothing lost is no darkness, whoever answers', (t) => {
  t.match(darkness(probes('aaabbb'), 10), { darkMs: 0, lost: 0, gaps: [] });
  t.end();
});

t.test('a gap runs from the last answered to the first answered', (t) => {
  const { darkMs, gaps, lost } = darkness(probes('aa...bb'), 10);
  t.equal(darkMs, 40);
  t.equal(lost, 3);
  t.match(gaps, [{ fromMs: 1010, toMs: 1050, lost: 3 }]);
  t.end();
});

t.test('gaps add up', (t) => {
  t.equal(darkness(probes('a.b..a'), 10).darkMs, 20 + 30);
  t.end();
});

t.test('a probe that waited in a queue was not answered in time', (t) => {
  t.equal(darkness(probes('aqqa'), 10).darkMs, 30);
  t.end();
});

t.test('at the ends of the record only what was seen counts', (t) => {
  t.equal(darkness(probes('..a'), 10).darkMs, 20);
  t.equal(darkness(probes('a..'), 10).darkMs, 20);
  t.equal(darkness(probes('...'), 10).darkMs, 20);
  t.end();
});

t.test('a hiccup of the prober beside a gap is not darkness', (t) => {
  const { darkMs, lateMs } = darkness(probes('aa..bb', 2, 30), 10);
  t.equal(darkMs, 12 + 10 + 10);
  t.equal(lateMs, 30);
  t.end();
});

t.test('a hiccup with nothing lost is no darkness', (t) => {
  t.equal(darkness(probes('aaabbb', 3, 50), 10).darkMs, 0);
  t.end();
});
