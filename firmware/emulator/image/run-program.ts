/** Programs of the machine that builds. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD } from './places.ts';

export interface RunOptions {
  readonly directory?: string;
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * What the program wrote to its standard output. All else it said is kept in a file that the error names: logs of package
 * managers name servers, which belong to this machine.
 */
export function run(program: string, words: readonly string[], options: RunOptions = {}): string {
  const { directory, input, environment } = options;
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    cwd: directory ?? BUILD,
    env: { ...process.env, LC_ALL: 'C', ...environment },
    maxBuffer: 256 * 1024 * 1024,
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  if (error !== undefined) throw error;
  if (status === 0) return stdout;
  mkdirSync(BUILD, { recursive: true });
  const log = join(BUILD, 'failed.log');
  writeFileSync(log, `${program} ${words.join(' ')}\n${stdout}\n${stderr}\n`);
  throw new Error(`${program} ended with ${status}; what it said is in ${log}`);
}
