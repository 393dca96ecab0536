/**
 * The boolean expressions of `-cc` and `.if`: predicates, integers, `!`, `&&`, `||`, parentheses
 * (manual 2.4 "Conditional blocks"). Pure: environment, features and version come from the caller. Refusals are worded
 * as HAProxy's.
 */

export interface ConditionalFacts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `+NAME` and `-NAME`, separated by spaces. */
  readonly features: string;
  readonly version: string;
  /** Undefined: no TLS library. */
  readonly tlsVersion: string | undefined;
}

export type ConditionalResult =
  | { readonly kind: 'value'; readonly value: boolean }
  /** `position`: where in the text it goes wrong, from 0. */
  | { readonly kind: 'error'; readonly message: string; readonly position: number };

class ConditionalError extends Error {
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

type ChainKind = '||' | '&&';

/** HAProxy's MAX_CFG_RECURSION: parentheses, `&&` and `||` each cost one. */
const DEEPEST = 1024;

interface Predicate {
  readonly argumentCount: number;
  evaluate(first: string, second: string, facts: ConditionalFacts): boolean;
}

const PREDICATES: Readonly<Record<string, Predicate>> = {
  defined: { argumentCount: 1, evaluate: (name, _, facts) => facts.environment[name] !== undefined },
  feature: { argumentCount: 1, evaluate: (name, _, facts) => facts.features.split(' ').includes(`+${name}`) },
  streq: { argumentCount: 2, evaluate: (left, right) => left === right },
  strneq: { argumentCount: 2, evaluate: (left, right) => left !== right },
  version_atleast: {
    argumentCount: 1,
    evaluate: (wanted, _, facts) => compareVersions(wanted, facts.version) <= 0,
  },
  version_before: { argumentCount: 1, evaluate: (wanted, _, facts) => compareVersions(wanted, facts.version) > 0 },
  openssl_version_atleast: {
    argumentCount: 1,
    evaluate: (wanted, _, facts) => compareVersions(wanted, tlsVersion(facts)) <= 0,
  },
  openssl_version_before: {
    argumentCount: 1,
    evaluate: (wanted, _, facts) => compareVersions(wanted, tlsVersion(facts)) > 0,
  },
  ssllib_name_startswith: {
    argumentCount: 1,
    evaluate: (name, _, facts) => facts.tlsVersion !== undefined && 'OpenSSL'.startsWith(name),
  },
};

function tlsVersion(facts: ConditionalFacts): string {
  if (facts.tlsVersion === undefined) {
    throw new ConditionalError('', 0);
  }
  return facts.tlsVersion;
}

interface VersionParts {
  readonly numbers: readonly number[];
  readonly development: boolean;
  readonly commits: number;
}

/** `2.6-dev3-45`, `2.6.12-anything`: numbers, whether it is a development version, commits beyond it. */
function readVersion(text: string): VersionParts {
  const match = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-(dev|rc)(\d+))?(?:-(\d+))?/.exec(text);
  if (match === null) {
    return { numbers: [0, 0, 0], development: false, commits: 0 };
  }
  const [, major, minor, patch, unreleased, unreleasedNumber, commits] = match;
  const last = unreleased === undefined ? Number(patch ?? 0) : Number(unreleasedNumber);
  return {
    numbers: [Number(major), Number(minor ?? 0), last],
    development: unreleased !== undefined,
    commits: Number(commits ?? 0),
  };
}

/** Below, at or above zero as `left` is before, at or after `right`. */
function compareVersions(left: string, right: string): number {
  const one = readVersion(left);
  const other = readVersion(right);
  const order = [
    (one.numbers[0] ?? 0) - (other.numbers[0] ?? 0),
    (one.numbers[1] ?? 0) - (other.numbers[1] ?? 0),
    (one.development ? 0 : 1) - (other.development ? 0 : 1),
    (one.numbers[2] ?? 0) - (other.numbers[2] ?? 0),
    one.commits - other.commits,
  ];
  return order.find((difference) => difference !== 0) ?? 0;
}

/** Evaluates `text`, whose quotes and variables the caller has already dealt with. */
export function evaluateConditional(text: string, facts: ConditionalFacts): ConditionalResult {
  try {
    // As in HAProxy, nothing at all is false.
    if (text === '') {
      return { kind: 'value', value: false };
    }
    return { kind: 'value', value: new ConditionalReader(text, facts).read() };
  } catch (error) {
    if (error instanceof ConditionalError) {
      return { kind: 'error', message: error.message, position: error.position };
    }
    throw error;
  }
}

/** Recursive descent. Parsing goes on where evaluation would stop, so that errors show whatever the values are. */
class ConditionalReader {
  readonly #text: string;
  readonly #facts: ConditionalFacts;
  #at = 0;

  constructor(text: string, facts: ConditionalFacts) {
    this.#text = text;
    this.#facts = facts;
  }

  read(): boolean {
    const value = this.#alternatives(DEEPEST, 0);
    if (this.#at < this.#text.length) {
      throw new ConditionalError(
        `unexpected character '${this.#text.charAt(this.#at)}' at the end of conditional expression '${this.#text}'`,
        this.#at,
      );
    }
    return value();
  }

