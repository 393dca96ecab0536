/**
 * The event loop of the data path: one epoll set, events handed out in batches, then the timers that came due, then the
 * deferred tasks. Under load it stays in its own epoll_wait and lets Node's loop run every few milliseconds; at rest
 * Node's loop blocks for both (see bridge.ts). Dispatch allocates nothing.
 *
 * Stream sockets are registered once, edge-triggered (STREAM_EVENTS), and never modified: a connection remembers what
 * it was told until a call says EAGAIN. Listeners are level-triggered, so that accepting may stop half-way.
 */
import { monotonicMs } from '../sys/clock.ts';
import * as epoll from '../sys/epoll.ts';
import { check, EINTR } from '../sys/errno.ts';
import { close } from '../sys/socket.ts';
import { NodeBridge } from './bridge.ts';
import { TimerWheel } from './timer-wheel.ts';
import { WakeTimer } from './wake-timer.ts';

/** What every stream socket is registered for. */
export const STREAM_EVENTS = epoll.EPOLLIN | epoll.EPOLLOUT | epoll.EPOLLRDHUP | epoll.EPOLLET;

const BATCH_SIZE = 256;
/** How long one turn may keep Node's loop waiting while events keep coming. */
const LONGEST_STAY_MS = 5;

export interface Pollable {
  /** EPOLL* bits. May add and remove any descriptor, its own included. */
  onEvents(events: number): void;
  /**
   * The same events will be told by `onEvents` later in this batch, unless it is removed before: what can be fetched for
   * several at once is asked for here (`LookAhead`). Must not change anything that others see.
   */
  onAhead?(events: number): void;
}

/** What `onAhead` asks to be fetched. */
export interface LookAhead {
  /** How many pollables are asked before `carryOut`; 0: none ever. */
  readonly capacity: number;
  /** Fetches what was asked for. */
  carryOut(): void;
}

export interface Deferred {
  runDeferred(): void;
}

