/**
 * Conditions (manual 7.2) compiled to functions: alternatives of terms of ACLs. An ACL whose sample does not exist is
 * false, so its negation holds, as in HAProxy. Only where a rule may wait for more data (`mayWait`) is there a third
 * answer: it is not known yet.
 */
import type { AclModel, ConditionModel, TermModel } from '../config/model-rules.ts';
import { cast } from './casts.ts';
import type { CompileOptions, SampleContext, SampleEnvironment } from './context.ts';
import { compileExpression } from './expression.ts';
import { KNOWN_METHODS } from './fetches/http-request.ts';
import { PatternReference } from './pattern-reference.ts';
import { Hits } from './patterns/hits.ts';
import { matchedType } from './patterns/lookup.ts';
import { ANY, METH, Sample, SINT, STR } from './sample.ts';

/** Answers of an ACL and of a condition. As bits, "and" and "or" of answers are `&` and `|`, as in HAProxy. */
export const FAIL = 0;
export const MISS = 1;
export const PASS = 3;

/** FAIL, MISS or PASS. */
export type Test = (context: SampleContext) => number;
export type Condition = (context: SampleContext) => boolean;
type Matcher = (sample: Sample) => boolean;

const sample = new Sample();

/** A list of patterns that nothing but its ACL knows. */
const UNLISTED = {
  id: -1,
  file: undefined,
  description: '',
  acl: true,
  map: false,
  hasValues: false,
  bytes: undefined,
  resolved: [],
  uses: [],
};

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
  const { wanted, matches } = compileMatcher(acl, options);
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
function compileMatcher(
  acl: AclModel,
  options: CompileOptions,
): { readonly wanted: number; readonly matches: Matcher } {
  switch (acl.match) {
    case 'found':
      return { wanted: ANY, matches: () => true };
    case 'bool':
      return { wanted: SINT, matches: ({ integer }) => Number(integer) !== 0 };
    case 'str':
      if (comparesMethods(acl)) return { wanted: METH, matches: methodMatcher(acl, options) };
      if (comparesGroups(acl)) return { wanted: STR, matches: groupMatcher(acl, options) };
      return { wanted: STR, matches: patternMatcher(acl, options) };
    default:
      return { wanted: matchedType(acl.match), matches: patternMatcher(acl, options) };
  }
}

/** The keyword `method` without `-m`: HAProxy compares the methods it knows as such. */
function comparesMethods(acl: AclModel): boolean {
  return acl.match === 'str' && acl.expression.fetch === 'method' && acl.expression.converters.length === 0;
}

/** The keyword `http_auth_group`: its sample is the user, its patterns are groups. */
function comparesGroups({ expression }: AclModel): boolean {
  return expression.fetch === 'http_auth_group' && expression.converters.length === 0;
}

function groupMatcher(acl: AclModel, options: CompileOptions): Matcher {
  const list = options.environment.userList(acl.expression.args[0] ?? '');
  const isListed = patternMatcher(acl, options);
  return (sample) => {
    for (const group of list.groupsOf(sample.text())) {
      sample.setText(group);
      if (isListed(sample)) return true;
    }
    return false;
  };
}

/** Whether the sample itself is compared with the patterns, in the way that the match says. */
export function comparesPlainly(acl: AclModel): boolean {
  return !comparesMethods(acl) && !comparesGroups(acl);
}

/** What holds the patterns of an ACL: those of its files, then its own. */
function patternsOf(acl: AclModel, { environment }: CompileOptions): readonly (readonly [PatternReference, boolean])[] {
  const files = acl.files.map(({ reference, ignoreCase }) => [environment.patterns.at(reference), ignoreCase] as const);
  const own = [ownPatterns(acl, environment), acl.ignoreCase] as const;
  return [...files, own].filter((pair): pair is readonly [PatternReference, boolean] => pair[0] !== undefined);
}

/** The list of an ACL's own patterns, which the runtime API may change. */
export function ownPatterns(acl: AclModel, environment: SampleEnvironment): PatternReference {
  return environment.patterns.at(acl.reference) ?? new PatternReference({ ...UNLISTED, patterns: acl.patterns });
}

function patternMatcher(acl: AclModel, options: CompileOptions): Matcher {
  const lookups = patternsOf(acl, options).map(([list, ignoreCase]) => list.lookupFor(acl.match, ignoreCase));
  const [only, second] = lookups;
  if (only !== undefined && second === undefined) return (sample) => only.find(sample) >= 0;
  return (sample) => lookups.some((lookup) => lookup.find(sample) >= 0);
}

/** Methods HAProxy knows are compared as such, whatever `-i` says; others as text, with no regard to patterns of those. */
function methodMatcher(acl: AclModel, options: CompileOptions): Matcher {
  const lists = patternsOf(acl, options).map(([list, ignoreCase]) => ({
    store: list.store,
    exact: list.lookupFor('str', false),
    others: list.lookupFor('str', ignoreCase),
  }));
  const hits = new Hits(false);
  return (sample) =>
    lists.some(({ store, exact, others }) => {
      if (KNOWN_METHODS.has(sample.text())) return exact.find(sample) >= 0;
      hits.clear();
      others.collect(sample, hits);
      for (let i = 0; i < hits.count; i++) if (!KNOWN_METHODS.has(store.key(hits.entries[i] as number))) return true;
      return false;
    });
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
