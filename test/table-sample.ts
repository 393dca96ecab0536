/**
 * Tables of thousands of rows, each judged by a real peer, take minutes of a whole core. TEST_SAMPLE=4 takes about a
 * quarter of the rows, the same ones each time; CI does, `make test` takes all.
 */
import { createHash } from 'node:crypto';

const one = Number(process.env['TEST_SAMPLE'] ?? '1');

/** Whether a run takes all rows. */
export const takesAllRows = !(one > 1);

/** Of the ways to play the same thing (who is before whom), the last one, or all. The first ones are the less telling. */
export function waysToPlay<Way>(...ways: readonly Way[]): readonly Way[] {
  return takesAllRows ? ways : ways.slice(-1);
}

/** The rows that this run takes: about `least`, or more. */
export function tableSample<Row extends { readonly name: string }>(rows: readonly Row[], least = 0): readonly Row[] {
  if (takesAllRows) return rows;
  const oneIn = least === 0 ? one : Math.max(1, Math.min(one, Math.floor(rows.length / least)));
  return rows.filter(({ name }) => createHash('sha1').update(name).digest().readUInt32LE(0) % oneIn === 0);
}
