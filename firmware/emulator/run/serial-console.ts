/**
 * What a machine says on its serial line, kept with the moment it was said, and waited for; and what is typed there.
 * Positions count characters since power-on, so that "from here on" survives resets. Carriage returns and what moves a
 * cursor are left out: prompts are followed by it.
 */
import type { Readable, Writable } from 'node:stream';

/** Nothing that a test waits for may depend on how fast this machine is. */
const LIMIT_MS = 600_000;
/** Of the log, in the message of an error. */
const TOLD_CHARACTERS = 3000;

export interface ConsoleMatch {
  /** As of `RegExp.exec`: the whole, then the groups. */
  readonly groups: readonly string[];
  /** `performance.now()` when its last character came. */
  readonly atMs: number;
  /** Position behind it. */
  readonly end: number;
}

export interface WaitOptions {
  /** Position to look from; 0: since power-on. */
  readonly from?: number;
  readonly limitMs?: number;
}

const UNSEEN = /\r|\x1b\[[0-9;?]*[A-Za-z]/g;
/** At the end of a chunk: the rest of it is in the next one. */
const BEGUN = /\x1b(?:\[[0-9;?]*)?$/;

interface Waiter {
  readonly pattern: RegExp;
  readonly from: number;
  readonly resolve: (match: ConsoleMatch) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export class SerialConsole {
  #text = '';
  #begun = '';
  /** Where each chunk began, and when it came. */
  readonly #chunks: { readonly start: number; readonly atMs: number }[] = [];
  readonly #waiters = new Set<Waiter>();
  readonly #input: Writable;
  #commands = 0;
  #ended = false;

  constructor(output: Readable, input: Writable) {
    this.#input = input;
    input.on('error', () => undefined); // The machine is gone: whoever waits hears of it.
    output.setEncoding('latin1');
    output.on('data', (chunk: string) => this.#take(chunk));
    output.on('close', () => this.#end());
  }

  /** Everything since power-on. */
  get text(): string {
    return this.#text;
  }

  /** The position that `from` takes for "from now on". */
  get position(): number {
    return this.#text.length;
  }

  #take(chunk: string): void {
    const raw = this.#begun + chunk;
    this.#begun = BEGUN.exec(raw)?.[0] ?? '';
    this.#chunks.push({ start: this.#text.length, atMs: performance.now() });
    this.#text += raw.slice(0, raw.length - this.#begun.length).replaceAll(UNSEEN, '');
    for (const waiter of this.#waiters) {
      const match = this.find(waiter.pattern, waiter.from);
      if (match === undefined) continue;
      this.#forget(waiter);
      waiter.resolve(match);
    }
  }

  #end(): void {
    this.#ended = true;
    for (const waiter of this.#waiters) {
      this.#forget(waiter);
      waiter.reject(new Error(`the machine ended before ${waiter.pattern}:\n${this.tail()}`));
    }
  }

  #forget(waiter: Waiter): void {
    clearTimeout(waiter.timer);
    this.#waiters.delete(waiter);
  }

  tail(): string {
    return this.#text.slice(-TOLD_CHARACTERS);
  }

  /** The first place that matches, if it has come already. */
  find(pattern: RegExp, from = 0): ConsoleMatch | undefined {
    const match = pattern.exec(this.#text.slice(from));
    if (match === null) return undefined;
    const end = from + match.index + match[0].length;
    const chunk = this.#chunks.findLast(({ start }) => start < end);
    return { groups: [...match].map((group) => group ?? ''), atMs: chunk?.atMs ?? 0, end };
  }

  /** Rejects after the limit, or when the machine ends, with the end of the log. */
  waitFor(pattern: RegExp, { from = 0, limitMs = LIMIT_MS }: WaitOptions = {}): Promise<ConsoleMatch> {
    const match = this.find(pattern, from);
    if (match !== undefined) return Promise.resolve(match);
    if (this.#ended) return Promise.reject(new Error(`the machine ended before ${pattern}:\n${this.tail()}`));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(new Error(`not within ${limitMs} ms on the console: ${pattern}\n${this.tail()}`));
      }, limitMs);
      const waiter: Waiter = { pattern, from, resolve, reject, timer };
      this.#waiters.add(waiter);
    });
  }

  type(text: string): void {
    this.#input.write(text, 'latin1');
  }

  /**
   * Runs one line in the shell that owns the console, and gives what it wrote. The marks around it are typed with quotes
   * inside, so that the echo of the typing is not taken for the answer.
   */
  async shell(line: string, limitMs = LIMIT_MS): Promise<{ readonly status: number; readonly output: string }> {
    const number = ++this.#commands;
    const from = this.position;
    this.type(`echo "beg""in ${number}"; ${line}\necho "en""d ${number} $?"\n`);
    const pattern = new RegExp(`begin ${number}\\n([^]*?)end ${number} (\\d+)\\n`);
    const { groups } = await this.waitFor(pattern, { from, limitMs });
    const [, body = '', status = ''] = groups;
    // The second line typed is echoed in between, behind the prompt.
    const output = body
      .split('\n')
      .filter((text) => !text.includes(`echo "en""d ${number}`))
      .join('\n');
    return { status: Number(status), output };
  }
}
