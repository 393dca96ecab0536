/** The text that rewriting actions put in place of what an expression matched, back references still in it. */
import type { FormatModel } from '../../config/model-rules.ts';
import type { CompileOptions } from '../../sample/context.ts';
import type { Substitution } from '../../sample/substitution.ts';
import { encoded, output, TEXT_START } from '../../sample/text-output.ts';
import type { Stream } from '../stream.ts';
import { compileOutput, constantText, lineEnd } from './action.ts';

export class ReplacementText {
  readonly #constant: Buffer | null;
  readonly #write: (stream: Stream) => void;
  /** Where the text that was made last begins and ends in the output: of one line. */
  start: number = TEXT_START;
  end: number = TEXT_START;
  #ownEnd: number = TEXT_START;

  constructor(model: FormatModel, options: CompileOptions) {
    const constant = constantText(model);
    this.#constant = constant === undefined ? null : encoded(constant);
    this.#write = compileOutput(model, options);
  }

  /** Call before the matches of a message are replaced. */
  prepare(stream: Stream): void {
    if (this.#constant === null) this.#write(stream);
    else output.begin();
    this.#ownEnd = output.end;
  }

  /** Makes the text for a match: it is in the output from `start` to `end`. Returns false when it cannot be made. */
  make(match: Substitution, limit: number): boolean {
    this.start = this.#ownEnd;
    output.end = this.#ownEnd;
    const made =
      this.#constant === null
        ? match.append(output.bytes, TEXT_START, this.#ownEnd, limit)
        : match.append(this.#constant, 0, this.#constant.length, limit);
    if (made) this.end = lineEnd(this.start);
    return made;
  }
}