  #skipBlanks(): void {
    while (this.#text.charAt(this.#at) === ' ' || this.#text.charAt(this.#at) === '\t') {
      this.#at++;
    }
  }

  #unparsable(from: number, what = 'expression'): never {
    throw new ConditionalError(`unparsable conditional ${what} '${this.#text.slice(from)}'`, from);
  }

  /** Parts with operators between them. `refuse` says so when nothing follows the last one; `first` is the first one. */
  #chain(depth: number, kind: ChainKind, refuse: (first: number) => never, first = -1): () => boolean {
    const from = this.#at;
    if (depth <= 0) {
      this.#unparsable(from);
    }
    const left = kind === '||' ? this.#conjunction(depth - 1) : this.#term(depth - 1);
    this.#skipBlanks();
    if (!this.#text.startsWith(kind, this.#at)) {
      return left;
    }
    const blamed = first < 0 ? this.#at : first;
    this.#at += kind.length;
    this.#skipBlanks();
    if (this.#at >= this.#text.length) {
      refuse(blamed);
    }
    const right = this.#chain(depth - 1, kind, refuse, blamed);
    const stopAt = kind === '||';
    return () => (left() === stopAt ? stopAt : right());
  }

  /** `from`: where what is shown starts when nothing follows the last `||`: the parenthesis, or the whole text. */
  #alternatives(depth: number, from: number): () => boolean {
    const whole = this.#at === from;
    return this.#chain(depth, '||', (first) => {
      const message = `unparsable conditional expression '${this.#text.slice(from)}'`;
      throw new ConditionalError(message, whole ? first : from);
    });
  }

  #conjunction(depth: number): () => boolean {
    return this.#chain(depth, '&&', (first) => this.#unparsable(first));
  }

  #term(depth: number): () => boolean {
    const from = this.#at;
    this.#skipBlanks();
    if (this.#at >= this.#text.length) {
      this.#unparsable(from, 'sub-expression');
    }
    let negated = false;
    while (this.#text.charAt(this.#at) === '!') {
      negated = !negated;
      this.#at++;
      this.#skipBlanks();
    }
    const value = this.#value(from, depth);
    return negated ? () => !value() : value;
  }

  #value(from: number, depth: number): () => boolean {
    const rest = this.#text.slice(this.#at);
    const integer = /^[+-]?(0[xX][0-9a-fA-F]+|\d+)/.exec(rest)?.[0];
    if (integer !== undefined) {
      this.#at += integer.length;
      const isZero = /^[+-]?(0[xX])?0*$/.test(integer);
      return () => !isZero;
    }
    if (rest.startsWith('(')) {
      this.#at++;
      this.#skipBlanks();
      const value = this.#alternatives(depth - 1, from);
      this.#skipBlanks();
      if (this.#text.charAt(this.#at) !== ')') {
        throw new ConditionalError(`expected ')' after conditional expression '${this.#text.slice(from)}'`, from);
      }
      this.#at++;
      this.#skipBlanks();
      return value;
    }
    const name = /^[^ (]*/.exec(rest)?.[0] ?? '';
    const predicate = Object.hasOwn(PREDICATES, name) ? PREDICATES[name] : undefined;
    if (predicate === undefined) {
      this.#unparsable(from);
    }
    this.#at += name.length;
    const [first = '', second = ''] = this.#arguments(name, predicate.argumentCount);
    return () => predicate.evaluate(first, second, this.#facts);
  }

  /** `(a,b)`; quotes and backslashes keep commas and parentheses. A predicate alone has empty arguments. */
  #arguments(name: string, count: number): string[] {
    const fail = (message: string): never => {
      const where = `in argument 1 of predicate '${name}' used in conditional expression`;
      throw new ConditionalError(`${message} ${where}`, this.#at);
    };
    if (this.#text.charAt(this.#at) !== '(') {
      return [];
    }
    this.#at++;
    const values: string[] = [];
    for (;;) {
      values.push(this.#argument());
      const next = this.#text.charAt(this.#at);
      if (next === ',' && values.length < count) {
        this.#at++;
        continue;
      }
      if (values.length < count) {
        fail(`missing arguments (got ${values.length}/${count}), type 'string' expected`);
      }
      if (next !== ')') {
        fail(next === '' ? "expected ')'" : `expected ')' before '${this.#text.slice(this.#at)}'`);
      }
      this.#at++;
      return values;
    }
  }

  #argument(): string {
    let value = '';
    let quote = '';
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text.charAt(this.#at);
      if (character === quote) {
        quote = '';
      } else if (quote === '' && (character === '"' || character === "'")) {
        quote = character;
      } else if (quote === '' && (character === ',' || character === ')')) {
        break;
      } else if (character === '\\' && quote !== "'" && this.#at + 1 < this.#text.length) {
        value += this.#text.charAt(++this.#at);
      } else {
        value += character;
      }
    }
    return value;
  }
}
