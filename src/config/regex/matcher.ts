/**
 * A backtracking matcher for the few expressions on which JavaScript's engine and PCRE disagree (`exactness.ts` finds
 * them): groups within loops, loops over nothing, references to groups that did not match. Slower by a factor of a
 * hundred, equal in every match and group.
 */
import type { Alternatives, Assertion, Item, ParsedRegex } from './syntax.ts';
import { widthsOf } from './width.ts';

/** What comes after: true if the rest matches from there. */
type Rest = (at: number) => boolean;
type Step = (at: number, rest: Rest) => boolean;

const UNSET = -1;
const NEWLINE = 10;

export class Matcher {
  /** Start and end of every group, in pairs. */
  private groups: Int32Array;
  /** Where groups that are being matched began. */
  private readonly opened: Int32Array;
  private text = '';
  private readonly notAtStart: boolean;
  private readonly whole: Step;

  constructor(parsed: ParsedRegex, notAtStart: boolean) {
    this.groups = new Int32Array(2 * (parsed.groups + 1));
    this.opened = new Int32Array(parsed.groups + 1);
    this.notAtStart = notAtStart;
    this.whole = this.choice(parsed.alternatives);
  }

  /** Pairs of offsets of the first match and its groups (-1: unset), or null. Valid until the next search. */
  search(text: string): Int32Array | null {
    this.text = text;
    for (let start = 0; start <= text.length; start++) {
      this.groups.fill(UNSET);
      if (!this.matchesAt(start)) continue;
      this.groups[0] = start;
      return this.groups;
    }
    return null;
  }

  private matchesAt(start: number): boolean {
    try {
      return this.whole(start, (end) => {
        this.groups[1] = end;
        return true;
      });
    } catch (problem) {
      // Too deep: PCRE gives up as well when its stack is used up, and HAProxy takes that for no match.
      if (problem instanceof RangeError) return false;
      throw problem;
    }
  }

  private choice(alternatives: Alternatives): Step {
    const steps = alternatives.map((items) => this.sequence(items));
    if (steps.length === 1) return steps[0] as Step;
    return (at, rest) => steps.some((step) => step(at, rest));
  }

  private sequence(items: readonly Item[]): Step {
    const steps = items.map((item) => this.step(item));
    return steps.reduceRight<Step>(
      (after, step) => (at, rest) => step(at, (end) => after(end, rest)),
      (at, rest) => rest(at),
    );
  }

  private step(item: Item): Step {
    switch (item.kind) {
      case 'set':
        return (at, rest) => this.isIn(item.set, at) && rest(at + 1);
      case 'assertion':
        return (at, rest) => this.holds(item.assertion, at) && rest(at);
      case 'group':
        return item.index === 0 ? this.choice(item.alternatives) : this.capture(item.index, item.alternatives);
      case 'atomic':
        return this.once(this.choice(item.alternatives));
      case 'look':
        return this.look(item);
      case 'reference':
        return this.reference(item.index, item.ignoreCase);
      case 'repeat':
        return item.mode === 'possessive'
          ? this.once(this.repeat(item, false))
          : this.repeat(item, item.mode === 'lazy');
    }
  }

  private isIn(set: Uint8Array, at: number): boolean {
    return at < this.text.length && set[this.text.charCodeAt(at)] === 1;
  }

  private capture(index: number, alternatives: Alternatives): Step {
    const body = this.choice(alternatives);
    return (at, rest) => {
      const { groups, opened } = this;
      const before = opened[index] as number;
      opened[index] = at;
      const matched = body(at, (end) => {
        const oldStart = groups[2 * index] as number;
        const oldEnd = groups[2 * index + 1] as number;
        groups[2 * index] = opened[index] as number;
        groups[2 * index + 1] = end;
        if (rest(end)) return true;
        groups[2 * index] = oldStart;
        groups[2 * index + 1] = oldEnd;
        return false;
      });
      if (!matched) opened[index] = before;
      return matched;
    };
  }

