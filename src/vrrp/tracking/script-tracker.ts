/**
 * `vrrp_script`: a program asked every `interval`; exit code 0 is good, anything else (a signal, too) is bad, and one
 * that is still at it after `timeout` is bad and is killed. Runs never overlap: the turn that finds one running is
 * skipped. Asked at once when it starts; one answer decides then (RiseFall).
 *
 * Two things are as keepalived.conf(5) says and not as 2.2.7 does: `init_fail` (which 2.2.7 forgets as soon as an
 * instance tracks the script), and the run that is skipped (which 2.2.7 logs as skipped, and begins).
 */
import type { Reactor } from '../../loop/reactor.ts';
import { Timer } from '../../loop/timer-wheel.ts';
import type { TrackScriptModel } from '../model.ts';
import type { RunOptions, ScriptRun, ScriptRunner } from '../notification/script-runner.ts';
import { RiseFall } from './rise-fall.ts';
import type { Tracker, TrackListener, TrackLog, TrackState } from './tracker.ts';

export class ScriptTracker implements Tracker, RunOptions {
  readonly kind = 'script';
  readonly name: string;
  readonly model: TrackScriptModel;
  /** How long a run may take. */
  readonly timeoutMs: number;
  value = -1;
  reason = 'not asked yet';
  holds: boolean;
  /** Turns that found the program running still. */
  skipped = 0;

  readonly #reactor: Reactor;
  readonly #runner: ScriptRunner;
  readonly #listener: TrackListener;
  readonly #log: TrackLog;
  readonly #level: RiseFall;
  readonly #timer: Timer;
  #nextMs = 0;
  #run: ScriptRun | undefined;
  /** The answer of the run in hand was given already: it took too long. */
  #answered = false;
  #started = false;

  constructor(
    model: TrackScriptModel,
    reactor: Reactor,
    runner: ScriptRunner,
    listener: TrackListener,
    log: TrackLog,
    reloading: boolean,
  ) {
    this.model = model;
    this.name = model.name;
    this.timeoutMs = model.timeoutMs === 0 ? model.intervalMs : model.timeoutMs;
    this.holds = !reloading;
    this.#reactor = reactor;
    this.#runner = runner;
    this.#listener = listener;
    this.#log = log;
    this.#level = new RiseFall(model.rise, model.fall, model.initFail && !reloading);
    this.#timer = new Timer(this);
    if (this.#level.known) this.reason = 'assumed to have failed (init_fail)';
  }

  get state(): TrackState {
    if (!this.#level.known) return 'init';
    return this.#level.up ? 'up' : 'down';
  }

  /** Goes on from what an older configuration's tracker of the same name knew. */
  adopt(previous: ScriptTracker): void {
    this.#level.adopt(previous.#level);
    this.holds = previous.holds;
    this.value = previous.value;
    this.reason = previous.reason;
    if (!this.#level.known) return;
    this.#log(`VRRP_Script(${this.name}) considered ${this.#level.up ? 'successful' : 'unsuccessful'} on reload`);
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#nextMs = this.#reactor.refresh();
    this.#turn();
  }

  stop(): void {
    this.#started = false;
    this.#reactor.timers.cancel(this.#timer);
    this.#run?.terminate();
    this.#run = undefined;
  }

  onTimer(): void {
    this.#turn();
  }

  onRunTimeout(run: ScriptRun): void {
    if (run !== this.#run) return;
    this.#answered = true;
    this.#take(false, 'timed_out', `still running after ${this.timeoutMs} ms`);
  }

  onRunEnd(run: ScriptRun): void {
    if (run !== this.#run) return;
    this.#run = undefined;
    if (this.#answered) return;
    if (run.failed) {
      this.#take(false, 'failed', 'could not be started');
      return;
    }
    if (run.signal !== 0) {
      this.#take(false, 'failed', `due to signal ${run.signal}`);
      return;
    }
    if (run.exitCode !== this.value) this.#log(`Script \`${this.name}\` now returning ${run.exitCode}`);
    this.value = run.exitCode;
    if (run.exitCode === 0) this.#take(true, 'succeeded', '');
    else this.#take(false, 'failed', `exited with status ${run.exitCode}`);
  }

  #turn(): void {
    // The cadence is kept; a turn that was missed because we slept is not made up for.
    const nowMs = this.#reactor.nowMs;
    this.#nextMs = Math.max(this.#nextMs + this.model.intervalMs, nowMs + 1);
    this.#reactor.timers.arm(this.#timer, this.#nextMs);
    if (this.#run !== undefined) {
      this.skipped++;
      const doing = this.#run.timedOut ? 'being timed out' : 'already running';
      this.#log(`Track script ${this.name} is ${doing}, expect idle - skipping run`);
      return;
    }
    this.#answered = false;
    this.#run = this.#runner.run(this.model.command, [], this);
    if (this.#run === undefined) this.#take(false, 'failed', 'could not be started');
  }

  #take(success: boolean, outcome: string, reason: string): void {
    const changed = this.#level.take(success);
    this.reason = reason;
    if (!success && this.#level.up) this.reason = `${reason}; ${this.#level.missing} more bring it down`;
    else if (success && !this.#level.up) this.reason = `succeeds; ${this.#level.missing} more bring it up`;
    if (!changed) return;
    this.#log(`VRRP_Script(${this.name}) ${outcome}${reason === '' ? '' : ` (${reason})`}`);
    this.#listener.onTrack(this);
  }
}
