/** What a keyword works with while it reads its line: words, numbers, interfaces, accounts, and where to complain. */

import { nearestWord } from '../../config/word-distance.ts';
import type { UserModel } from '../model.ts';
import type { Drafts } from './drafts.ts';
import type { Host, InterfaceFacts } from './host.ts';
import { type NumberResult, type Range, readInteger, readSeconds, readSwitch, readUnsigned } from './numbers.ts';
import type { Report } from './report.ts';
import { RoutingNames } from './routing-names.ts';
import { RulePreferences } from './rule-preferences.ts';
import type { Item, Statement } from './statements.ts';
import type { Word } from './words.ts';

/** A word that is not there: ends the reading of the line. */
export class MissingWord extends Error {
  readonly words: readonly Word[];
  readonly index: number;

  constructor(words: readonly Word[], index: number) {
    super('missing word');
    this.words = words;
    this.index = index;
  }
}

/** `complaint` takes the place of the reader's own words, which become the hint. */
export interface Complaint {
  readonly complaint?: string;
  readonly hint?: string;
}

export class Context {
  readonly report: Report;
  readonly host: Host;
  readonly drafts: Drafts;
  readonly routing: RoutingNames;
  readonly rulePreferences = new RulePreferences();
  /** keepalived does not run when an interface is not there. */
  interfaceMissing = false;

  constructor(report: Report, host: Host, drafts: Drafts) {
    this.report = report;
    this.host = host;
    this.drafts = drafts;
    this.routing = new RoutingNames(host);
  }

  /** Reads the statements of a block into its draft. */
  walk(items: readonly Item[], draft: unknown): void {
    for (const item of items) {
      if ('problem' in item) {
        const { spot, message, hint, severe } = item.problem;
        this.report.keyword = '';
        if (severe) this.report.mistake(spot, message, hint);
        else this.report.warn(spot, message, hint);
      } else this.#read(item.statement, draft);
    }
  }

  #read(line: Statement, draft: unknown): void {
    const { keyword } = line;
    const [first] = line.words;
    this.report.keyword = keyword.name;
    if (keyword.standing === 'refused') {
      this.report.refuse(first, `${keyword.name} is not implemented`, keyword.why);
      return;
    }
    if (keyword.standing === 'ignored') {
      this.report.warn(first, `${keyword.name} is not implemented: the line has no effect`, keyword.why);
    }
    if (keyword.successor !== undefined) {
      this.report.warn(first, `'${keyword.name}' is deprecated`, `write '${keyword.successor}'`);
    }
    this.guard(line, () => keyword.read?.(line, draft, this));
  }

  /** Reads a line of which a needed word may be missing. */
  guard(line: { readonly words: readonly Word[]; readonly keyword?: Statement['keyword'] }, read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof MissingWord)) throw error;
      const { words, index } = error;
      const before = words[index - 1] ?? words[0];
      if (before === undefined) return;
      const message =
        `*** Configuration line starting \`${words[0]?.text}\` is missing a parameter after keyword ` +
        `\`${before.text}\` at word position ${index + 1}`;
      const { keyword } = line;
      const hint = keyword === undefined ? undefined : `${keyword.name} ${keyword.grammar}`.trim();
      this.report.missing({ ...before, column: before.endColumn }, message, hint);
    }
  }

  /** The word, or the end of this line. */
  word(line: { readonly words: readonly Word[] }, index: number): Word {
    const word = line.words[index];
    if (word === undefined) throw new MissingWord(line.words, index);
    return word;
  }

  #number(word: Word, result: NumberResult, range: string, said: Complaint): number | undefined {
    if (result.fault === undefined) return result.value;
    const hint = said.hint ?? range;
    this.report.mistake(word, said.complaint ?? result.fault, hint);
    return result.value;
  }

  unsigned(word: Word, range: Range, said: Complaint = {}): number | undefined {
    const limits = `a whole number from ${range.minimum} to ${range.maximum}`;
    return this.#number(word, readUnsigned(word.text, range), limits, said);
  }

  integer(word: Word, range: Range, said: Complaint = {}): number | undefined {
    const limits = `a whole number from ${range.minimum} to ${range.maximum}`;
    return this.#number(word, readInteger(word.text, range), limits, said);
  }

  /** In microseconds, as the range. */
  seconds(word: Word, range: Range, said: Complaint = {}): number | undefined {
    const limits = `seconds, from ${range.minimum / 1e6} to ${range.maximum / 1e6}`;
    return this.#number(word, readSeconds(word.text, range), limits, said);
  }

  /** on/off, true where nothing is written; undefined after a complaint. */
  switch(line: Statement, complaint: (word: string) => string): boolean | undefined {
    const word = line.words[1];
    if (word === undefined) return true;
    const value = readSwitch(word.text);
    if (value === undefined) this.report.mistake(word, complaint(word.text), 'on or off (true, false, yes, no)');
    return value;
  }

  /**
   * An interface by its name. One that is not there is taken with `dynamic_interfaces`; else it stops keepalived, and
   * `complaint` is what is said.
   */
  interface(word: Word, complaint: string, strict = true): InterfaceFacts | undefined {
    const name = word.text;
    const facts = this.host.interface(name);
    if (facts !== undefined) return facts;
    // What a namespace has is seen only from inside of it, where the agent goes when it starts.
    if (this.drafts.global.dynamicInterfaces || this.drafts.global.netNamespace !== '') {
      return { name, mtu: 1500, loopback: false, multicast: true, ethernet: true };
    }
    if (strict) this.interfaceMissing = true;
    const names = this.host.interfaceNames();
    const near = this.report.full ? undefined : nearestWord(name, names);
    const there = names.length === 0 ? 'there is no interface' : `there is ${names.join(', ')}`;
    this.report.mistake(word, complaint, near === undefined ? there : `did you mean '${near}'?`);
    return undefined;
  }

  /** An account by name, with a group of its own when told; undefined when there is none. */
  user(name: string, group: string | undefined): UserModel | undefined {
    const account = this.host.user(name);
    if (account === undefined) return undefined;
    const gid = group === undefined ? account.gid : this.host.group(group);
    return gid === undefined ? undefined : { name, uid: account.uid, gid };
  }

  /** "did you mean" for names that the file declares. */
  nearest(name: string, names: readonly string[], what: string): string {
    const near = this.report.full ? undefined : nearestWord(name, names);
    if (near !== undefined) return `did you mean '${near}'?`;
    return names.length === 0 ? `no ${what} stands before this line` : `there is ${names.join(', ')}`;
  }
}
