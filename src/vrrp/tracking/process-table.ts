/**
 * Counts the processes that trackers ask for. All are read once, then the kernel tells what begins and ends (the proc
 * connector). Where it does not (another network namespace, no CONFIG_PROC_EVENTS, not allowed), /proc is read about
 * once a second, a few processes at a time, so that an advertisement never waits for it.
 */
import type { Reactor } from '../../loop/reactor.ts';
import { Timer } from '../../loop/timer-wheel.ts';
import { EPOLLIN } from '../../sys/epoll.ts';
import { errnoMessage } from '../../sys/errno.ts';
import { type ProcessEventListener, ProcessEvents } from '../../sys/process-events.ts';
import { readCommandLine, readProcessNumbers, readShortName } from './process-files.ts';
import type { ProcessMatch } from './process-match.ts';
import type { TrackLog } from './tracker.ts';

/** Between two readings of /proc, without the connector. */
const POLL_INTERVAL_MS = 1000;
/** Processes read in one go (about 30 us each), and the pause after them. */
const SLICE = 32;
const SLICE_PAUSE_MS = 5;
/** Time to settle after events were lost; keepalived's. */
const LOST_PAUSE_MS = 1000;
/** Datagrams taken in one turn: level-triggered, the rest comes next. */
const MOST_EVENTS = 64;

/** Why a count changed: delays apply to some. */
export type ProcessChange = 'fork' | 'exit' | 'exec';

export interface ProcessCounter {
  readonly match: ProcessMatch;
  onCount(count: number, change: ProcessChange): void;
}

export class ProcessTable implements ProcessEventListener {
  readonly #reactor: Reactor;
  readonly #log: TrackLog;
  readonly #pids = new Map<ProcessCounter, Set<number>>();
  readonly #timer = new Timer(this);
  #events: ProcessEvents | undefined;
  #polling = false;
  /** What is left of a reading of /proc in hand, and what it has met. */
  #unread: number[] = [];
  #met = new Set<number>();
  #reading = false;

  constructor(reactor: Reactor, log: TrackLog) {
    this.#reactor = reactor;
    this.#log = log;
  }

  /** True where /proc is read again and again because the kernel does not tell. */
  get polling(): boolean {
    return this.#polling;
  }

  /** How many there are now; from then on every change is told. */
  attach(counter: ProcessCounter): number {
    // Listen first, then look: nothing falls between.
    if (this.#pids.size === 0) this.#listen();
    const pids = new Set<number>();
    for (const pid of readProcessNumbers()) if (isMatch(counter, pid)) pids.add(pid);
    this.#pids.set(counter, pids);
    return pids.size;
  }

  detach(counter: ProcessCounter): void {
    if (!this.#pids.delete(counter) || this.#pids.size > 0) return;
    this.#reactor.timers.cancel(this.#timer);
    this.#reading = false;
    this.#polling = false;
    if (this.#events === undefined) return;
    this.#reactor.remove(this.#events.fd);
    this.#events.close();
    this.#events = undefined;
  }

  onEvents(): void {
    for (let count = 0; count < MOST_EVENTS; count++) {
      const result = this.#events?.read(this) ?? -1;
      if (result < 0) return;
    }
  }

  onFork(pid: number, parentPid: number): void {
    for (const [counter, pids] of this.#pids) {
      if (!pids.has(parentPid) || pids.has(pid)) continue;
      pids.add(pid);
      counter.onCount(pids.size, 'fork');
    }
  }

  onExec(pid: number): void {
    this.#examine(pid, true);
  }

  onName(pid: number, name: string): void {
    for (const [counter, pids] of this.#pids) {
      if (!counter.match.byCommandLine) change(counter, pids, pid, counter.match.matches(name, ''), 'exec');
    }
  }

  onExit(pid: number): void {
    for (const [counter, pids] of this.#pids) change(counter, pids, pid, false, 'exit');
  }

  onLost(): void {
    this.#log('process events were lost: the processes are read anew');
    if (!this.#reading) this.#arm(LOST_PAUSE_MS);
  }

  onTimer(): void {
    if (!this.#reading) {
      this.#reading = true;
      this.#unread = readProcessNumbers();
      this.#met = new Set(this.#unread);
    }
    for (const pid of this.#unread.splice(0, SLICE)) this.#examine(pid, false);
    if (this.#unread.length > 0) {
      this.#arm(SLICE_PAUSE_MS);
      return;
    }
    this.#reading = false;
    for (const [counter, pids] of this.#pids) {
      for (const pid of pids) if (!this.#met.has(pid)) change(counter, pids, pid, false, 'exit');
    }
    if (this.#polling) this.#arm(POLL_INTERVAL_MS);
  }

  #listen(): void {
    const events = ProcessEvents.open();
    if (typeof events !== 'number') {
      this.#events = events;
      this.#reactor.add(events.fd, this, EPOLLIN);
      return;
    }
    this.#polling = true;
    this.#log(
      `the kernel does not tell us of processes (${errnoMessage(-events)}): /proc is read once a second for vrrp_track_process`,
    );
    this.#arm(POLL_INTERVAL_MS);
  }

  /** `began`: another program was executed; else a process that is simply there, or no more. */
  #examine(pid: number, began: boolean): void {
    let shortName: string | undefined;
    let commandLine: string | undefined;
    for (const [counter, pids] of this.#pids) {
      if (counter.match.byCommandLine) commandLine ??= readCommandLine(pid) ?? '';
      else shortName ??= readShortName(pid) ?? '';
      const matching = counter.match.matches(shortName ?? '', commandLine ?? '');
      change(counter, pids, pid, matching, matching || began ? 'exec' : 'exit');
    }
  }

  #arm(afterMs: number): void {
    this.#reactor.timers.arm(this.#timer, this.#reactor.refresh() + afterMs);
  }
}

function isMatch(counter: ProcessCounter, pid: number): boolean {
  if (counter.match.byCommandLine) return counter.match.matches('', readCommandLine(pid) ?? '');
  return counter.match.matches(readShortName(pid) ?? '', '');
}

function change(counter: ProcessCounter, pids: Set<number>, pid: number, belongs: boolean, why: ProcessChange): void {
  if (pids.has(pid) === belongs) return;
  if (belongs) pids.add(pid);
  else pids.delete(pid);
  counter.onCount(pids.size, why);
}