  /** Matches and never comes back for another way to. */
  private once(body: Step): Step {
    return (at, rest) => {
      const before = this.groups.slice();
      let end = UNSET;
      const matched = body(at, (reached) => {
        end = reached;
        return true;
      });
      if (matched && rest(end)) return true;
      this.groups.set(before);
      return false;
    };
  }

  private look(item: Item & { readonly kind: 'look' }): Step {
    const done: Rest = () => true;
    const tries = item.alternatives.map((items) => ({
      step: this.sequence(items),
      back: item.behind ? widthsOf([items]).least : 0,
    }));
    return (at, rest) => {
      const before = this.groups.slice();
      const found = tries.some(({ step, back }) => at >= back && step(at - back, done));
      if (item.negative) this.groups.set(before);
      if (found !== item.negative && rest(at)) return true;
      this.groups.set(before);
      return false;
    };
  }

  private reference(index: number, ignoreCase: boolean): Step {
    return (at, rest) => {
      const start = this.groups[2 * index] as number;
      if (start === UNSET) return false;
      const wanted = this.text.slice(start, this.groups[2 * index + 1]);
      const found = this.text.substr(at, wanted.length);
      return (found === wanted || (ignoreCase && folded(found) === folded(wanted))) && rest(at + wanted.length);
    };
  }

  /** PCRE leaves an endless loop after a round that matched nothing; a bounded one is written out, so it goes on. */
  private repeat(item: Item & { readonly kind: 'repeat' }, lazy: boolean): Step {
    const { least } = item;
    if (item.item.kind === 'set') return this.repeatSet(item.item.set, least, item.most, lazy);
    const most = item.item.kind === 'look' && item.most === Infinity ? least + 1 : item.most;
    const body = this.step(item.item);
    const round = (at: number, count: number, rest: Rest): boolean => {
      const again = (): boolean =>
        body(at, (end) => {
          const done = count + 1;
          const empty = end === at && most === Infinity && done >= least;
          return empty ? rest(end) : round(end, done, rest);
        });
      if (count < least) return again();
      if (count >= most) return rest(at);
      return lazy ? rest(at) || again() : again() || rest(at);
    };
    return (at, rest) => round(at, 0, rest);
  }

  private repeatSet(set: Uint8Array, least: number, most: number, lazy: boolean): Step {
    return (at, rest) => {
      if (lazy) {
        for (let count = 0; ; count++) {
          if (count >= least && rest(at + count)) return true;
          if (count >= most || !this.isIn(set, at + count)) return false;
        }
      }
      let count = 0;
      while (count < most && this.isIn(set, at + count)) count++;
      for (; count >= least; count--) if (rest(at + count)) return true;
      return false;
    };
  }

  private holds(assertion: Assertion, at: number): boolean {
    const { text, notAtStart } = this;
    switch (assertion) {
      case 'line-start':
        return at === 0 && !notAtStart;
      case 'each-line-start':
        if (at === 0) return !notAtStart;
        return at < text.length && text.charCodeAt(at - 1) === NEWLINE;
      case 'line-end':
        return at === text.length || (at === text.length - 1 && text.charCodeAt(at) === NEWLINE);
      case 'each-line-end':
        return at === text.length || text.charCodeAt(at) === NEWLINE;
      case 'text-start':
        return at === 0;
      case 'text-end':
        return at === text.length;
      case 'word-edge':
        return this.isWord(at - 1) !== this.isWord(at);
      case 'no-word-edge':
        return this.isWord(at - 1) === this.isWord(at);
      case 'word-start':
        return !this.isWord(at - 1) && this.isWord(at);
      case 'word-end':
        return this.isWord(at - 1) && !this.isWord(at);
    }
  }

  private isWord(at: number): boolean {
    return /\w/.test(this.text.charAt(at));
  }
}

/** Case of ASCII letters alone does not count. */
function folded(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
