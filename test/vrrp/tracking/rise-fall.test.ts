import t from 'tap';
import { RiseFall } from '../../../src/vrrp/tracking/rise-fall.ts';

/** `+` and `-` are answers; the states after each: `U`p or `D`own, in brackets when `take` said that it changed. */
function play(level: RiseFall, answers: string): string {
  return [...answers]
    .map((answer) => {
      const changed = level.take(answer === '+');
      const state = level.up ? 'U' : 'D';
      return changed ? `[${state}]` : state;
    })
    .join('');
}

t.test('the first answer decides, whatever rise and fall are', async (t) => {
  t.equal(play(new RiseFall(3, 3, false), '+'), '[U]');
  t.equal(play(new RiseFall(3, 3, false), '-'), '[D]');
  t.equal(new RiseFall(3, 3, false).known, false);
});

t.test('it takes fall failures in a row to come down', async (t) => {
  t.equal(play(new RiseFall(1, 3, false), '+--+---'), '[U]UUUUU[D]');
});

t.test('it takes rise successes in a row to come up', async (t) => {
  t.equal(play(new RiseFall(3, 1, false), '-++-+++'), '[D]DDDDD[U]');
});

t.test('assumed down, it needs rise successes and says nothing of failures', async (t) => {
  const level = new RiseFall(2, 1, true);
  t.ok(level.known);
  t.equal(play(level, '-++'), 'DD[U]');
});

t.test('what is missing is told', async (t) => {
  const level = new RiseFall(2, 3, false);
  play(level, '+');
  t.equal(level.missing, 3);
  play(level, '--');
  t.equal(level.missing, 1);
  play(level, '-');
  t.equal(level.missing, 2);
});

t.test('a reload goes on where the old one stood, within the new limits', async (t) => {
  const table = [
    // old rise, fall, answers, new rise, fall -> answers and what becomes of them
    [1, 3, '+--', 1, 3, '-', '[D]'],
    [1, 3, '+', 1, 5, '-----', 'UUUU[D]'],
    [1, 5, '+-', 1, 2, '--', 'U[D]'],
    [3, 1, '-++', 3, 1, '+', '[U]'],
    [3, 1, '-', 2, 1, '++', 'D[U]'],
  ] as const;
  for (const [rise, fall, before, newRise, newFall, after, expected] of table) {
    const old = new RiseFall(rise, fall, false);
    play(old, before);
    const level = new RiseFall(newRise, newFall, false);
    level.adopt(old);
    t.equal(play(level, after), expected, `${rise}/${fall} ${before} -> ${newRise}/${newFall} ${after}`);
  }
});

t.test('what was not known is not known after a reload', async (t) => {
  const level = new RiseFall(2, 2, false);
  level.adopt(new RiseFall(5, 5, false));
  t.equal(level.known, false);
  t.equal(play(level, '+'), '[U]');
});
