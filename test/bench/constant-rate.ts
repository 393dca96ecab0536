/**
 * A load generator that sends at a fixed rate, whatever the answers do: PORT PATH RATE SECONDS CONNECTIONS CLOSE HEADERS
 * (CLOSE is `close` for a new connection per request, else `keep`; HEADERS a JSON array). Prints one JSON line.
 *
 * The latency of a request counts from the moment it was due, not from when it could be sent, so a proxy that stalls
 * pays for every request that had to wait meanwhile (no coordinated omission). Requests due while all connections are
 * busy queue here, in order.
 */
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { highest, percentile } from './percentile.ts';

export interface LatencyResult {
  readonly rate: number;
  readonly completed: number;
  readonly errors: number;
  /** Microseconds from due to the last byte of the answer. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  /** Microseconds from due to sent, as far as this generator itself is late: its share of the figures above. */
  readonly lateness99: number;
}

const [portText, path, rateText, secondsText, connectionsText, mode, headersText] = process.argv.slice(2);
const port = Number(portText);
const rate = Number(rateText);
/** Seconds at the start that do not count: connections open, and this program's own code is compiled. */
const warmupSeconds = 1;
const uncounted = Math.round(rate * warmupSeconds);
const total = uncounted + Math.round(rate * Number(secondsText));
const closing = mode === 'close';
const lines = (JSON.parse(headersText ?? '[]') as string[]).map((line) => `${line}\r\n`).join('');
const host = /^host:/im.test(lines) ? '' : `Host: 127.0.0.1:${port}\r\n`;
const request = Buffer.from(`GET ${path} HTTP/1.1\r\n${host}${lines}\r\n`, 'latin1');

const now = (): number => performance.timeOrigin + performance.now();
const startMs = now() + 100;
const dueMs = (index: number): number => startMs + (index * 1000) / rate;

const latencies: number[] = [];
const latenesses: number[] = [];
let sent = 0;
let ended = 0;
let errors = 0;

/** One connection with at most one request on the way. */
class Caller {
  #socket: Socket | undefined;
  #index = 0;
  #head = '';
  /** Bytes of the answer still to come; -1 while its head is incomplete. */
  #missing = -1;
  busy = false;

  call(index: number): void {
    this.busy = true;
    this.#index = index;
    this.#missing = -1;
    this.#head = '';
    this.#socket ??= this.#open();
    this.#socket.write(request);
  }

  #open(): Socket {
    // The callback runs before the next read, so one buffer could serve all; one each keeps that no matter.
    const socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafeSlow(65_536),
        callback: (length, bytes) => {
          this.#read(bytes as Buffer, length);
          return true;
        },
      },
    });
    const gone = (): void => {
      if (this.#socket === socket) {
        this.#socket = undefined;
        this.#end(false);
      }
    };
    socket.once('error', gone).once('end', gone).once('close', gone);
    return socket;
  }

  #read(bytes: Buffer, length: number): void {
    if (!this.busy) {
      return;
    }
    if (this.#missing < 0) {
      this.#head += bytes.toString('latin1', 0, length);
      const end = this.#head.indexOf('\r\n\r\n');
      if (end < 0) {
        return;
      }
      const bodyBytes = Number(/\r\ncontent-length: *(\d+)/i.exec(this.#head)?.[1] ?? 0);
      this.#missing = bodyBytes - (this.#head.length - end - 4);
    } else {
      this.#missing -= length;
    }
    if (this.#missing <= 0) {
      this.#end(this.#head.startsWith('HTTP/1.1 2'));
    }
  }

  #end(good: boolean): void {
    if (!this.busy) {
      return;
    }
    this.busy = false;
    ended++;
    if (this.#index >= uncounted) {
      latencies.push((now() - dueMs(this.#index)) * 1000);
    }
    errors += good ? 0 : 1;
    if (closing) {
      const socket = this.#socket;
      this.#socket = undefined;
      socket?.destroy();
    }
    if (ended === total) {
      report();
    } else {
      sendDue();
    }
  }
}

const callers = Array.from({ length: Number(connectionsText) }, () => new Caller());

function sendDue(): void {
  const nowMs = now();
  while (sent < total && dueMs(sent) <= nowMs) {
    const caller = callers.find((candidate) => !candidate.busy);
    if (caller === undefined) {
      return; // Whoever answers first takes the oldest waiting one.
    }
    if (sent >= uncounted) {
      latenesses.push((nowMs - dueMs(sent)) * 1000);
    }
    caller.call(sent++);
  }
}

function report(): never {
  latencies.sort((a, b) => a - b);
  latenesses.sort((a, b) => a - b);
  const result: LatencyResult = {
    rate,
    completed: latencies.length,
    errors,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    p999: percentile(latencies, 0.999),
    max: highest(latencies),
    lateness99: percentile(latenesses, 0.99),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(0);
}

const intervalMs = Math.max(1000 / rate, 0.25);
const ticker = new Worker(new URL('./constant-rate-ticker.ts', import.meta.url), {
  workerData: { intervalMs, startMs },
});
ticker.on('message', sendDue);
// A proxy that stops answering ends the run with what there is.
setTimeout(
  () => {
    errors += total - ended;
    report();
  },
  Number(secondsText) * 1000 + 10_000,
);
