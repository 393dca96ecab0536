/** All that watches the proxy, connected: one question for all, and everybody who lives from its answer. */

import { atNextTick } from '../../sys/rest-tick.ts';
import type { Carried } from '../configuration/carrier.ts';
import { History } from '../history/history.ts';
import { HistoryFile } from '../history/history-file.ts';
import { LogFollower } from '../log/log-follower.ts';
import { parseLogLine } from '../log/log-line.ts';
import { LogStore } from '../log/log-store.ts';
import { LogViews } from '../log/log-views.ts';
import { askRuntime, RuntimeUnreachable } from '../proxy/runtime-client.ts';
import { parseInfo, parseStatistics } from '../proxy/statistics.ts';
import type { AuditLog } from '../store/audit-log.ts';
import { Drains } from './drains.ts';
import { Overview } from './overview.ts';
import { StatisticsFeed } from './statistics-feed.ts';
import { StatisticsWatch } from './statistics-watch.ts';

export interface LiveSettings {
  readonly directory: string;
  readonly socketPath: string;
  readonly audit: AuditLog;
  nowMs(): number;
  /** The process in charge. */
  process(): Carried | undefined;
  /** The text of a revision; undefined: there is none. */
  textOf(revision: number): string | undefined;
  /** A revision is in force, so that a proxy should run. */
  wanted(): boolean;
  onDamage(path: string, asideName: string, reason: string): void;
  onFault(error: unknown): void;
  say(text: string): void;
}

export class LiveService {
  readonly history = new History();
  readonly feed = new StatisticsFeed();
  readonly overview: Overview;
  readonly drains: Drains;
  readonly log = new LogStore();
  readonly logViews = new LogViews();
  readonly #settings: LiveSettings;
  readonly #watch: StatisticsWatch;
  readonly #file: HistoryFile;
  readonly #follower: LogFollower;
  /** Whose start `#startedMs` is. */
  #startedId = 0;
  #startedMs = 0;

  constructor(settings: LiveSettings) {
    this.#settings = settings;
    const { directory, socketPath, audit, nowMs, onDamage } = settings;
    this.#file = new HistoryFile({
      directory,
      history: this.history,
      nowMs,
      onDamage,
      onFault: (text) => settings.say(text),
    });
    this.drains = new Drains({
      audit,
      nowMs,
      setState: async ({ backend, server }, state) => {
        const answer = (await askRuntime(socketPath, `set server ${backend}/${server} state ${state}`)).trim();
        if (answer !== '') throw new Error(answer);
      },
      tell: (waits) => {
        this.feed.tell({ type: 'drains', waits });
        this.attend();
      },
    });
    this.#watch = new StatisticsWatch({
      statistics: async () => parseStatistics(await askRuntime(socketPath, 'show stat')),
      nowMs,
      monotonicMs: () => performance.now(),
      atNextTick,
      watched: () => this.feed.viewers > 0 || this.drains.waiting > 0,
      onFault: settings.onFault,
    });
    this.overview = new Overview({
      history: this.history,
      latest: () => this.#watch.latest,
      running: () => {
        const process = settings.process();
        const startedMs = process?.processId === this.#startedId ? this.#startedMs : 0;
        return process === undefined ? undefined : { ...process, startedMs };
      },
      textOf: (revision) => settings.textOf(revision),
      wanted: () => settings.wanted(),
    });
    this.#follower = new LogFollower({
      socketPath,
      onLines: (lines) => this.#hear(lines),
      // The process is gone, most likely: it is known at once, and so is the one that takes its place.
      onLost: () => this.attend(),
    });
    this.#watch.onSnapshot((snapshot) => {
      this.history.record(snapshot);
      this.#file.keep();
      this.drains.look(snapshot);
      this.feed.publish(snapshot);
      this.#noteStart();
      if (snapshot.kind === 'figures') this.#follower.look(settings.process()?.processId, snapshot.timeMs);
    });
  }

  /** Somebody looks, or something has changed. */
  attend(): void {
    this.#watch.attend();
  }

  /** For who asks: after a rest, the figures are of now when this is over (or it is known that there are none). */
  attendFresh(): Promise<void> {
    return this.#watch.attendFresh();
  }

  start(): void {
    this.#file.load();
    this.#watch.start();
  }

  /** What is in memory is on disk when it returns. */
  stop(): void {
    this.#watch.stop();
    this.#follower.stop();
    this.#file.save();
  }

  #hear(texts: readonly string[]): void {
    const timeMs = this.#settings.nowMs();
    const kept = texts.flatMap((text) => (text === '' ? [] : [this.log.add(text, timeMs)]));
    if (this.logViews.size === 0) return;
    const lines = kept.flatMap(({ number, text }) => parseLogLine(text, number, timeMs) ?? []);
    this.logViews.publish(lines, timeMs);
  }

  /** Since when the process in charge runs: asked once for each. */
  #noteStart(): void {
    const process = this.#settings.process();
    if (process === undefined || process.processId === this.#startedId) return;
    this.#startedId = process.processId;
    this.#startedMs = 0;
    askRuntime(this.#settings.socketPath, 'show info').then(
      (answer) => {
        const { Pid, Uptime_sec: uptime } = parseInfo(answer);
        if (Pid === process.processId) this.#startedMs = this.#settings.nowMs() - 1000 * Number(uptime);
        // Another one answered: the next figures ask again.
        else this.#startedId = 0;
      },
      (error) => {
        this.#startedId = 0;
        if (!(error instanceof RuntimeUnreachable)) this.#settings.onFault(error);
      },
    );
  }
}
