import t from 'tap';
import { parseFileValue } from '../../../src/vrrp/tracking/file-value.ts';

const VALUES: readonly (readonly [string, number | undefined])[] = [
  ['', 0],
  ['5\n', 5],
  ['  -7 and more', -7],
  ['+3', 3],
  ['0x10', 16],
  ['-0X1f', -31],
  ['0x', 0],
  ['010', 8],
  ['08', 0],
  ['019', 1],
  ['1e3', 1],
  ['-', 0],
  ['- 5', 0],
  ['none', 0],
  ['-0', 0],
  ['254', 254],
  ['2147483648', 2_147_483_648],
  ['2147483649', undefined],
  ['-2147483648', -2_147_483_648],
  ['-2147483649', undefined],
  ['99999999999999999999999', undefined],
];

for (const [text, value] of VALUES) {
  t.test(`${JSON.stringify(text)} is ${value ?? 'not taken'}`, async (t) => t.equal(parseFileValue(text), value));
}
