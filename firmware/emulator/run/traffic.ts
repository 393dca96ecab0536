/**
 * A client that asks the same page again and again, each time over a new connection, and keeps when it was answered by whom:
 * for how long was there no service? The longest time between two answers tells, less the pace: an upper bound.
 */
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 600_000;
/** A question without an answer is given up then, and asked anew. */
const GIVEN_UP_MS = 1000;

export interface Answered {
  readonly sentMs: number;
  readonly answeredMs: number;
  readonly text: string;
}

export class Traffic {
  readonly answers: Answered[] = [];
  readonly #url: string;
  readonly #everyMs: number;
  readonly #running = new AbortController();
  readonly #ended: Promise<void>;
  asked = 0;

  constructor(url: string, everyMs = 100) {
    this.#url = url;
    this.#everyMs = everyMs;
    this.#ended = this.#run();
  }

  /** Questions overlap: one that hangs must not hide that the next is answered. */
  async #run(): Promise<void> {
    const { signal } = this.#running;
    const waiting = new Set<Promise<void>>();
    while (!signal.aborted) {
      const question = this.#ask().finally(() => waiting.delete(question));
      waiting.add(question);
      await delay(this.#everyMs, undefined, { signal }).catch(() => undefined);
    }
    await Promise.all(waiting);
  }

  #ask(): Promise<void> {
    this.asked++;
    const sentMs = performance.now();
    return new Promise((resolve) => {
      const outgoing = request(this.#url, { agent: false }, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.on('error', () => resolve());
        incoming.on('end', () => {
          if (incoming.statusCode === 200) this.answers.push({ sentMs, answeredMs: performance.now(), text });
          resolve();
        });
      });
      outgoing.setTimeout(GIVEN_UP_MS, () => outgoing.destroy());
      outgoing.on('error', () => resolve());
      outgoing.end();
    });
  }

  /**
   * Waits until an answer came to something sent later than `fromMs`.
   * @param by only an answer with this text counts
   */
  async answeredAfter(fromMs: number, { by }: { readonly by?: string } = {}): Promise<Answered> {
    const deadline = performance.now() + LIMIT_MS;
    for (;;) {
      const answer = this.answers.find(({ sentMs, text }) => sentMs > fromMs && (by === undefined || text === by));
      if (answer !== undefined) return answer;
      if (performance.now() > deadline) {
        throw new Error(`no answer of ${this.#url} ${by === undefined ? '' : `by ${by} `}within ${LIMIT_MS} ms`);
      }
      await delay(20);
    }
  }

  /** The longest time between two answers, both seen after `fromMs`, milliseconds. */
  darkMs(fromMs: number): number {
    const times = this.answers.map(({ answeredMs }) => answeredMs).sort((one, other) => one - other);
    const last = times.findLast((time) => time <= fromMs);
    const seen = [...(last === undefined ? [] : [last]), ...times.filter((time) => time > fromMs)];
    const gaps = seen.slice(1).map((time, index) => time - seen[index]!);
    return Math.max(0, Math.max(0, ...gaps) - this.#everyMs);
  }

  async stop(): Promise<void> {
    this.#running.abort();
    await this.#ended;
  }
}
