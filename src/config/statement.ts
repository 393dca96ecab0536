/**
 * One line of configuration as its keyword sees it: the words, where they stand, and ways to complain. Like HAProxy's
 * argument vector, `word(i)` is '' past the end, and an empty word ends the arguments.
 */

import type { AddressResult, AddressRules, HostNames } from './address.ts';
import { parseAddress } from './address.ts';
import type { ConditionalFacts } from './conditional.ts';
import type { DefaultPath } from './default-path.ts';
import type { Diagnostics, PositionStyle, Remark } from './diagnostics.ts';
import type { ConfigurationDraft, ProxyDraft } from './draft.ts';
import type { Environment } from './environment.ts';
import type { Variables, Word } from './lexer.ts';
import type { Place } from './model.ts';
import { parseTime } from './numbers.ts';
import { findQuoted, rangeOf } from './word-range.ts';

/** What parsing needs from outside. Everything is a question with an answer at once: no waiting, no side effect. */
export interface ParserPorts {
  readonly variables: Variables;
  readonly hostNames: HostNames;
  /** The bytes of a file named in the configuration, or why it cannot be read. */
  readonly readFile: (path: string) => { readonly bytes: Uint8Array } | { readonly error: string };
  readonly userId: (name: string) => number | undefined;
  readonly groupId: (name: string) => number | undefined;
  /** Whether there is a network namespace of this name. */
  readonly networkNamespace: (name: string) => boolean;
  /** This machine's name, for `log-send-hostname`. */
  readonly machineName: string;
  /** What `.if` may ask about the program. */
  readonly product: Omit<ConditionalFacts, 'environment'>;
}

export interface ParserState {
  readonly ports: ParserPorts;
  readonly diagnostics: Diagnostics;
  readonly draft: ConfigurationDraft;
  readonly environment: Environment;
  readonly defaultPath: DefaultPath;
}

export type Modifier = 'none' | 'no' | 'default';

const DELAY_LIMIT = 'maximum value is 2147483647 ms or ~24.8 days';

export class Statement {
  readonly place: Place;
  /** The keyword of the section it stands in. */
  readonly section: string;
  readonly modifier: Modifier;
  readonly state: ParserState;
  readonly #words: readonly Word[];

  constructor(words: readonly Word[], place: Place, section: string, modifier: Modifier, state: ParserState) {
    this.#words = words;
    this.place = place;
    this.section = section;
    this.modifier = modifier;
    this.state = state;
  }

  get keyword(): string {
    return this.word(0);
  }

  word(index: number): string {
    return this.#words[index]?.text ?? '';
  }

  get words(): readonly Word[] {
    return this.#words;
  }

  column(index: number): number {
    return this.#words[index]?.column ?? this.place.column;
  }

  /** The words from one on, up to the first empty one. */
  from(index: number): readonly string[] {
    const words: string[] = [];
    for (let at = index; this.word(at) !== ''; at++) words.push(this.word(at));
    return words;
  }

  placeOf(index: number): Place {
    return { ...this.place, column: this.column(index) };
  }

  /** `index`: the word that is meant, unless the message quotes a later one; without it any that it quotes, or the keyword. */
  alert(message: string, style: PositionStyle = 'spaced', index?: number, hint?: string): void {
    this.state.diagnostics.alert(this.place, message, this.#remark(message, style, index, hint));
  }

  alertAndContinue(message: string, style: PositionStyle = 'spaced', index?: number): void {
    this.state.diagnostics.alertAndContinue(this.place, message, this.#remark(message, style, index, undefined));
  }

  warn(message: string, style: PositionStyle = 'spaced', index?: number): void {
    this.state.diagnostics.warn(this.place, message, this.#remark(message, style, index, undefined));
  }

  #remark(message: string, style: PositionStyle, index: number | undefined, hint: string | undefined): Remark {
    const range = index === 0 ? undefined : findQuoted(message, this.#words.slice(index ?? 0));
    return {
      style,
      hint,
      keyword: this.keyword,
      ...(range ?? rangeOf(this.#words[index ?? 0]) ?? rangeOf(this.#words[0])),
    };
  }

  /** Refuses words after `maximum` arguments; `index` is the last word of the keyword (`option httplog`: 1). */
  tooMany(maximum: number, index = 0): boolean {
    const extra = this.word(index + maximum + 1);
    if (extra === '') return false;
    const keyword = this.#words.slice(0, index + 1).map((word) => word.text);
    this.alert(`'${keyword.join(' ')}' cannot handle unexpected argument '${extra}'.`, 'spaced', index + maximum + 1);
    return true;
  }

  /** Warns when the section lacks the side that the keyword is for; true when it does. */
  lacks(proxy: ProxyDraft, side: 'frontend' | 'backend', what: string, hint = ''): boolean {
    if (proxy[side]) return false;
    this.warn(
      `'${what}' ignored because ${kindOf(proxy)} '${proxy.name}' has no ${side} capability.${hint}`,
      'spaced',
      0,
    );
    return true;
  }

  /** Says that HAProxy knows this and we do not, yet. */
  notImplemented(what: string, index?: number): void {
    this.alert(`'${what}' is not implemented yet`, 'spaced', index);
  }

  address(text: string, rules: AddressRules, pathPrefix = ''): AddressResult {
    const { hostNames, variables } = this.state.ports;
    const result = parseAddress(text, rules, hostNames, variables, pathPrefix);
    // Some of HAProxy's messages end in a line feed; what they are embedded in shows it as a blank line or none.
    return 'error' in result ? { error: result.error.replace(/\n$/, '') } : result;
  }

  /** Warns about text after a unit, which HAProxy still tolerates. */
  warnTimeRest(text: string, rest: string): void {
    this.state.diagnostics.warn(
      undefined,
      `unexpected character '${rest.charAt(0)}' after the timer value '${text}', only (us=microseconds,ms=milliseconds,` +
        's=seconds,m=minutes,h=hours,d=days) are supported. This will be reported as an error in next versions.',
    );
  }

  /** A delay in ms, or the message HAProxy has for most options: `what` is "'timeout client'" or "'tcp-ut'". */
  readDelay(index: number, what: string, otherwise: (character: string) => string): number | { error: string } {
    const text = this.word(index);
    const time = parseTime(text);
    switch (time.kind) {
      case 'value':
        if (time.rest !== '') this.warnTimeRest(text, time.rest);
        return time.value;
      case 'over':
        return { error: `timer overflow in argument '${text}' to ${what} (${DELAY_LIMIT})` };
      case 'under':
        return { error: `timer underflow in argument '${text}' to ${what} (minimum non-null value is 1 ms)` };
      case 'character':
        return { error: otherwise(time.character) };
    }
  }
}

/** The value of `tcp-ut`, on bind and server lines alike: milliseconds, or what is wrong with it. */
export function readUserTimeout(statement: Statement, index: number): number | { error: string } {
  if (statement.word(index) === '') return { error: "'tcp-ut' : missing TCP User Timeout value" };
  return statement.readDelay(index, "'tcp-ut'", () => "'tcp-ut' : expects a positive delay in milliseconds");
}

/** HAProxy's word for a section in messages: a `listen` is a "proxy". */
export function kindOf(proxy: ProxyDraft): string {
  return proxy.section === 'listen' ? 'proxy' : proxy.section;
}

/** The first character that a name may not have; '' for an empty name; undefined when all is well. */
export function invalidCharacter(name: string): string | undefined {
  if (name === '') return '';
  return /[^A-Za-z0-9.:_-]/.exec(name)?.[0];
}
