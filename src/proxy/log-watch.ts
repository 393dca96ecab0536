/**
 * The log for whoever looks right now (`watch log` of the runtime API), whatever the configuration logs, and where. It
 * exists only while somebody looks: without, the data path asks one reference whether it is null.
 *
 * Bounded in what it costs: so many lines a second of requests that went well, and as many again of those that did not,
 * so that a busy day does not hide its failures; the others are counted (`O`). Lines leave together, five times a second.
 * A reader who does not take them loses them, nothing is kept for him: how many they were is told him with the next ones.
 *
 *   H <ms since 1970> client port frontend backend server TR Tw Tc Tr Ta status out in termination retries sq bq request
 *   T <ms since 1970> client port frontend backend server -  Tw Tc -  Tt -      out in termination retries sq bq
 *   E <ms since 1970> level proxy text          a server changed, a check failed
 *   O <lines that were left out>
 */

import { latin1Text } from '../http/latin1-text.ts';
import { Timer, type TimerOwner } from '../loop/timer-wheel.ts';
import { compileOptions } from '../sample/context.ts';
import { type CompiledFormat, compileFormat, logFormat } from '../sample/log-format.ts';
import { output, TEXT_START } from '../sample/text-output.ts';
import type { ProxyRuntime } from './proxy-runtime.ts';
import type { Stream } from './stream.ts';
import { recordOf } from './stream-record.ts';
import { CAUSE_LOCAL, CAUSE_NONE } from './stream-states.ts';

const HTTP_LINE = 'H %Ts%ms %ci %cp %f %b %s %TR %Tw %Tc %Tr %Ta %ST %B %U %tsc %rc %sq %bq %r';
const TCP_LINE = 'T %Ts%ms %ci %cp %f %b %s - %Tw %Tc - %Tt - %B %U %ts %rc %sq %bq';

const FLUSH_MS = 200;
const SECOND_MS = 1000;
/** Of either kind. */
const LINES_A_SECOND = 500;
const BYTES = 65_536;
/** Longer requests are cut. */
const LONGEST_LINE = 4096;
const LINE_FEED = 10;

/** One who looks. Returns false when it can take no more: these lines are lost to it, and counted. */
export type LogReader = (text: string) => boolean;

export class LogWatch implements TimerOwner {
  readonly #runtime: ProxyRuntime;
  /** With how many lines each has lost since it took some. */
  readonly #readers = new Map<LogReader, number>();
  readonly #http: CompiledFormat;
  readonly #tcp: CompiledFormat;
  readonly #bytes = Buffer.allocUnsafeSlow(BYTES);
  readonly #timer = new Timer(this);
  #end = 0;
  /** In the buffer. */
  #lines = 0;
  #secondMs = 0;
  #good = 0;
  #failed = 0;
  #omitted = 0;

  constructor(runtime: ProxyRuntime) {
    const options = compileOptions(runtime.environment, 'log');
    this.#runtime = runtime;
    this.#http = compileFormat(logFormat(HTTP_LINE), options);
    this.#tcp = compileFormat(logFormat(TCP_LINE), options);
  }

  add(reader: LogReader): void {
    this.#readers.set(reader, 0);
  }

  /** False: nobody looks any more. */
  remove(reader: LogReader): boolean {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return true;
    this.#runtime.reactor.timers.cancel(this.#timer);
    return false;
  }

  /** A request or session came to its end. */
  ended(stream: Stream): void {
    const failed =
      (stream.cause !== CAUSE_NONE && stream.cause !== CAUSE_LOCAL) ||
      stream.retries > 0 ||
      stream.redispatched ||
      (stream.isHttp && stream.status >= 500);
    if (!this.#mayWrite(failed)) return;
    output.begin();
    (stream.isHttp ? this.#http : this.#tcp).append(recordOf(stream));
    this.#put(output.bytes, TEXT_START, Math.min(output.end, TEXT_START + LONGEST_LINE));
  }

  /** Something happened to the servers of a proxy. `level`: syslog's. */
  told(level: number, proxy: string, text: string): void {
    if (!this.#mayWrite(true)) return;
    const line = Buffer.from(
      `E ${Math.floor(this.#runtime.nowWallMs())} ${level} ${proxy} ${text.trimEnd()}`,
      'latin1',
    );
    this.#put(line, 0, Math.min(line.length, LONGEST_LINE));
  }

  onTimer(): void {
    this.#flush();
  }

  #mayWrite(failed: boolean): boolean {
    const { nowMs } = this.#runtime.reactor;
    if (nowMs - this.#secondMs >= SECOND_MS) {
      this.#secondMs = nowMs;
      this.#good = 0;
      this.#failed = 0;
    }
    if ((failed ? this.#failed : this.#good) >= LINES_A_SECOND) {
      this.#omitted++;
      this.#flushLater();
      return false;
    }
    if (failed) this.#failed++;
    else this.#good++;
    return true;
  }

  #put(bytes: Buffer, start: number, end: number): void {
    if (this.#end + end - start + 1 > BYTES) this.#flush();
    bytes.copy(this.#bytes, this.#end, start, end);
    this.#end += end - start;
    this.#bytes[this.#end++] = LINE_FEED;
    this.#lines++;
    this.#flushLater();
  }

  #flushLater(): void {
    const { reactor } = this.#runtime;
    if (!this.#timer.armed) reactor.timers.arm(this.#timer, reactor.nowMs + FLUSH_MS);
  }

  #flush(): void {
    const text = latin1Text(this.#bytes, 0, this.#end);
    for (const [reader, lost] of this.#readers) {
      const missing = lost + this.#omitted;
      const taken = reader(missing > 0 ? `${text}O ${missing}\n` : text);
      this.#readers.set(reader, taken ? 0 : missing + this.#lines);
    }
    this.#end = 0;
    this.#lines = 0;
    this.#omitted = 0;
  }
}
