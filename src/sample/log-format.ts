/**
 * Formatted strings (manual 8.2.6): pieces compiled to one function that writes the line. The parser has merged blanks
 * where they are to be merged (logs); what is left to do here is HAProxy's rule that captures which do not exist leave
 * no second blank behind. The result is bytes, one character each: encode it as latin1.
 */
import type { FormatFlags, FormatModel, FormatPiece } from '../config/model.ts';
import type { CompileOptions } from './context.ts';
import { compileText } from './expression.ts';
import type { LogRecord } from './log-record.ts';
import { flaggedText } from './log-text.ts';
import { compileVariable } from './log-variables.ts';

export interface CompiledFormat {
  write(record: LogRecord): string;
}

/** Literal text, or what makes text (undefined: nothing at all, not even an empty word between two blanks). */
type Step = string | ((record: LogRecord) => string | undefined);

/** Compiles a format; throws an Error on what is not implemented. */
export function compileFormat(model: FormatModel, options: CompileOptions): CompiledFormat {
  const steps = model.pieces.flatMap((piece) => compilePiece(piece, options));
  // No log line starts with a blank: `%{+Q}o %ci` has one only for the reader's sake.
  if (options.direction === 'log' && typeof steps[0] === 'string') steps[0] = steps[0].trimStart();
  const [only] = steps;
  if (steps.length === 1 && typeof only === 'string') return { write: () => only };
  if (steps.length === 1 && typeof only === 'function') return { write: (record) => only(record) ?? '' };
  return {
    write(record) {
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
    },
  };
}

function compilePiece(piece: FormatPiece, options: CompileOptions): readonly Step[] {
  switch (piece.kind) {
    case 'text':
      return [piece.text];
    case 'variable':
      return piece.name === 'o' ? [] : [compileVariable(piece.name, piece.flags)];
    case 'expression': {
      const read = compileText(piece.expression, options);
      const flags = piece.flags;
      if (!flags.quote && !flags.escape && !flags.mandatory) return [read];
      return [(record) => flaggedText(read(record), flags)];
    }
  }
}

const PLAIN: FormatFlags = { quote: false, hex: false, escape: false, mandatory: false };

/** HAProxy's own formats (manual 8.2.2, 8.2.3, 8.2.1), as configuration text. */
export const HTTPLOG =
  '%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r';
export const TCPLOG = '%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq';
export const CLFLOG =
  '%{+Q}o %{-Q}ci - - [%trg] %r %ST %B "" "" %cp %ms %ft %b %s %TR %Tw %Tc %Tr %Ta %tsc %ac %fc %bc %sc %rc %sq %bq ' +
  '%CC %CS %hrl %hsl';

/**
 * The line of a proxy without a format of its own. HAProxy writes this one when the connection arrives, and a short
 * `connect` line is all there is.
 */
export function connectFormat(mode: 'http' | 'tcp'): FormatModel {
  return formatOf(`Connect from %ci:%cp to %fi:%fp (%f/${mode.toUpperCase()})`);
}

/** The formats that `option httplog`, `option httplog clf` and `option tcplog` select. */
export function builtInFormat(name: 'httplog' | 'httplog-clf' | 'tcplog'): FormatModel {
  return formatOf(name === 'tcplog' ? TCPLOG : name === 'httplog' ? HTTPLOG : CLFLOG);
}

/** Cuts a format of text and variables, flags `Q`, `X`, `E` and `M` as in the manual, `%{...}o` setting the default. */
function formatOf(text: string): FormatModel {
  const pieces: FormatPiece[] = [];
  let standing = { ...PLAIN, mandatory: true };
  for (const [whole, literal, changes, name] of text.matchAll(/([^%]+)|%(?:\{([^}]*)\})?([A-Za-z]+)/g)) {
    if (literal !== undefined) {
      pieces.push({ kind: 'text', text: whole });
      continue;
    }
    const flags = withChanges(standing, changes ?? '');
    if (name === 'o') standing = flags;
    else pieces.push({ kind: 'variable', name: name ?? '', flags });
  }
  return { text, pieces };
}

function withChanges(flags: FormatFlags, changes: string): FormatFlags & { mandatory: boolean } {
  const result = { ...flags };
  const names = { Q: 'quote', X: 'hex', E: 'escape', M: 'mandatory' } as const;
  for (const [, sign, letter] of changes.matchAll(/([+-])([QXEM])/g)) {
    result[names[letter as keyof typeof names]] = sign === '+';
  }
  return result;
}
