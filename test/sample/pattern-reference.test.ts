import fc from 'fast-check';
import t from 'tap';
import type { PatternReferenceModel } from '../../src/config/model-rules.ts';
import { cast } from '../../src/sample/casts.ts';
import { PatternReference } from '../../src/sample/pattern-reference.ts';
import { Hits } from '../../src/sample/patterns/hits.ts';
import { type Match, matchedType } from '../../src/sample/patterns/lookup.ts';
import { Sample, STR } from '../../src/sample/sample.ts';
import { findNaively } from './naive-patterns.ts';

const RUNS = 300;

function model(changes: Partial<PatternReferenceModel> = {}): PatternReferenceModel {
  return {
    id: 0,
    file: 'x.map',
    description: '',
    acl: true,
    map: true,
    hasValues: false,
    bytes: undefined,
    patterns: [],
    resolved: [],
    uses: [],
    ...changes,
  };
}

const sample = new Sample();

function find(reference: PatternReference, match: Match, ignoreCase: boolean, text: string): string | undefined {
  const bytes = Buffer.from(text, 'latin1');
  sample.setBytes(STR, bytes, 0, bytes.length);
  if (!cast(sample, matchedType(match))) return undefined;
  const entry = reference.lookupFor(match, ignoreCase).find(sample);
  return entry < 0 ? undefined : `${reference.store.key(entry)} ${reference.store.value(entry)}`;
}

const word = fc.string({ unit: fc.constantFrom('a', 'A', 'b', '/', '.', '?', 'b'), maxLength: 6 });
const octet = fc.constantFrom('10', '10', '1', '192', '0', '2');
const address = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
const network = fc
  .tuple(address, fc.constantFrom('', '/8', '/16', '/24', '/31', '/0', '/12', '/255.0.0.0', '/255.0.0.255'))
  .map((parts) => parts.join(''));
const number = fc.integer({ min: 0, max: 12 });
const range = fc.oneof(
  number.map(String),
  number.map((low) => `${low}:`),
  number.map((high) => `:${high}`),
  fc.tuple(number, number).map(([low, more]) => `${low}:${low + more}`),
);

const KINDS: readonly (readonly [Match, fc.Arbitrary<string>, fc.Arbitrary<string>])[] = [
  ['str', word, word],
  ['beg', word, word],
  ['end', word, word],
  ['sub', word, word],
  ['dir', word, word],
  ['dom', word, word],
  ['len', range, word],
  ['int', range, number.map(String)],
  ['ip', network, address],
  ['bin', word.map((text) => Buffer.from(text).toString('hex')), word],
  ['reg', fc.constantFrom('^a', 'b$', 'a.b', '^$', 'A+', '[.]'), word],
];

/** Changes of a list; numbers choose among the entries there are. */
const change = (pattern: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), pattern }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('set' as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
  );

