/**
 * Runs other people's programs as keepalived does (system_call_script): own process group, /dev/null as standard
 * streams, the script's user with no other group, our environment and working directory; SIGTERM to the group when the
 * time is over, SIGKILL two seconds later. Never waits: a helper thread starts it, its end is an event.
 */
import { accessSync, constants } from 'node:fs';
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
import { EACCES, ENOENT, ENOEXEC, errnoMessage } from '../../sys/errno.ts';
import { close } from '../../sys/socket.ts';
import type { ScriptCommandModel } from '../model.ts';
import { allowedScripts, type ScriptedModel } from './allowed-scripts.ts';
import { isRedirection, type LaunchMeans, launchMeans, launchOf, shellLaunch } from './script-launch.ts';
import { defaultScriptUser, type ScriptUser } from './script-user.ts';

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
  /** 0 until it is started. */
  readonly pid: number;
  readonly command: ScriptCommandModel;
  readonly ended: boolean;
  /** It could not be started after all (and has `ended`); the log says why. */
  readonly failed: boolean;
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

/** Variables that `scripts/mahalo` sets for our own Node: scripts have what we were started with. */
const OUR_NODES = ['NODE_COMPILE_CACHE', 'NODE_OPTIONS'];

export class ScriptRunner {
  readonly log: (text: string) => void;
  readonly #reactor: Reactor;
  #defaultUser: ScriptUser | undefined;
  readonly #means: LaunchMeans;
  /** What script security found; trackers that outlive a reload keep the commands of the configuration before. */
  readonly #programs = new WeakMap<ScriptCommandModel, string | undefined>();
  readonly #environment: StringTable;
  readonly #running = new Set<Run>();
  #waiting: (() => void)[] = [];
  /** Started, could not be started, killed because the time was over. */
  started = 0;
  failed = 0;
  timedOut = 0;

  constructor(model: ScriptedModel, reactor: Reactor, log: (text: string) => void, means: LaunchMeans = launchMeans()) {
    this.#means = means;
    this.#reactor = reactor;
    this.log = log;
    const environment = Object.entries(process.env).filter(([name]) => !OUR_NODES.includes(name));
    this.#environment = new StringTable(environment.map(([name, value]) => `${name}=${value}`));
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

  /** Undefined when it cannot be started (which is logged). `onRunEnd` never comes before this returns. */
  run(command: ScriptCommandModel, extra: readonly string[], options: RunOptions): ScriptRun | undefined {
    const program = this.#program(command);
    const user = this.#user(command);
    if (program === undefined || user === undefined) return undefined; // refused, and said, by script security
    const missing = isRedirection(program) ? 0 : accessError(program);
    if (missing !== 0) {
      this.#refuse(program, missing);
      return undefined;
    }
    const words = [program, ...command.words.slice(1), ...extra];
    const run = new Run(this.#reactor, command, options, this.#ended);
    this.#running.add(run);
    const { program: first, argv } = launchOf(words, user, this.#means);
    spawnProcess(first, new StringTable(argv), this.#environment, (result) => {
      if (result !== -ENOEXEC) this.#launched(run, program, result);
      else {
        const shell = shellLaunch(words);
        spawnProcess(shell.program, new StringTable(shell.argv), this.#environment, (again) =>
          this.#launched(run, program, again),
        );
      }
    });
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

  #launched(run: Run, program: string, result: number): void {
    if (result < 0) {
      this.#refuse(program, -result);
      run.fail();
    } else {
      this.started++;
      run.begin(result);
    }
  }

  #refuse(program: string, error: number): void {
    this.failed++;
    this.log(`Error exec-ing command '${program}', error ${error}: ${errnoMessage(error)}`);
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

/** 0, or the errno of why a file cannot be executed by us: better told before than by somebody else's exit code. */
function accessError(path: string): number {
  try {
    accessSync(path, constants.X_OK);
    return 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? ENOENT : EACCES;
  }
}

class Run implements ScriptRun {
  pid = 0;
  failed = false;
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
  /** A signal that is wanted before there is anybody to get it. */
  #pendingSignal = 0;

  constructor(reactor: Reactor, command: ScriptCommandModel, options: RunOptions, onEnd: (run: Run) => void) {
    this.#reactor = reactor;
    this.command = command;
    this.#options = options;
    this.#onEnd = onEnd;
    this.#timer = new Timer(this);
    if (options.timeoutMs > 0) this.#arm(options.timeoutMs);
    this.end = new Promise((resolve) => {
      this.#resolveEnd = resolve;
    });
  }

  /** It runs now. */
  begin(pid: number): void {
    this.pid = pid;
    this.#descriptor = openProcess(pid);
    const watched = this.#descriptor < 0 ? this.#descriptor : this.#reactor.add(this.#descriptor, this, EPOLLIN);
    if (watched < 0) throw new Error(`process ${pid} cannot be watched: ${errnoMessage(-watched)}`);
    if (this.#pendingSignal !== 0) sendSignal(-pid, this.#pendingSignal);
  }

  /** It will never run. */
  fail(): void {
    this.failed = true;
    this.#finish();
  }

  onEvents(): void {
    const status = reap(this.pid);
    if (status === STILL_RUNNING) return;
    this.#reactor.forget(this.#descriptor);
    close(this.#descriptor);
    // A negative status: somebody else took the end (-ECHILD). Nothing is known then, so it did not succeed.
    this.signal = status < 0 ? SIGKILL : endingSignal(status);
    this.exitCode = this.signal === 0 ? exitCode(status) : -1;
    // What it started itself ends with it when it was told to end.
    if (this.#terminating) sendSignal(-this.pid, SIGKILL);
    this.#finish();
  }

  #finish(): void {
    this.#reactor.timers.cancel(this.#timer);
    this.ended = true;
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
    this.#signal(SIGTERM);
    this.#arm(GRACE_MS);
  }

  kill(): void {
    if (!this.ended) this.#signal(SIGKILL);
  }

  #signal(signal: number): void {
    if (this.pid !== 0) sendSignal(-this.pid, signal);
    else this.#pendingSignal = signal;
  }

  #arm(afterMs: number): void {
    this.#reactor.timers.arm(this.#timer, this.#reactor.refresh() + afterMs);
  }
}
