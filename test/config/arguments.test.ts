/** Argument lists of fetches and converters: what haproxy 2.6 says of each is written beside. */
import fc from 'fast-check';
import t from 'tap';
import { type ArgumentType, readArguments } from '../../src/config/arguments.ts';

interface Case {
  readonly text: string;
  readonly types: readonly ArgumentType[];
  readonly least?: number;
  readonly values?: readonly string[];
  readonly rest?: string;
  readonly error?: string;
  readonly position?: number;
}

const CASES: readonly Case[] = [
  { text: '', types: ['string'], values: [] },
  { text: '', types: ['string'], least: 1, values: [''] },
  { text: ',lower', types: [], values: [], rest: ',lower' },
  { text: '()', types: [], values: [] },
  { text: '(a)', types: [], error: "expected ')' before 'a)'", position: 1 },
  { text: '()', types: ['string'], values: [''] },
  { text: '()', types: ['integer'], values: [] },
  { text: '()', types: ['integer'], least: 1, error: "expected type 'integer' at position 1, but got nothing" },
  { text: '', types: ['integer'], least: 1, error: "expected type 'integer' at position 1, but got nothing" },
  { text: '(a)', types: ['string', 'string'], least: 2, error: "missing arguments (got 1/2), type 'string' expected" },
  { text: '(3,)', types: ['integer', 'integer'], least: 1, values: ['3', '0'] },
  { text: '(a,"b,c)",d\\ e)],f', types: ['string', 'string', 'string'], values: ['a', 'b,c)', 'd e'], rest: '],f' },
  { text: "('a\\n',b\\n\\x)", types: ['string', 'string'], values: ['a\\n', 'b\n\\x'] },
  { text: '(a\\', types: ['string'], error: "failed to parse '\\' after 'a' as type 'string' at position 1" },
  { text: '(a', types: ['string'], error: "expected ')'", position: 2 },
  { text: '(a,b', types: ['string', 'string'], error: "expected ')'", position: 2 },
  { text: '(a,b)', types: ['string'], error: "expected ')' before ',b)'", position: 2 },
  { text: '(12x)', types: ['integer'], error: "failed to parse '12x' as type 'integer' at position 1" },
  { text: '(-9223372036854775809,+7)', types: ['integer', 'integer'], values: ['-9223372036854775808', '7'] },
  { text: '(9223372036854775808,-)', types: ['integer', 'integer'], values: ['9223372036854775807', '0'] },
  { text: '(2m,90s)', types: ['time', 'time'], values: ['120000', '90000'] },
  { text: '(1y)', types: ['time'], error: "failed to parse '1y' as type 'delay' at position 1" },
  { text: '(4k)', types: ['size'], values: ['4096'] },
  { text: '(4g)', types: ['size'], error: "failed to parse '4g' as type 'size' at position 1" },
  { text: '(24)', types: ['ipv4-mask'], values: ['255.255.255.0'] },
  { text: '(33)', types: ['ipv4-mask'], error: "failed to parse '33' as type 'IPv4 mask' at position 1" },
  { text: '(0,65)', types: ['ipv4-mask', 'ipv6-mask'], values: ['0.0.0.0', 'ffff:ffff:ffff:ffff:8000:0000:0000:0000'] },
  { text: '(ffff::)', types: ['ipv6-mask'], values: ['ffff::'] },
  { text: '(1.2.3)', types: ['ipv4'], error: "failed to parse '1.2.3' as type 'IPv4 address' at position 1" },
  { text: '(1.02.3)', types: ['field-number'], values: ['1.2.3'] },
  {
    text: '(1.)',
    types: ['field-number'],
    error: "failed to parse '1.' as type 'Protocol buffers field number' at position 1",
  },
  { text: '', types: ['backend'], least: 1, values: [''] },
];

for (const { text, types, least = 0, values, rest = '', error, position } of CASES) {
  t.test(`"${text}" as [${types.join()}] is ${error ?? JSON.stringify(values)}`, async (t) => {
    const result = readArguments(text, { arguments: types, least });
    if (error === undefined) t.same(result, { values, rest });
    else {
      t.match(result, { error });
      if (position !== undefined) t.match(result, { position });
    }
  });
}

t.test('an argument is decoded in a buffer of limited size', async (t) => {
  const grammar = { arguments: ['string'] as const, least: 1 };
  t.match(readArguments(`(${'a'.repeat(16_383)})`, grammar), { values: ['a'.repeat(16_383)] });
  t.match(readArguments(`(${'a'.repeat(16_384)})`, grammar), {
    error: 'too small buffer size to store decoded argument 1, increase bufsize ?',
  });
});

t.test('no text makes the reader throw, and what is left is the end of the text', async () => {
  const type = fc.constantFrom<ArgumentType>(
    'integer',
    'string',
    'ipv4-mask',
    'ipv6-mask',
    'ipv6',
    'time',
    'size',
    'field-number',
    'server',
    'regex',
  );
  const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'(),"\'\\ 019.:-akn') }));
  fc.assert(
    fc.property(text, fc.array(type, { maxLength: 4 }), fc.nat(4), (text, types, least) => {
      const result = readArguments(`(${text}`, { arguments: types, least: Math.min(least, types.length) });
      return 'error' in result || `(${text}`.endsWith(result.rest);
    }),
  );
});
