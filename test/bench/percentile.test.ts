import t from 'tap';
import { median, percentile, slope } from './percentile.ts';

t.test('percentile takes the nearest rank', async (t) => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  t.equal(percentile(hundred, 0.5), 50);
  t.equal(percentile(hundred, 0.99), 99);
  t.equal(percentile(hundred, 0.999), 100);
  t.equal(percentile([7], 0.01), 7);
  t.equal(percentile([], 0.5), 0);
});

t.test('median of unsorted values, odd and even in number', async (t) => {
  t.equal(median([9, 1, 5]), 5);
  t.equal(median([10, 2, 4, 1]), 3);
});

t.test('slope finds the line through points on a line, and none in a single moment', async (t) => {
  t.equal(
    slope([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
    2,
  );
  t.equal(
    slope([
      [3, 1],
      [3, 9],
    ]),
    0,
  );
});
