/** Short commands that set the lab up and inject faults, and the waiting for what they cause. */
import { execFile, spawnSync } from 'node:child_process';

/** CLOCK_MONOTONIC in milliseconds: the one clock that every process of the lab reads. */
export function clockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** `ip` waits for the kernel's network lock, which a namespace that is being removed elsewhere holds for seconds. */
const COMMAND_LIMIT_MS = 120_000;
/** For what must happen: a machine may stand still, how soon it happens is measured elsewhere. */
const LIMIT_MS = 120_000;

/** Runs the command to its end; throws with what it said when it fails. Blocks: for setting up and clearing away. */
export function run(...words: readonly string[]): string {
  const [program = '', ...rest] = words;
  const { status, stdout, stderr, error } = spawnSync(program, rest, { encoding: 'utf8', timeout: COMMAND_LIMIT_MS });
  if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr || error?.message || `status ${status}`}`);
  return stdout;
}

/** As `run`, and the lab's other work goes on meanwhile. */
export function runAside(...words: readonly string[]): Promise<string> {
  const [program = '', ...rest] = words;
  return new Promise((resolve, reject) => {
    execFile(program, rest, { encoding: 'utf8', timeout: COMMAND_LIMIT_MS }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${words.join(' ')}: ${stderr || error.message}`));
      else resolve(stdout);
    });
  });
}

/** Runs each line in one `ip -batch`, in the namespace. */
export function ipBatch(namespace: string, lines: readonly string[]): void {
  const { status, stderr } = spawnSync('ip', ['-n', namespace, '-batch', '-'], {
    encoding: 'utf8',
    input: `${lines.join('\n')}\n`,
    timeout: COMMAND_LIMIT_MS,
  });
  if (status !== 0) throw new Error(`ip -n ${namespace} -batch: ${stderr}`);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Waits for the condition and tells when it was met; throws naming `what` after `limitMs`. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = LIMIT_MS,
  everyMs = 5,
): Promise<number> {
  const endMs = clockMs() + limitMs;
  while (!(await condition())) {
    if (clockMs() > endMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await pause(everyMs);
  }
  return clockMs();
}

/** That the condition holds over the whole time; throws as soon as it does not. */
export async function throughout(what: string, condition: () => boolean, forMs: number, everyMs = 5): Promise<void> {
  const endMs = clockMs() + forMs;
  while (clockMs() < endMs) {
    if (!condition()) throw new Error(`did not last: ${what}`);
    await pause(everyMs);
  }
}
