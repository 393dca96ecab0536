/**
 * The lines that start with a dot (manual 2.4): `.if`, `.elif`, `.else`, `.endif` decide which lines are read, `.alert`,
 * `.warning`, `.notice` and `.diag` say something. After an error here HAProxy gives up on the file, and so do we: what
 * would follow depends on a decision that cannot be made.
 */

import { evaluateConditional } from './conditional.ts';
import { showPosition, type Word } from './lexer.ts';
import type { Place } from './model.ts';
import type { ParserState } from './statement.ts';

/** HAProxy's MAXNESTEDCONDS. */
const DEEPEST = 100;

/** What to do: the line was dealt with; reading ends, with or without the checks of a file's end; it is a statement. */
export type DirectiveOutcome = 'done' | 'stop' | 'end' | 'read';

type BlockState =
  /** This branch is read; so no later one is. */
  | 'taken'
  /** This branch is not read, a later one may be. */
  | 'dropped'
  /** Neither this branch nor a later one is read: one was, or the block stands in one that is not read. */
  | 'over';

interface Block {
  state: BlockState;
  otherwise: boolean;
}

const MESSAGES: Readonly<Record<string, 'alert' | 'warning' | 'notice' | 'diag'>> = {
  '.alert': 'alert',
  '.warning': 'warning',
  '.notice': 'notice',
  '.diag': 'diag',
};

/** The blocks of one file. */
export class Directives {
  readonly #state: ParserState;
  readonly #blocks: Block[] = [];

  constructor(state: ParserState) {
    this.#state = state;
  }

  /** `endsBlank`: blanks follow the last word, which HAProxy shows in its messages. */
  read(words: readonly Word[], place: Place, endsBlank: boolean): DirectiveOutcome {
    const name = words[0]?.text ?? '';
    switch (name) {
      case '.if':
        return this.#if(words, place, endsBlank);
      case '.elif':
        return this.#elif(words, place, endsBlank);
      case '.else':
        return this.#else(words, place);
      case '.endif':
        return this.#endif(words, place);
      default:
        if (this.#skipping) return 'done';
        return name.startsWith('.') ? this.#say(name, words, place) : 'read';
    }
  }

  /** The file is over. Returns false after a complaint. */
  finish(place: Place): boolean {
    if (this.#blocks.length === 0) return true;
    this.#alert(place, "non-terminated '.if' block.");
    return false;
  }

  get #skipping(): boolean {
    const block = this.#blocks.at(-1);
    return block !== undefined && block.state !== 'taken';
  }

  #alert(place: Place, message: string, word?: Word): void {
    const position = word === undefined ? {} : { column: word.column, endColumn: word.endColumn };
    this.#state.diagnostics.alert(place, message, { style: 'tight', ...position });
  }

  #if(words: readonly Word[], place: Place, endsBlank: boolean): DirectiveOutcome {
    const hidden = this.#skipping;
    if (this.#blocks.length + 1 >= DEEPEST) {
      this.#alert(place, `too many nested '.if', max is ${DEEPEST}.`);
      return 'stop';
    }
    if (hidden) {
      this.#blocks.push({ state: 'over', otherwise: false });
      return 'done';
    }
    const value = this.#evaluate(words, place, endsBlank);
    if (value === undefined) return 'stop';
    this.#blocks.push({ state: value ? 'taken' : 'dropped', otherwise: false });
    return 'done';
  }

  #elif(words: readonly Word[], place: Place, endsBlank: boolean): DirectiveOutcome {
    const block = this.#branch('.elif', place);
    if (block === undefined) return 'stop';
    if (block.state !== 'dropped') {
      block.state = 'over';
      return 'done';
    }
    const value = this.#evaluate(words, place, endsBlank);
    if (value === undefined) return 'stop';
    block.state = value ? 'taken' : 'dropped';
    return 'done';
  }

  #else(words: readonly Word[], place: Place): DirectiveOutcome {
    if (this.#unexpected(words, place, 1)) return 'end';
    const block = this.#branch('.else', place);
    if (block === undefined) return 'stop';
    block.state = block.state === 'dropped' ? 'taken' : 'over';
    block.otherwise = true;
    return 'done';
  }

  #endif(words: readonly Word[], place: Place): DirectiveOutcome {
    if (this.#unexpected(words, place, 1)) return 'end';
    if (this.#blocks.pop() !== undefined) return 'done';
    this.#alert(place, "lone '.endif' with no matching '.if'.");
    return 'end';
  }

  /** The block that `.elif` or `.else` goes on with; undefined after a complaint. */
  #branch(name: string, place: Place): Block | undefined {
    const block = this.#blocks.at(-1);
    if (block === undefined) {
      this.#alert(place, `lone '${name}' with no matching '.if'.`);
      return undefined;
    }
    if (block.otherwise) {
      this.#alert(place, `'${name}' after '.else' is not permitted.`);
      return undefined;
    }
    return block;
  }

  #unexpected(words: readonly Word[], place: Place, most: number, advice = ''): boolean {
    const extra = words[most];
    if (extra === undefined || extra.text === '') return false;
    this.#alert(place, `Unexpected argument '${extra.text}' for '${words[0]?.text}'.${advice}`, extra);
    return true;
  }

  #evaluate(words: readonly Word[], place: Place, endsBlank: boolean): boolean | undefined {
    const text = words
      .slice(1)
      .map((word) => word.text)
      .join(' ');
    const shown = endsBlank && text !== '' ? `${text} ` : text;
    const { environment, ports } = this.#state;
    const result = evaluateConditional(shown, { ...ports.product, environment: environment.record });
    if (result.kind === 'value') return result.value;
    const name = words[0]?.text ?? '';
    if (result.message === '') {
      this.#alert(place, `'${text}' asks for a TLS library, and there is none.`);
      return undefined;
    }
    const position = showPosition(shown, result.position, 80 - name.length - 1);
    this.#state.diagnostics.alert(
      place,
      `${result.message} in '${name}' at position ${result.position + 1}:\n` +
        `  ${name} ${position.text}\n  ${'^'.padStart(name.length + 2 + position.at)}`,
      { style: 'tight', column: columnOf(words, result.position) },
    );
    return undefined;
  }

  #say(name: string, words: readonly Word[], place: Place): DirectiveOutcome {
    const severity = MESSAGES[name];
    if (severity === undefined) {
      this.#alert(place, `unknown directive '${name}'.`, words[0]);
      return 'done';
    }
    if (this.#unexpected(words, place, 2, ' Use quotes if the message should contain spaces.')) return 'done';
    const message = `'${words[1]?.text ?? ''}'.`;
    this.#state.diagnostics.report(severity, severity === 'alert', place, message, { style: 'tight' });
    return severity === 'alert' ? 'stop' : 'done';
  }
}

/** Where in the line a position of the expression is, the words of which were joined by one blank each. */
function columnOf(words: readonly Word[], position: number): number {
  let left = position;
  for (const word of words.slice(1)) {
    if (left <= word.text.length) return word.column + left;
    left -= word.text.length + 1;
  }
  return words.at(-1)?.endColumn ?? 1;
}
