/**
 * Finds the value at a path in a JSON text as HAProxy's scanner (mjson) does: it accepts what that accepts, stops where
 * that stops, and reads numbers and paths the same way. Text has one character a byte.
 */

export type JsonKind = 'string' | 'number' | 'true' | 'false' | 'null' | 'array' | 'object';

export interface JsonToken {
  readonly kind: JsonKind;
  /** A number's text goes on to the end of all: how far it counts depends on who reads it. */
  readonly text: string;
}

type Event = JsonKind | 'key' | '{' | '[' | '}' | ']' | ',' | ':';

const MAX_DEPTH = 20;

/** The number a text begins with: how long it is, 0 if there is none, and its value. */
export function readNumber(text: string, at = 0): { readonly length: number; readonly value: number } {
  const found = /[-+]?(?:\d+|(?=\.))(?:\.\d*)?(?:[Ee]-?\+?\d*)?/y;
  found.lastIndex = at;
  const number = found.exec(text)?.[0] ?? '';
  // A dot that no digit follows, and that no exponent follows either, makes it no number at all.
  if (/\.$/.test(number)) return { length: 0, value: Number.parseFloat(number) || 0 };
  const [mantissa = '', exponent = '0'] = number.split(/[Ee]/);
  const value = Number(
    `${mantissa === '' ? '0' : mantissa}e${Number.parseInt(exponent.replace(/^-\+/, '-'), 10) || 0}`,
  );
  return { length: number.length, value: Number.isNaN(value) ? 0 : value };
}

