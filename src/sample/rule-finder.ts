/**
 * Which rule of a list holds first? HAProxy walks the list; here most rules are not even looked at. Of every condition
 * one ACL is taken that must hold (its guard), and the guards of all rules that ask the same sample in the same way are
 * one index: a thousand `if { hdr(host) -i name }` are one lookup, and so are fifty `path_beg` between other rules. Only
 * rules whose guards hold are evaluated, in their order, and of those only what the guard has not answered.
 */
import type { AclModel, ConditionModel, ExpressionModel, TermModel } from '../config/model-rules.ts';
import { cast } from './casts.ts';
import { type Condition, comparesPlainly, compileCondition, ownPatterns } from './condition.ts';
import type { CompileOptions, SampleContext } from './context.ts';
import { compileExpression } from './expression.ts';
import type { CompiledFetch } from './fetch.ts';
import type { ReferenceWatcher } from './pattern-reference.ts';
import { EntryStore } from './patterns/entry-store.ts';
import { Hits } from './patterns/hits.ts';
import { Lookup, matchedType, textReader } from './patterns/lookup.ts';
import { ANY, Sample } from './sample.ts';

/** So many guards cost less one after another. */
const FEW_RULES = 6;
/** An ACL with more patterns answers for itself. */
const MOST_PATTERNS = 1000;
/** Another value each time. */
const DRAWN_FETCHES: ReadonlySet<string> = new Set(['rand', 'uuid', 'date_us']);
/** They do something. */
const ACTING_CONVERTERS: ReadonlySet<string> = new Set(['set-var', 'unset-var', 'capture-req', 'capture-res', 'debug']);
const NEVER: Condition = () => false;

interface Guard {
  readonly rule: number;
  readonly acl: AclModel;
}

/** The guards that compare in one way. */
interface Group {
  readonly lookup: Lookup;
  /** Rule of each entry of the lookup. */
  readonly rules: readonly number[];
  readonly wanted: number;
  readonly last: number;
}

/** The groups that ask for one sample. */
interface Source {
  readonly expression: CompiledFetch;
  readonly groups: readonly Group[];
  readonly last: number;
}

const sample = new Sample();
const converted = new Sample();
const hits = new Hits(false);

/**
 * Whether a finder is worth while in a list whose rules act: behind each that did, the samples have to be asked again. Then
 * most rules must have guards.
 */
export function findingPaysOff(conditions: readonly (ConditionModel | undefined)[]): boolean {
  const guarded = chooseGuards(conditions).filter((guard) => guard !== undefined).length;
  return guarded >= FEW_RULES && guarded >= FEW_RULES * (conditions.length - guarded);
}

export class RuleFinder implements ReferenceWatcher {
  readonly #options: CompileOptions;
  /** What is left to ask of a rule; null: nothing, when its guard holds (or there is no condition). */
  readonly #tests: (Condition | null)[];
  /** Rules that a guard stands before. */
  readonly #guarded: Uint8Array;
  readonly #guards: readonly Guard[];
  /** The first rule without a guard from each rule on. */
  readonly #nextOpen: Int32Array;
  #sources: readonly Source[] | undefined;
  /** Candidates of this search: by mark, and as a list. */
  readonly #marks: Uint32Array;
  #mark = 0;
  readonly #candidates: Int32Array;

