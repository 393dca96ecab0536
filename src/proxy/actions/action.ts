/**
 * What an action of an HTTP rule is once compiled: an object whose `run` changes the message or the stream and says how
 * to go on. `docs` for whoever adds one: declare it in `config/keywords/http-actions-*.ts`, write its compile function in
 * a file here, name it in `action-table.ts`.
 */
import type { FormatModel } from '../../config/model-rules.ts';
import type { Http1Head } from '../../http/h1-head.ts';
import { anyBelow, fourTimes } from '../../http/words.ts';
import type { CompileOptions } from '../../sample/context.ts';
import { compileFormat } from '../../sample/log-format.ts';
import { output } from '../../sample/text-output.ts';
import type { MakeReply } from '../reply.ts';
import type { Stream } from '../stream.ts';
import { recordOf } from '../stream-record.ts';

/** The next rule has its turn. */
export const NEXT = 0;
/** The rules end, the message goes on. */
export const STOP = 1;
/** Answered with `reply`, counted as denied. */
export const DENY = 2;
/** The same after `timeout tarpit`. */
export const TARPIT = 3;
/** Answered with `reply`, as asked for. */
export const ANSWER = 4;
/** The connection is closed without an answer. */
export const REJECT = 5;
/** The same, and the client is not even told. */
export const DROP = 6;
/** Our fault: 500. */
export const FAIL = 7;
/** The sender's fault: 400, or 502 of a server. */
export const BAD = 8;
/** Not yet: the same action runs again when more has arrived. */
export const WAIT = 9;

export interface Action {
  /** Runs over `head`, the message the rules are about. Returns one of the verdicts above. */
  readonly run: (stream: Stream, head: Http1Head) => number;
  /** What DENY, TARPIT and ANSWER send; null: the proxy's own error response for `status`. */
  readonly reply?: MakeReply | null;
  /** The status that is logged with it. */
  readonly status?: number;
}

/** What compiling needs to know besides the model. */
export interface ActionOptions {
  readonly samples: CompileOptions;
  /** The proxy the rules stand in: the realm of `auth` when none is given. */
  readonly proxyName: string;
  /** The kind of the action behind this one; empty at the end of the list. */
  readonly next: string;
}

const LF = 10;
const CR = 13;
/** The first byte above those, four times. */
const BELOW_SO = fourTimes(CR + 1);

/** Texts from rules end at the first line end: no header may smuggle in another. */
export function singleLine(value: string): string {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code === LF || code === CR || code === 0) return value.slice(0, i);
  }
  return value;
}

/** The same of the output's text from `start` on: where the line ends. */
export function lineEnd(start: number): number {
  const { bytes, view, end } = output;
  let i = start;
  for (const last = end - 3; i < last; i += 4) {
    if (anyBelow(view.getInt32(i, true), BELOW_SO) !== 0) break;
  }
  for (; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte === LF || byte === CR || byte === 0) return i;
  }
  return end;
}

/** The text of a format that does not depend on the stream; undefined: it does. */
export function constantText(model: FormatModel): string | undefined {
  return model.pieces.every((piece) => piece.kind === 'text')
    ? model.pieces.map((piece) => ('text' in piece ? piece.text : '')).join('')
    : undefined;
}

/** A formatted string written as the output's text, from TEXT_START to its end. */
export function compileOutput(model: FormatModel, options: CompileOptions): (stream: Stream) => void {
  const { append } = compileFormat(model, options);
  return (stream) => {
    output.begin();
    append(recordOf(stream));
  };
}

/** A formatted string as a function of the stream. */
export function compileText(model: FormatModel, options: CompileOptions): (stream: Stream) => string {
  const format = compileFormat(model, options);
  return (stream) => format.write(recordOf(stream));
}
