/**
 * The result of a check as one JSON document, for editors (docs/diagnostics.md): everything that HAProxy would say and
 * what it would not, each with its place. HAProxy's closing remarks ("Fatal errors found in configuration.") are left out:
 * they are in the verdict.
 */

import type { Diagnostic, Severity } from './diagnostics.ts';
import type { LoadResult } from './loader.ts';

export interface ReportedDiagnostic {
  readonly severity: 'error' | 'warning' | 'notice' | 'diag';
  /** '' where it concerns no file. */
  readonly file: string;
  /** From 1; 0 where it concerns no line. */
  readonly line: number;
  /** In bytes from 1; 0 where it concerns no line. */
  readonly column: number;
  /** The column after the last byte that is meant. */
  readonly endColumn?: number;
  readonly message: string;
  readonly hint?: string;
  readonly keyword?: string;
}

export interface CheckReport {
  /** `no-listener`: valid, but nothing to listen on (exit code 2). */
  readonly verdict: 'valid' | 'invalid' | 'no-listener';
  readonly diagnostics: readonly ReportedDiagnostic[];
}

const SEVERITIES: Readonly<Record<Severity, ReportedDiagnostic['severity']>> = {
  alert: 'error',
  warning: 'warning',
  notice: 'notice',
  diag: 'diag',
};

/** Configuration files are bytes; what is valid UTF-8 in them is shown as that. */
function decode(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Without the line and the caret below it, which an editor draws itself. */
function withoutDrawing(message: string): string {
  return message.replace(/:\n {2}.*\n *\^$/, '').trimEnd();
}

function reported(diagnostic: Diagnostic): ReportedDiagnostic {
  const { severity, file, line, column, endColumn, message, hint, keyword } = diagnostic;
  return {
    severity: SEVERITIES[severity],
    file: decode(file),
    line,
    column,
    ...(endColumn === undefined || endColumn <= column ? {} : { endColumn }),
    message: decode(withoutDrawing(message)),
    ...(hint === undefined ? {} : { hint: decode(hint) }),
    ...(keyword === '' ? {} : { keyword: decode(keyword) }),
  };
}

/** `strict`: a warning is an error (`-dW`), `zero-warning` of the configuration aside. */
export function reportOf(result: LoadResult, strict: boolean): CheckReport {
  const zeroWarning = strict || result.model?.global.zeroWarning === true;
  const refused = zeroWarning && result.everything.some((one) => one.severity === 'warning');
  const verdict = result.model === undefined || refused ? 'invalid' : result.exitCode === 0 ? 'valid' : 'no-listener';
  const single = result.everything.flatMap((one) => (one.parts.length > 0 ? one.parts : [one]));
  return { verdict, diagnostics: single.filter((one) => !one.summary).map(reported) };
}

/** The report when the configuration could not even be read. */
export function unreadable(message: string): CheckReport {
  return { verdict: 'invalid', diagnostics: [{ severity: 'error', file: '', line: 0, column: 0, message }] };
}

export function exitCodeOf(report: CheckReport): 0 | 1 | 2 {
  return report.verdict === 'valid' ? 0 : report.verdict === 'invalid' ? 1 : 2;
}
