/**
 * When a master announces its addresses. Ours: spread over a second (a switch port that still learns, a lost frame),
 * then refreshed; keepalived's when `garp_spread` is off: `repeat` packets at once, as many again after the delay.
 * Hearing a master of lower priority means that a partition has healed and the neighbours know the other one: announce
 * at once and again later. A storm of such packets must not make us one: no more than one such reaction in 10 ms.
 */
import { Timer, type TimerOwner, type TimerWheel } from '../../loop/timer-wheel.ts';
import type { AnnounceModel } from '../model.ts';

const LEAST_DISTANCE_MS = 10;
const NEVER = Number.NEGATIVE_INFINITY;

export class AnnouncementSchedule {
  readonly #model: AnnounceModel;
  readonly #timers: TimerWheel;
  readonly #send: (repeat: number) => void;
  /** Of the spread, or of keepalived's second round. */
  readonly #again: Timer;
  readonly #refresh: Timer;
  readonly #lowerAgain: Timer;
  /** When the spread began, and which of its announcements is next. */
  #spreadFromMs = 0;
  #spreadNext = 0;
  #lastReactionMs = NEVER;

  /** `send` announces all addresses, so many times in a row. */
  constructor(model: AnnounceModel, timers: TimerWheel, send: (repeat: number) => void) {
    this.#model = model;
    this.#timers = timers;
    this.#send = send;
    this.#again = new Timer(owner((nowMs) => this.#onAgain(nowMs)));
    this.#refresh = new Timer(owner((nowMs) => this.#onRefresh(nowMs)));
    this.#lowerAgain = new Timer(owner(() => this.#send(this.#model.lowerPriorityRepeat)));
  }

  becameMaster(nowMs: number): void {
    this.stop();
    if (this.#model.spreadMs.length > 0) this.#beginSpread(nowMs);
    else {
      this.#send(this.#model.repeat);
      if (this.#model.delayMs > 0) this.#timers.arm(this.#again, nowMs + this.#model.delayMs);
    }
    if (this.#model.refreshMs > 0) this.#timers.arm(this.#refresh, nowMs + this.#model.refreshMs);
  }

  heardLowerPriority(nowMs: number): void {
    if (nowMs - this.#lastReactionMs < LEAST_DISTANCE_MS) return;
    this.#lastReactionMs = nowMs;
    if (this.#model.spreadMs.length > 0) {
      this.#beginSpread(nowMs);
      return;
    }
    this.#send(this.#model.lowerPriorityRepeat);
    if (this.#model.lowerPriorityDelayMs > 0) {
      this.#timers.arm(this.#lowerAgain, nowMs + this.#model.lowerPriorityDelayMs);
    }
  }

  /** No longer master. */
  stop(): void {
    this.#timers.cancel(this.#again);
    this.#timers.cancel(this.#refresh);
    this.#timers.cancel(this.#lowerAgain);
    this.#lastReactionMs = NEVER;
  }

  #beginSpread(nowMs: number): void {
    this.#spreadFromMs = nowMs;
    this.#spreadNext = 0;
    this.#timers.cancel(this.#again);
    this.#onSpread(nowMs);
  }

  /** Sends what is due of the spread (once, however many are) and arms the next. */
  #onSpread(nowMs: number): void {
    const { spreadMs } = this.#model;
    const before = this.#spreadNext;
    while (this.#spreadNext < spreadMs.length) {
      const atMs = this.#spreadFromMs + (spreadMs[this.#spreadNext] as number);
      if (atMs > nowMs) {
        this.#timers.arm(this.#again, atMs);
        break;
      }
      this.#spreadNext++;
    }
    if (this.#spreadNext > before) this.#send(1);
  }

  #onAgain(nowMs: number): void {
    if (this.#model.spreadMs.length > 0) this.#onSpread(nowMs);
    else this.#send(this.#model.repeat);
  }

  #onRefresh(nowMs: number): void {
    this.#send(this.#model.refreshRepeat);
    this.#timers.arm(this.#refresh, nowMs + this.#model.refreshMs);
  }
}

function owner(onDue: (nowMs: number) => void): TimerOwner {
  return { onTimer: (_timer, nowMs) => onDue(nowMs) };
}
