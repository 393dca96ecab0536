/**
 * ACL lines and conditions (manual 7.1, 7.2). A condition refers to ACLs by their draft, because HAProxy lets later
 * lines of the same name still join it.
 */

import type { AclDraft, ProxyDraft } from './draft.ts';
import { parseAclKeyword, parseExpression } from './expression.ts';
import { CHECK_POINTS } from './keywords/check-points.ts';
import { ACL_KEYWORDS, FETCHES, MATCH_NAMES, type MatchName, PREDEFINED_ACLS } from './keywords/fetches.ts';
import type { AclModel, ConditionModel, ExpressionModel, TermModel } from './model-rules.ts';
import { rewriteDottedPatterns, rewriteIntegerPatterns } from './patterns.ts';
import { canCast, type SampleType } from './sample-types.ts';
import { invalidCharacter, type Statement } from './statement.ts';

export type Failure = { readonly error: string };

interface Criterion {
  readonly expression: ExpressionModel;
  readonly type: SampleType;
  readonly match: MatchName | undefined;
  readonly keyword: string;
  /** Its patterns are versions, `3.1`. */
  readonly dotted: boolean;
}

/** Places at which an ACL can be evaluated: kept beside the model, which does not need them. */
const PLACES = new WeakMap<ExpressionModel, { readonly places: number; readonly keyword: string }>();

const NATURAL_MATCH: Readonly<Record<SampleType, MatchName | undefined>> = {
  any: undefined,
  bool: 'bool',
  sint: 'int',
  addr: 'ip',
  ipv4: 'ip',
  ipv6: 'ip',
  str: 'str',
  bin: undefined,
  meth: undefined,
};

/** As in HAProxy, words that follow an expression and name converters are both: converters, and then patterns. */
function readCriterion(text: string, following: readonly string[]): Criterion | Failure {
  const name = /^[A-Za-z0-9._:+-]*/.exec(text)?.[0] ?? '';
  const aclKeyword = ACL_KEYWORDS.get(name);
  const fetch = aclKeyword === undefined ? undefined : FETCHES.get(aclKeyword.fetch);
  if (aclKeyword !== undefined && fetch !== undefined) {
    const parsed = parseAclKeyword(text, name, fetch);
    if ('error' in parsed) return parsed;
    PLACES.set(parsed.expression, { places: fetch.places, keyword: name });
    // Converters change the sample, so that the keyword's own way to match no longer applies.
    const match = parsed.expression.converters.length === 0 ? aclKeyword.match : NATURAL_MATCH[parsed.type];
    const plain = parsed.expression.converters.length === 0;
    return {
      expression: parsed.expression,
      type: parsed.type,
      match,
      keyword: plain ? name : fetch.name,
      dotted: plain && aclKeyword.fetch === 'req.ssl_ver',
    };
  }
  const parsed = parseExpression(text, false, following);
  if ('error' in parsed) return { error: `${parsed.error} in ACL expression '${text}'` };
  PLACES.set(parsed.expression, { places: parsed.fetch.places, keyword: parsed.fetch.name });
  return {
    expression: parsed.expression,
    type: parsed.type,
    match: NATURAL_MATCH[parsed.type],
    keyword: parsed.fetch.name,
    dotted: false,
  };
}

/** What samples are cast to; text where nothing else is said. */
const MATCHED_TYPES: Partial<Record<MatchName, SampleType>> = { bool: 'sint', int: 'sint', ip: 'addr', bin: 'bin' };

interface Options {
  match: MatchName | undefined;
  dotted: boolean;
  ignoreCase: boolean;
  noDns: boolean;
  withValues: boolean;
  id: number | undefined;
  readonly files: { readonly reference: number; readonly ignoreCase: boolean }[];
  rest: readonly string[];
}

