/**
 * A server's health as its checks tell it: a counter that `rise` successes must lift and `fall` failures must lower
 * (manual, section 5.2), and what the last check said.
 *
 *   0 .............. rise-1 | rise ............. rise+fall-1
 *   down     going up       |     going down            up
 *
 * A failure below `rise` starts over at 0, a success from `rise` on ends at the top. A server begins at `rise`: up, and
 * down at the first failure.
 */
import { CHECK_STATUSES, type CheckOutcome, type CheckStatus, type CheckVerdict } from './check-status.ts';
import type { HealthPosition } from './schedule.ts';

/** HAProxy keeps as much of an info text. */
const INFO_BYTES = 127;

/** What a finished check means. */
export interface HealthChange {
  /** Worth a line with `option log-health-checks`: the counter moved, or the status is not that of the check before. */
  readonly notable: boolean;
  /** What the server ought to be now: down (counter 0), up (counter full or conditional), or as it is. */
  readonly verdict: 'down' | 'up' | 'stopping' | 'same';
}

export class ServerHealth {
  readonly rise: number;
  readonly fall: number;
  health: number;
  status: CheckStatus = 'INI';
  /** Outcome of the last check; unknown before the first one. */
  outcome: CheckOutcome = 'unknown';
  code = 0;
  info = '';
  /** How long the last check took, -1 before the first. */
  durationMs = -1;
  /** A check is under way since then. */
  running = false;
  startedMs = 0;
  /** Checks that failed while the server was up or going up (`check_fail`). */
  failedChecks = 0;

  constructor(rise: number, fall: number) {
    this.rise = rise;
    this.fall = fall;
    this.health = rise;
  }

  get full(): number {
    return this.rise + this.fall - 1;
  }

  /** By the counter alone, whatever the administration says. */
  get up(): boolean {
    return this.health >= this.rise;
  }

  /** @param stopped the server is down at present */
  position(stopped: boolean): HealthPosition {
    return { fullyUp: this.health === this.full, fullyDown: stopped && this.health === 0 };
  }

  /** `2/3`: the checks to go until it changes side, of how many, as log lines and `show stat` have them. */
  get progress(): string {
    return this.up ? `${this.health - this.rise + 1}/${this.fall}` : `${this.health}/${this.rise}`;
  }

  begin(nowMs: number): void {
    this.running = true;
    this.startedMs = nowMs;
    this.outcome = 'unknown';
  }

  /** A check that was begun came to nothing (maintenance, end of the process). */
  abandon(): void {
    this.running = false;
  }

  conclude(verdict: CheckVerdict, nowMs: number): HealthChange {
    const previous = this.status;
    const { outcome } = CHECK_STATUSES[verdict.status];
    this.running = false;
    this.durationMs = nowMs - this.startedMs;
    this.status = verdict.status;
    this.outcome = outcome;
    this.code = verdict.code;
    this.info = verdict.info.slice(0, INFO_BYTES);
    let moved = false;
    if (outcome === 'failed' && this.health > 0) {
      moved = true;
      this.failedChecks++;
      this.health--;
      if (this.health < this.rise) this.health = 0;
    } else if ((outcome === 'passed' || outcome === 'conditional') && this.health < this.full) {
      moved = true;
      this.health++;
      if (this.health >= this.rise) this.health = this.full;
    }
    return { notable: moved || verdict.status !== previous, verdict: this.#consequence(outcome) };
  }

  #consequence(outcome: CheckOutcome): HealthChange['verdict'] {
    if (outcome === 'failed') return this.health === 0 ? 'down' : 'same';
    if (this.health < this.rise) return 'same';
    return outcome === 'conditional' ? 'stopping' : 'up';
  }

  /** `set server health`, and entering or leaving maintenance: `fresh` is up, but down at the first failure. */
  force(to: 'up' | 'down' | 'fresh'): void {
    this.health = to === 'up' ? this.full : to === 'down' ? 0 : this.rise;
  }
}
