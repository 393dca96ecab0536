/**
 * Apply, confirm, return, for any document that something runs (carrier.ts). A revision runs on trial first; unless its author confirms it in time, the one that was confirmed
 * before runs again. What is on disk decides, so it does not matter when admin or the power goes away:
 *
 *   revision written -> trial written -> carrier started -> [confirm] confirmed written -> done
 *                            |                |  \-> [time over, crash, return] -> old one started -> trial removed
 *                            +-- killed here, or here: the next admin finishes the trial or returns
 *
 * A reboot ends a trial: the confirmed one boots.
 */

import { readFileSync } from 'node:fs';
import type { CheckReport } from '../../config/report.ts';
import { onProcessEnd } from '../../sys/process-end.ts';
import { atNextTick } from '../../sys/rest-tick.ts';
import type { DocumentFile, Revision } from '../answers/revisions.ts';
import type { AuditLog } from '../store/audit-log.ts';
import type { Carried, Carrier } from './carrier.ts';
import type { RevisionStore, Trial } from './revision-store.ts';

/** The end of the process in charge is told at once (a pidfd); whether another one took over is looked at now and then. */
const UNSETTLED_MS = 1_000;
const FIRST_BACK_OFF_MS = 1_000;
const LONGEST_BACK_OFF_MS = 60_000;
/** One that lived so long was not ill. */
const HEALTHY_AFTER_MS = 60_000;

export interface ConfigurationSettings {
  /** In the audit log: `configuration` (`configuration.apply`). */
  readonly name: string;
  readonly carrier: Carrier;
  readonly revisions: RevisionStore;
  readonly audit: AuditLog;
  readonly confirmMs: number;
  /** Nothing is started until somebody applies a text. */
  readonly held: boolean;
  /** What its reader says, without running it. */
  check(text: string, files: readonly DocumentFile[]): Promise<CheckReport>;
  nowMs(): number;
  /** What the console should know. */
  say(text: string): void;
}

/** Why something cannot be done, for people and for programs. */
export class ConfigurationRefusal extends Error {
  readonly code: 'busy' | 'trial' | 'no-trial' | 'not-yours' | 'outdated' | 'invalid' | 'did-not-start';
  readonly report: CheckReport | undefined;

  constructor(code: ConfigurationRefusal['code'], message: string, report?: CheckReport) {
    super(message);
    this.code = code;
    this.report = report;
  }
}

export interface Proposal {
  readonly text: string;
  readonly parent: number;
  readonly author: string;
  readonly note: string;
  /** New ones, or new texts of known ones. */
  readonly files: readonly DocumentFile[];
}

export class ConfigurationService {
  readonly #settings: ConfigurationSettings;
  readonly #bootId = bootIdentifier();
  /** Set while processes are being exchanged: one exchange at a time. */
  #exchanging = false;
  /** How many there were: what was asked before one is not true after it. */
  #exchanges = 0;
  /** Of the process that was last found to be in charge. */
  #mark: string | undefined;
  #carried: Carried | undefined;
  #onProcess: () => void = () => {};
  #startedMs = 0;
  #backOffMs = FIRST_BACK_OFF_MS;
  #retryAtMs = 0;
  #deadline: NodeJS.Timeout | undefined;
  /** Takes the next look back. */
  #cancelLook: () => void = () => {};
  #unwatch: () => void = () => {};
  #started = false;
  #stopped = false;
  #held: boolean;

  constructor(settings: ConfigurationSettings) {
    this.#settings = settings;
    this.#held = settings.held;
  }

  /** The process in charge. */
  get process(): Carried | undefined {
    return this.#carried;
  }

