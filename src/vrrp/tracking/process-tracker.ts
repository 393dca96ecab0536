/**
 * `vrrp_track_process`: up while there are `quorum` to `quorum_max` processes. keepalived's delays: `fork_delay` for a
 * quorum gained or overstepped by a fork of one that is counted already, `terminate_delay` for one that ended; what
 * comes to be counted by executing or renaming itself counts at once.
 */
import type { Reactor } from '../../loop/reactor.ts';
import { Timer } from '../../loop/timer-wheel.ts';
import type { TrackProcessModel } from '../model.ts';
import { type ProcessMatch, processMatch } from './process-match.ts';
import type { ProcessChange, ProcessCounter, ProcessTable } from './process-table.ts';
import type { Tracker, TrackListener, TrackLog, TrackState } from './tracker.ts';

export class ProcessTracker implements Tracker, ProcessCounter {
  readonly kind = 'process';
  readonly name: string;
  readonly model: TrackProcessModel;
  readonly holds = false;
  readonly match: ProcessMatch;
  value = 0;
  reason = '';

  readonly #reactor: Reactor;
  readonly #table: ProcessTable;
  readonly #listener: TrackListener;
  readonly #log: TrackLog;
  readonly #timer = new Timer(this);
  #up = false;
  #started = false;

  constructor(model: TrackProcessModel, reactor: Reactor, table: ProcessTable, listener: TrackListener, log: TrackLog) {
    this.model = model;
    this.name = model.name;
    this.match = processMatch(model);
    this.#reactor = reactor;
    this.#table = table;
    this.#listener = listener;
    this.#log = log;
    this.#explain();
  }

  get state(): TrackState {
    return this.#up ? 'up' : 'down';
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.value = this.#table.attach(this);
    this.#up = this.#hasQuorum();
    this.#explain();
  }

  stop(): void {
    if (!this.#started) return;
    this.#started = false;
    this.#reactor.timers.cancel(this.#timer);
    this.#table.detach(this);
  }

  onCount(count: number, change: ProcessChange): void {
    this.value = count;
    this.#explain();
    const quorum = this.#hasQuorum();
    if (quorum === this.#up) {
      this.#reactor.timers.cancel(this.#timer); // it came back, or went, within the delay
      return;
    }
    const delayMs = this.#delayMs(change);
    if (delayMs === 0) this.#decide();
    else if (!this.#timer.armed) this.#reactor.timers.arm(this.#timer, this.#reactor.refresh() + delayMs);
  }

  onTimer(): void {
    this.#decide();
  }

  #delayMs(change: ProcessChange): number {
    if (change === 'fork') return this.model.forkDelayMs;
    return change === 'exit' ? this.model.terminateDelayMs : 0;
  }

  #hasQuorum(): boolean {
    return this.value >= this.model.quorum && this.value <= this.model.quorumMax;
  }

  #decide(): void {
    this.#reactor.timers.cancel(this.#timer);
    const quorum = this.#hasQuorum();
    if (quorum === this.#up) return;
    this.#up = quorum;
    this.#log(`Quorum ${quorum ? 'gained' : 'lost'} for tracked process ${this.name}`);
    this.#listener.onTrack(this);
  }

  #explain(): void {
    const { quorum, quorumMax } = this.model;
    const wanted = quorumMax === Number.POSITIVE_INFINITY ? `at least ${quorum}` : `${quorum} to ${quorumMax}`;
    this.reason = `${this.value} of ${wanted} processes`;
  }
}
