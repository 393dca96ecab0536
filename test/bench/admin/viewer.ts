/** One who looks at the overview as the page does: a WebSocket for what changes, and the overview asked for again and again. */

import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { WebSocket } from 'ws';
import type { Browser } from '../../admin/admin-process.ts';

const PERIOD_MS = 2_000;

export class Viewer {
  readonly #browser: Browser;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  readonly #socket: WebSocket;
  #timer: NodeJS.Timeout | undefined;
  /** Milliseconds from asking for the overview to its last byte. */
  readonly latencies: number[] = [];
  messages = 0;

  private constructor(browser: Browser) {
    this.#browser = browser;
    const { cookieHeader: cookie, origin } = browser;
    this.#socket = new WebSocket(`wss://127.0.0.1:${browser.port}/api/live`, {
      headers: { cookie, origin },
      rejectUnauthorized: false,
    });
    this.#socket.on('message', () => {
      this.messages++;
    });
  }

  /** @param browser of somebody who is logged in */
  static async open(browser: Browser): Promise<Viewer> {
    const viewer = new Viewer(browser);
    await once(viewer.#socket, 'open');
    return viewer;
  }

  /** From a moment of its own on, so that viewers do not ask in step. */
  poll(afterMs: number): void {
    this.#timer = setTimeout(async () => {
      await this.ask().catch((error) => {
        // Cut off in the middle, at the end.
        if (this.#timer !== undefined) throw error;
      });
      if (this.#timer !== undefined) this.poll(PERIOD_MS);
    }, afterMs);
  }

  /** Once, on a connection that is kept. */
  ask(): Promise<void> {
    const began = performance.now();
    return new Promise((resolve, reject) => {
      request(
        {
          host: '127.0.0.1',
          port: this.#browser.port,
          path: '/api/overview',
          agent: this.#agent,
          headers: { cookie: this.#browser.cookieHeader },
        },
        (answer) => {
          if (answer.statusCode !== 200) reject(new Error(`the overview answers ${answer.statusCode}`));
          answer.resume().on('end', () => {
            this.latencies.push(performance.now() - began);
            resolve();
          });
        },
      )
        .on('error', reject)
        .end();
    });
  }

  /** Asks no more. */
  rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  close(): void {
    this.rest();
    this.#socket.terminate();
    this.#agent.destroy();
  }
}
