/**
 * A role that we start, and start again. It has a session of its own and writes to files, so that it goes on when we are
 * killed; we then find it again by its mark and look after it as before (adoption), for two admins on one directory, or
 * a second dnsmasq, would be worse than none.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onProcessEnd } from '../../sys/process-end.ts';
import { BackOff } from './back-off.ts';
import { type LastWords, tailOf } from './last-words.ts';
import { ANSWER_MS, asked, Liveness, type Verdict } from './liveness.ts';
import { isAlive, markOf, type ProcessMark, startedAtMs } from './process-mark.ts';
import { type Role, type RoleState, type RoleStatus, type RoleSurroundings, shortWords } from './role-state.ts';

/** What a role wrote is cut to its end when it is longer. */
const LONGEST_LOG = 256 * 1024;
const STOP_MS = 10_000;

export interface RoleSpec {
  readonly name: string;
  /** The words of its command line, program first; asked at each start. */
  command(): readonly string[];
  /** Called before each start, which waits for it, whatever comes of it. */
  beforeStart?(): Promise<void>;
  /** Undefined: it is well; a text says why not. Without it a process that is there is well. */
  ask?(): Promise<string | undefined>;
}

interface Running {
  readonly mark: ProcessMark;
  readonly startedMs: number;
  readonly liveness: Liveness;
  readonly child: ChildProcess | undefined;
  unwatch(): void;
}

export class SupervisedRole implements Role {
  readonly name: string;
  readonly #spec: RoleSpec;
  readonly #around: RoleSurroundings;
  readonly #backOff = new BackOff();
  readonly #logPath: string;
  readonly #markPath: string;
  #running: Running | undefined;
  #verdict: Verdict = 'starting';
  #wanted = false;
  #restarts = 0;
  #lastWords: LastWords | undefined;
  #killedBecause: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #onStopped: (() => void) | undefined;

  constructor(spec: RoleSpec, around: RoleSurroundings) {
    this.name = spec.name;
    this.#spec = spec;
    this.#around = around;
    this.#logPath = join(around.directory, `${spec.name}.log`);
    this.#markPath = join(around.directory, `${spec.name}.json`);
    this.#lastWords = around.words.of(spec.name).at(-1);
  }

  get restless(): boolean {
    return this.#running !== undefined && this.#spec.ask !== undefined && this.#verdict !== 'well';
  }