  constructor(conditions: readonly (ConditionModel | undefined)[], options: CompileOptions) {
    const count = conditions.length;
    this.#options = options;
    this.#guarded = new Uint8Array(count);
    this.#marks = new Uint32Array(count);
    this.#candidates = new Int32Array(count);
    const guards = chooseGuards(conditions);
    this.#guards = guards.flatMap((chosen, rule) =>
      (chosen ?? []).flatMap(({ acls }) => acls.map((acl) => ({ rule, acl }))),
    );
    this.#tests = conditions.map((condition, rule) => {
      if (guards[rule] !== undefined) this.#guarded[rule] = 1;
      if (condition === undefined) return null;
      return guards[rule] !== undefined && isAnswered(condition) ? null : compileCondition(condition, options);
    });
    this.#nextOpen = new Int32Array(count + 1).fill(count);
    for (let rule = count - 1; rule >= 0; rule--) {
      this.#nextOpen[rule] = this.#guarded[rule] === 1 ? (this.#nextOpen[rule + 1] as number) : rule;
    }
    for (const { acl } of this.#guards) ownPatterns(acl, options.environment).watch(this);
    this.#sources = this.#build();
  }

  /** The first rule from `from` on that holds, or -1. */
  first(context: SampleContext, from = 0): number {
    const count = this.#tests.length;
    let rule = from;
    while (rule < count && this.#guarded[rule] === 0) {
      if (this.#holds(rule, context)) return rule;
      rule++;
    }
    if (rule >= count) return -1;
    const found = this.#collect(context, rule);
    for (let candidate = 0; ; ) {
      const open = this.#nextOpen[rule] as number;
      const next = candidate < found ? (this.#candidates[candidate] as number) : count;
      rule = Math.min(open, next);
      if (rule >= count) return -1;
      if (rule === next) candidate++;
      if (this.#holds(rule, context)) return rule;
      rule++;
    }
  }

  patternsChanged(): void {
    this.#sources = undefined;
  }

  #holds(rule: number, context: SampleContext): boolean {
    const test = this.#tests[rule];
    return test === null || (test ?? NEVER)(context);
  }

  /** Asks all groups; candidates are sorted, their number is returned. */
  #collect(context: SampleContext, from: number): number {
    this.#sources ??= this.#build();
    this.#mark = (this.#mark + 1) >>> 0;
    let found = 0;
    for (const { expression, groups, last } of this.#sources) {
      if (last < from) continue;
      const { read, next } = expression;
      sample.mayChange = false;
      for (let present = read(context, sample); present; present = next?.(context, sample) ?? false) {
        hits.clear();
        this.#ask(groups, from);
        for (let i = 0; i < hits.count; i++) {
          const rule = hits.entries[i] as number;
          if (rule < from || this.#marks[rule] === this.#mark) continue;
          this.#marks[rule] = this.#mark;
          this.#candidates[found++] = rule;
        }
      }
    }
    if (found > 1) this.#candidates.subarray(0, found).sort();
    return found;
  }

  /** Puts the rules whose guards the sample satisfies into the hits. */
  #ask(groups: readonly Group[], from: number): void {
    let exactRead = false;
    let foldedRead = false;
    for (const { lookup, rules, wanted, last } of groups) {
      if (last < from) continue;
      const before = hits.count;
      if (sample.type !== wanted) {
        converted.copy(sample);
        if (wanted === ANY || cast(converted, wanted)) lookup.collect(converted, hits);
        // A text made for this group has been read in place of the sample's own.
        if (lookup.ignoreCase) foldedRead = false;
        else exactRead = false;
      } else {
        const text = textReader(lookup.ignoreCase);
        if (lookup.readsText && !(lookup.ignoreCase ? foldedRead : exactRead)) {
          text.read(sample.bytes, sample.start, sample.end);
          if (lookup.ignoreCase) foldedRead = true;
          else exactRead = true;
        }
        lookup.collectRead(sample, text, hits);
      }
      for (let i = before; i < hits.count; i++) hits.entries[i] = rules[hits.entries[i] as number] as number;
    }
  }

  #build(): readonly Source[] {
    const { environment } = this.#options;
    const sources = new Map<string, { expression: CompiledFetch; groups: Map<string, Guard[]> }>();
    for (const guard of this.#guards) {
      const { expression, match, ignoreCase } = guard.acl;
      const key = JSON.stringify(expression);
      let source = sources.get(key);
      if (source === undefined) {
        const compiled = compileExpression(expression, { ...this.#options, iterate: true });
        sources.set(key, (source = { expression: compiled, groups: new Map() }));
      }
      const way = `${match} ${ignoreCase}`;
      const group = source.groups.get(way);
      if (group === undefined) source.groups.set(way, [guard]);
      else group.push(guard);
    }
    return [...sources.values()].map(({ expression, groups }) => {
      const made = [...groups.values()].map((guards) => makeGroup(guards, (acl) => ownPatterns(acl, environment)));
      return { expression, groups: made, last: Math.max(...made.map((group) => group.last)) };
    });
  }
}

function makeGroup(guards: readonly Guard[], patternsOf: (acl: AclModel) => ReturnType<typeof ownPatterns>): Group {
  const { match, ignoreCase } = (guards[0] as Guard).acl;
  const store = new EntryStore();
  const resolved = new Map<string, string>();
  const lookup = new Lookup(store, { match, ignoreCase }, resolved);
  const rules: number[] = [];
  let last = 0;
  for (const { rule, acl } of guards) {
    const reference = patternsOf(acl);
    for (const { name, address } of reference.model.resolved) resolved.set(name, address);
    for (const entry of reference.entries()) {
      lookup.add(store.add(reference.store.key(entry), undefined, 0, 0));
      rules.push(rule);
    }
    last = Math.max(last, rule);
  }
  lookup.prepare();
  return { lookup, rules, wanted: matchedType(match), last };
}

/** Whether the term's ACLs can be put into an index: what they compare with stands in the configuration, and is not much. */
function isIndexable({ negated, acls }: TermModel): boolean {
  if (negated) return false;
  return acls.every(
    (acl) =>
      acl.match !== 'found' &&
      acl.match !== 'bool' &&
      acl.files.length === 0 &&
      acl.patterns.length <= MOST_PATTERNS &&
      comparesPlainly(acl) &&
      isRepeatable(acl.expression),
  );
}

/** Whether it does not matter if the expression is evaluated once for several rules, or for a rule that is not reached. */
function isRepeatable({ fetch, converters }: ExpressionModel): boolean {
  return !DRAWN_FETCHES.has(fetch) && converters.every(({ name }) => !ACTING_CONVERTERS.has(name));
}

function groupKey({ expression, match, ignoreCase }: AclModel): string {
  return JSON.stringify([expression, match, ignoreCase]);
}

/** Of every alternative of every rule one term, the one that most other rules ask alike; undefined: some have none. */
function chooseGuards(
  conditions: readonly (ConditionModel | undefined)[],
): readonly (readonly TermModel[] | undefined)[] {
  const uses = new Map<string, number>();
  for (const condition of conditions) {
    for (const term of condition?.alternatives.flat() ?? []) {
      if (!isIndexable(term)) continue;
      for (const acl of term.acls) uses.set(groupKey(acl), (uses.get(groupKey(acl)) ?? 0) + 1);
    }
  }
  const worth = ({ acls }: TermModel): number => Math.min(...acls.map((acl) => uses.get(groupKey(acl)) ?? 0));
  return conditions.map((condition) => {
    if (condition === undefined || condition.unless) return undefined;
    const chosen: TermModel[] = [];
    for (const terms of condition.alternatives) {
      const able = terms.filter(isIndexable);
      const [best] = able.sort((left, right) => worth(right) - worth(left));
      // Alone in its group a guard would be asked twice: once as guard, once in its rule.
      if (best === undefined || (worth(best) < 2 && terms.length > 1)) return undefined;
      chosen.push(best);
    }
    return chosen;
  });
}

/** Whether the guards say all there is to say. */
function isAnswered({ alternatives }: ConditionModel): boolean {
  return alternatives.every((terms) => terms.length === 1);
}
