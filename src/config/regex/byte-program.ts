/**
 * Matches bytes where they lie, for the expressions that are most of those in configurations: one sequence of characters,
 * classes, repetitions of these and groups, without alternatives (`^/api/(.*)`, `(.*)\.example\.com$`, `[0-9]+`). Neither a
 * string of the subject nor strings of its groups are made, which costs more than such a match. Backtracks as PCRE does.
 */
import type { Alternatives, Assertion, ByteSet, Item, ParsedRegex } from './syntax.ts';

/** One byte of a set; as many as there are, then fewer; where a group begins and ends; assertions. */
const ONE = 0;
const MANY = 1;
const OPEN = 2;
const CLOSE = 3;
const AT_START = 4;
const AT_LINE_END = 5;
const AT_END = 6;
/** A start that never is one, since the subject is the rest of a text. */
const NEVER = 7;

const NEWLINE = 10;
/** Each of them multiplies the time that a subject without a match may take. */
const MOST_REPEATS = 3;
/** More bytes than a subject has. */
const LONGEST = 0x3fff_ffff;
const NO_SET: ByteSet = new Uint8Array(256);

export class ByteProgram {
  /** Where the groups of the last match lie, 0 being the whole. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly #operations: readonly number[];
  readonly #sets: readonly ByteSet[];
  readonly #least: readonly number[];
  readonly #most: readonly number[];
  /** What must stand behind the bytes that a step takes; null: that is not a byte, or any. */
  readonly #next: readonly (ByteSet | null)[];
  /** What the first byte must be; null: it may be anything, or there need be none. */
  readonly #first: ByteSet | null;
  /** It begins with any number of these: where no match begins, none begins further on among them. */
  readonly #leading: ByteSet | null;
  readonly #anchored: boolean;
  #bytes: Uint8Array = NO_SET;
  #start = 0;
  #end = 0;

  constructor(steps: readonly Step[], groups: number) {
    this.#operations = steps.map(({ operation }) => operation);
    this.#sets = steps.map(({ set }) => set);
    this.#least = steps.map(({ least }) => least);
    this.#most = steps.map(({ most }) => Math.min(most, LONGEST));
    this.#next = steps.map((_, index) => firstOf(steps.slice(index + 1)));
    const begin = steps.find(isNoMark);
    this.#first = begin !== undefined && begin.operation <= MANY && begin.least > 0 ? begin.set : null;
    const any = begin?.operation === MANY && begin.least === 0 && begin.most === Number.POSITIVE_INFINITY;
    this.#leading = any ? begin.set : null;
    this.#anchored = begin?.operation === AT_START || begin?.operation === NEVER;
    this.starts = new Int32Array(groups + 1);
    this.ends = new Int32Array(groups + 1);
  }

  /** Looks for the first match in `bytes[start,end)`; `starts` and `ends` tell where it is. */
  exec(bytes: Uint8Array, start: number, end: number): boolean {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    const first = this.#first;
    const leading = this.#leading;
    const last = this.#anchored ? start : end;
    for (let at = start; at <= last; at++) {
      if (first !== null) {
        while (at < end && first[bytes[at] as number] === 0) at++;
        if (at >= end) return false;
      }
      const to = this.#match(0, at);
      if (to >= 0) {
        this.starts[0] = at;
        this.ends[0] = to;
        return true;
      }
      if (leading !== null) while (at < end && leading[bytes[at] as number] === 1) at++;
    }
    return false;
  }

  /** Where the match of the steps from `from` on ends that begins at `begin`; -1: there is none. */
  #match(from: number, begin: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    const operations = this.#operations;
    let at = begin;
    for (let step = from; step < operations.length; step++) {
      switch (operations[step]) {
        case ONE:
          if (at >= end || (this.#sets[step] as ByteSet)[bytes[at] as number] === 0) return -1;
          at++;
          break;
        case MANY:
          return this.#matchMany(step, at);
        case OPEN:
          this.starts[this.#least[step] as number] = at;
          break;
        case CLOSE:
          this.ends[this.#least[step] as number] = at;
          break;
        case AT_START:
          if (at !== this.#start) return -1;
          break;
        case AT_LINE_END:
          if (at !== end && (at !== end - 1 || bytes[at] !== NEWLINE)) return -1;
          break;
        case AT_END:
          if (at !== end) return -1;
          break;
        default:
          return -1;
      }
    }
    return at;
  }

  #matchMany(step: number, begin: number): number {
    const bytes = this.#bytes;
    const set = this.#sets[step] as ByteSet;
    const shortest = begin + (this.#least[step] as number);
    const end = this.#end;
    const longest = Math.min(end, begin + (this.#most[step] as number));
    const next = this.#next[step] as ByteSet | null;
    let at = begin;
    while (at < longest && set[bytes[at] as number] === 1) at++;
    for (; at >= shortest; at--) {
      if (next !== null && (at >= end || next[bytes[at] as number] === 0)) continue;
      const to = this.#match(step + 1, at);
      if (to >= 0) return to;
    }
    return -1;
  }
}

function isNoMark({ operation }: Step): boolean {
  return operation !== OPEN && operation !== CLOSE;
}

/** The set of the byte that the steps begin with, if they begin with one. */
function firstOf(steps: readonly Step[]): ByteSet | null {
  const begin = steps.find(isNoMark);
  return begin?.operation === ONE ? begin.set : null;
}

interface Step {
  readonly operation: number;
  readonly set: ByteSet;
  /** How often at least and at most; of groups: the number. */
  readonly least: number;
  readonly most: number;
}

function mark(operation: number, group = 0): Step {
  return { operation, set: NO_SET, least: group, most: 0 };
}

/** A program for the expression; null: it is not of that kind. */
export function byteProgram({ alternatives, groups }: ParsedRegex, notAtStart: boolean): ByteProgram | null {
  const steps: Step[] = [];
  if (!addSequence(alternatives, notAtStart, steps)) return null;
  if (steps.filter(({ operation }) => operation === MANY).length > MOST_REPEATS) return null;
  return new ByteProgram(steps, groups);
}

function addSequence(alternatives: Alternatives, notAtStart: boolean, steps: Step[]): boolean {
  const [only, second] = alternatives;
  return only !== undefined && second === undefined && only.every((item) => addItem(item, notAtStart, steps));
}

function addItem(item: Item, notAtStart: boolean, steps: Step[]): boolean {
  switch (item.kind) {
    case 'set':
      steps.push({ operation: ONE, set: item.set, least: 1, most: 1 });
      return true;
    case 'repeat': {
      const { item: repeated, least, most, mode } = item;
      if (repeated.kind !== 'set' || mode !== 'greedy') return false;
      steps.push({ operation: MANY, set: repeated.set, least, most });
      return true;
    }
    case 'group': {
      if (item.index > 0) steps.push(mark(OPEN, item.index));
      if (!addSequence(item.alternatives, notAtStart, steps)) return false;
      if (item.index > 0) steps.push(mark(CLOSE, item.index));
      return true;
    }
    case 'assertion': {
      const operation = assertionStep(item.assertion, notAtStart);
      if (operation >= 0) steps.push(mark(operation));
      return operation >= 0;
    }
    default:
      return false;
  }
}

function assertionStep(assertion: Assertion, notAtStart: boolean): number {
  switch (assertion) {
    case 'line-start':
      return notAtStart ? NEVER : AT_START;
    case 'text-start':
      return AT_START;
    case 'line-end':
      return AT_LINE_END;
    case 'text-end':
      return AT_END;
    default:
      return -1;
  }
}
