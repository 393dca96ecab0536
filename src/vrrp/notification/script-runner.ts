/**
 * Runs other people's programs as keepalived does (system_call_script): own process group, /dev/null as standard
 * streams, the script's user with no other group, our environment and working directory; SIGTERM to the group when the
 * time is over, SIGKILL two seconds later. Never waits: starting costs about 0.2 ms, the end is an event.
 */
import type { Reactor } from '../../loop/reactor.ts';
import { Timer, type Timer as WheelTimer } from '../../loop/timer-wheel.ts';
import {
  endingSignal,
  exitCode,
  openProcess,
  reap,
  STILL_RUNNING,
  StringTable,
  sendSignal,
  spawnProcess,
} from '../../sys/child-process.ts';
import { EPOLLIN } from '../../sys/epoll.ts';
import { ENOEXEC, errnoMessage } from '../../sys/errno.ts';
import { close } from '../../sys/socket.ts';
import type { ScriptCommandModel } from '../model.ts';
import { allowedScripts, type ScriptedModel } from './allowed-scripts.ts';
import { defaultScriptUser, type ScriptUser } from './script-user.ts';
import { shellLine } from './shell-line.ts';

/** How long a program has between SIGTERM and SIGKILL; keepalived's. */
const GRACE_MS = 2000;
const SIGKILL = 9;
const SIGTERM = 15;

export interface RunOptions {
  /** 0: as long as it likes. */
  readonly timeoutMs: number;
  /** Kill at once when the time is over (a stop script), no SIGTERM before. */
  readonly killAtOnce?: boolean;
  /** The time is over; the end comes later, by `onRunEnd`. */
  onRunTimeout?(run: ScriptRun): void;
  onRunEnd?(run: ScriptRun): void;
}

/** One program that runs, or ran. */
export interface ScriptRun {
  readonly pid: number;
  readonly command: ScriptCommandModel;
  readonly ended: boolean;
  /** -1: not ended, or by a signal. */
  readonly exitCode: number;
  /** 0: none. */
  readonly signal: number;
  readonly timedOut: boolean;
  /** Resolves when it has ended. */
  readonly end: Promise<void>;
  /** Tells the whole group to end; SIGKILL after two seconds. */
  terminate(): void;
  kill(): void;
}

export class ScriptRunner {
  readonly log: (text: string) => void;
  readonly #reactor: Reactor;
  #defaultUser: ScriptUser | undefined;
  /** What script security found; trackers that outlive a reload keep the commands of the configuration before. */
  readonly #programs = new WeakMap<ScriptCommandModel, string | undefined>();
  readonly #environment: StringTable;
  readonly #running = new Set<Run>();
  #waiting: (() => void)[] = [];
  /** Started, could not be started, killed because the time was over. */
  started = 0;
  failed = 0;
  timedOut = 0;

  constructor(model: ScriptedModel, reactor: Reactor, log: (text: string) => void) {
    this.#reactor = reactor;
    this.log = log;
    this.#environment = new StringTable(Object.entries(process.env).map(([name, value]) => `${name}=${value}`));
    this.configure(model);
  }

  /** Goes over to another configuration, whose scripts are examined (and what is wrong is logged); what runs goes on. */
  configure(model: ScriptedModel): void {
    this.#defaultUser = defaultScriptUser(model.global);
    const allowed = allowedScripts(model);
    for (const text of allowed.messages) this.log(text);
    for (const [command, program] of allowed.programs) this.#programs.set(command, program);
  }

  get running(): number {
    return this.#running.size;
  }

  /** False for a script that script security refused, or that has no user to run as. */
  allows(command: ScriptCommandModel): boolean {
    return this.#program(command) !== undefined && this.#user(command) !== undefined;
  }

