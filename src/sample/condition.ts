/**
 * Conditions (manual 7.2) compiled to functions: alternatives of terms of ACLs. An ACL whose sample does not exist is
 * false, so its negation holds, as in HAProxy. Only where a rule may wait for more data (`mayWait`) is there a third
 * answer: it is not known yet.
 */
import type { AclModel, ConditionModel, TermModel } from '../config/model.ts';
import { cast } from './casts.ts';
import type { CompileOptions, SampleContext } from './context.ts';
import { compileExpression } from './expression.ts';
import { KNOWN_METHODS } from './fetches/http-message.ts';
import { NetworkSet } from './networks.ts';
import { compileBytesMatcher, compileRanges } from './patterns.ts';
import { ADDR, ANY, BIN, IPV4, METH, Sample, SINT, STR } from './sample.ts';

/** Answers of an ACL and of a condition. As bits, "and" and "or" of answers are `&` and `|`, as in HAProxy. */
export const FAIL = 0;
export const MISS = 1;
export const PASS = 3;

/** FAIL, MISS or PASS. */
export type Test = (context: SampleContext) => number;
export type Condition = (context: SampleContext) => boolean;
type Matcher = (sample: Sample) => boolean;

const sample = new Sample();

/** Compiles a condition where there is nothing to wait for; throws an Error on what is not implemented. */
export function compileCondition(model: ConditionModel, options: CompileOptions): Condition {
  const test = compileTest(model, options);
  return (context) => test(context) === PASS;
}

/** Compiles a condition with its third answer, for rules that may wait for more data. */
export function compileTest(model: ConditionModel, options: CompileOptions): Test {
  const alternatives = model.alternatives.map((terms) => all(terms.map((term) => compileTerm(term, options))));
  const test = any(alternatives);
  return model.unless ? negated(test) : test;
}

/** Compiles one ACL line. */
export function compileAcl(acl: AclModel, options: CompileOptions): Test {
  const { read, next } = compileExpression(acl.expression, { ...options, iterate: true });
  const { wanted, matches } = compileMatcher(acl);
  return (context) => {
    sample.mayChange = false;
    if (!read(context, sample)) return context.mayWait && sample.mayChange ? MISS : FAIL;
    for (;;) {
      if ((wanted === ANY || cast(sample, wanted)) && matches(sample)) return PASS;
      if (next === null || !next(context, sample)) return context.mayWait && sample.mayChange ? MISS : FAIL;
    }
  };
}

/** How the patterns are compared, and the type that samples are cast to before. */
function compileMatcher(acl: AclModel): { readonly wanted: number; readonly matches: Matcher } {
  switch (acl.match) {
    case 'found':
      return { wanted: ANY, matches: () => true };
    case 'bool':
      return { wanted: SINT, matches: ({ integer }) => Number(integer) !== 0 };
    case 'int': {
      const matches = compileRanges(acl.patterns);
      return { wanted: SINT, matches: ({ integer }) => matches(Number(integer)) };
    }
    case 'ip': {
      const networks = new NetworkSet();
      for (const pattern of acl.patterns) networks.add(pattern);
      const matches: Matcher = (sample) =>
        sample.type === IPV4
          ? networks.hasIpv4(sample.integer as number)
          : networks.hasIpv6(sample.bytes, sample.start);
      return { wanted: ADDR, matches };
    }
    case 'str':
      return acl.expression.fetch === 'method' && acl.expression.converters.length === 0
        ? { wanted: METH, matches: methodMatcher(acl) }
        : { wanted: STR, matches: bytesMatcher(acl) };
    default:
      return { wanted: acl.match === 'bin' ? BIN : STR, matches: bytesMatcher(acl) };
  }
}

function bytesMatcher(acl: AclModel): Matcher {
  const matches = compileBytesMatcher(acl);
  return ({ bytes, start, end }) => matches(bytes, start, end);
}

/** Methods HAProxy knows are compared as such, whatever `-i` says; others as text. */
function methodMatcher(acl: AclModel): Matcher {
  const known = new Set(acl.patterns.filter((pattern) => KNOWN_METHODS.has(pattern)));
  const others = acl.patterns.filter((pattern) => !KNOWN_METHODS.has(pattern));
  const matchesOther = compileBytesMatcher({ match: 'str', ignoreCase: acl.ignoreCase, patterns: others });
  return (sample) => {
    const name = sample.text();
    if (KNOWN_METHODS.has(name)) return known.has(name);
    return others.length > 0 && matchesOther(sample.bytes, sample.start, sample.end);
  };
}

function compileTerm(term: TermModel, options: CompileOptions): Test {
  const test = any(term.acls.map((acl) => compileAcl(acl, options)));
  return term.negated ? negated(test) : test;
}

function negated(test: Test): Test {
  return (context) => {
    const answer = test(context);
    return answer === MISS ? MISS : answer ^ PASS;
  };
}

function any(tests: readonly Test[]): Test {
  const [first, second] = tests;
  if (first === undefined) return () => FAIL;
  if (second === undefined) return first;
  return (context) => {
    let answer = FAIL;
    for (let i = 0; i < tests.length; i++) {
      answer |= (tests[i] as Test)(context);
      if (answer === PASS) return PASS;
    }
    return answer;
  };
}

function all(tests: readonly Test[]): Test {
  const [first, second] = tests;
  if (first === undefined) return () => PASS;
  if (second === undefined) return first;
  return (context) => {
    let answer = PASS;
    for (let i = 0; i < tests.length; i++) {
      answer &= (tests[i] as Test)(context);
      if (answer === FAIL) return FAIL;
    }
    return answer;
  };
}
