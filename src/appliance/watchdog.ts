/**
 * The hardware watchdog, fed from our own loop only: when we hang, the machine starts anew. U-Boot has armed it before the
 * kernel started. It stays armed when we end: somebody starts us again in time, or the machine goes down under its cover
 * (a restart for an update that hangs on its way down would otherwise hang for ever). Only who switches the machine off, or
 * stops us by hand (SIGINT), disarms it.
 */

import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errnoName } from '../sys/errno.ts';
import { everyTick, TICK_MS } from '../sys/rest-tick.ts';
import { resetByWatchdog, setWatchdogTimeout } from '../sys/watchdog.ts';
import type { Board } from './board.ts';

/** Any byte but this one is a sign of life; this one before close is a farewell. */
const FAREWELL = 'V';
const SIGN_OF_LIFE = '.';
/** Two signs may be late before the third is missed. */
const SIGNS_PER_TIMEOUT = 3;

export interface WatchdogStatus {
  /** Null: this board has none. */
  readonly device: string | null;
  /** As granted by the hardware; null when it was not. */
  readonly timeoutSeconds: number | null;
  /** Why it is not what the board's data say; `''` when it is. */
  readonly why: string;
}

export const NO_WATCHDOG: WatchdogStatus = { device: null, timeoutSeconds: null, why: '' };

export class Watchdog {
  readonly status: WatchdogStatus;
  /** This start was a reset by the watchdog; undefined: it does not tell. */
  readonly wasReset: boolean | undefined;
  readonly #alive: () => boolean;
  readonly #tell: (text: string) => void;
  #fd: number | undefined;
  #stopFeeding: () => void = () => {};

  /** @param alive asked before each sign of life: false when our loop turns, but what matters does not */
  constructor(
    { device, timeoutSeconds }: NonNullable<Board['watchdog']>,
    root: string,
    alive: () => boolean,
    tell: (text: string) => void,
  ) {
    this.#alive = alive;
    this.#tell = tell;
    let granted: number;
    try {
      this.#fd = openSync(join(root, device), constants.O_RDWR);
      granted = setWatchdogTimeout(this.#fd, timeoutSeconds);
    } catch (error) {
      this.status = { device, timeoutSeconds: null, why: (error as Error).message };
      return;
    }
    const reset = resetByWatchdog(this.#fd);
    this.wasReset = reset < 0 ? undefined : reset === 1;
    const why = granted < 0 ? `its timeout cannot be set: ${errnoName(-granted)}` : '';
    this.status = { device, timeoutSeconds: granted < 0 ? null : granted, why };
    const seconds = granted > 0 ? Math.min(granted, timeoutSeconds) : timeoutSeconds;
    this.#stopFeeding = feedEvery((1000 * seconds) / SIGNS_PER_TIMEOUT, () => this.#feed());
    this.#feed();
  }

  /** The last sign of life; it stays armed. */
  leaveArmed(): void {
    this.#stopFeeding();
    this.#feed();
    this.#close();
  }

  disarm(): void {
    this.#stopFeeding();
    if (this.#fd !== undefined) this.#write(FAREWELL);
    this.#close();
  }

  #feed(): void {
    if (this.#fd !== undefined && this.#alive()) this.#write(SIGN_OF_LIFE);
  }

  #write(text: string): void {
    try {
      writeSync(this.#fd as number, text);
    } catch (error) {
      this.#tell(`the watchdog: ${(error as Error).message}`);
    }
  }

  #close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}

/** Most watchdogs are patient: then it is fed when the process wakes up anyway. */
function feedEvery(periodMs: number, feed: () => void): () => void {
  if (periodMs >= TICK_MS) return everyTick(feed);
  const timer = setInterval(feed, periodMs);
  return () => clearInterval(timer);
}
