/**
 * Formatted strings (manual 8.2.6): pieces compiled to one function that writes the line. The parser has merged blanks
 * where they are to be merged; what is left to do here is HAProxy's rule that captures which do not exist leave no second
 * blank behind. The result is bytes, one character each: encode it as latin1.
 */
import { parseFormat } from '../config/format.ts';
import { pointMask } from '../config/keywords/check-points.ts';
import type { FormatFlags, FormatModel, FormatPiece } from '../config/model-rules.ts';
import type { CompileOptions } from './context.ts';
import { compileText } from './expression.ts';
import type { LogRecord } from './log-record.ts';
import { encodeHeader, flaggedText } from './log-text.ts';
import { compileVariable, mayBeNothing } from './log-variables.ts';

export interface CompiledFormat {
  write(record: LogRecord): string;
}

type Write = (record: LogRecord) => string;
/** Undefined: nothing at all, not even an empty word between two blanks. */
type WriteOrNothing = (record: LogRecord) => string | undefined;
/** Literal text, or what makes text. */
type Step = string | WriteOrNothing;

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
  const gaps = merged && model.pieces.some((piece) => piece.kind === 'variable' && mayBeNothing(piece.name));
  return { write: gaps ? mergeBlanks(steps) : join(steps) };
}

/** The pieces without variables that write nothing, and without the blanks behind them. */
function withoutGaps({ pieces, use }: FormatModel, { request, response }: Captured): readonly FormatPiece[] {
  if (request && response) return pieces;
  const kept: FormatPiece[] = [];
  let gap = false;
  for (const piece of pieces) {
    if (piece.kind === 'variable' && mayBeNothing(piece.name) && !(piece.name.startsWith('hr') ? request : response)) {
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
      return piece.name === 'o' ? [] : [compileVariable(piece.name, piece.flags)];
    case 'expression':
      return [compileValue(compileText(piece.expression, options), piece.flags, model)];
  }
}

function compileValue(read: (record: LogRecord) => string, flags: FormatFlags, { use }: FormatModel): Write {
  if (use === 'header' || use === 'id') return (record) => encodeHeader(read(record), flags);
  // A NUL ends what is copied into a line.
  return (record) => {
    const text = read(record);
    const end = text.indexOf('\0');
    return flaggedText(end < 0 ? text : text.slice(0, end), flags);
  };
}

/** Texts and values by turns, a text first and last: nothing is asked about any of them when the line is written. */
function join(steps: readonly Step[]): Write {
  const texts: string[] = [''];
  const values: WriteOrNothing[] = [];
  for (const step of steps) {
    if (typeof step === 'string') texts[texts.length - 1] += step;
    else {
      values.push(step);
      texts.push('');
    }
  }
  const [first = '', second = '', third = ''] = texts;
  const [one, two] = values;
  if (one === undefined) return () => first;
  if (two === undefined) return (record) => first + (one(record) ?? '') + second;
  if (values.length === 2) return (record) => first + (one(record) ?? '') + second + (two(record) ?? '') + third;
  return (record) => {
    let line = first;
    for (let i = 0; i < values.length; i++) line += ((values[i] as WriteOrNothing)(record) ?? '') + texts[i + 1];
    return line;
  };
}

/** The same where values may be nothing: the blank behind one that is goes as well. */
function mergeBlanks(steps: readonly Step[]): Write {
  return (record) => {
    let line = '';
    let skipped = false;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      if (typeof step === 'string') {
        line += skipped && step.startsWith(' ') && (line === '' || line.endsWith(' ')) ? step.slice(1) : step;
        skipped = false;
        continue;
      }
      const text = step(record);
      skipped = text === undefined;
      if (text !== undefined) line += text;
    }
    return line;
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
