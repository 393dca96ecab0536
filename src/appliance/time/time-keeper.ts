/**
 * Keeps the machine's clock: asks time servers, soon after the start and when the network changes, then every 17 minutes.
 * A clock that is far off is set, one that is nearly right is turned slowly by the kernel. Boards without a battery start
 * at any time; what was known last is written down hourly and at the end, for certificates and logs are wrong before that.
 */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { readIfThere, writeAtomically } from '../../sys/atomic-file.ts';
import { errnoName } from '../../sys/errno.ts';
import { middleOf, readAnswer, type TimeAnswer, writeQuestion } from './sntp.ts';

export interface Clock {
  nowMs(): number;
  /** 0 or `-errno`. */
  set(epochMs: number): number;
  steer(offsetMs: number, errorMs: number, constant: number): number;
}

export interface TimeKeeperOptions {
  readonly clock: Clock;
  /** Where what was known last is written. */
  readonly path: string;
  /** The time is later for sure: that of the build. */
  readonly earliestMs: number;
  /** Names or addresses, `:port` behind an IPv4 one or a name; asked anew each time. */
  servers(): readonly string[];
  tell(text: string): void;
}

const PORT = 123;
const MOST_SERVERS = 4;
const ANSWER_MS = 3_000;
/** Further off the clock is set; the kernel turns half a second at most. */
const STEP_MS = 128;
const FIRST_RETRY_MS = 4_000;
const REST_MS = 1_024_000;
/** log2(1024) - 4 */
const REST_CONSTANT = 6;
const SAVE_MS = 3_600_000;

export class TimeKeeper {
  readonly #options: TimeKeeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #saving: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  #asking = false;
  #known = false;
  #stopped = false;

  constructor(options: TimeKeeperOptions) {
    this.#options = options;
  }

  /** Sets the clock to the latest time that has been for sure; before anybody makes a certificate. */
  begin(): void {
    const { clock, path, earliestMs, tell } = this.#options;
    const saved = Number(readIfThere(path)?.toString('latin1') ?? '');
    const latest = Math.max(earliestMs, Number.isFinite(saved) ? saved : 0);
    if (clock.nowMs() < latest) {
      const result = clock.set(latest);
      const when = new Date(latest).toISOString();
      tell(
        result < 0
          ? `the clock cannot be set: ${errnoName(-result)}`
          : `the clock was behind: set to ${when}, the last time known`,
      );
    }
    this.#saving = setInterval(() => this.#save(), SAVE_MS);
    this.#saving.unref();
    this.askSoon();
  }

  /** The network is another one: while the time is not known, servers are asked at once. */
  askSoon(): void {
    if (this.#known || this.#asking || this.#stopped) return;
    this.#retryMs = FIRST_RETRY_MS;
    this.#schedule(0);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#saving);
    this.#save();
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#ask(), ms);
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    const servers = this.#options.servers().slice(0, MOST_SERVERS);
    const answers = await Promise.all(servers.map((server) => this.#askOne(server)));
    this.#asking = false;
    const answer = middleOf(answers.flatMap((one) => one ?? []));
    if (answer === undefined || this.#stopped) {
      this.#retryMs = Math.min(this.#retryMs * 2, REST_MS);
      this.#schedule(this.#retryMs);
      return;
    }
    this.#use(answer);
    this.#schedule(REST_MS);
  }

  #use({ offsetMs, errorMs }: TimeAnswer): void {
    const { clock, tell } = this.#options;
    const jumps = Math.abs(offsetMs) > STEP_MS;
    const set = jumps ? clock.set(clock.nowMs() + offsetMs) : 0;
    const steered = clock.steer(jumps ? 0 : offsetMs, errorMs, REST_CONSTANT);
    const result = set < 0 ? set : steered;
    if (result < 0) tell(`the clock cannot be set: ${errnoName(-result)}`);
    else if (jumps || !this.#known) tell(`the clock is right; it was ${Math.round(offsetMs)} ms off`);
    if (result < 0) return;
    if (!this.#known) this.#save();
    this.#known = true;
  }

  #askOne(server: string): Promise<TimeAnswer | undefined> {
    const { clock, earliestMs } = this.#options;
    const [host = '', port = PORT] = isIPv6(server) ? [server] : server.split(':');
    const cookie = randomBytes(8);
    return new Promise((resolve) => {
      const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
      const finish = (answer: TimeAnswer | undefined): void => {
        clearTimeout(timer);
        socket.close();
        resolve(answer);
      };
      const timer = setTimeout(() => finish(undefined), ANSWER_MS);
      let sentMs = 0;
      socket.on('error', () => finish(undefined)); // no way, no such name: asked again later
      socket.on('message', (bytes) => {
        const answer = readAnswer(bytes, cookie, sentMs, clock.nowMs(), earliestMs);
        if (answer !== undefined) finish(answer);
      });
      // Not as the callback of connect, which is called for an unknown name as well.
      socket.once('connect', () => {
        sentMs = clock.nowMs();
        socket.send(writeQuestion(cookie));
      });
      socket.connect(Number(port), host);
    });
  }

  #save(): void {
    const { clock, path, earliestMs, tell } = this.#options;
    if (clock.nowMs() < earliestMs) return;
    try {
      writeAtomically(path, `${Math.round(clock.nowMs())}\n`);
    } catch (error) {
      tell(`${path}: ${(error as Error).message}`);
    }
  }
}
