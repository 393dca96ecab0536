/** Lines of `virtual_rules` and `static_rules`, in the grammar of `ip rule` (vrrp_iprule.c, alloc_rule). */

import type { RuleModel } from '../model.ts';
import type { Context } from './context.ts';
import { placeOf } from './drafts.ts';
import { LeftOut, LineCursor, type Prefix } from './line-cursor.ts';
import { UNSIGNED_MAX } from './numbers.ts';
import { number } from './routing-names.ts';
import type { RulePreferences } from './rule-preferences.ts';
import type { ValueLine } from './statements.ts';
import type { Word } from './words.ts';

const FR_ACT_TO_TABLE = 1;
/** FR_ACT_* of the types of routes that a rule can have. */
const ACTIONS: Readonly<Record<string, number>> = { blackhole: 6, unreachable: 7, prohibit: 8 };
const MIXED = 'rule specification has mixed IPv4 and IPv6';
const TWO_ACTIONS = 'Cannot specify more than one of table/nop/goto/blackhole/prohibit/unreachable for rule';

/** Conditions and ends that Mahalo's rules do not have; with a word after them but for the last two. */
const LATER = [
  'realms',
  'suppress_prefixlength',
  'sup_pl',
  'suppress_ifgroup',
  'sup_group',
  'tunnel-id',
  'uidrange',
  'ipproto',
  'sport',
  'dport',
  'goto',
  'l3mdev',
  'nop',
];

class RuleReader {
  readonly #cursor: LineCursor;
  readonly #preferences: RulePreferences;
  readonly #isStatic: boolean;
  #from: Prefix | undefined;
  #to: Prefix | undefined;
  #invert = false;
  #table = 0;
  #preference: number | undefined;
  #mark: number | undefined;
  #markMask: number | undefined;
  #tos: number | undefined;
  #inputInterface = '';
  #outputInterface = '';
  #action = 0;
  #noTrack = false;
  #protocol: Word | undefined;

  constructor(cursor: LineCursor, preferences: RulePreferences, isStatic: boolean) {
    this.#cursor = cursor;
    this.#preferences = preferences;
    this.#isStatic = isStatic;
  }

  read(): RuleModel {
    const cursor = this.#cursor;
    for (let word = cursor.take(); word !== undefined; word = cursor.take()) this.#option(word);
    if (this.#action === 0) {
      cursor.fail(
        cursor.first,
        'No action specified for rule - ignoring',
        'table NAME, or prohibit, unreachable, blackhole',
      );
    }
    if (this.#protocol !== undefined && !this.#noTrack && number(this.#protocol.text) !== 18) {
      const message = 'Rule cannot be tracked if protocol is not RTPROT_KEEPALIVED(18), resetting protocol';
      cursor.mistake(this.#protocol, message, 'without protocol, or with no_track');
    }
    const family = cursor.family ?? 4;
    if (this.#preference === undefined) {
      this.#preference = this.#preferences.take(family);
      const message = `Rule has no preference specified - setting to ${this.#preference}. This is probably not what you want.`;
      cursor.mistake(cursor.first, message, 'preference NUMBER');
    }
    return {
      place: placeOf(cursor.first),
      family,
      from: this.#from?.bytes,
      fromLength: this.#from?.length ?? 0,
      to: this.#to?.bytes,
      toLength: this.#to?.length ?? 0,
      invert: this.#invert,
      table: this.#table,
      preference: this.#preference,
      mark: this.#mark,
      markMask: this.#markMask,
      tos: this.#tos,
      inputInterface: this.#inputInterface,
      outputInterface: this.#outputInterface,
      action: this.#action,
      noTrack: this.#noTrack,
      text: cursor.text,
    };
  }

  #option(word: Word): void {
    const cursor = this.#cursor;
    const { text } = word;
    switch (text) {
      case 'inet':
      case 'inet6': {
        const family = text === 'inet' ? 4 : 6;
        cursor.agree(family, word, `${text} specified for IPv${family === 4 ? 6 : 4} rule`);
        return;
      }
      case 'from':
        this.#from = this.#prefix('from');
        return;
      case 'to':
        this.#to = this.#prefix('to');
        return;
      case 'table':
      case 'lookup':
        this.#lookup(word);
        return;
      case 'not':
        this.#invert = true;
        return;
      case 'preference':
      case 'order':
      case 'priority':
        this.#setPreference(word);
        return;
      case 'tos':
      case 'dsfield':
        this.#tos = cursor.named('services', (value) => `TOS value ${value} is invalid`);
        return;
      case 'fwmark':
        this.#setMark(cursor.need());
        return;
      case 'dev':
      case 'iif':
        this.#inputInterface = cursor.device((name) => `WARNING - interface ${name} for rule doesn't exist`);
        return;
      case 'oif':
        this.#outputInterface = cursor.device((name) => `WARNING - interface ${name} for rule doesn't exist`);
        return;
      case 'protocol':
        this.#setProtocol(cursor.need());
        return;
      case 'no_track':
        this.#noTrack = true;
        return;
      default:
        if (text === 'track_group' && this.#isStatic) this.#group(cursor.need());
        else if (LATER.includes(text)) cursor.refuse(word, `${text} of a rule`);
        else this.#setAction(text === 'type' ? cursor.need() : word);
    }
  }

  #prefix(name: 'from' | 'to'): Prefix {
    const cursor = this.#cursor;
    const word = cursor.need();
    const prefix = cursor.prefix(word);
    if (prefix === undefined)
      return cursor.fail(word, `Invalid rule ${name} address ${word.text}`, 'a network, or all');
    cursor.agree(prefix.family, word, MIXED);
    return prefix;
  }

