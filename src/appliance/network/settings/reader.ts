/**
 * Reads values of JSON strictly and collects everything that is wrong, each with its path: `network.ports.eth0.vlan`.
 * A field that nobody asked for is an error too, for it was meant to do something.
 */
import { nearestWord } from '../../../config/word-distance.ts';

export interface SettingIssue {
  /** Where in the document: `network.bridge.ipv4.address`. */
  readonly path: string;
  /** A sentence without a full stop: what is wrong, and what may stand there. */
  readonly message: string;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export class SettingReader {
  readonly issues: SettingIssue[] = [];

  issue(path: string, message: string): void {
    this.issues.push({ path, message });
  }

  /** The value as an object with no other fields than `known`; undefined (and an issue) when it is none. */
  object(path: string, value: unknown, known: readonly string[]): JsonObject | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.issue(path, `an object is wanted here, not ${kindOf(value)}`);
      return undefined;
    }
    for (const name of Object.keys(value)) {
      if (known.includes(name)) continue;
      const meant = nearestWord(name, known);
      const hint = meant === undefined ? `known are ${listed(known)}` : `did you mean "${meant}"?`;
      this.issue(`${path}.${name}`, `"${name}" means nothing here; ${hint}`);
    }
    return value as JsonObject;
  }

  text(path: string, value: unknown, example: string): string | undefined {
    if (typeof value === 'string' && value !== '') return value;
    this.issue(path, `a text such as "${example}" is wanted here, not ${kindOf(value)}`);
    return undefined;
  }

  oneOf<T extends string>(path: string, value: unknown, words: readonly T[]): T | undefined {
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    const meant = typeof value === 'string' ? nearestWord(value, words) : undefined;
    const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
    this.issue(path, `one of ${listed(words)} is wanted here, not ${kindOf(value)}${hint}`);
    return undefined;
  }

  /** A whole number of the range. */
  whole(path: string, value: unknown, least: number, most: number): number | undefined {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    this.issue(path, `a whole number from ${least} to ${most} is wanted here, not ${kindOf(value)}`);
    return undefined;
  }

  /** At most `most` texts. */
  texts(path: string, value: unknown, most: number, example: string): string[] {
    if (!Array.isArray(value)) {
      this.issue(path, `a list such as ["${example}"] is wanted here, not ${kindOf(value)}`);
      return [];
    }
    if (value.length > most) this.issue(path, `at most ${most} are possible, there are ${value.length}`);
    return value.flatMap((entry, index) => this.text(`${path}[${index}]`, entry, example) ?? []);
  }
}

/** `"a", "b" or "c"`. */
export function listed(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

const LONGEST_SHOWN = 40;

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
}
