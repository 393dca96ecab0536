/**
 * `vrrp_track_proxy`, ours: the address should be where the proxy works. Asked over its runtime API every `interval`:
 * alive, frontends open, backends with enough usable servers. No answer within `timeout` is a failure, so a proxy that
 * hangs is one. `rise` and `fall` as with scripts.
 */
import type { Reactor } from '../../loop/reactor.ts';
import { Timer } from '../../loop/timer-wheel.ts';
import type { TrackProxyModel } from '../model.ts';
import { judgeProxyAnswer, proxyCommands } from './proxy-answer.ts';
import { ProxyQuestion, type QuestionListener } from './proxy-question.ts';
import { RiseFall } from './rise-fall.ts';
import type { Tracker, TrackListener, TrackLog, TrackState } from './tracker.ts';

export class ProxyTracker implements Tracker, QuestionListener {
  readonly kind = 'proxy';
  readonly name: string;
  readonly model: TrackProxyModel;
  reason = 'not asked yet';
  holds: boolean;

  readonly #reactor: Reactor;
  readonly #listener: TrackListener;
  readonly #log: TrackLog;
  readonly #level: RiseFall;
  readonly #question: ProxyQuestion;
  readonly #timer = new Timer(this);
  #nextMs = 0;
  #started = false;

  constructor(model: TrackProxyModel, reactor: Reactor, listener: TrackListener, log: TrackLog, reloading: boolean) {
    this.model = model;
    this.name = model.name;
    this.holds = !reloading;
    this.#reactor = reactor;
    this.#listener = listener;
    this.#log = log;
    this.#level = new RiseFall(model.rise, model.fall, false);
    this.#question = new ProxyQuestion(reactor, model.socket, proxyCommands(model), model.timeoutMs, this);
  }

  get state(): TrackState {
    if (!this.#level.known) return 'init';
    return this.#level.up ? 'up' : 'down';
  }

  get value(): number {
    return this.#level.up ? 0 : 1;
  }

  adopt(previous: ProxyTracker): void {
    this.#level.adopt(previous.#level);
    this.holds = previous.holds;
    this.reason = previous.reason;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#nextMs = this.#reactor.refresh();
    this.onTimer();
  }

  stop(): void {
    this.#started = false;
    this.#reactor.timers.cancel(this.#timer);
    this.#question.cancel();
  }

  onTimer(): void {
    this.#nextMs = Math.max(this.#nextMs + this.model.intervalMs, this.#reactor.nowMs + 1);
    this.#reactor.timers.arm(this.#timer, this.#nextMs);
    if (!this.#question.asking) this.#question.ask();
  }

  onAnswer(answer: string): void {
    this.#take(judgeProxyAnswer(answer, this.model));
  }

  onNoAnswer(reason: string): void {
    this.#take(reason);
  }

  /** `''`: all is well. */
  #take(fault: string): void {
    const good = fault === '';
    const changed = this.#level.take(good);
    this.reason = fault;
    if (!good && this.#level.up) this.reason = `${fault}; ${this.#level.missing} more bring it down`;
    else if (good && !this.#level.up) this.reason = `works; ${this.#level.missing} more bring it up`;
    if (!changed) return;
    this.#log(`VRRP_Proxy(${this.name}) ${this.#level.up ? 'works' : `failed (${fault})`}`);
    this.#listener.onTrack(this);
  }
}
