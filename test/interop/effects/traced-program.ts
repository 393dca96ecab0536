/** A proxy program under strace: what it did to its sockets, told apart by what the sockets are. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProxyProcess } from '../differential/proxy-process.ts';

export type SocketKind = 'listener' | 'client' | 'server' | 'other';

/** A system call on a socket, as strace writes it: `SOL_TCP, TCP_NODELAY, [1], 4`. */
export interface SocketCall {
  readonly name: string;
  readonly kind: SocketKind;
  /** The port a listener is bound to; 0: not known. */
  readonly port: number;
  readonly text: string;
}

/** A socket from `socket` or `accept4` to `close`. */
interface Life {
  kind: SocketKind;
  port: number;
}

/** Why nothing can be traced here, or false. */
export function traceMissing(): string | false {
  const tried = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', '/bin/true']);
  if (tried.error !== undefined) return 'strace is not installed';
  return tried.status === 0 ? false : 'strace may not trace here';
}

export class TracedProgram {
  readonly #process: ProxyProcess;
  readonly #directory: string;

  private constructor(proxy: ProxyProcess, directory: string) {
    this.#process = proxy;
    this.#directory = directory;
  }

  static async start(program: string, configuration: string): Promise<TracedProgram> {
    const directory = mkdtempSync(join(tmpdir(), 'mahalo-trace-'));
    const wrapper = join(directory, 'traced');
    const calls = 'trace=setsockopt,socket,bind,listen,connect,accept4,close,epoll_wait';
    writeFileSync(wrapper, `#!/bin/sh\nexec strace -f -qq -o ${directory}/calls -e ${calls} "${program}" "$@"\n`);
    chmodSync(wrapper, 0o755);
    return new TracedProgram(await ProxyProcess.start(wrapper, configuration), directory);
  }

  /** Processes and threads that are traced. */
  get traced(): readonly number[] {
    return [...new Set(this.#lines().map((line) => Number.parseInt(line, 10)))];
  }

  #lines(): readonly string[] {
    return readFileSync(join(this.#directory, 'calls'), 'latin1').split('\n').slice(0, -1);
  }

  /** Calls on sockets, and `epoll_wait`, in their order. */
  calls(): readonly SocketCall[] {
    const found: { name: string; fd: number; text: string; life: Life }[] = [];
    const lives = new Map<number, Life>();
    const life = (fd: number): Life => {
      const known = lives.get(fd) ?? { kind: 'other', port: 0 };
      lives.set(fd, known);
      return known;
    };
    for (const line of this.#lines()) {
      const match = /^\d+ +(\w+)\((\d*)(?:, )?(.*)\) += (-?\d+)/.exec(line);
      if (match === null) continue;
      const [, name = '', first = '', text = '', result = ''] = match;
      const fd = Number(first);
      if (name === 'close') lives.delete(fd);
      if (name === 'socket') lives.set(Number(result), { kind: 'other', port: 0 });
      if (name === 'accept4' && Number(result) >= 0) lives.set(Number(result), { kind: 'client', port: 0 });
      if (name === 'bind') life(fd).port = Number(/htons\((\d+)\)/.exec(text)?.[1] ?? 0);
      if (name === 'listen') life(fd).kind = 'listener';
      if (name === 'connect') life(fd).kind = 'server';
      found.push({ name, fd, text, life: life(fd) });
    }
    return found.map(({ name, text, life }) => ({ name, kind: life.kind, port: life.port, text }));
  }

  async stop(): Promise<void> {
    await this.#process.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
