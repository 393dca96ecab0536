/**
 * The typed arguments of sample fetches and converters: `(a,"b,c",d\ e)` at the start of a text (manual 7.3). What they
 * become in the model is text all the same, but in one normal form for each type, so that nothing is parsed twice:
 * integers and field numbers in decimal, delays in milliseconds, sizes in bytes, masks as addresses. Names of proxies,
 * servers and user lists stand for what the configuration may declare later: `references.ts` looks them up at the end.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { parseTime } from './numbers.ts';

/** In HAProxy's words for them. */
const TYPE_NAMES = {
  integer: 'integer',
  string: 'string',
  ipv4: 'IPv4 address',
  'ipv4-mask': 'IPv4 mask',
  ipv6: 'IPv6 address',
  'ipv6-mask': 'IPv6 mask',
  time: 'delay',
  size: 'size',
  frontend: 'frontend',
  backend: 'backend',
  table: 'table',
  server: 'server',
  userlist: 'user list',
  regex: 'regex',
  'field-number': 'Protocol buffers field number',
} as const;

export type ArgumentType = keyof typeof TYPE_NAMES;

/** Arguments that name something, or must be compiled: they can be checked only when all of the file is read. */
export type LateType = 'frontend' | 'backend' | 'table' | 'server' | 'userlist' | 'regex';

const LATE: ReadonlySet<ArgumentType> = new Set<LateType>([
  'frontend',
  'backend',
  'table',
  'server',
  'userlist',
  'regex',
]);

export function isLate(type: ArgumentType | undefined): type is LateType {
  return type !== undefined && LATE.has(type);
}

/** What a declaration says about arguments. */
export interface ArgumentGrammar {
  readonly arguments: readonly ArgumentType[];
  /** How many of them must be there. */
  readonly least: number;
}

export interface Arguments {
  readonly values: readonly string[];
  readonly rest: string;
}

export interface ArgumentFailure {
  readonly error: string;
  /** The argument it is about, counted from 1. */
  readonly position: number;
}

/** HAProxy decodes an argument in one buffer. */
const LONGEST = 16_383;
const ESCAPED: Readonly<Record<string, string>> = {
  '\\': '\\',
  ' ': ' ',
  '"': '"',
  "'": "'",
  r: '\r',
  n: '\n',
  t: '\t',
};

/** What an empty argument is that need not be there but has a place. */
const ZEROS: Partial<Record<ArgumentType, string>> = {
  ipv4: '0.0.0.0',
  'ipv4-mask': '0.0.0.0',
  ipv6: '::',
  'ipv6-mask': '::',
  'field-number': '',
};

/**
 * Reads a list of arguments; without parentheses there is an empty argument for the first that must be there. The text
 * may go on behind the list.
 */
export function readArguments(text: string, grammar: ArgumentGrammar): Arguments | ArgumentFailure {
  const reader = new ArgumentReader(text, grammar);
  return reader.read();
}

class ArgumentReader {
  readonly #text: string;
  readonly #types: readonly ArgumentType[];
  readonly #least: number;
  readonly #empty: boolean;
  readonly #values: string[] = [];
  #at: number;
  #count = 0;

  constructor(text: string, grammar: ArgumentGrammar) {
    this.#text = text;
    this.#types = grammar.arguments;
    this.#least = grammar.least;
    this.#empty = !text.startsWith('(');
    this.#at = this.#empty ? text.length : 1;
  }

  read(): Arguments | ArgumentFailure {
    if (this.#types.length > 0 && !(this.#empty && this.#least === 0)) {
      const failure = this.#readAll();
      if (failure !== undefined) return failure;
    }
    return this.#end();
  }

  #failure(error: string): ArgumentFailure {
    return { error, position: this.#count + 1 };
  }

  get #typeName(): string {
    return TYPE_NAMES[this.#types[this.#count] ?? 'string'];
  }

