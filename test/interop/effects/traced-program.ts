/** A proxy program under strace: what it did to its sockets, told apart by what the sockets are. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProxyProcess } from '../differential/proxy-process.ts';

export type SocketKind = 'listener' | 'client' | 'server' | 'other';

/** A system call on a socket, as strace writes it: `SOL_TCP, TCP_NODELAY, [1], 4`. */
export interface SocketCall {
  readonly thread: number;
  /** `epoll_wait` stands for its variants, too. */
  readonly name: string;
  readonly kind: SocketKind;
  /** The port a listener is bound to; 0: not known. */
  readonly port: number;
  readonly text: string;
  readonly result: number;
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
    const calls = 'trace=setsockopt,socket,bind,listen,connect,accept4,close,epoll_wait,epoll_pwait';
    writeFileSync(wrapper, `#!/bin/sh\nexec strace -f -qq -o ${directory}/calls -e ${calls} "${program}" "$@"\n`);
    chmodSync(wrapper, 0o755);
    return new TracedProgram(await ProxyProcess.start(wrapper, configuration), directory);
  }

  /** Sends a signal to what is traced (strace itself would pass it on only when it gets to run). */
  signal(name: NodeJS.Signals): void {
    for (const thread of new Set(this.#lines().map((line) => Number.parseInt(line, 10)))) {
      try {
        process.kill(thread, name);
      } catch (error) {
        // Threads come and go.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }

  /** One call a line: strace cuts a call in two when another thread calls meanwhile. */
  #lines(): readonly string[] {
    const begun = new Map<number, string>();
    const whole: string[] = [];
    for (const line of readFileSync(join(this.#directory, 'calls'), 'latin1').split('\n').slice(0, -1)) {
      const thread = Number.parseInt(line, 10);
      const beginning = /^(.*) ?<unfinished \.\.\.>$/.exec(line);
      if (beginning !== null) begun.set(thread, beginning[1] as string);
      else whole.push(line.replace(/^\d+ +<\.\.\. \w+ resumed>/, () => begun.get(thread) ?? ''));
    }
    return whole;
  }

  /** Calls on sockets, and `epoll_wait`, in their order. */
  calls(): readonly SocketCall[] {
    const found: (Pick<SocketCall, 'thread' | 'name' | 'text' | 'result'> & { readonly life: Life })[] = [];
    const lives = new Map<number, Life>();
    const life = (fd: number): Life => {
      const known = lives.get(fd) ?? { kind: 'other', port: 0 };
      lives.set(fd, known);
      return known;
    };
    for (const line of this.#lines()) {
      const thread = Number.parseInt(line, 10);
      if (/ epoll_p?wait/.test(line)) {
        found.push({ thread, name: 'epoll_wait', text: '', result: 0, life: { kind: 'other', port: 0 } });
        continue;
      }
      const match = /^\d+ +(\w+)\((\d*)(?:, )?(.*)\) += (-?\d+)/.exec(line);
      if (match === null) continue;
      const [, name = '', first = '', text = '', end = ''] = match;
      const fd = Number(first);
      const result = Number(end);
      if (name === 'close') lives.delete(fd);
      if (name === 'socket') lives.set(result, { kind: 'other', port: 0 });
      if (name === 'accept4' && result >= 0) lives.set(result, { kind: 'client', port: 0 });
      if (name === 'bind') life(fd).port = Number(/htons\((\d+)\)/.exec(text)?.[1] ?? 0);
      if (name === 'listen') life(fd).kind = 'listener';
      if (name === 'connect') life(fd).kind = 'server';
      found.push({ thread, name, text, result, life: life(fd) });
    }
    return found.map(({ life, ...call }) => ({ ...call, kind: life.kind, port: life.port }));
  }

  async stop(): Promise<void> {
    await this.#process.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
