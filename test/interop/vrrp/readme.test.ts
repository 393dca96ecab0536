/** The table of the README is true: every row of the reference stands in it, and every test it names exists. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

/** All M and S rows of the reference (N: those that are built). AH, BFD, SNMP and DBus are not planned. */
const ROWS = [
  ...['P1', 'P2', 'P3', 'P4', 'P5', 'P7', 'P8', 'P10', '2.2'],
  ...['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9', 'S10', 'S12'],
  ...['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I9', 'I10'],
  ...['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T9'],
];

const rows = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| [A-Z0-9.]+ \| [MSN] \|/.test(line))
  .map((line) => line.split('|').map((column) => column.trim()))
  .map(([, row = '', importance = '', , proofs = '']) => ({ row, importance, proofs }));

t.strictSame([...new Set(rows.map(({ row }) => row))], ROWS, 'every row, in order');

for (const { row, importance, proofs } of rows) {
  t.test(`${row} (${importance})`, (t) => {
    const named = [...proofs.matchAll(/`([^`]+)` "([^"]+)"/g)];
    t.ok(named.length > 0 && named.length === proofs.split('; `').length, 'its proofs can be read');
    for (const [, file = '', test = ''] of named) {
      const path = join(import.meta.dirname, file);
      t.ok(existsSync(path) && readFileSync(path, 'utf8').includes(test), `${file} has "${test}"`);
    }
    t.end();
  });
}
