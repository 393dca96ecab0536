/**
 * A login shell on a terminal of its own (node-pty), in a clean environment: nothing of ours is inherited. Imported only
 * when a terminal is opened: where there is no node-pty for a machine, nothing else is lost.
 */

import { spawn } from '@lydell/node-pty';
import { ownCommand } from '../../sys/own-program.ts';
import type { ShellUser } from './shell-user.ts';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What a terminal session needs of it. */
export interface Shell {
  readonly processId: number;
  onOutput(listener: (bytes: Buffer) => void): void;
  onExit(listener: (code: number) => void): void;
  write(bytes: Buffer): void;
  resize(size: TerminalSize): void;
  /** The program waits as soon as the kernel's buffer is full. */
  pause(): void;
  resume(): void;
  /** To the process group of the shell; false: it is gone. */
  signal(name: NodeJS.Signals): boolean;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function environmentOf({ name, home, shell }: ShellUser): Record<string, string> {
  const own = { HOME: home, LOGNAME: name, USER: name, SHELL: shell };
  return { ...own, LANG: 'C.UTF-8', PATH, TERM: 'xterm-256color' };
}

/** Throws when there is no terminal left. */
export function openShell(user: ShellUser, { columns, rows }: TerminalSize): Shell {
  const { name, uid, gid, home, shell } = user;
  const becomes = process.getuid?.() !== uid || uid === 0;
  const [program, ...words] = becomes
    ? ownCommand('helper', 'shell-as-user', name, String(uid), String(gid), home, shell)
    : [shell, '-l'];
  const options = { cols: columns, rows, cwd: becomes ? '/' : home, env: environmentOf(user), encoding: null };
  const terminal = spawn(program, words, options);
  const { pid: processId } = terminal;
  return {
    processId,
    // Without an encoding it takes and gives bytes, whatever its types say.
    onOutput: (listener) => void terminal.onData((bytes) => listener(bytes as unknown as Buffer)),
    onExit: (listener) => void terminal.onExit(({ exitCode }) => listener(exitCode)),
    write: (bytes) => terminal.write(bytes as unknown as string),
    resize: (size) => terminal.resize(size.columns, size.rows),
    pause: () => terminal.pause(),
    resume: () => terminal.resume(),
    signal: (signalName) => {
      try {
        process.kill(-processId, signalName);
        return true;
      } catch {
        return false; // it has ended
      }
    },
  };
}