export class Reactor {
  /** Monotonic, whole milliseconds; refreshed once a batch. Between batches it is as old as the last one. */
  nowMs: number = monotonicMs();
  readonly timers: TimerWheel = new TimerWheel(this.nowMs, () => this.#bridge?.wake());

  readonly #epollFd: number = check(epoll.create(), 'epoll_create1');
  readonly #list = new epoll.EventList(BATCH_SIZE);
  /** Indexed by descriptor; the generation of an entry grows whenever it changes hands. */
  readonly #pollables: (Pollable | null)[] = [];
  readonly #generations: number[] = [];
  // Counted by hand: V8 takes a call out of JavaScript to make an array shorter.
  #deferred: (Deferred | null)[] = [];
  #deferredSpare: (Deferred | null)[] = [];
  #deferredCount = 0;
  #bridge: NodeBridge | undefined;
  readonly #wakeTimer = new WakeTimer();
  #inTurn = false;
  #closed = false;

  // Where the batch in hand stands: kept here so that a callback that throws loses no other descriptor's event.
  #batchAt = 0;
  #batchEnd = 0;
  /** The events before this one were told to `onAhead`. */
  #aheadEnd = 0;

  /** Fetches for several pollables at once; null: nothing does. */
  lookAhead: LookAhead | null = null;

  /** Is told what a callback threw. */
  onFault: ((error: unknown) => void) | null = null;

  /** Descriptors registered. */
  watched = 0;
  /** Batches and events since the start, for `show activity` and for tests. */
  batches = 0;
  events = 0;

  /** 0, or `-errno` (nothing is registered then). Takes the place of an earlier registration left by `forget`. */
  add(fd: number, pollable: Pollable, events: number): number {
    while (this.#pollables.length <= fd) {
      this.#pollables.push(null);
      this.#generations.push(0);
    }
    const generation = ((this.#generations[fd] as number) + 1) & 0x3fff_ffff;
    const result = epoll.add(this.#epollFd, fd, events, generation);
    if (result < 0) return result;
    if (this.#pollables[fd] === null) this.watched++;
    this.#generations[fd] = generation;
    this.#pollables[fd] = pollable;
    return 0;
  }

  /** Changes what `fd` is watched for; 0 or `-errno`. */
  modify(fd: number, events: number): number {
    return epoll.modify(this.#epollFd, fd, events, this.#generations[fd] as number);
  }

  /** No event of `fd` reaches its pollable after this, those of the batch in hand included. Unknown ones are ignored. */
  remove(fd: number): void {
    if (this.#pollables[fd] === undefined || this.#pollables[fd] === null) return;
    epoll.remove(this.#epollFd, fd);
    this.forget(fd);
  }

  /** As `remove` for a descriptor that is closed at once and that nobody else holds: close(2) does the rest. */
  forget(fd: number): void {
    if (this.#pollables[fd] === undefined || this.#pollables[fd] === null) return;
    this.#pollables[fd] = null;
    this.#generations[fd] = ((this.#generations[fd] as number) + 1) & 0x3fff_ffff;
    this.watched--;
  }

  /** Events, timers or deferred tasks are dealt with: `nowMs` is of this moment. */
  get working(): boolean {
    return this.#inTurn;
  }

  /** There are events of the batch in hand that nobody was told yet. */
  get batchGoesOn(): boolean {
    return this.#batchAt < this.#batchEnd;
  }

  /** Runs the task after the batch in hand. The caller queues a task at most once at a time. */
  defer(task: Deferred): void {
    this.#deferred[this.#deferredCount++] = task;
    if (!this.#inTurn) this.#bridge?.wake();
  }

  /** Reads the clock into `nowMs`: for callers outside a batch (Node's callbacks), where it may be as old as the rest. */
  refresh(): number {
    this.nowMs = monotonicMs();
    return this.nowMs;
  }

  /** Begins to hand out events; from then on the reactor keeps the process open. */
  start(): void {
    if (this.#closed) throw new Error('a reactor that was closed cannot start again');
    if (this.#bridge !== undefined) return;
    if (this.#pollables[this.#wakeTimer.fd] !== this.#wakeTimer) {
      check(this.add(this.#wakeTimer.fd, this.#wakeTimer, epoll.EPOLLIN), 'epoll_ctl');
      this.watched--; // not one of its users' descriptors
    }
    this.#bridge = new NodeBridge(this.#epollFd, () => this.#turn());
    this.#bridge.wake();
  }

  /** Hands out no event any more and lets the process end; may start again. Twice is once. */
  stop(): void {
    this.#bridge?.close();
    this.#bridge = undefined;
  }

  /** Stops for good and closes the epoll set; the descriptors in it are their owners'. */
  close(): void {
    if (this.#closed) return;
    this.stop();
    this.#closed = true;
    close(this.#epollFd);
    this.#wakeTimer.close();
  }

  #turn(): void {
    this.#inTurn = true;
    this.timers.restingUntilMs = Number.NEGATIVE_INFINITY;
    try {
      this.#stay();
    } finally {
      this.#inTurn = false;
    }
    const bridge = this.#bridge;
    if (bridge === undefined) return;
    if (this.#deferredCount > 0) {
      bridge.wake();
      return;
    }
    const deadline = this.timers.nextDeadline();
    this.timers.restingUntilMs = deadline;
    this.#wakeTimer.set(deadline, this.nowMs);
  }

  #stay(): void {
    const until = monotonicMs() + LONGEST_STAY_MS;
    let timeoutMs = 0;
    do {
      const count = epoll.wait(this.#epollFd, this.#list, timeoutMs);
      if (count < 0 && count !== -EINTR) check(count, 'epoll_wait');
      const lastMs = this.nowMs;
      this.nowMs = monotonicMs();
      this.#batchAt = 0;
      this.#batchEnd = Math.max(count, 0);
      this.#aheadEnd = 0;
      this.batches++;
      this.#dispatch();
      this.#advanceTimers();
      this.#runDeferred();
      if (this.#deferredCount > 0) {
        timeoutMs = 0;
        continue;
      }
      // Waiting here saves a round through libuv (two of its epoll_pwait, about 2 us) when something comes within the millisecond, and costs a
      // wake-up for nothing when not (at 300 events/s: half as much CPU again). The last gap tells which to expect.
      if (count <= 0 || this.nowMs - lastMs > 1) return;
      timeoutMs = 1;
    } while (this.nowMs < until && this.#bridge !== undefined);
  }

  #dispatch(): void {
    const list = this.#list;
    this.events += this.#batchEnd;
    while (this.#batchAt < this.#batchEnd) {
      try {
        while (this.#batchAt < this.#batchEnd) {
          if (this.#batchAt >= this.#aheadEnd) this.#goAhead();
          const index = this.#batchAt++;
          const fd = list.fd(index);
          if (this.#generations[fd] !== list.generation(index)) continue;
          (this.#pollables[fd] as Pollable).onEvents(list.events(index));
        }
      } catch (error) {
        this.#raise(error);
      }
    }
  }

  #goAhead(): void {
    const ahead = this.lookAhead;
    const begin = this.#batchAt;
    const end = ahead === null ? this.#batchEnd : Math.min(begin + ahead.capacity, this.#batchEnd);
    // Where there is nothing to fetch with, the whole batch is done with at once.
    this.#aheadEnd = end > begin ? end : this.#batchEnd;
    if (ahead === null || end - begin < 2) return;
    const list = this.#list;
    for (let index = begin; index < end; index++) {
      const fd = list.fd(index);
      if (this.#generations[fd] !== list.generation(index)) continue;
      (this.#pollables[fd] as Pollable).onAhead?.(list.events(index));
    }
    ahead.carryOut();
  }

  #advanceTimers(): void {
    try {
      this.timers.advance(this.nowMs);
    } catch (error) {
      this.#raise(error); // the wheel keeps what is left for its next advance, due at once
    }
  }

  #runDeferred(): void {
    const count = this.#deferredCount;
    if (count === 0) return;
    const tasks = this.#deferred;
    this.#deferred = this.#deferredSpare;
    this.#deferredCount = 0;
    for (let index = 0; index < count; index++) {
      const task = tasks[index] as Deferred;
      tasks[index] = null;
      try {
        task.runDeferred();
      } catch (error) {
        this.#raise(error);
      }
    }
    this.#deferredSpare = tasks;
  }

  /**
   * An exception is a bug of one callback. An edge-triggered event that is dropped never comes back, so the batch goes
   * on; without anybody to tell, the error becomes an uncaught one right after, which ends the process.
   */
  #raise(error: unknown): void {
    if (this.onFault !== null) {
      this.onFault(error);
      return;
    }
    process.nextTick(() => {
      throw error;
    });
  }
}