  #readAll(): ArgumentFailure | undefined {
    while (this.#count < this.#types.length) {
      const word = this.#readWord();
      if (typeof word === 'object') return word;
      const type = this.#types[this.#count] as ArgumentType;
      if (word === '' && type !== 'string' && !isLate(type)) {
        if (this.#count < this.#least) {
          const position = this.#count + 1;
          return this.#failure(`expected type '${this.#typeName}' at position ${position}, but got nothing`);
        }
        // As in HAProxy: what follows a comma exists, and an empty number is 0.
        if (this.#count > 0) this.#values.push(ZEROS[type] ?? '0');
        return undefined;
      }
      const value = normalised(word, type);
      if (value === undefined) {
        const position = this.#count + 1;
        return this.#failure(`failed to parse '${word}' as type '${this.#typeName}' at position ${position}`);
      }
      this.#values.push(value);
      this.#count++;
      if (this.#text.charAt(this.#at) !== ',' || this.#count >= this.#types.length) return undefined;
      this.#at++;
    }
    return undefined;
  }

  /** One argument, its quotes and backslashes taken away. */
  #readWord(): string | ArgumentFailure {
    const text = this.#text;
    let word = '';
    let quote = '';
    while (this.#at < text.length && word.length < LONGEST) {
      const character = text.charAt(this.#at);
      if (character === quote) quote = '';
      else if (quote === '' && (character === '"' || character === "'")) quote = character;
      else if (character === '\\' && quote !== "'") {
        const next = text.charAt(this.#at + 1);
        if (next === '') {
          const where = `as type '${this.#typeName}' at position ${this.#count + 1}`;
          return this.#failure(`failed to parse '${text.slice(this.#at)}' after '${word}' ${where}`);
        }
        const plain = ESCAPED[next];
        word += plain ?? character;
        if (plain !== undefined) this.#at++;
      } else if (quote === '' && (character === ',' || character === ')')) break;
      else word += character;
      this.#at++;
    }
    if (this.#at < text.length && text.charAt(this.#at) !== ',' && text.charAt(this.#at) !== ')') {
      const position = this.#count + 1;
      return this.#failure(`too small buffer size to store decoded argument ${position}, increase bufsize ?`);
    }
    return word;
  }

  #end(): Arguments | ArgumentFailure {
    if (this.#count < this.#least) {
      return this.#failure(`missing arguments (got ${this.#count}/${this.#least}), type '${this.#typeName}' expected`);
    }
    if (this.#empty) return { values: this.#values, rest: this.#text };
    if (this.#text.charAt(this.#at) !== ')') {
      const word = this.#text.slice(this.#at);
      const error = word === '' ? "expected ')'" : `expected ')' before '${word}'`;
      // HAProxy then blames the argument before the missing parenthesis, but never the first.
      return { error, position: this.#count > 1 ? this.#count : this.#count + 1 };
    }
    return { values: this.#values, rest: this.#text.slice(this.#at + 1) };
  }
}

/** The normal form of an argument; undefined when it has none. */
function normalised(word: string, type: ArgumentType): string | undefined {
  switch (type) {
    case 'integer':
      return /^[+-]?\d*$/.test(word) ? integerText(word) : undefined;
    case 'ipv4':
      return isIPv4(word) ? word : undefined;
    case 'ipv6':
      return isIPv6(word) && !word.includes('%') ? word : undefined;
    case 'ipv4-mask':
      return word.includes('.') ? normalised(word, 'ipv4') : maskOfLength(word, 32);
    case 'ipv6-mask':
      return word.includes(':') ? normalised(word, 'ipv6') : maskOfLength(word, 128);
    case 'time': {
      const time = parseTime(word);
      return time.kind === 'value' ? String(time.value) : undefined;
    }
    case 'size':
      return sizeText(word);
    case 'field-number':
      return /^\d*(?:\.\d*)*$/.test(word) && !word.endsWith('.')
        ? word
            .split('.')
            .map((part) => BigInt.asUintN(32, BigInt(part)))
            .join('.')
        : undefined;
    default:
      return word;
  }
}

const HIGHEST = (1n << 63n) - 1n;
const LOWEST = -(1n << 63n);

/** What does not fit into 64 bits becomes the nearest number that does; a lone sign is 0. */
function integerText(word: string): string {
  const value = BigInt(word.replace(/^[+-]/, '')) * (word.startsWith('-') ? -1n : 1n);
  return String(value > HIGHEST ? HIGHEST : value < LOWEST ? LOWEST : value);
}

/** A mask given by its number of ones, read as C's `strtol` does and cut to 32 bits. */
function maskOfLength(word: string, bits: 32 | 128): string | undefined {
  if (!/^[ \t-\r]*[+-]?\d+$/.test(word)) return undefined;
  const length = Number(BigInt.asUintN(32, BigInt(integerText(word.trimStart()))));
  if (length > bits) return undefined;
  const mask = ((1n << BigInt(length)) - 1n) << BigInt(bits - length);
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (mask >> shift) & 255n).join('.');
  const digits = mask.toString(16).padStart(32, '0');
  return Array.from({ length: 8 }, (_, group) => digits.slice(group * 4, group * 4 + 4)).join(':');
}

const SHIFTS: Readonly<Record<string, bigint>> = { '': 0n, k: 10n, m: 20n, g: 30n };

function sizeText(word: string): string | undefined {
  const found = /^(\d+)([kmg]?)$/i.exec(word);
  if (found === null) return undefined;
  const value = BigInt(found[1] ?? '') << (SHIFTS[(found[2] ?? '').toLowerCase()] ?? 0n);
  return value <= 0xffff_ffffn ? String(value) : undefined;
}
