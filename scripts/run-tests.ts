/**
 * `make test`: runs the test files and tells the outcome for people and for machines. One line a file, the details of
 * what failed, every skip with its reason, and a last line `N passed, N failed`. In CI (CI=true) a skip counts as a
 * failure, for CI installs every peer that a test may miss.
 *
 * A file that failed is run again in the end, alone: what fails on a machine that does nothing else is a failure, unless the
 * machine stood still meanwhile (tests/machine-witness.ts). Whatever was run again is told.
 *
 * Arguments: files or patterns to run instead of all of test/.
 */
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MachineWitness } from './tests/machine-witness.ts';
import { schedule, WHOLE_RUNS_ONLY } from './tests/schedule.ts';
import { type FileOutcome, runFile, stopAll } from './tests/test-file.ts';

/** A stall that can have made a file fail. */
const STALL_MS = 20;
/** So many runs in all. */
const ATTEMPTS = 3;
/** More files than this do not fail for want of time. */
const MOST_DOUBTFUL = 12;
/** For tests to clear away what they made, when all of them are told to stop. */
const STOP_MS = 3000;
/** In CI random tests begin here. */
const CI_SEED = '20261121';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const inContinuousIntegration = (process.env['CI'] ?? '') !== '' && process.env['CI'] !== 'false';
const seed = inContinuousIntegration ? CI_SEED : undefined;
let stopping = false;

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n');
}

/** Prints how one file went, as soon as it has ended. */
function reportFile({ file, tally, startMs, endMs }: FileOutcome): void {
  const ok = tally.failures.length === 0;
  const skipped = tally.skips.length > 0 ? `, ${tally.skips.length} skipped` : '';
  const seconds = ((endMs - startMs) / 1000).toFixed(1);
  const counts = `${tally.passed} passed, ${tally.failures.length} failed${skipped}, ${seconds} s`;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${file} (${counts})`);
  for (const failure of tally.failures) {
    console.log(`    ${failure.name}`);
    if (failure.details !== '') {
      console.log(indent(failure.details));
    }
  }
}

function testFiles(patterns: readonly string[]): string[] {
  const wanted = patterns.length > 0 ? patterns : ['test/**/*.test.ts'];
  const found = [...new Set(wanted.flatMap((pattern) => globSync(pattern, { cwd: root })))].sort();
  const sampled = Number(process.env['TEST_SAMPLE'] ?? '1') > 1 && patterns.length === 0;
  const left = sampled ? found.filter((file) => WHOLE_RUNS_ONLY.includes(file)) : [];
  if (left.length > 0) console.log(`left to a whole run, for the time they take: ${left.join(', ')}`);
  return found.filter((file) => !left.includes(file));
}

/** Runs the files, `jobs` at a time, in their order. */
async function runAll(files: readonly string[], jobs: number, outcomes: Map<string, FileOutcome>): Promise<void> {
  const waiting = [...files];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined && !stopping; file = waiting.shift()) {
      const outcome = await runFile(root, file, seed);
      outcomes.set(file, outcome);
      reportFile(outcome);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
}

/** Runs again, alone, what failed beside others or while the machine stood still; returns what was excused. */
async function runAgain(outcomes: Map<string, FileOutcome>, witness: MachineWitness): Promise<string[]> {
  const excused: string[] = [];
  const failed = [...outcomes.values()].filter(({ tally }) => tally.failures.length > 0);
  if (failed.length > MOST_DOUBTFUL) return [];
  for (const { file } of failed) {
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
      const { tally, startMs, endMs } = outcomes.get(file)!;
      const stoodMs = witness.longestMs(startMs, endMs);
      if (tally.failures.length === 0 || stopping || (attempt > 1 && stoodMs < STALL_MS)) break;
      const names = tally.failures.map(({ name }) => name).join('; ');
      excused.push(`${names} (the machine stood still for ${stoodMs} ms at most)`);
      await runAll([file], 1, outcomes);
    }
  }
  return excused;
}

async function main(patterns: readonly string[]): Promise<number> {
  const files = testFiles(patterns);
  if (files.length === 0) {
    console.error(`no test file matches ${patterns.join(' ')}`);
    return 2;
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      stopping = true;
      stopAll('SIGTERM');
      setTimeout(() => {
        stopAll('SIGKILL');
        process.exit(1);
      }, STOP_MS);
    });
  }
  const witness = new MachineWitness();
  const outcomes = new Map<string, FileOutcome>();
  const startMs = performance.now();
  for (const part of schedule(files, availableParallelism())) await runAll(part.files, part.jobs, outcomes);
  const excused = await runAgain(outcomes, witness);
  witness.stop();
  return summarise([...outcomes.values()], excused, witness.longestMs(startMs, performance.now()));
}

function summarise(outcomes: readonly FileOutcome[], excused: readonly string[], stoodMs: number): number {
  const tallies = outcomes.map(({ tally }) => tally);
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const failures = tallies.flatMap((tally) => tally.failures);
  const skips = tallies.flatMap((tally) => tally.skips);
  let failed = failures.length;
  console.log('');
  for (const text of [...tallies.flatMap((tally) => tally.again), ...excused]) {
    console.log(`again:   ${text}`);
  }
  for (const failure of failures) {
    console.log(`failed:  ${failure.name}`);
  }
  for (const skip of skips) {
    console.log(`skipped: ${skip}`);
  }
  if (inContinuousIntegration && skips.length > 0) {
    console.log('nothing may be skipped here: CI installs every peer');
    failed += skips.length;
  }
  console.log(`${outcomes.length} test files, the machine stood still for ${stoodMs} ms at most`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
