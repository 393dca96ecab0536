/** What /proc says about processes. They come and go while it is read: what is gone is undefined. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';

/** All processes there are, threads left out. */
export function readProcessNumbers(): number[] {
  const pids: number[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (pid > 0) pids.push(pid);
  }
  return pids;
}

const bytes = Buffer.alloc(512);

/** The short name of a process that runs; a zombie is gone. */
export function readShortName(pid: number): string | undefined {
  try {
    const fd = openSync(`/proc/${pid}/stat`, 'r');
    try {
      // PID (NAME) STATE ...; the name may hold brackets and spaces itself.
      const text = bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, 0));
      const end = text.lastIndexOf(')');
      const state = text[end + 2];
      return state === 'Z' || state === 'X' ? undefined : text.slice(text.indexOf('(') + 1, end);
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

/** The command line, each word ended by NUL; `''` for kernel threads and zombies. */
export function readCommandLine(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return undefined;
  }
}