/** The flags between criterion and patterns. */
function readOptions(words: readonly string[], criterion: Criterion, statement: Statement): Options | Failure {
  const options: Options = {
    match: criterion.match,
    dotted: criterion.dotted,
    ignoreCase: false,
    noDns: false,
    withValues: false,
    id: undefined,
    files: [],
    rest: [],
  };
  const unmatched = (): Failure => ({
    error:
      "matching method must be specified first (using '-m') when using a sample fetch of this type " +
      `('${criterion.keyword}')`,
  });
  const lists = statement.state.draft.patternLists;
  let at = 0;
  let loaded = false;
  for (; (words[at] ?? '').startsWith('-'); at++) {
    const flag = words[at];
    const argument = words[at + 1] ?? '';
    if (flag === '--') {
      at++;
      break;
    }
    if (flag === '-i') options.ignoreCase = true;
    else if (flag === '-n') options.noDns = true;
    else if (flag === '-M') options.withValues = true;
    else if (flag === '-u') {
      if (!/^(?:\s*[+-]?\d+)?$/.test(argument)) return { error: 'the argument of -u must be an integer' };
      options.id = Number(argument);
      if (lists.isTaken(options.id)) return { error: 'the id is already used' };
      at++;
    } else if (flag === '-f') {
      if (options.match === undefined) return unmatched();
      const { match, ignoreCase, noDns, withValues } = options;
      const use = { match, ignoreCase, value: 'none' } as const;
      const request = { file: argument, use, noDns, withValues, for: 'acl', asMap: withValues } as const;
      const read = lists.load(request, { place: statement.place, ports: statement.state.ports });
      if ('error' in read) return read;
      options.files.push({ reference: read.reference, ignoreCase });
      loaded = true;
      at++;
    } else if (flag === '-m') {
      if (loaded) {
        return { error: "'-m' must only be specified before patterns and files in parsing ACL expression" };
      }
      const match = MATCH_NAMES.find((name) => name === argument);
      if (match === undefined) return { error: `unknown matching method '${argument}' when parsing ACL expression` };
      if (match !== 'found' && !canCast(criterion.type, MATCHED_TYPES[match] ?? 'str')) {
        return { error: `matching method '${match}' cannot be used with fetch keyword '${criterion.keyword}'` };
      }
      options.match = match;
      options.dotted = false;
      at++;
    } else {
      return {
        error: `'${flag}' is not a valid ACL option. Please use '--' before any pattern beginning with a '-'`,
      };
    }
  }
  if (options.match === undefined) return unmatched();
  options.rest = words.slice(at);
  return options;
}

/** Criterion, flags and patterns, from an `acl` line or between braces. `name` is '' for the latter. */
function parseLine(name: string, words: readonly string[], statement: Statement): AclModel | Failure {
  const criterion = readCriterion(words[0] ?? '', words.slice(1));
  if ('error' in criterion) return criterion;
  if (criterion.match !== undefined && criterion.type !== 'bool' && words.length === 1) {
    statement.state.diagnostics.warn(
      undefined,
      `parsing acl keyword '${words[0]}' :\n` +
        '  no pattern to match against were provided, so this ACL will never match.\n' +
        "  If this is what you intended, please add '--' to get rid of this warning.\n" +
        "  If you intended to match only for existence, please use '-m found'.\n" +
        "  If you wanted to force an int to match as a bool, please use '-m bool'.\n",
    );
  }
  const options = readOptions(words.slice(1), criterion, statement);
  if ('error' in options) return options;
  const match = options.match ?? 'str';
  const { ignoreCase, noDns, files } = options;
  const rewrite = options.dotted ? rewriteDottedPatterns : rewriteIntegerPatterns;
  const patterns = rewrite(options.rest, match);
  if ('error' in patterns) return patterns;
  const own = statement.state.draft.patternLists.addLine(
    { keyword: criterion.keyword, place: statement.place, id: options.id },
    patterns,
    { match, ignoreCase, value: 'none' },
    noDns,
    statement.state.ports.hostNames,
  );
  if ('error' in own) return own;
  if (!(words[0] ?? '').includes('(') && (words[1] ?? '').startsWith('(')) {
    statement.state.diagnostics.warn(
      undefined,
      `parsing acl '${name}' :\n` +
        `  matching '${words[0]}' for pattern '${words[1]}' is likely a mistake and probably\n` +
        "  not what you want. Maybe you need to remove the extraneous space before '('.\n" +
        "  If you are really sure this is not an error, please insert '--' between the\n" +
        '  match and the pattern to make this warning message disappear.',
    );
  }
  return {
    place: statement.place,
    name,
    expression: criterion.expression,
    match,
    ignoreCase,
    patterns,
    reference: own.reference,
    files,
  };
}

