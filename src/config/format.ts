/**
 * Formatted strings ("log-format", manual 8.2.4): text with `%name`, `%{flags}name` and `%[expression]`, cut into pieces
 * once, so that writing one is only joining.
 */

import { parseExpression } from './expression.ts';
import { LOG_VARIABLES } from './keywords/log-variables.ts';
import type { ExpressionModel, FormatFlags, FormatModel, FormatPiece, FormatUse } from './model-rules.ts';

export type FormatResult = FormatModel | { readonly error: string };

export interface FormatRules {
  /** Check points at which the string is written, see `fetches.ts`. */
  readonly where: number;
  /** HTTP variables may be used. */
  readonly http: boolean;
  /** See FormatModel: logs and ids merge blanks, in logs missing values become '-'. */
  readonly use: FormatUse;
  /** Responses: `hdr` means the response's. */
  readonly response?: boolean;
}

const NO_FLAGS: FormatFlags = { quote: false, hex: false, escape: false, mandatory: false };

function applyFlags(text: string, flags: FormatFlags): FormatFlags {
  const changed = { ...flags };
  for (const word of text.split(',')) {
    // As HAProxy does: the last sign counts, what is not known is ignored.
    const sign = Math.max(word.lastIndexOf('+'), word.lastIndexOf('-'));
    if (sign < 0) continue;
    const on = word.charAt(sign) === '+';
    switch (word.slice(sign + 1)) {
      case 'M':
        changed.mandatory = on;
        break;
      case 'Q':
        changed.quote = on;
        break;
      case 'X':
        changed.hex = on;
        break;
      case 'E':
        changed.escape = on;
        break;
      default:
        break;
    }
  }
  return changed;
}

class FormatReader {
  readonly #text: string;
  readonly #rules: FormatRules;
  readonly #pieces: FormatPiece[] = [];
  #plain = '';
  #defaults: FormatFlags;

  constructor(text: string, rules: FormatRules) {
    this.#text = text;
    this.#rules = rules;
    this.#defaults = { ...NO_FLAGS, mandatory: rules.use === 'log' };
  }

  read(): FormatResult {
    const text = this.#text;
    let at = 0;
    while (at < text.length) {
      if (text.charAt(at) !== '%') {
        this.#plain += text.charAt(at++);
        continue;
      }
      const next = this.#readPercent(at + 1);
      if (typeof next === 'object') return next;
      at = next;
    }
    this.#endText();
    return { text, pieces: this.#pieces, use: this.#rules.use };
  }

  #endText(): void {
    if (this.#plain === '') return;
    const { use } = this.#rules;
    const merged = use === 'log' || use === 'id';
    const text = merged ? this.#plain.replace(/ +/g, ' ') : this.#plain;
    this.#pieces.push({ kind: 'text', text });
    this.#plain = '';
  }

  /** Reads what follows a percent sign; gives the index after it. */
  #readPercent(start: number): number | { error: string } {
    const text = this.#text;
    const character = text.charAt(start);
    if (character === '') return { error: "truncated line after '%'" };
    if (character === '%') {
      this.#plain += '%';
      return start + 1;
    }
    if (/[\d \t]/.test(character)) {
      return {
        error:
          `unexpected variable name near '${character}' at position ${start} line : '${text}'. ` +
          "Maybe you want to write a single '%', use the syntax '%%'",
      };
    }
    let at = start;
    let flags: string | undefined;
    if (character === '{') {
      const end = text.indexOf('}', start);
      if (end < 0) return { error: `truncated line after '${text.slice(start + 1)}'` };
      flags = text.slice(start + 1, end);
      at = end + 1;
      if (!/[A-Za-z0-9[]/.test(text.charAt(at))) {
        return { error: `parse argument modifier without variable name near '%{${flags}}'` };
      }
    }
    if (text.charAt(at) === '[') return this.#readExpression(at + 1, flags);
    const name = /^[A-Za-z][A-Za-z0-9]*/.exec(text.slice(at))?.[0] ?? '';
    // A percent sign before anything else stands for nothing; the character itself is kept.
    if (name === '' && flags === undefined) return start;
    const failure = this.#addVariable(name === '' ? text.charAt(at) : name, flags);
    return failure ?? at + Math.max(name.length, 1);
  }

  #addVariable(name: string, flags: string | undefined): { error: string } | undefined {
    const own = flags === undefined ? this.#defaults : applyFlags(flags, this.#defaults);
    if (name === 'o') {
      this.#defaults = own;
      return undefined;
    }
    const variable = LOG_VARIABLES.get(name);
    if (variable === undefined) {
      return {
        error:
          `no such format variable '${name}'. ` +
          "If you wanted to emit the '%' character verbatim, you need to use '%%'",
      };
    }
    if (variable.http && !this.#rules.http) {
      return { error: `format variable '${name}' is reserved for HTTP mode` };
    }
    if (!variable.implemented) return { error: `'%${name}' is not implemented yet` };
    this.#endText();
    this.#pieces.push({ kind: 'variable', name, flags: own });
    return undefined;
  }

  #readExpression(start: number, flags: string | undefined): number | { error: string } {
    const text = this.#text.slice(start);
    const parsed = parseExpression(text, true);
    if ('error' in parsed) {
      if (parsed.error.endsWith('is not implemented yet')) return parsed;
      return { error: `failed to parse sample expression <${text}> : ${parsed.error}` };
    }
    if ((parsed.fetch.places & this.#rules.where) === 0) {
      return {
        error:
          `sample fetch <${text}> may not be reliably used here because it needs '${parsed.fetch.source}' ` +
          'which is not available here',
      };
    }
    const end = text.length - parsed.rest.length;
    if (!parsed.rest.startsWith(']')) {
      const found = parsed.rest.charAt(0);
      const before = text.slice(0, end);
      return {
        error: /[\x20-\x7e]/.test(found)
          ? `expected ']' after '${before}', but found '${found}'`
          : `missing ']' after '${before}'`,
      };
    }
    this.#endText();
    this.#pieces.push({
      kind: 'expression',
      expression: this.#turn(parsed.expression, parsed.fetch.name),
      flags: flags === undefined ? this.#defaults : applyFlags(flags, this.#defaults),
    });
    return start + end + 1;
  }

  /** `hdr` follows the direction. */
  #turn(expression: ExpressionModel, written: string): ExpressionModel {
    return this.#rules.response === true && written === 'hdr' ? { ...expression, fetch: 'res.hdr' } : expression;
  }
}

/** Cuts a formatted string into pieces; adjacent text is one piece. */
export function parseFormat(text: string, rules: FormatRules): FormatResult {
  return new FormatReader(text, rules).read();
}

/** A string that is taken as it stands. */
export function literalFormat(text: string): FormatModel {
  return { text, pieces: text === '' ? [] : [{ kind: 'text', text }], use: 'text' };
}
