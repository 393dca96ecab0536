/**
 * Slows down guessing, and locks nobody out. Every source (an address, or a browser the owner has used before) has its
 * own turnstile: one attempt at a time, each after a delay that doubles with the failures up to a bound; the few that may
 * wait do, the rest are told when to come again. When failures come from everywhere, strangers are also slowed down as a
 * whole; browsers that once logged in have a turnstile of their own, which strangers cannot reach.
 *
 * Pure: it reserves moments, and whoever calls waits.
 */

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8_000;
/** So many failures of a source are free: people mistype. */
const FREE_FAILURES = 2;
const FORGET_AFTER_MS = 15 * 60_000;
/** Attempts of one source that may wait for their moment. */
const LONGEST_QUEUE = 4;
const MOST_SOURCES = 4096;
/** All strangers together: this many failures a minute are normal; beyond that they share one turnstile. */
const NORMAL_FAILURES = 30;
const GLOBAL_WINDOW_MS = 60_000;
const GLOBAL_GAP_MS = 500;
const LONGEST_GLOBAL_QUEUE = 40;

interface Source {
  failures: number;
  /** When the next attempt may be looked at. */
  freeMs: number;
  waiting: number;
  touchedMs: number;
}

export type Admission =
  | { readonly kind: 'wait'; readonly delayMs: number }
  /** Not looked at: come again then. */
  | { readonly kind: 'later'; readonly retryAfterMs: number };

export class LoginLimiter {
  readonly #sources = new Map<string, Source>();
  #globalFailures: number[] = [];
  #globalFreeMs = 0;
  #globalWaiting = 0;

  /** @param known the source is a browser that logged in before */
  ask(key: string, known: boolean, nowMs: number): Admission {
    const source = this.#source(key, nowMs);
    const shared = !known && this.#stormy(nowMs);
    const startMs = Math.max(nowMs, source.freeMs, shared ? this.#globalFreeMs : 0);
    if (source.waiting >= LONGEST_QUEUE || (shared && this.#globalWaiting >= LONGEST_GLOBAL_QUEUE)) {
      return { kind: 'later', retryAfterMs: Math.max(1000, startMs - nowMs) };
    }
    source.waiting++;
    this.#globalWaiting++;
    source.freeMs = startMs + delayOf(source.failures);
    if (shared) this.#globalFreeMs = startMs + GLOBAL_GAP_MS;
    return { kind: 'wait', delayMs: startMs - nowMs };
  }

  /** After every attempt that was let in. `neither`: right as far as it went, but something was missing. */
  tell(key: string, outcome: 'succeeded' | 'failed' | 'neither', nowMs: number): void {
    const source = this.#source(key, nowMs);
    source.waiting = Math.max(0, source.waiting - 1);
    this.#globalWaiting = Math.max(0, this.#globalWaiting - 1);
    if (outcome === 'neither') return;
    if (outcome === 'succeeded') {
      source.failures = 0;
      source.freeMs = nowMs;
      return;
    }
    source.failures++;
    source.freeMs = Math.max(source.freeMs, nowMs + delayOf(source.failures));
    this.#globalFailures.push(nowMs);
    if (this.#globalFailures.length > 4 * NORMAL_FAILURES) this.#globalFailures.shift();
  }

  #stormy(nowMs: number): boolean {
    this.#globalFailures = this.#globalFailures.filter((timeMs) => nowMs - timeMs < GLOBAL_WINDOW_MS);
    return this.#globalFailures.length > NORMAL_FAILURES;
  }

  #source(key: string, nowMs: number): Source {
    let source = this.#sources.get(key);
    if (source === undefined || (source.waiting === 0 && nowMs - source.touchedMs > FORGET_AFTER_MS)) {
      source = { failures: 0, freeMs: nowMs, waiting: 0, touchedMs: nowMs };
    }
    source.touchedMs = nowMs;
    // The map keeps the order of insertion: the first is the one not seen for the longest time.
    this.#sources.delete(key);
    this.#sources.set(key, source);
    if (this.#sources.size > MOST_SOURCES) {
      for (const oldest of this.#sources.keys()) {
        this.#sources.delete(oldest);
        break;
      }
    }
    return source;
  }
}

function delayOf(failures: number): number {
  if (failures <= FREE_FAILURES) return 0;
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - FREE_FAILURES - 1));
}

/** An IPv6 host has a whole /64 to itself. */
export function sourceKey(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address.replace('::ffff:', '');
  const [head = '', tail = ''] = address.split('%')[0]?.split('::') ?? [];
  const first = head === '' ? [] : head.split(':');
  const last = tail === '' ? [] : tail.split(':');
  const groups = [...first, ...Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0'), ...last];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
