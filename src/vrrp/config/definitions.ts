/**
 * Parameters (`$NAME=value`, `$NAME`, `${NAME}`), the ones keepalived brings (`$_PWD`, `${_RANDOM 1 5}` ...) and
 * definitions of several lines (man keepalived.conf, "Parameter substitution"). A parameter that is not defined is left
 * as it is written: a `$` in a script is no mistake.
 */

import { replace, type Text } from './text.ts';

export interface Definition {
  /** One line, or the lines of a definition of several. */
  readonly lines: readonly string[];
  readonly multiLine: boolean;
}

/** Where predefined parameters get their values from. */
export interface DefinitionSources {
  /** Directory of the file that is being read. */
  directory(): string;
  readonly configId: string;
  /** A whole number of the range, ends included. */
  random(minimum: number, maximum: number): number;
}

/** What became of a line. */
export interface Substitution {
  readonly text: Text;
  readonly replaced: boolean;
  /** The remaining lines of definitions of several, the innermost last: its lines come first. */
  readonly following: readonly (readonly string[])[];
  /** Told instead of going on for ever: a parameter that contains itself. */
  readonly endless: boolean;
}

const NAME = '[A-Za-z_][A-Za-z0-9_]*';
const DEFINITION = new RegExp(`^\\$(${NAME})=[ \\t]*(.*)$`, 's');
const USE = new RegExp(`^\\$(?:(${NAME})(?=[ \\t,)]|$)|\\{(${NAME})((?: +\\d+)* *)\\})`);
const MOST_REPLACEMENTS = 1000;
const LONGEST_LINE = 65_536;

export class Definitions {
  readonly #own = new Map<string, Definition>();
  readonly #sources: DefinitionSources;

  constructor(sources: DefinitionSources) {
    this.#sources = sources;
  }

  /** The name and value of a line that defines a parameter. */
  static parse(line: string): { readonly name: string; readonly value: string } | undefined {
    const match = DEFINITION.exec(line);
    return match === null ? undefined : { name: match[1] ?? '', value: match[2] ?? '' };
  }

  set(name: string, definition: Definition): void {
    this.#own.set(name, definition);
  }

  #find(name: string, parameters: string): Definition | undefined {
    const own = this.#own.get(name);
    if (own !== undefined) return parameters === '' ? own : undefined;
    if (name === '_RANDOM') {
      const [minimum = 0, maximum = 32_767] = parameters.split(' ').map(Number);
      return single(String(this.#sources.random(minimum, Math.max(minimum, maximum))));
    }
    if (parameters !== '') return undefined;
    switch (name) {
      case '_PWD':
        return single(this.#sources.directory());
      case '_INSTANCE':
        return single(this.#sources.configId);
      case '_HASH':
        return single('#');
      case '_BANG':
        return single('!');
      default:
        return undefined;
    }
  }

  /** Replaces what is defined, until nothing is left or a definition of several lines ends the line. */
  substitute(line: Text): Substitution {
    let text = line;
    let replaced = false;
    const following: (readonly string[])[] = [];
    let at = 0;
    for (let count = 0; ; count++) {
      at = text.text.indexOf('$', at);
      if (at < 0 || at + 1 >= text.text.length) break;
      const use = USE.exec(text.text.slice(at));
      const definition = use === null ? undefined : this.#find(use[1] ?? use[2] ?? '', (use[3] ?? '').trim());
      const end = at + (use?.[0].length ?? 0);
      if (definition === undefined || (definition.multiLine && end < text.text.length)) {
        at++;
        continue;
      }
      if (count >= MOST_REPLACEMENTS || text.text.length > LONGEST_LINE) {
        return { text, replaced: true, following: [], endless: true };
      }
      const [first = '', ...others] = definition.lines;
      text = replace(text, at, end, first);
      replaced = true;
      if (definition.multiLine) following.push(others);
      if (first.trimStart().startsWith('~')) break;
    }
    return { text, replaced, following, endless: false };
  }
}

function single(value: string): Definition {
  return { lines: [value], multiLine: false };
}