  /** Undefined when it could not be started (which is logged). `onRunEnd` never comes before this returns. */
  run(command: ScriptCommandModel, extra: readonly string[], options: RunOptions): ScriptRun | undefined {
    const program = this.#program(command);
    const user = this.#user(command);
    if (program === undefined || user === undefined) return undefined; // refused, and said, by script security
    const words = [program, ...command.words.slice(1), ...extra];
    let pid = isRedirection(program)
      ? -ENOEXEC
      : spawnProcess(program, new StringTable(words), this.#environment, user);
    if (pid === -ENOEXEC) {
      pid = spawnProcess('/bin/sh', new StringTable(['sh', '-c', shellLine(words)]), this.#environment, user);
    }
    if (pid < 0) {
      this.failed++;
      this.log(`Error exec-ing command '${program}', error ${-pid}: ${errnoMessage(-pid)}`);
      return undefined;
    }
    this.started++;
    const run = new Run(this.#reactor, pid, command, options, this.#ended);
    this.#running.add(run);
    run.watch();
    return run;
  }

  /** Resolves when nothing that this started runs any more. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#running.size === 0) resolve();
      else this.#waiting.push(resolve);
    });
  }

  /** Ends everything that runs still: SIGTERM, a second later SIGKILL (script_killall). */
  async stop(): Promise<void> {
    for (const run of this.#running) run.terminate();
    const killer = setTimeout(() => {
      for (const run of this.#running) run.kill();
    }, 1000);
    await this.idle();
    clearTimeout(killer);
  }

  #program(command: ScriptCommandModel): string | undefined {
    return this.#programs.has(command) ? this.#programs.get(command) : command.words[0];
  }

  #user(command: ScriptCommandModel): ScriptUser | undefined {
    return command.user ?? this.#defaultUser;
  }

  readonly #ended = (run: Run): void => {
    this.#running.delete(run);
    if (run.timedOut) this.timedOut++;
    if (this.#running.size > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  };
}

/** bash's way to ask whether a file can be opened: `script "</some/file"`. */
export function isRedirection(program: string): boolean {
  return program.startsWith('<') || program.startsWith('>');
}

class Run implements ScriptRun {
  readonly pid: number;
  readonly command: ScriptCommandModel;
  ended = false;
  exitCode = -1;
  signal = 0;
  timedOut = false;
  readonly end: Promise<void>;
  #resolveEnd: () => void = () => {};

  readonly #reactor: Reactor;
  readonly #options: RunOptions;
  readonly #onEnd: (run: Run) => void;
  readonly #timer: WheelTimer;
  #descriptor = -1;
  #terminating = false;

  constructor(
    reactor: Reactor,
    pid: number,
    command: ScriptCommandModel,
    options: RunOptions,
    onEnd: (run: Run) => void,
  ) {
    this.#reactor = reactor;
    this.pid = pid;
    this.command = command;
    this.#options = options;
    this.#onEnd = onEnd;
    this.#timer = new Timer(this);
    this.end = new Promise((resolve) => {
      this.#resolveEnd = resolve;
    });
  }

  watch(): void {
    this.#descriptor = openProcess(this.pid);
    const watched = this.#descriptor < 0 ? this.#descriptor : this.#reactor.add(this.#descriptor, this, EPOLLIN);
    if (watched < 0) throw new Error(`process ${this.pid} cannot be watched: ${errnoMessage(-watched)}`);
    if (this.#options.timeoutMs > 0) this.#arm(this.#options.timeoutMs);
  }

  onEvents(): void {
    const status = reap(this.pid);
    if (status === STILL_RUNNING) return;
    this.#reactor.forget(this.#descriptor);
    close(this.#descriptor);
    this.#reactor.timers.cancel(this.#timer);
    this.ended = true;
    // A negative status: somebody else took the end (-ECHILD). Nothing is known then, so it did not succeed.
    this.signal = status < 0 ? SIGKILL : endingSignal(status);
    this.exitCode = this.signal === 0 ? exitCode(status) : -1;
    // What it started itself ends with it when it was told to end.
    if (this.#terminating) sendSignal(-this.pid, SIGKILL);
    this.#onEnd(this);
    this.#resolveEnd();
    this.#options.onRunEnd?.(this);
  }

  onTimer(): void {
    if (this.#terminating) {
      this.kill();
      this.#arm(GRACE_MS);
      return;
    }
    this.timedOut = true;
    if (this.#options.killAtOnce === true) {
      this.#terminating = true;
      this.kill();
    } else this.terminate();
    this.#options.onRunTimeout?.(this);
  }

  terminate(): void {
    if (this.ended || this.#terminating) return;
    this.#terminating = true;
    sendSignal(-this.pid, SIGTERM);
    this.#arm(GRACE_MS);
  }

  kill(): void {
    if (!this.ended) sendSignal(-this.pid, SIGKILL);
  }

  #arm(afterMs: number): void {
    this.#reactor.timers.arm(this.#timer, this.#reactor.refresh() + afterMs);
  }
}