/** Adds one `acl` line to a proxy. */
export function addAcl(
  name: string,
  words: readonly string[],
  proxy: ProxyDraft,
  statement: Statement,
): Failure | undefined {
  const character = name === '' ? undefined : invalidCharacter(name);
  if (character !== undefined) return { error: `invalid character in ACL name : '${character}'` };
  const line = parseLine(name, words, statement);
  if ('error' in line) return line;
  const known = proxy.acls.get(name);
  if (known === undefined) proxy.acls.set(name, { name, lines: [line] });
  else known.lines.push(line);
  return undefined;
}

function findAcl(name: string, proxy: ProxyDraft, statement: Statement): AclDraft | Failure {
  const known = proxy.acls.get(name);
  if (known !== undefined) return known;
  const predefined = PREDEFINED_ACLS.get(name);
  if (predefined === undefined) return { error: `no such ACL : '${name}'` };
  const failure = addAcl(name, predefined, proxy, statement);
  return failure ?? proxy.acls.get(name) ?? { error: `no such ACL : '${name}'` };
}

/** `if ...` or `unless ...`: the words from there to the end of the statement. */
export function parseCondition(
  words: readonly string[],
  proxy: ProxyDraft,
  statement: Statement,
): ConditionModel | Failure {
  const [policy, ...rest] = words;
  if (policy !== 'if' && policy !== 'unless') {
    return { error: "conditions must start with either 'if' or 'unless'" };
  }
  const alternatives: TermModel[][] = [];
  let current: TermModel[] | undefined;
  let negated = false;
  for (let at = 0; at < rest.length; at++) {
    const marks = /^!*/.exec(rest[at] ?? '')?.[0].length ?? 0;
    const word = (rest[at] ?? '').slice(marks);
    if (marks % 2 === 1) negated = !negated;
    if (word === '') continue;
    if (word.toLowerCase() === 'or' || word === '||') {
      current = undefined;
      negated = false;
      continue;
    }
    let acls: readonly AclModel[];
    if (word === '{') {
      const end = rest.indexOf('}', at + 1);
      if (end < 0) return { error: "missing closing '}' in condition" };
      const line = parseLine('', rest.slice(at + 1, end), statement);
      if ('error' in line) return line;
      acls = [line];
      at = end;
    } else {
      const acl = findAcl(word, proxy, statement);
      if ('error' in acl) return acl;
      acls = acl.lines;
    }
    if (current === undefined) {
      current = [];
      alternatives.push(current);
    }
    current.push({ negated, acls });
    negated = false;
  }
  return { unless: policy === 'unless', alternatives };
}

/**
 * Warns about ACLs that ask for what is not there yet, or no more, where the condition is evaluated. `rule`: the two words
 * that `tcp-request` rules begin with; HAProxy says it a little differently there.
 */
export function warnAboutConflicts(condition: ConditionModel, where: number, statement: Statement, rule = ''): void {
  const there = rule === '' ? '' : ` in '${rule}'`;
  const placeName = CHECK_POINTS.find((_point, bit) => (where & (1 << bit)) !== 0);
  for (const term of condition.alternatives.flat()) {
    const facts = term.acls.map((acl) => PLACES.get(acl.expression));
    const name = term.acls[0]?.name ?? '';
    if (facts.every((fact) => fact !== undefined && (fact.places & where) === 0)) {
      statement.warn(
        name !== ''
          ? `acl '${name}' will never match${there} because it only involves keywords that are incompatible with '${placeName}'`
          : `anonymous acl will never match${there} because it uses keyword '${facts[0]?.keyword}' which is incompatible with ` +
              `'${placeName}'`,
      );
      return;
    }
  }
  for (const term of condition.alternatives.flat()) {
    for (const acl of term.acls) {
      const fact = PLACES.get(acl.expression);
      if (fact === undefined || (fact.places & where) !== 0) continue;
      const subject =
        acl.name !== ''
          ? `acl '${acl.name}' involves keyword${rule === '' ? 's' : ''} '${fact.keyword}'`
          : `anonymous acl involves keyword '${fact.keyword}'`;
      statement.warn(`${subject} which is incompatible with '${placeName}'`);
      return;
    }
  }
}