  #lookup(word: Word): void {
    const cursor = this.#cursor;
    const table = cursor.named('tables', (value) => `Routing table ${value} not found for rule`);
    if (table === 0) cursor.fail(word, 'Table 0 is not valid', 'tables count from 1');
    if (this.#action !== 0) cursor.fail(word, TWO_ACTIONS, 'one of them');
    this.#table = table;
    this.#action = FR_ACT_TO_TABLE;
  }

  #setPreference(option: Word): void {
    const cursor: LineCursor = this.#cursor;
    const word = cursor.need();
    const value = number(word.text);
    if (value === undefined || value > UNSIGNED_MAX) {
      cursor.fail(word, `Invalid rule preference ${option.text} specified`, 'a number');
    }
    this.#preference = value;
  }

  #setMark(word: Word): void {
    const cursor: LineCursor = this.#cursor;
    const [mark = '', mask] = word.text.split('/');
    const value = number(mark.trimStart());
    const bits = mask === undefined ? undefined : number(mask);
    if (
      value === undefined ||
      value > UNSIGNED_MAX ||
      (mask !== undefined && (bits === undefined || bits > UNSIGNED_MAX))
    ) {
      cursor.fail(word, `Invalid rule fwmark ${word.text} specified`, 'a number, /MASK after it');
    }
    this.#mark = value;
    this.#markMask = bits;
  }

  #setProtocol(word: Word): void {
    const complaint = `Invalid protocol ${word.text}`;
    const value = this.#cursor.context.unsigned(word, { minimum: 0, maximum: 255 }, { complaint });
    if (value === undefined) return;
    this.#protocol = word;
    if (this.#noTrack) this.#cursor.without(word, 'protocol of a rule');
  }

  #setAction(word: Word): void {
    const cursor: LineCursor = this.#cursor;
    const action = ACTIONS[word.text];
    if (action === undefined) {
      const known = cursor.context.routing.routeType(word.text) !== undefined || number(word.text) !== undefined;
      const message = known ? `Invalid rule action ${word.text}` : `Unknown rule option ${word.text}`;
      cursor.fail(
        word,
        message,
        'from, to, iif, oif, fwmark, tos, table, preference, prohibit, unreachable, blackhole',
      );
    }
    if (this.#action !== 0) cursor.fail(word, TWO_ACTIONS, 'one of them');
    this.#action = action;
  }

  #group(word: Word): void {
    const names = this.#cursor.context.drafts.trackGroups.map((group) => group.name);
    if (names.includes(word.text)) return;
    const hint = this.#cursor.context.nearest(word.text, names, 'track_group');
    this.#cursor.mistake(word, `track_group ${word.text} not found`, hint);
  }
}

/** undefined: the rule is left out; why was told. */
export function readRuleLine(line: ValueLine, context: Context, isStatic: boolean): RuleModel | undefined {
  try {
    return new RuleReader(new LineCursor(line, context), context.rulePreferences, isStatic).read();
  } catch (error) {
    if (error instanceof LeftOut) return undefined;
    throw error;
  }
}