for (const [match, pattern, text] of KINDS) {
  t.test(`${match}: an index finds what HAProxy's walk finds, also after changes`, (t) => {
    const arbitrary = fc.tuple(
      fc.array(pattern, { maxLength: 12 }),
      fc.array(change(pattern), { maxLength: 20 }),
      fc.array(text, { minLength: 1, maxLength: 6 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(arbitrary, ([first, changes, texts, ignoreCase]) => {
        const reference = new PatternReference(model({ patterns: first }));
        // Asked before anything changes, so that the index has to follow.
        find(reference, match, ignoreCase, texts[0] as string);
        const list = first.map((key) => ({ key, value: undefined as string | undefined }));
        let serial = 0;
        for (const one of changes) {
          const target = 'which' in one ? list[one.which % Math.max(1, list.length)]?.key : undefined;
          if (one.kind === 'add') {
            const value = `v${serial++}`;
            reference.add(one.pattern, value);
            list.push({ key: one.pattern, value });
          } else if (one.kind === 'clear') {
            reference.clear(0, 0);
            list.length = 0;
          } else if (target !== undefined && one.kind === 'delete') {
            reference.deleteKey(target);
            for (let at = list.length - 1; at >= 0; at--) if (list[at]?.key === target) list.splice(at, 1);
          } else if (target !== undefined) {
            reference.setKey(target, `v${serial}`);
            for (const entry of list) if (entry.key === target) entry.value = `v${serial}`;
          }
        }
        for (const asked of texts) {
          const keys = list.map(({ key }) => key);
          const index = findNaively(match, ignoreCase, keys, asked);
          const wanted = index < 0 ? undefined : `${list[index]?.key} ${list[index]?.value}`;
          if (match === 'reg' && ignoreCase) continue;
          const found = find(reference, match, ignoreCase, asked);
          if (found !== wanted) throw new Error(`${asked} in ${JSON.stringify(list)}: ${found}, not ${wanted}`);
        }
      }),
      { numRuns: RUNS },
    );
    t.end();
  });
}

t.test('networks: IPv6, addresses that carry IPv4 ones, and names that were resolved (host name)', async (t) => {
  const patterns = ['2001:db8::/32', '2001:db8:1::/48', '10.0.0.0/8', '::ffff:192.0.2.0/120', 'host.example/24'];
  const resolved = [{ name: 'host.example/24', address: '198.51.100.7/24' }];
  const reference = new PatternReference(model({ patterns, resolved }));
  const key = (text: string): string | undefined => find(reference, 'ip', false, text)?.split(' ')[0];
  t.equal(key('2001:db8:1::5'), '2001:db8:1::/48');
  t.equal(key('2001:db8:2::5'), '2001:db8::/32');
  t.equal(key('2001:db9::'), undefined);
  t.equal(key('::ffff:10.1.2.3'), '10.0.0.0/8', 'mapped');
  t.equal(key('::10.1.2.3'), '10.0.0.0/8', 'compatible');
  t.equal(key('2002:0a01:0203::1'), '10.0.0.0/8', '6to4');
  t.equal(key('192.0.2.9'), '::ffff:192.0.2.0/120');
  t.equal(key('198.51.100.200'), 'host.example/24');
});

t.test('numbers of 64 bits are compared exactly', async (t) => {
  const reference = new PatternReference(model({ patterns: ['9007199254740993', '9223372036854775807:', ':5'] }));
  t.equal(find(reference, 'int', false, '9007199254740993'), '9007199254740993 undefined');
  t.equal(find(reference, 'int', false, '9007199254740992'), undefined);
  t.equal(find(reference, 'int', false, '9223372036854775807'), '9223372036854775807: undefined');
  t.equal(find(reference, 'int', false, '-9'), ':5 undefined');
});

t.test('values that change for ever need no memory for ever', async (t) => {
  const reference = new PatternReference(model({ patterns: ['first'] }));
  reference.add('key', 'value');
  reference.add('gone', 'x');
  reference.deleteKey('gone');
  reference.lookupFor('str', false);
  for (let round = 0; round < 100_000; round++) reference.setKey('key', `value ${'x'.repeat(round % 50)}${round}`);
  t.ok(reference.store.bytes.length < 2_000_000);
  t.match(find(reference, 'str', false, 'key'), /^key value x*99999$/);
  t.equal(find(reference, 'str', false, 'first'), 'first undefined');
});

t.test('ranges within ranges need no more memory than they are', async (t) => {
  const patterns = Array.from({ length: 20_000 }, (_, index) => `${20_000 - index}:`);
  const reference = new PatternReference(model({ patterns }));
  t.equal(find(reference, 'int', false, '17'), '17: undefined');
  t.equal(find(reference, 'int', false, '0'), undefined);
  t.equal(find(reference, 'int', false, '30000'), '20000: undefined');
});

t.test('an entry of another version is not found before it is committed', async (t) => {
  const reference = new PatternReference(model({ patterns: ['old', 'same'] }));
  const has = (text: string): boolean => find(reference, 'str', false, text) !== undefined;
  t.equal(has('old'), true);
  const version = reference.prepare();
  reference.add('new', undefined, version);
  reference.add('same', undefined, version);
  t.equal(has('new'), false);
  t.same([...reference.entries(version)].length, 2);
  t.equal(reference.commit(version + 1), false, 'that was not prepared');
  t.equal(reference.commit(version), true);
  t.equal(has('old'), false);
  t.equal(has('new'), true);
  t.equal(has('same'), true);
  t.equal(reference.store.alive, 2);
});

t.test('a list that is changed for ever does not grow for ever', async (t) => {
  const reference = new PatternReference(model({ patterns: ['kept'] }));
  reference.lookupFor('str', false);
  const [entry] = [...reference.entries()];
  const serial = reference.store.serial[entry as number];
  for (let round = 0; round < 20_000; round++) {
    reference.add(`key${round}`, `value${round}`);
    if (round > 0) reference.deleteKey(`key${round - 1}`);
  }
  t.ok(reference.store.count < 10_000);
  t.ok(reference.store.bytes.length < 500_000);
  t.equal(find(reference, 'str', false, 'kept'), 'kept undefined');
  t.equal(find(reference, 'str', false, 'key19999'), 'key19999 value19999');
  t.equal(reference.store.key(reference.store.bySerial(serial as number)), 'kept', 'serials outlive compaction');
});

t.test('lists that are built as a whole follow thousands of changes', async (t) => {
  for (const match of ['sub', 'int'] as const) {
    const key = (index: number): string => (match === 'int' ? `${index * 3}:${index * 3 + 1}` : `<${index}>`);
    const reference = new PatternReference(model({ patterns: Array.from({ length: 2000 }, (_, index) => key(index)) }));
    const has = (index: number): boolean =>
      find(reference, match, false, match === 'int' ? String(index * 3) : `a<${index}>b`) !== undefined;
    const alive = (index: number, round: number): boolean => index < 2000 + round && index >= round;
    for (let round = 0; round < 3000; round++) {
      reference.add(key(2000 + round), undefined);
      reference.deleteKey(key(round));
      if (round % 250 !== 0) continue;
      for (let index = 0; index < 5000; index += 37) {
        if (has(index) !== alive(index, round + 1)) t.fail(`${match}: entry ${index} after round ${round}`);
      }
    }
    t.equal(reference.store.alive, 2000, match);
  }
});

t.test('all matches are told, not only the best', async (t) => {
  const reference = new PatternReference(model({ patterns: ['a', 'ab', 'abc', 'b'] }));
  const hits = new Hits(false);
  const bytes = Buffer.from('xabcab');
  sample.setBytes(STR, bytes, 0, bytes.length);
  reference.lookupFor('sub', false).collect(sample, hits);
  t.same([...hits.entries.subarray(0, hits.count)].sort(), [0, 1, 2, 3]);
});
