import fc from 'fast-check';
import t from 'tap';
import type { AclModel, ConditionModel } from '../../src/config/model-rules.ts';
import { compileUseBackend } from '../../src/sample/backend-choice.ts';
import { compileCondition } from '../../src/sample/condition.ts';
import { RuleFinder } from '../../src/sample/rule-finder.ts';
import { acl, anyOf, context, options } from './records.ts';

const RUNS = 2000;

const words = fc.constantFrom('a', 'A', 'b', 'ab', '/a', '/ab', '/', 'b.a', '');
const sample = fc.constantFrom('req.hdr(host)', 'req.hdr(host)', 'req.hdr(host)', 'path', 'hdr(host,1)', 'url');
const match = fc.constantFrom<AclModel['match']>('str', 'str', 'str', 'beg', 'end', 'sub', 'found');
const oneAcl = fc
  .tuple(sample, match, fc.array(words, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([fetch, kind, patterns, fold]) => acl(fetch, kind, kind === 'found' ? [] : patterns, fold));
const networks = fc.constantFrom(
  '192.0.2.0/24',
  '192.0.2.7',
  '10.0.0.0/8',
  '0.0.0.0/0',
  '::/0',
  '192.0.2.7/255.0.0.255',
);
const ranges = fc.constantFrom('0', '1', '2:', ':1', '1:2', '0:5');
/** What comes in runs beside literals: networks, numbers, expressions, samples that are converted or cast. */
const otherAcl = fc.oneof(
  fc.array(networks, { minLength: 1, maxLength: 2 }).map((list) => acl('src', 'ip', list)),
  fc.array(ranges, { minLength: 1, maxLength: 2 }).map((list) => acl('req.hdr_cnt(host)', 'int', list)),
  fc.array(ranges, { minLength: 1, maxLength: 2 }).map((list) => acl('req.hdr(host)', 'int', list)),
  fc.array(ranges, { minLength: 1, maxLength: 2 }).map((list) => acl('path', 'len', list)),
  words.map((word) => acl('req.hdr(host),lower', 'str', [word])),
  fc.constantFrom('^a', 'b$', 'A', '^$').map((pattern) => acl('req.hdr(host)', 'reg', [pattern], true)),
  fc.constantFrom('dir', 'dom').chain((kind) => words.map((word) => acl('path', kind as 'dir', [word]))),
  fc.constant(acl('method', 'str', ['GET'])),
);
const term = fc.record({
  negated: fc.boolean(),
  acls: fc.array(fc.oneof(oneAcl, otherAcl), { minLength: 1, maxLength: 2 }),
});
const joined = fc.record({
  unless: fc.boolean(),
  alternatives: fc.array(fc.array(term, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
});
/** Runs of equal shape are what the tables are for, so most rules look alike. */
const hostRule = words.map((word): ConditionModel => anyOf([acl('req.hdr(host)', 'str', [word], true)]));
const anyRule = fc
  .tuple(fc.array(oneAcl, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([acls, unless]): ConditionModel => anyOf(acls, unless));
const rules = fc.array(
  fc.record({
    condition: fc.oneof(
      { weight: 6, arbitrary: hostRule },
      { weight: 3, arbitrary: anyRule },
      { weight: 3, arbitrary: otherAcl.map((one) => anyOf([one])) },
      { weight: 3, arbitrary: joined },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
  }),
  { maxLength: 12 },
);
const hosts = fc.array(words, { maxLength: 3 });
const paths = fc.constantFrom('/', '/a', '/ab', '/b?a', '*');

t.test('the choice is that of walking the rules one by one', (t) => {
  fc.assert(
    fc.property(rules, hosts, paths, (chosen, names, path) => {
      const request = context([`GET ${path} HTTP/1.1`, ...(names.length > 0 ? [`Host: ${names.join(',')}`] : [])]);
      const naive = chosen.findIndex(
        ({ condition }) => condition === undefined || compileCondition(condition, options())(request),
      );
      return compileUseBackend(chosen, options())(request) === naive;
    }),
    { numRuns: RUNS },
  );
  t.end();
});

t.test('the search goes on behind a rule', (t) => {
  fc.assert(
    fc.property(rules, hosts, paths, fc.nat(12), (chosen, names, path, from) => {
      const request = context([`GET ${path} HTTP/1.1`, ...(names.length > 0 ? [`Host: ${names.join(',')}`] : [])]);
      const conditions = chosen.map(({ condition }) => condition);
      const naive = conditions.findIndex(
        (condition, index) =>
          index >= from && (condition === undefined || compileCondition(condition, options())(request)),
      );
      return new RuleFinder(conditions, options()).first(request, from) === naive;
    }),
    { numRuns: RUNS },
  );
  t.end();
});

t.test('a thousand rules on Host are one lookup, the earliest wins', (t) => {
  const many = Array.from({ length: 1000 }, (_, index) => ({
    condition: anyOf([acl('req.hdr(host)', 'str', [`host${index}.test`, 'shared.test'], true)]),
  }));
  const choose = compileUseBackend(many, options());
  const choice = (host: string) => choose(context(['GET / HTTP/1.1', `Host: ${host}`]));
  t.equal(choice('HOST999.test'), 999);
  t.equal(choice('shared.test'), 0);
  t.equal(choice('host7.test, host3.test'), 3);
  t.equal(choice('none'), -1);
  t.end();
});
