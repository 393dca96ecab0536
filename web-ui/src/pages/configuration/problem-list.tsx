/** What the parser says to the text, a line each; a click goes there. */

import { Button } from '../../design/button.tsx';
import { Panel } from '../../design/page.tsx';
import { Badge, type Tone } from '../../design/states.tsx';
import type { Diagnostic, Report } from './documents.ts';

const TONES: Readonly<Record<Diagnostic['severity'], Tone>> = {
  error: 'bad',
  warning: 'warning',
  notice: 'information',
  diag: 'neutral',
};
const WORDS: Readonly<Record<Diagnostic['severity'], string>> = {
  error: 'error',
  warning: 'warning',
  notice: 'notice',
  diag: 'worth a look',
};
const ORDER: readonly Diagnostic['severity'][] = ['error', 'warning', 'notice', 'diag'];

function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? '' : 's'}`;
}

function verdictOf({ diagnostics, verdict }: Report): string {
  const errors = diagnostics.filter((one) => one.severity === 'error').length;
  const warnings = diagnostics.filter((one) => one.severity === 'warning').length;
  if (verdict === 'no-listener') return 'It is valid, but listens nowhere: add a frontend with a "bind" line.';
  if (verdict === 'invalid') return `It would be refused: ${count(errors, 'error')}, ${count(warnings, 'warning')}.`;
  return warnings === 0 ? 'It is valid.' : `It is valid, with ${count(warnings, 'warning')}.`;
}

interface ProblemListProperties {
  /** Undefined: not asked yet. */
  readonly report: Report | undefined;
  readonly onGoTo?: (diagnostic: Diagnostic) => void;
}

export function ProblemList({ onGoTo, report }: ProblemListProperties) {
  if (report === undefined) return <p class="muted">The parser is asked.</p>;
  const sorted = [...report.diagnostics].sort(
    (one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity) || one.line - other.line,
  );
  return (
    <Panel title="What the parser says">
      <p role="status">
        <Badge tone={report.verdict === 'valid' ? 'good' : report.verdict === 'invalid' ? 'bad' : 'warning'}>
          {report.verdict}
        </Badge>{' '}
        {verdictOf(report)}
      </p>
      {sorted.length > 0 && (
        <ul class="problems">
          {sorted.map((one) => (
            <li key={`${one.line} ${one.column} ${one.message}`}>
              <Badge tone={TONES[one.severity]}>{WORDS[one.severity]}</Badge>
              {one.line > 0 && onGoTo !== undefined ? (
                <Button small quiet onClick={() => onGoTo(one)} title={`Go to line ${one.line}`}>
                  line {one.line}
                </Button>
              ) : (
                one.line > 0 && <span class="muted">line {one.line}</span>
              )}
              <span>
                {one.message}
                {one.hint !== undefined && <em> {one.hint}</em>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