  #setProcess(next: Carried | undefined): void {
    const changed = next?.processId !== this.#carried?.processId;
    this.#carried = next;
    if (!changed) return;
    this.#unwatch();
    this.#unwatch = next === undefined ? () => {} : onProcessEnd(next.processId, () => this.#lookIn(0));
    this.#lookIn(UNSETTLED_MS);
    this.#onProcess();
  }

  /** Called when another process is in charge, or none. */
  onProcess(listener: () => void): void {
    this.#onProcess = listener;
  }

  get trial(): Trial | undefined {
    return this.#settings.revisions.state.trial;
  }

  get confirmed(): Revision | undefined {
    const { revisions } = this.#settings;
    return revisions.find(revisions.state.confirmed);
  }

  /** Takes up what is there: the running proxy, one that only starts, and a trial that is not over. */
  async start(): Promise<void> {
    await this.#exchange(() => this.#takeUp());
    this.#started = true;
    this.#lookIn(UNSETTLED_MS);
  }

  /** The proxy goes on. */
  stop(): void {
    this.#stopped = true;
    this.#unwatch();
    this.#cancelLook();
    clearTimeout(this.#deadline);
  }

  check(text: string, files: readonly DocumentFile[] = []): Promise<CheckReport> {
    return this.#settings.check(text, this.filesFor(text, files));
  }

  /** Those of the text in force and those given, as far as the text names them. */
  filesFor(text: string, given: readonly DocumentFile[]): readonly DocumentFile[] {
    const files = new Map([...(this.confirmed?.files ?? []), ...given].map((file) => [file.path, file]));
    return [...files.values()].filter((file) => text.includes(file.path));
  }

  /** @param proposal.parent the revision that the author began with */
  async apply({ text, parent, author, note, files: given }: Proposal): Promise<Trial> {
    const { revisions } = this.#settings;
    const refuse = (): void => {
      const { state } = revisions;
      if (this.#exchanging) throw new ConfigurationRefusal('busy', 'another change is being made right now');
      if (state.trial !== undefined) {
        throw new ConfigurationRefusal('trial', `revision ${state.trial.revision} waits to be confirmed or taken back`);
      }
      if (parent !== state.confirmed) {
        throw new ConfigurationRefusal('outdated', `revision ${state.confirmed} is in force now, not ${parent}`);
      }
    };
    refuse();
    const files = this.filesFor(text, given);
    const report = await this.#settings.check(text, files);
    if (report.verdict !== 'valid') {
      throw new ConfigurationRefusal('invalid', `${this.#settings.carrier.what} would not run with this text`, report);
    }
    refuse();
    this.#held = false;
    return this.#exchange(async () => {
      const timeMs = this.#settings.nowMs();
      const { number } = revisions.add({ parent, author, timeMs, note, text, files });
      const trial: Trial = {
        revision: number,
        author,
        startedMs: timeMs,
        deadlineMs: timeMs + this.#settings.confirmMs,
        bootId: this.#bootId,
        serving: false,
      };
      revisions.change({ trial });
      const reason = await this.#run(number, text, files).catch((error: Error) => error.message);
      if (reason !== undefined) {
        await this.#giveBack(`it did not start: ${reason}`);
        throw new ConfigurationRefusal('did-not-start', reason);
      }
      return this.#beginToWait(trial, author);
    });
  }

  /** Only who applied it: he sees whether the unit can still be reached. */
  confirm(revision: number, author: string): void {
    const { revisions, nowMs } = this.#settings;
    const trial = this.#trialOf(revision);
    if (trial.author !== author) throw new ConfigurationRefusal('not-yours', `only ${trial.author} can confirm it`);
    if (!trial.serving || this.#exchanging) throw new ConfigurationRefusal('busy', 'it does not serve yet');
    const serves = this.#carried?.revision === revision && this.#settings.carrier.isAlive(this.#carried.processId);
    if (!serves) throw new ConfigurationRefusal('did-not-start', 'its process has ended');
    clearTimeout(this.#deadline);
    revisions.change({ confirmed: revision, confirmedMs: nowMs(), trial: undefined });
    this.#note(author, 'confirm', `revision ${revision}`);
    this.#tidy();
  }

  /** Takes a trial back before its time. */
  async takeBack(revision: number, actor: string): Promise<void> {
    this.#trialOf(revision);
    await this.#exchange(() => this.#giveBack(`${actor} took it back`));
  }

  #trialOf(revision: number): Trial {
    const { trial } = this;
    if (trial === undefined || trial.revision !== revision) {
      throw new ConfigurationRefusal('no-trial', `revision ${revision} does not wait for a confirmation`);
    }
    return trial;
  }

  async #exchange<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#exchanging) throw new ConfigurationRefusal('busy', 'another change is being made right now');
    this.#exchanging = true;
    this.#exchanges++;
    try {
      return await work();
    } finally {
      this.#exchanging = false;
    }
  }

  async #takeUp(): Promise<void> {
    const { carrier, revisions } = this.#settings;
    // A unit that boots starts what is confirmed before it starts us.
    this.#setProcess((await carrier.current()) ?? (await carrier.underWay(revisions.state.confirmed)));
    const { trial } = this;
    if (trial !== undefined) {
      const nowMs = this.#settings.nowMs();
      const inTime = trial.bootId === this.#bootId && nowMs >= trial.startedMs && nowMs < trial.deadlineMs;
      if (inTime && trial.serving && this.#carried?.revision === trial.revision) {
        this.#armDeadline(trial.deadlineMs - nowMs);
        return;
      }
      await this.#giveBack('admin or the unit was started anew before it was confirmed');
      return;
    }
    const { confirmed } = revisions.state;
    if (confirmed !== 0 && this.#carried?.revision !== confirmed) await this.#runConfirmed();
  }

  #beginToWait(trial: Trial, author: string): Trial {
    // The time to look at it begins when there is something to see.
    const waiting = { ...trial, deadlineMs: this.#settings.nowMs() + this.#settings.confirmMs, serving: true };
    this.#settings.revisions.change({ trial: waiting });
    this.#armDeadline(this.#settings.confirmMs);
    const { note = '' } = this.#settings.revisions.find(trial.revision) ?? {};
    const detail = `revision ${trial.revision}${note === '' ? '' : `: ${note}`}`;
    this.#note(author, 'apply', detail);
    return waiting;
  }

  #armDeadline(afterMs: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      this.#exchange(() => this.#giveBack('nobody confirmed it in time')).catch((error) => this.#tell(error));
    }, afterMs);
  }

  /** The confirmed one runs again, then the trial is forgotten: killed in between, the next admin does it once more. */
  async #giveBack(why: string): Promise<void> {
    const { revisions } = this.#settings;
    const { trial } = this;
    clearTimeout(this.#deadline);
    if (trial === undefined) return;
    const { confirmed } = revisions.state;
    this.#setProcess(await this.#settings.carrier.current());
    if (confirmed === 0) {
      this.#settings.carrier.stopAll();
      this.#setProcess(undefined);
    } else if (this.#carried?.revision !== confirmed) {
      await this.#runConfirmed();
    }
    revisions.change({ trial: undefined });
    const detail = `revision ${trial.revision}: ${why}`.slice(0, 500);
    this.#note('device', 'return', detail);
    this.#settings.say(`${this.#settings.name}: ${detail.split('\n')[0]}; back to ${confirmed}`);
    this.#tidy();
  }

  async #runConfirmed(): Promise<void> {
    const { confirmed } = this;
    if (this.#held) {
      this.#settings.say(
        `${this.#settings.carrier.what} is not started: management only, until somebody applies a text`,
      );
      return;
    }
    if (confirmed === undefined) {
      this.#settings.say(
        `${this.#settings.name}: revision ${this.#settings.revisions.state.confirmed} is missing or damaged`,
      );
      return;
    }
    const reason = await this.#run(confirmed.number, confirmed.text, confirmed.files);
    if (reason === undefined) return;
    this.#settings.say(`${this.#settings.carrier.what} does not start: ${reason}`);
    this.#note('device', 'restart', `revision ${confirmed.number} does not start: ${reason}`.slice(0, 500), 'failed');
  }

  /** Undefined: it serves. */
  async #run(number: number, text: string, files: readonly DocumentFile[]): Promise<string | undefined> {
    const outcome = await this.#settings.carrier.start(number, text, files);
    if (outcome.kind === 'failed') return outcome.reason;
    this.#setProcess(outcome.process);
    this.#startedMs = performance.now();
    return undefined;
  }

  /** @param afterMs undefined: when the process wakes up anyway */
  #lookIn(afterMs: number | undefined): void {
    this.#cancelLook();
    if (!this.#started || this.#stopped) return;
    const turn = async (): Promise<void> => {
      try {
        await this.#look();
      } catch (error) {
        this.#tell(error);
      }
      // Unless somebody asked for a sooner one meanwhile.
      if (this.#cancelLook === mine) this.#lookIn(this.#isSettled ? undefined : UNSETTLED_MS);
    };
    const mine = afterMs === undefined ? atNextTick(() => void turn()) : inTime(() => void turn(), afterMs);
    this.#cancelLook = mine;
  }

  /** What is wanted runs, as far as we know. */
  get #isSettled(): boolean {
    const wanted = this.#wanted;
    return !this.#exchanging && (wanted === 0 || this.#held || this.#carried?.revision === wanted);
  }

  /** The revision that should run; 0: none. */
  get #wanted(): number {
    return this.trial?.revision ?? this.#settings.revisions.state.confirmed;
  }

  /**
   * What died is started again, with growing patience; one on trial is taken back. So is what somebody else brought into
   * force: the proxy that an admin started before it was killed may be slow, and take over when it is not wanted any more.
   */
  async #look(): Promise<void> {
    const { carrier } = this.#settings;
    const exchanges = this.#exchanges;
    const wanted = this.#wanted;
    if (this.#exchanging || this.#stopped || this.#held || wanted === 0) return;
    // It is asked when there may be another one only: who is asked each second has no rest.
    const mark = carrier.mark();
    const current = mark === this.#mark ? undefined : await carrier.current();
    if (this.#exchanging || this.#stopped || this.#exchanges !== exchanges) return;
    if (current !== undefined) this.#mark = mark;
    // One that is too busy to answer is left alone.
    this.#setProcess(current ?? this.#carried);
    const nowMs = performance.now();
    const isThere = this.#carried !== undefined && carrier.isAlive(this.#carried.processId);
    if (isThere && this.#carried?.revision === wanted) {
      if (nowMs - this.#startedMs > HEALTHY_AFTER_MS) this.#backOffMs = FIRST_BACK_OFF_MS;
      return;
    }
    if (!isThere) this.#setProcess(undefined);
    if (nowMs < this.#retryAtMs) return;
    this.#retryAtMs = nowMs + this.#backOffMs;
    this.#backOffMs = Math.min(LONGEST_BACK_OFF_MS, 2 * this.#backOffMs);
    const fault = isThere ? `runs with another revision than ${wanted}` : 'is gone';
    this.#settings.say(`${carrier.what} ${fault}; it is started again`);
    this.#note('device', 'restart', `revision ${wanted}`);
    this.#setProcess(undefined);
    await this.#exchange(() => (this.trial === undefined ? this.#runConfirmed() : this.#giveBack('it ended')));
  }

  #tidy(): void {
    const { carrier, revisions } = this.#settings;
    carrier.tidy([revisions.state.confirmed, revisions.state.trial?.revision ?? 0]);
  }

  #note(actor: string, deed: string, detail: string, outcome: 'done' | 'failed' = 'done'): void {
    this.#settings.audit.add({ actor, source: '', action: `${this.#settings.name}.${deed}`, outcome, detail });
  }

  #tell(error: unknown): void {
    this.#settings.say(`${this.#settings.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function inTime(call: () => void, afterMs: number): () => void {
  const timer = setTimeout(call, afterMs);
  return () => clearTimeout(timer);
}

/** One for each start of the kernel. */
function bootIdentifier(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return ''; // without /proc there are no processes of ours to find either
  }
}
