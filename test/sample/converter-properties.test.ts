/** What holds for every converter, whatever it is given. */
import fc from 'fast-check';
import t from 'tap';
import { type ArgumentType, readArguments } from '../../src/config/arguments.ts';
import type { ConverterEntry } from '../../src/config/keywords/converter.ts';
import { CONVERTERS as DECLARED } from '../../src/config/keywords/converters.ts';
import { cast } from '../../src/sample/casts.ts';
import { CONVERTERS } from '../../src/sample/converters.ts';
import { xxh64 } from '../../src/sample/hash/xxh.ts';
import { BIN, BOOL, IPV4, IPV6, METH, Sample, SINT, STR, typeNumber } from '../../src/sample/sample.ts';
import { context, options } from './records.ts';

const entries = [...DECLARED.values()].filter(({ implemented, name }) => implemented && !name.startsWith('map'));

const WORDS = ['', ',', '/', 'a', 'abc', '$.a', '$[0]', 'utf8', 'txn.a', 'query', 'sha256', 'none', 'HS256', 'secret'];
const MORE_WORDS = [
  'connect',
  'flags',
  'int32',
  'AAAA',
  'g',
  'gi',
  'ms',
  '%Y %c %Z',
  '(a|b)*',
  '[a-z]',
  'SenderCompID',
];

/** Arguments of a type, mostly such that they are accepted. */
function argument(type: ArgumentType): fc.Arbitrary<string> {
  switch (type) {
    case 'integer':
      return fc.oneof(
        fc.integer({ min: -3, max: 600 }).map(String),
        fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String),
      );
    case 'ipv4-mask':
      return fc.nat(32).map(String);
    case 'ipv6-mask':
      return fc.nat(128).map(String);
    case 'field-number':
      return fc.array(fc.nat(20), { minLength: 1, maxLength: 3 }).map((path) => path.join('.'));
    default:
      return fc.oneof(fc.constantFrom(...WORDS, ...MORE_WORDS), fc.string({ maxLength: 6 }).map(quoted));
  }
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/[^\x01-\xff]/g, '')}"`;
}

interface Use {
  readonly entry: ConverterEntry;
  readonly args: readonly string[];
}

const use: fc.Arbitrary<Use> = fc
  .constantFrom(...entries)
  .chain((entry) =>
    fc
      .tuple(...entry.arguments.map(argument))
      .chain((args) =>
        fc.nat(entry.arguments.length).map((count) => ({ entry, args: args.slice(0, Math.max(count, entry.least)) })),
      ),
  );

/** Bytes that converters have something to do with, and any others. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc.string({ maxLength: 40 }).map((text) => Buffer.from(text)),
  fc
    .constantFrom(
      '{"a":[1,{"b":"c"}]}',
      'a,b;c',
      'en;q=0.5, fr',
      'YWJj',
      '8=FIX.4.2\x019=5\x0135=0\x0110=161\x01',
      '[::1]:80',
    )
    .map((text) => Buffer.from(text, 'latin1')),
);

interface Input {
  readonly type: number;
  readonly integer: number | bigint;
  readonly bytes: Uint8Array;
}

const input: fc.Arbitrary<Input> = fc.record({
  type: fc.constantFrom(BOOL, SINT, IPV4, IPV6, STR, BIN, METH),
  integer: fc.oneof(fc.integer(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  bytes,
});

function sampleOf({ type, integer, bytes }: Input, filling: number): Sample {
  const sample = new Sample();
  const memory = Buffer.alloc(bytes.length + 48, filling);
  memory.set(bytes, 16);
  if (type === SINT) sample.setInteger(integer);
  else if (type === BOOL) sample.setBoolean(integer > 0);
  else if (type === IPV4) sample.setIpv4(Number(BigInt.asUintN(32, BigInt(integer))));
  else if (type === IPV6) {
    memory.fill(7, 16, 32);
    sample.setIpv6(memory, 16);
  } else {
    sample.setBytes(STR, memory, 16, 16 + bytes.length);
    sample.type = type;
  }
  return sample;
}

/** The value in a form to compare; a converter's result may lie anywhere. */
function valueOf(sample: Sample): string {
  if (sample.type === STR || sample.type === BIN || sample.type === METH || sample.type === IPV6) {
    return `${sample.type} ${sample.bytes.toString('hex', sample.start, sample.end)}`;
  }
  return `${sample.type} ${sample.integer}`;
}

