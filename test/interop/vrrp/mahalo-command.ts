/** Runs `mahalo vrrp ...` to its end and tells what it said. */
import { execFile } from 'node:child_process';
import { MAHALO_WORDS } from '../../mahalo-words.ts';

export interface CommandResult {
  readonly code: number | string | null | undefined;
  readonly out: string;
  readonly err: string;
}

/** Any program; `code` is its exit code. */
export function execute(
  program: string,
  words: readonly string[],
  options: { readonly directory?: string; readonly environment?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
  const { directory, environment } = options;
  return new Promise((resolve) => {
    const settings = {
      encoding: 'utf8',
      timeout: 60_000,
      cwd: directory,
      env: { ...process.env, ...environment },
    } as const;
    execFile(program, words, settings, (error, out, err) =>
      resolve({ code: error === null ? 0 : error.code, out, err }),
    );
  });
}

export function mahalo(...words: readonly string[]): Promise<CommandResult> {
  const [program = '', ...before] = VRRP_WORDS;
  return execute(program, [...before, ...words]);
}

/** For a program that is started by another one (`ip netns exec`). */
export const VRRP_WORDS: readonly string[] = [...MAHALO_WORDS, 'vrrp'];
