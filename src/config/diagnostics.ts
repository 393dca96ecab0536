/**
 * What loading a configuration has to say. One diagnostic is one message of HAProxy; its `text` is HAProxy's wording,
 * so that people and tools that know the one understand the other. Nothing here prints: `roles` puts
 * `[ALERT]    (pid) : config : ` before it.
 */

import type { MessageContext } from './message-location.ts';
import type { Place } from './model.ts';

/** `diag`: no verdict of HAProxy, but worth a look; shown with `-dD` and to editors. It changes no exit code. */
export type Severity = 'alert' | 'warning' | 'notice' | 'diag';

export interface Diagnostic {
  readonly severity: Severity;
  /** The configuration cannot be used. (HAProxy also has alerts that it survives: "already specified. Continuing.") */
  readonly fatal: boolean;
  /** '' and 0 where the message concerns no single line. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The column after what is meant; undefined where that is not known. */
  readonly endColumn: number | undefined;
  /** The keyword of the line; '' where there is none. */
  readonly keyword: string;
  /** The message without its position. */
  readonly message: string;
  /** What to write instead, when that is known. */
  readonly hint: string | undefined;
  /** Says that there were other messages. */
  readonly summary: boolean;
  /** HAProxy would say it in a later run, when the errors of single lines are mended. */
  readonly later: boolean;
  /** Several errors that HAProxy tells in one message, each for itself. */
  readonly parts: readonly Diagnostic[];
  /** The message as HAProxy prints it after `config : `, its position included. */
  readonly text: string;
}

/** How HAProxy writes the position before a message; the variants differ from message to message. */
export type PositionStyle = 'spaced' | 'tight' | 'capital' | 'bracket' | 'both' | 'none';

function positionText(style: PositionStyle, place: Place): string {
  const position = `[${place.file}:${place.line}]`;
  switch (style) {
    case 'spaced':
      return `parsing ${position} : `;
    case 'tight':
      return `parsing ${position}: `;
    case 'capital':
      return `Parsing ${position}: `;
    case 'bracket':
      return `${position} : `;
    case 'both':
      return `${position} : parsing ${position} : `;
    case 'none':
      return '';
  }
}

export interface Remark {
  readonly style?: PositionStyle;
  readonly hint?: string | undefined;
  readonly column?: number;
  readonly endColumn?: number | undefined;
  readonly keyword?: string;
}

/** Collects diagnostics in the order HAProxy would print them. */
export class Diagnostics {
  readonly list: Diagnostic[] = [];
  /** Tells where a message belongs that comes without a position. */
  context: MessageContext | undefined;
  #fatal = 0;

  get fatalCount(): number {
    return this.#fatal;
  }

  report(severity: Severity, fatal: boolean, place: Place | undefined, message: string, remark: Remark = {}): void {
    if (fatal) this.#fatal++;
    const style = remark.style ?? 'spaced';
    const found = remark.column === undefined ? this.context?.locate(message, place) : undefined;
    this.list.push({
      severity,
      fatal,
      file: (place ?? found?.place)?.file ?? '',
      line: (place ?? found?.place)?.line ?? 0,
      column: remark.column ?? found?.column ?? place?.column ?? 0,
      endColumn: remark.endColumn ?? found?.endColumn,
      keyword: remark.keyword ?? found?.keyword ?? '',
      message,
      hint: remark.hint,
      summary: false,
      later: false,
      parts: [],
      text: place === undefined ? message : positionText(style, place) + message,
    });
  }

  /** An error that makes the configuration unusable. */
  alert(place: Place | undefined, message: string, remark?: Remark): void {
    this.report('alert', true, place, message, remark);
  }

  /** The words with which HAProxy gives up. */
  giveUp(message: string): void {
    this.context = undefined;
    this.alert(undefined, message);
    const last = this.list.pop();
    if (last !== undefined) this.list.push({ ...last, summary: true });
  }

  /** Errors that HAProxy tells in one message. */
  alertTogether(message: string, faults: readonly { readonly place: Place; readonly message: string }[]): void {
    const single = new Diagnostics();
    single.context = this.context;
    for (const fault of faults) single.alert(fault.place, fault.message, { style: 'tight' });
    this.alert(undefined, message);
    const last = this.list.pop();
    if (last !== undefined) this.list.push({ ...last, parts: single.list });
  }

  add(diagnostics: readonly Diagnostic[]): void {
    this.list.push(...diagnostics);
  }

  /** An error after which HAProxy goes on. */
  alertAndContinue(place: Place | undefined, message: string, remark?: Remark): void {
    this.report('alert', false, place, message, remark);
  }

  warn(place: Place | undefined, message: string, remark?: Remark): void {
    this.report('warning', false, place, message, remark);
  }

  diag(place: Place | undefined, message: string, remark?: Remark): void {
    this.report('diag', false, place, message, remark);
  }
}