const where = context(['GET / HTTP/1.1', 'Host: a']);
const given = options();

t.test('no converter throws, reads beyond its input or leaves a wrong sample behind', async (t) => {
  let accepted = 0;
  fc.assert(
    fc.property(use, input, ({ entry, args }, value) => {
      const read = readArguments(args.length === 0 ? '' : `(${args.join(',')})`, entry);
      if ('error' in read || entry.validate?.(read.values) !== undefined) return;
      const declared = CONVERTERS.get(entry.name);
      if (declared === undefined) throw new Error(`${entry.name} is not there`);
      let convert: ReturnType<typeof declared.make>;
      try {
        convert = declared.make(read.values, given);
      } catch (problem) {
        // Regular expressions are refused when they are compiled.
        if (entry.name === 'regsub') return;
        throw problem;
      }
      const results = [0, 0x2c, 0xff].map((filling) => {
        const sample = sampleOf(value, filling);
        if (!cast(sample, declared.input)) return null;
        const found = convert(sample, where);
        if (sample.start > sample.end || sample.end > sample.bytes.length) throw new Error('a wrong span');
        if (typeof sample.integer === 'bigint' && BigInt.asIntN(64, sample.integer) !== sample.integer) {
          throw new Error('more than 64 bits');
        }
        if (Object.is(sample.integer, -0)) throw new Error('minus zero');
        return found ? valueOf(sample) : null;
      });
      accepted++;
      if (new Set(results).size > 1) throw new Error(`${entry.name}: ${results.join(' | ')}`);
    }),
    { numRuns: 6000 },
  );
  t.ok(accepted > 1000, `${accepted} uses were accepted`);
});

const MASK = (1n << 64n) - 1n;

/** XXH64 as its specification has it, in bigints. */
function plainXxh64(input: Uint8Array, seed: bigint): bigint {
  const [p1, p2, p3, p4, p5] = [
    0x9e3779b185ebca87n,
    0xc2b2ae3d27d4eb4fn,
    0x165667b19e3779f9n,
    0x85ebca77c2b2ae63n,
    0x27d4eb2f165667c5n,
  ] as const;
  const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (64n - bits))) & MASK;
  const round = (lane: bigint, value: bigint): bigint => (rotate((lane + value * p2) & MASK, 31n) * p1) & MASK;
  const bytes = Buffer.from(input);
  let at = 0;
  let hash: bigint;
  if (bytes.length >= 32) {
    const lanes = [seed + p1 + p2, seed + p2, seed, seed - p1].map((lane) => lane & MASK);
    for (; at + 32 <= bytes.length; at += 32) {
      for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i] as bigint, bytes.readBigUInt64LE(at + i * 8));
    }
    hash = [1n, 7n, 12n, 18n].reduce((sum, bits, i) => sum + rotate(lanes[i] as bigint, bits), 0n) & MASK;
    for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * p1 + p4) & MASK;
  } else hash = (seed + p5) & MASK;
  hash = (hash + BigInt(bytes.length)) & MASK;
  for (; at + 8 <= bytes.length; at += 8) {
    hash = (rotate(hash ^ round(0n, bytes.readBigUInt64LE(at)), 27n) * p1 + p4) & MASK;
  }
  if (at + 4 <= bytes.length) {
    hash = (rotate(hash ^ ((BigInt(bytes.readUInt32LE(at)) * p1) & MASK), 23n) * p2 + p3) & MASK;
    at += 4;
  }
  for (; at < bytes.length; at++) hash = (rotate(hash ^ ((BigInt(bytes[at] as number) * p5) & MASK), 11n) * p1) & MASK;
  hash = ((hash ^ (hash >> 33n)) * p2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * p3) & MASK;
  return BigInt.asIntN(64, hash ^ (hash >> 32n));
}

t.test('XXH64 in halves is XXH64', async () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      (bytes, seed) => {
        const wide = BigInt.asUintN(64, seed);
        return BigInt(xxh64(Buffer.from(bytes), 0, bytes.length, seed)) === plainXxh64(bytes, wide);
      },
    ),
  );
});

t.test('types are what the declarations say', async (t) => {
  for (const { name, input, implemented } of DECLARED.values()) {
    if (implemented) t.equal(CONVERTERS.get(name)?.input, typeNumber(input), name);
  }
});