/** The index of the quote that ends a string, whose text begins at `at`; -1 when there is none. */
function stringEnd(text: string, at: number): number {
  for (let i = at; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '\\' && i + 1 < text.length && /[\b\f\n\r\t\\"]/.test(text.charAt(i + 1))) i++;
    else if (character === '\0') return -1;
    else if (character === '"') return i;
  }
  return -1;
}

/** Follows a path while events come by; `result` is set when the value is found, `over` when it cannot be any more. */
class PathFinder {
  result: JsonToken | undefined;
  over = false;
  readonly #text: string;
  readonly #path: string;
  #at = 1;
  #depth = 0;
  #wantedDepth = 0;
  #index = 0;
  #wantedIndex = 0;
  #objectAt = -1;

  constructor(text: string, path: string) {
    this.#text = text;
    this.#path = path;
  }

  get #exhausted(): boolean {
    return this.#at >= this.#path.length;
  }

  get #here(): boolean {
    return this.#exhausted && this.#depth === this.#wantedDepth;
  }

  /** True ends the scan. */
  take(event: Event, start: number, end: number): boolean {
    switch (event) {
      case '{':
        if (this.#here) this.#objectAt = start;
        this.#depth++;
        return false;
      case '[':
        this.#openArray(start);
        return false;
      case ',':
        if (this.#depth === this.#wantedDepth + 1) this.#nextElement();
        return false;
      case 'key':
        return this.#key(start, end);
      case '}':
      case ']':
        this.#depth--;
        if (!this.#here || this.#objectAt < 0) return false;
        return this.#found(event === '}' ? 'object' : 'array', this.#objectAt, end);
      case ':':
        return false;
      default:
        return this.#here && this.#found(event, start, end);
    }
  }

  #found(kind: JsonKind, start: number, end: number): true {
    this.result = { kind, text: this.#text.slice(start, kind === 'number' ? undefined : end) };
    return true;
  }

  #openArray(start: number): void {
    if (this.#depth === this.#wantedDepth && this.#path[this.#at] === '[') {
      this.#index = 0;
      this.#wantedIndex = Math.trunc(readNumber(this.#path, this.#at + 1).value) | 0;
      if (this.#wantedIndex === 0) {
        this.#wantedDepth++;
        this.#at += 3;
      }
    }
    if (this.#here) this.#objectAt = start;
    this.#depth++;
  }

  #nextElement(): void {
    this.#index++;
    if (this.#index !== this.#wantedIndex) return;
    const close = this.#path.indexOf(']', this.#at);
    this.#at = close < 0 ? this.#path.length : close + 1;
    this.#wantedDepth++;
  }

  #key(start: number, end: number): boolean {
    if (this.#depth === this.#wantedDepth + 1 && this.#path[this.#at] === '.') {
      const step = /(?:\\.|[^.[\\])*/y;
      step.lastIndex = this.#at + 1;
      const written = step.exec(this.#path)?.[0] ?? '';
      if (written.replace(/\\(.)/g, '$1') === this.#text.slice(start + 1, end - 1)) {
        this.#wantedDepth++;
        this.#at += written.length + 1;
        return false;
      }
    }
    // The path has been followed to an object that has ended, without what was looked for.
    this.over = this.#depth === this.#wantedDepth;
    return this.over;
  }
}

/** The value at the path, or undefined when there is none or the text before it is no JSON. */
export function findJson(text: string, path: string): JsonToken | undefined {
  if (!path.startsWith('$')) return undefined;
  const finder = new PathFinder(text, path);
  return scan(text, finder) ? finder.result : undefined;
}

const LITERALS = [
  ['true', 'true'],
  ['null', 'null'],
  ['false', 'false'],
] as const;

/** A value that is no object or array: its kind and its end; undefined for what is no value. */
function readScalar(text: string, at: number): { readonly kind: JsonKind; readonly end: number } | undefined {
  for (const [word, kind] of LITERALS) if (text.startsWith(word, at)) return { kind, end: at + word.length };
  if (/[-0-9]/.test(text.charAt(at))) return { kind: 'number', end: at + readNumber(text, at).length };
  if (text.charAt(at) !== '"') return undefined;
  const end = stringEnd(text, at + 1);
  return end < 0 ? undefined : { kind: 'string', end: end + 1 };
}

/** False when the text turned out to be no JSON before the finder had enough. A number without digits has no length. */
function scan(text: string, finder: PathFinder): boolean {
  const nesting: string[] = [];
  let expecting: 'value' | 'key' | 'colon' | 'comma' = 'value';
  let at = 0;
  while (at < text.length) {
    const start = at;
    const character = text.charAt(at);
    at++;
    if (/[ \t\n\r]/.test(character)) continue;
    let event: Event;
    if (expecting === 'value' && (character === '{' || character === '[')) {
      if (nesting.length >= MAX_DEPTH) return false;
      nesting.push(character);
      expecting = character === '{' ? 'key' : 'value';
      event = character;
    } else if (closes(character, expecting, nesting)) {
      nesting.pop();
      expecting = 'comma';
      event = character as '}' | ']';
      if (nesting.length === 0) {
        finder.take(event, start, at);
        return true;
      }
    } else if (expecting === 'value') {
      const scalar = readScalar(text, start);
      if (scalar === undefined) return false;
      at = scalar.end;
      event = scalar.kind;
      expecting = 'comma';
      if (nesting.length === 0) {
        finder.take(event, start, at);
        return true;
      }
    } else if (expecting === 'key' && character === '"') {
      const end = stringEnd(text, at);
      if (end < 0) return false;
      at = end + 1;
      event = 'key';
      expecting = 'colon';
    } else if (expecting === 'colon' && character === ':') {
      event = ':';
      expecting = 'value';
    } else if (expecting === 'comma' && character === ',' && nesting.length > 0) {
      event = ',';
      expecting = nesting.at(-1) === '{' ? 'key' : 'value';
    } else return false;
    if (finder.take(event, start, at)) return true;
  }
  return false;
}

/** Whether a bracket ends what is open; a value may be missing before `]`, and a key before `}`. */
function closes(character: string, expecting: string, nesting: readonly string[]): boolean {
  const open = nesting.at(-1);
  if (character === ']') return open === '[' && (expecting === 'value' || expecting === 'comma');
  return character === '}' && open === '{' && (expecting === 'key' || expecting === 'comma');
}

const UNESCAPED: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  '"': '"',
};

/** Hexadecimal digits as mjson reads them, which does not ask whether they are any. */
function loose(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 65 && code <= 70 ? code - 55 : code - 87;
}

/** What a string token with its quotes stands for; undefined for an escape that is none, or beyond one byte. */
export function unescapeJson(token: string): string | undefined {
  const text = token.slice(1, -1);
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character !== '\\' || i + 1 >= text.length) {
      result += character;
      continue;
    }
    if (text.charAt(i + 1) === 'u' && i + 5 < text.length) {
      if (text.charAt(i + 2) !== '0' || text.charAt(i + 3) !== '0') return undefined;
      const code = (loose(text.charCodeAt(i + 4)) << 4) | (loose(text.charCodeAt(i + 5)) & 0xff);
      result += String.fromCharCode(code & 0xff);
      i += 5;
      continue;
    }
    const plain = UNESCAPED[text.charAt(i + 1)];
    if (plain === undefined) return undefined;
    result += plain;
    i++;
  }
  return result;
}
