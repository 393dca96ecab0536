/**
 * `make test`: runs the test files with tap and tells the outcome for people and for machines. One line a file, the
 * details of what failed, every skip with its reason, and a last line `N passed, N failed`. In CI (CI=true) a skip
 * counts as a failure, for CI installs every peer that a test may miss.
 *
 * Arguments: files or patterns to run instead of all of test/.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Parser, type Result } from 'tap-parser';

/** What went through one parser and the ones below it. */
interface Tally {
  passed: number;
  failures: Failure[];
  skips: string[];
}

interface Failure {
  readonly name: string;
  readonly details: string;
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const inContinuousIntegration = (process.env['CI'] ?? '') !== '' && process.env['CI'] !== 'false';

function emptyTally(): Tally {
  return { passed: 0, failures: [], skips: [] };
}

/** Adds every test point below `parser` to the tally; a test that only closes its points is not one itself. */
function count(parser: Parser, tally: Tally, path: string): void {
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

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n');
}

/** Prints how one file went, as soon as it has ended. */
function reportFile(name: string, tally: Tally, timeMs: number): void {
  const ok = tally.failures.length === 0;
  const skipped = tally.skips.length > 0 ? `, ${tally.skips.length} skipped` : '';
  const seconds = (timeMs / 1000).toFixed(1);
  const counts = `${tally.passed} passed, ${tally.failures.length} failed${skipped}, ${seconds} s`;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${counts})`);
  for (const failure of tally.failures) {
    console.log(`    ${failure.name}`);
    if (failure.details !== '') {
      console.log(indent(failure.details));
    }
  }
}

function testFiles(patterns: readonly string[]): string[] {
  const wanted = patterns.length > 0 ? patterns : ['test/**/*.test.ts'];
  return wanted.flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
}

async function main(patterns: readonly string[]): Promise<number> {
  const files = testFiles(patterns);
  if (files.length === 0) {
    console.error(`no test file matches ${patterns.join(' ')}`);
    return 2;
  }
  const total = emptyTally();
  let filesSeen = 0;
  const ended: { tally: Tally; startMs: number }[] = [];
  const parser = new Parser();
  parser.on('child', (file: Parser) => {
    const tally = emptyTally();
    const startMs = performance.now();
    count(file, tally, file.name);
    file.on('complete', () => {
      ended.push({ tally, startMs });
    });
  });
  parser.on('assert', (result: Result) => {
    // A file's own closing point: it tells of an exit code, a signal or a time limit that its points do not.
    const { tally, startMs } = ended.pop() ?? { tally: emptyTally(), startMs: performance.now() };
    if (result.skip) {
      tally.skips.push(`${result.name} # ${typeof result.skip === 'string' ? result.skip : 'no reason given'}`);
    } else if (!result.ok && tally.failures.length === 0) {
      tally.failures.push({ name: result.name, details: describe(result.diag) });
    }
    filesSeen++;
    reportFile(result.name, tally, result.time ?? performance.now() - startMs);
    total.passed += tally.passed;
    total.failures.push(...tally.failures);
    total.skips.push(...tally.skips);
  });

  const tap = join(root, 'node_modules', '.bin', 'tap');
  const child = spawn(process.execPath, [tap, 'run', '--reporter=tap', ...files], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => parser.write(text));
  const exit = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  parser.end();
  return summarise(total, filesSeen, files.length, exit);
}

function summarise(
  total: Tally,
  filesSeen: number,
  filesAsked: number,
  exit: { code: number | null; signal: NodeJS.Signals | null },
): number {
  let failed = total.failures.length;
  console.log('');
  for (const failure of total.failures) {
    console.log(`failed:  ${failure.name}`);
  }
  for (const skip of total.skips) {
    console.log(`skipped: ${skip}`);
  }
  if (inContinuousIntegration && total.skips.length > 0) {
    console.log('nothing may be skipped here: CI installs every peer');
    failed += total.skips.length;
  }
  if (filesSeen !== filesAsked) {
    console.log(`failed:  ${filesAsked} test files asked for, ${filesSeen} reported`);
    failed++;
  }
  if (exit.code !== 0 && failed === 0) {
    console.log(`failed:  tap ended with ${exit.signal ?? `exit code ${exit.code}`}`);
    failed++;
  }
  console.log(`${filesSeen} test files`);
  console.log(`${total.passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
