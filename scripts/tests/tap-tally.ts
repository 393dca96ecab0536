/** Counts what a test file says in TAP: every test point once, whatever subtests it stands in. */
import type { Parser, Result } from 'tap-parser';

/** What one file came to. */
export interface Tally {
  passed: number;
  readonly failures: Failure[];
  /** With their reasons. */
  readonly skips: string[];
  /** What a file itself tried once more before it judged: comments that begin with `again: `. */
  readonly again: string[];
}

export interface Failure {
  /** Titles from the file down, with ` > ` between them. */
  readonly name: string;
  /** What tap tells of it, on any number of lines. */
  readonly details: string;
}

export function emptyTally(): Tally {
  return { passed: 0, failures: [], skips: [], again: [] };
}

/** Adds every test point below `parser` to the tally; a test that only closes its points is not one itself. */
export function count(parser: Parser, tally: Tally, path: string): void {
  let failedBelow = false;
  parser.on('child', (child: Parser) => {
    const before = tally.failures.length;
    const name = child.name === '' ? path : `${path} > ${child.name}`;
    count(child, tally, name);
    child.on('complete', () => {
      failedBelow = tally.failures.length > before;
    });
  });
  parser.on('assert', (result: Result) => {
    const explainedBelow = failedBelow;
    failedBelow = false;
    record(tally, path, result, explainedBelow);
  });
  parser.on('comment', (comment: string) => {
    const told = /^#?\s*again: (.*)/.exec(comment)?.[1];
    if (told !== undefined) tally.again.push(`${path} > ${told}`);
  });
  parser.on('bailout', (reason: string) => {
    tally.failures.push({ name: path, details: `bailed out: ${reason}` });
  });
}

function record(tally: Tally, path: string, result: Result, explainedBelow: boolean): void {
  const name = `${path} > ${result.name}`;
  if (result.skip) {
    tally.skips.push(`${name} # ${typeof result.skip === 'string' ? result.skip : 'no reason given'}`);
  } else if (!result.ok && !result.todo) {
    if (!explainedBelow) {
      tally.failures.push({ name, details: describe(result.diag) });
    }
  } else if (!result.closingTestPoint) {
    tally.passed++;
  }
}

/** The parts of tap's diagnostics that tell something, the texts of several lines as they are. */
function describe(diagnostics: unknown): string {
  if (diagnostics === null || typeof diagnostics !== 'object') {
    return typeof diagnostics === 'string' ? diagnostics : '';
  }
  const told = Object.entries(diagnostics).filter(
    ([key]) => !['at', 'source', 'args', 'compare', 'stdio'].includes(key),
  );
  return told
    .map(([key, value]) => {
      const text = typeof value === 'string' ? value.trimEnd() : JSON.stringify(value);
      return text.includes('\n') ? `${key}:\n${text.replace(/^/gm, '  ')}` : `${key}: ${text}`;
    })
    .join('\n');
}
