/**
 * Formatted strings (manual 8.2.6): pieces compiled to one function that writes the line. The parser has merged blanks
 * where they are to be merged; what is left to do here is HAProxy's rule that captures which do not exist leave no second
 * blank behind. The result is bytes, one character each: encode it as latin1.
 */
import { parseFormat } from '../config/format.ts';
import { pointMask } from '../config/keywords/check-points.ts';
import type { ExpressionModel, FormatFlags, FormatModel, FormatPiece } from '../config/model-rules.ts';
import type { ByteArea } from '../http/copy-bytes.ts';
import type { CompileOptions } from './context.ts';
import { compileExpression, inText } from './expression.ts';
import type { LogRecord } from './log-record.ts';
import { appendHeaderValue, appendLineValue } from './log-text.ts';
import { type Append, capturesOf, compileVariable } from './log-variables.ts';
import { Sample } from './sample.ts';
import { encodedArea, inWord, output } from './text-output.ts';

export interface CompiledFormat {
  /** Appends the text to the output. */
  readonly append: Append;
  /** The text as a string. */
  write(record: LogRecord): string;
}

/** What makes text; `isNothing`: when it makes nothing at all, not even an empty word between two blanks. */
interface Value {
  readonly append: Append;
  readonly isNothing: ((record: LogRecord) => boolean) | null;
}

/** Literal text, or what makes text. */
type Step = string | Value;

/** Which messages something is captured from: where nothing is, variables of captures write nothing. */
export interface Captured {
  readonly request: boolean;
  readonly response: boolean;
}

const ANYTHING: Captured = { request: true, response: true };

/** Compiles a format; throws an Error on what is not implemented. */
export function compileFormat(
  written: FormatModel,
  options: CompileOptions,
  captured: Captured = ANYTHING,
): CompiledFormat {
  const model = { ...written, pieces: withoutGaps(written, captured) };
  const steps = model.pieces.flatMap((piece) => compilePiece(piece, model, options));
  const merged = model.use === 'log' || model.use === 'id';
  // No log line starts with a blank: `%{+Q}o %ci` has one only for the reader's sake.
  if (merged && typeof steps[0] === 'string') steps[0] = steps[0].trimStart();
  const gaps = merged && steps.some((step) => typeof step !== 'string' && step.isNothing !== null);
  const append = gaps ? mergeBlanks(steps) : join(steps);
  return {
    append,
    write: (record) => {
      const start = output.end;
      append(record);
      return output.take(start);
    },
  };
}

/** The pieces without variables that write nothing, and without the blanks behind them. */
function withoutGaps({ pieces, use }: FormatModel, { request, response }: Captured): readonly FormatPiece[] {
  if (request && response) return pieces;
  const kept: FormatPiece[] = [];
  let gap = false;
  for (const piece of pieces) {
    if (
      piece.kind === 'variable' &&
      capturesOf(piece.name) !== undefined &&
      !(piece.name.startsWith('hr') ? request : response)
    ) {
      gap = true;
      continue;
    }
    const last = kept.at(-1);
    const blankBefore = last === undefined || (last.kind === 'text' && last.text.endsWith(' '));
    gap &&= blankBefore && piece.kind === 'text' && piece.text.startsWith(' ') && use !== 'header' && use !== 'text';
    if (!gap || piece.kind !== 'text') kept.push(piece);
    else if (piece.text !== ' ') kept.push({ kind: 'text', text: piece.text.slice(1) });
    gap = false;
  }
  return kept;
}

function compilePiece(piece: FormatPiece, model: FormatModel, options: CompileOptions): readonly Step[] {
  switch (piece.kind) {
    case 'text':
      return [piece.text];
    case 'variable':
      return piece.name === 'o' ? [] : [compileShown(piece.name, piece.flags)];
    case 'expression':
      return [{ append: compileValue(piece.expression, piece.flags, model, options), isNothing: null }];
  }
}

function compileShown(name: string, flags: FormatFlags): Value {
  const captures = capturesOf(name);
  const isNothing = (record: LogRecord): boolean => {
    const values = captures?.(record) ?? null;
    return values === null || values.length === 0;
  };
  return { append: compileVariable(name, flags), isNothing: captures === undefined ? null : isNothing };
}

const reading = new Sample();

/** Writes the value of an expression; nothing stands for no sample (HAProxy's formats do not differ). */
function compileValue(
  expression: ExpressionModel,
  flags: FormatFlags,
  { use }: FormatModel,
  options: CompileOptions,
): Append {
  const { read } = compileExpression(expression, { ...options, iterate: false });
  const append = use === 'header' || use === 'id' ? appendHeaderValue : appendLineValue;
  const plain = !flags.quote && !flags.escape && !flags.mandatory;
  return (record) => {
    reading.mayChange = false;
    const found = read(record, reading);
    if (found && plain && reading.appendFigure(output)) return;
    if (found && inText(reading)) append(reading.bytes, reading.view, reading.start, reading.end, flags);
    else append(reading.bytes, null, 0, 0, flags);
  };
}

/** Texts and values by turns, a text first and last: nothing is asked about any of them when the line is written. */
function join(steps: readonly Step[]): Append {
  const words: string[] = [''];
  const values: Append[] = [];
  for (const step of steps) {
    if (typeof step === 'string') words[words.length - 1] += step;
    else {
      values.push(step.append);
      words.push('');
    }
  }
  const texts = words.map(compileLiteral);
  const first = texts[0] as Literal;
  return (record) => {
    appendLiteral(first);
    for (let i = 0; i < values.length; i++) {
      (values[i] as Append)(record);
      appendLiteral(texts[i + 1] as Literal);
    }
  };
}

/** Text of the format itself. Nearly all of it is a mark or two: those are in `word`. */
interface Literal {
  readonly word: number;
  readonly length: number;
  readonly area: ByteArea;
}

const LONGEST_WORD = 4;

function compileLiteral(text: string): Literal {
  return { word: inWord(text.slice(0, LONGEST_WORD)), length: text.length, area: encodedArea(text) };
}

function appendLiteral({ word, length, area }: Literal): void {
  if (length <= LONGEST_WORD) output.short(word, length);
  else output.run(area.bytes, area.view, 0, length);
}

const BLANK = 32;

/** The same where values may be nothing: the blank behind one that is goes as well. */
function mergeBlanks(steps: readonly Step[]): Append {
  return (record) => {
    const start = output.end;
    let skipped = false;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      if (typeof step === 'string') {
        const afterBlank = output.end === start || output.bytes[output.end - 1] === BLANK;
        output.text(skipped && step.startsWith(' ') && afterBlank ? step.slice(1) : step);
        skipped = false;
        continue;
      }
      skipped = step.isNothing?.(record) ?? false;
      if (!skipped) step.append(record);
    }
  };
}

/** A format of a log line as text; throws an Error when it is none. */
export function logFormat(text: string): FormatModel {
  const parsed = parseFormat(text, { where: pointMask('logs'), http: true, use: 'log' });
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed;
}

/**
 * The line of a proxy without a format of its own. HAProxy writes this one when the connection arrives, and a short
 * `connect` line is all there is.
 */
export function connectFormat(mode: 'http' | 'tcp'): FormatModel {
  return logFormat(`Connect from %ci:%cp to %fi:%fp (%f/${mode.toUpperCase()})`);
}