  status(): RoleStatus {
    const running = this.#running;
    return {
      name: this.name,
      pid: running?.mark.pid ?? null,
      state: this.#state(),
      startedAt: running === undefined ? null : startedAtMs(running.mark),
      restarts: this.#restarts,
      why: running?.liveness.why ?? '',
      lastWords: shortWords(this.#lastWords),
    };
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    const left = this.#leftBehind();
    if (left === undefined) this.#launch();
    else {
      this.#around.tell(`${this.name} runs already (process ${left.pid}): it is looked after`);
      this.#watch(left, undefined);
    }
  }

  async look(everybody: boolean): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#shortenLog();
    if (!everybody && running.liveness.isRested(performance.now())) return;
    const { ask } = this.#spec;
    const why = ask === undefined ? undefined : await asked(() => ask(), this.#answerMs);
    if (this.#running !== running || !this.#wanted) return;
    this.#verdict = running.liveness.told(why, performance.now());
    if (this.#verdict !== 'hung') return;
    this.#killedBecause = `silent for ${running.liveness.silentSeconds(performance.now())} s (${why}), killed`;
    this.#signal('SIGKILL');
  }

  stop(): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#timer);
    if (this.#running === undefined) return Promise.resolve();
    this.#signal('SIGTERM');
    this.#timer = setTimeout(() => this.#signal('SIGKILL'), STOP_MS);
    return new Promise((resolve) => {
      this.#onStopped = resolve;
    });
  }

  get #answerMs(): number {
    return Math.min(ANSWER_MS, this.#around.patience.silentMs);
  }

  #state(): RoleState {
    if (this.#running === undefined) return this.#wanted ? 'waiting' : 'stopped';
    if (!this.#wanted) return 'stopping';
    if (this.#spec.ask === undefined || this.#verdict === 'well') return 'running';
    return this.#verdict === 'starting' ? 'starting' : 'silent';
  }

  #leftBehind(): ProcessMark | undefined {
    try {
      const mark = JSON.parse(readFileSync(this.#markPath, 'utf8')) as ProcessMark;
      return isAlive(mark) ? mark : undefined;
    } catch {
      return undefined; // none was started since the machine was
    }
  }

  #launch(): void {
    const { beforeStart } = this.#spec;
    if (beforeStart === undefined) this.#spawn();
    else {
      void beforeStart()
        .catch((error: Error) => this.#around.tell(`${this.name}: ${error.stack ?? error}`))
        .then(() => {
          if (this.#wanted) this.#spawn();
        });
    }
  }

  #spawn(): void {
    const [program = '', ...words] = this.#spec.command();
    writeFileSync(this.#logPath, '', { mode: 0o600 });
    const log = openSync(this.#logPath, 'a');
    const child = spawn(program, words, { cwd: '/', detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    child.unref();
    // Its end is told by `exit`, which is not sent when it could not even be started.
    child.on('error', (error) => {
      if (child.pid === undefined) this.#ended(`it cannot be started: ${error.message}`, 0);
    });
    const mark = child.pid === undefined ? undefined : markOf(child.pid);
    if (mark === undefined) return;
    writeFileSync(this.#markPath, `${JSON.stringify(mark)}\n`, { mode: 0o600 });
    this.#watch(mark, child);
  }

  #watch(mark: ProcessMark, child: ChildProcess | undefined): void {
    const startedMs = performance.now();
    const ended = (how: string): void => this.#ended(this.#killedBecause ?? how, performance.now() - startedMs);
    child?.once('exit', (code, signal) => ended(signal === null ? `exit status ${code}` : `signal ${signal}`));
    const unwatch =
      child === undefined ? onProcessEnd(mark.pid, () => ended('it ended; how is told to its parent only')) : () => {};
    this.#verdict = 'starting';
    this.#killedBecause = undefined;
    this.#running = { mark, startedMs, liveness: new Liveness(startedMs, this.#around.patience), child, unwatch };
  }

  #ended(how: string, ranMs: number): void {
    const running = this.#running;
    running?.unwatch();
    this.#running = undefined;
    if (!this.#wanted) {
      clearTimeout(this.#timer);
      this.#onStopped?.();
      return;
    }
    this.#keepWords(how, running?.mark, ranMs);
    const waitMs = this.#backOff.ended(ranMs);
    this.#around.tell(`${this.name}: ${how}; it is started again in ${waitMs / 1000} s`);
    this.#timer = setTimeout(() => {
      this.#restarts++;
      this.#launch();
    }, waitMs);
  }

  #keepWords(how: string, mark: ProcessMark | undefined, ranMs: number): void {
    const endedMs = Date.now();
    const words: LastWords = {
      role: this.name,
      pid: mark?.pid ?? 0,
      startedAt: Math.round(endedMs - ranMs),
      time: endedMs,
      how,
      text: tailOf(this.#logPath),
    };
    this.#lastWords = words;
    try {
      this.#around.words.keep(words);
    } catch (error) {
      this.#around.tell(`the last words of ${this.name} cannot be kept: ${(error as Error).message}`);
    }
  }

  #signal(signal: NodeJS.Signals): void {
    const running = this.#running;
    if (running === undefined || !isAlive(running.mark)) return;
    try {
      process.kill(running.mark.pid, signal);
    } catch {
      // It ended meanwhile.
    }
  }

  /** It writes with O_APPEND: what it says while this happens may be lost, nothing else. */
  #shortenLog(): void {
    const size = statSync(this.#logPath, { throwIfNoEntry: false })?.size ?? 0;
    if (size <= LONGEST_LOG) return;
    const end = tailOf(this.#logPath);
    truncateSync(this.#logPath);
    appendFileSync(this.#logPath, end);
  }
}
