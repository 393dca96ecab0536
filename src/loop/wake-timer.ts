/**
 * Wakes a blocked epoll set when the timer wheel needs it. A timerfd, for it can be stopped: one of Node's own timers
 * that nobody needs any more still wakes the process once, as libuv's timer stays set behind it. It is set (0.5 us) only
 * when something earlier than the moment it is set for comes up; later deadlines are found when it fires.
 */
import { check } from '../sys/errno.ts';
import { close } from '../sys/socket.ts';
import * as timerfd from '../sys/timerfd.ts';

export class WakeTimer {
  readonly fd: number = check(timerfd.create(), 'timerfd_create');
  #atMs = Number.POSITIVE_INFINITY;

  /** Readable no later than `deadlineMs`; an earlier wake-up already arranged is left alone. Infinity: not at all. */
  set(deadlineMs: number, nowMs: number): void {
    if (deadlineMs === Number.POSITIVE_INFINITY) {
      if (this.#atMs !== deadlineMs) timerfd.set(this.fd, 0);
      this.#atMs = deadlineMs;
    } else if (deadlineMs < this.#atMs) {
      timerfd.set(this.fd, Math.max(deadlineMs - nowMs, 1));
      this.#atMs = deadlineMs;
    }
  }

  /** It has fired: no longer readable, not set. */
  onEvents(): void {
    timerfd.take(this.fd);
    this.#atMs = Number.POSITIVE_INFINITY;
  }

  close(): void {
    close(this.fd);
  }
}
