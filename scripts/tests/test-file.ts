/**
 * Runs one test file in a process of its own, exactly as `node file.test.ts` does, and counts what it says. Whatever the
 * file has started in its process group ends with it: the next file finds no leftovers.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from 'tap-parser';
import { count, emptyTally, type Tally } from './tap-tally.ts';

/** For a machine several times slower than ours: the longest file needs three minutes there. */
const LIMIT_MS = 20 * 60_000;
/** tap itself gives up a little earlier, and tells where. Seconds. */
const TAP_LIMIT_S = 19 * 60;
/** What it said before its end is in the pipe: this is for reading it. */
const PIPE_MS = 10_000;

export interface FileOutcome {
  readonly file: string;
  readonly tally: Tally;
  /** `performance.now()` of this process. */
  readonly startMs: number;
  readonly endMs: number;
}

/** Groups of test processes that run now. */
const groups = new Set<number>();

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // All of it has ended.
  }
}

/** For our own end: tests clear away what they made (namespaces, directories) when they are told to stop. */
export function stopAll(signal: NodeJS.Signals): void {
  for (const group of groups) signalGroup(group, signal);
}

/** `seed`: random tests of fast-check begin there; undefined: each time elsewhere. */
export async function runFile(root: string, file: string, seed: string | undefined): Promise<FileOutcome> {
  const startMs = performance.now();
  const tally = emptyTally();
  const preludes = [`--import=${join(import.meta.dirname, 'own-compile-cache.ts')}`];
  if (seed !== undefined && readFileSync(join(root, file), 'utf8').includes("'fast-check'")) {
    preludes.push(`--import=${join(import.meta.dirname, 'fixed-seed.ts')}`);
  }
  const child = spawn(process.execPath, [...preludes, join(root, file)], {
    cwd: root,
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/tests'),
      TAP: '1',
      TAP_TIMEOUT: `${TAP_LIMIT_S}`,
      ...(seed === undefined ? {} : { TEST_SEED: seed }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const group = child.pid;
  if (group !== undefined) groups.add(group);
  const parser = new Parser();
  count(parser, tally, file);
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => parser.write(text));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    if (group !== undefined) signalGroup(group, 'SIGKILL');
  }, LIMIT_MS);
  const end = await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(String(error)));
    child.on('exit', (code, signal) => {
      if (group !== undefined) signalGroup(group, 'SIGKILL');
      // A daemon that it left behind may hold the pipe open for ever.
      const patience = setTimeout(() => child.stdout.destroy(), PIPE_MS);
      child.on('close', () => {
        clearTimeout(patience);
        resolve(code === 0 ? '' : `ended with ${signal ?? `exit code ${code}`}`);
      });
    });
  });
  clearTimeout(timer);
  if (group !== undefined) groups.delete(group);
  const plan = await new Promise<{ readonly skipAll: boolean; readonly skipReason: string }>((resolve) => {
    parser.on('complete', (results) => resolve(results.plan));
    parser.end();
  });
  if (plan.skipAll) tally.skips.push(`${file} # ${plan.skipReason || 'no reason given'}`);
  if (late) tally.failures.push({ name: file, details: `not over after ${LIMIT_MS / 60_000} minutes` });
  else if (tally.failures.length === 0 && (end !== '' || !parser.ok)) {
    tally.failures.push({ name: file, details: end === '' ? 'its TAP is not in order' : end });
  }
  return { file, tally, startMs, endMs: performance.now() };
}
