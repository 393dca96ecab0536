/**
 * A role that admin starts, and starts again when it has ended: we tell how it is, keep its last words, and end it when
 * it hangs, which admin leaves to us (who does not answer admin may only be busy).
 */

import { onProcessEnd } from '../../sys/process-end.ts';
import { type LastWords, tailOf } from './last-words.ts';
import { ANSWER_MS, asked, Liveness, type Verdict } from './liveness.ts';
import { isAlive, type ProcessMark, startedAtMs } from './process-mark.ts';
import { type Role, type RoleState, type RoleStatus, type RoleSurroundings, shortWords } from './role-state.ts';

const STOP_MS = 10_000;

export interface WatchedSpec {
  readonly name: string;
  /** The one that should serve now; undefined: nobody wants one, or it has ended. */
  find(): ProcessMark | undefined;
  /** Undefined: it is well; a text says why not. */
  ask(): Promise<string | undefined>;
  /** What it answers is shown to people (lights): it is asked every time. */
  readonly isShown?: true;
  /** Where it writes to, for its last words. */
  logPath(): string | undefined;
  /** Ends all there are, also those that finish their last connections. */
  stopAll(): void;
}

interface Found {
  readonly mark: ProcessMark;
  readonly liveness: Liveness;
  unwatch(): void;
}

export class WatchedRole implements Role {
  readonly name: string;
  readonly #spec: WatchedSpec;
  readonly #around: RoleSurroundings;
  #found: Found | undefined;
  #verdict: Verdict = 'starting';
  #restarts = 0;
  #lastWords: LastWords | undefined;
  #killedBecause: string | undefined;
  #stopping = false;

  constructor(spec: WatchedSpec, around: RoleSurroundings) {
    this.name = spec.name;
    this.#spec = spec;
    this.#around = around;
    this.#lastWords = around.words.of(spec.name).at(-1);
  }

  get restless(): boolean {
    return this.#found !== undefined && this.#verdict !== 'well';
  }

  start(): void {}

  status(): RoleStatus {
    const found = this.#found;
    return {
      name: this.name,
      pid: found?.mark.pid ?? null,
      state: this.#state(),
      startedAt: found === undefined ? null : startedAtMs(found.mark),
      restarts: this.#restarts,
      why: found?.liveness.why ?? '',
      lastWords: shortWords(this.#lastWords),
    };
  }

  async look(everybody: boolean): Promise<void> {
    this.#find();
    const found = this.#found;
    if (found === undefined || this.#stopping) return;
    if (!everybody && this.#spec.isShown !== true && found.liveness.isRested(performance.now())) return;
    const why = await asked(() => this.#spec.ask(), this.#answerMs);
    if (this.#found !== found || this.#stopping) return;
    this.#verdict = found.liveness.told(why, performance.now());
    if (this.#verdict !== 'hung') return;
    this.#killedBecause = `silent for ${found.liveness.silentSeconds(performance.now())} s (${why}), killed`;
    if (isAlive(found.mark)) process.kill(found.mark.pid, 'SIGKILL');
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#find();
    this.#spec.stopAll();
    const found = this.#found;
    if (found === undefined) return;
    const late = setTimeout(() => {
      if (isAlive(found.mark)) process.kill(found.mark.pid, 'SIGKILL');
    }, STOP_MS);
    await new Promise<void>((resolve) => {
      onProcessEnd(found.mark.pid, resolve);
    });
    clearTimeout(late);
  }

  get #answerMs(): number {
    return Math.min(ANSWER_MS, this.#around.patience.silentMs);
  }

  #state(): RoleState {
    if (this.#found === undefined) return 'stopped';
    if (this.#stopping) return 'stopping';
    if (this.#verdict === 'well') return 'running';
    return this.#verdict === 'starting' ? 'starting' : 'silent';
  }

  #find(): void {
    const mark = this.#spec.find();
    const before = this.#found;
    if (mark === undefined || mark.pid === before?.mark.pid) return;
    before?.unwatch(); // it was replaced, and ends when its last connection does
    const unwatch = onProcessEnd(mark.pid, () => this.#ended(mark));
    this.#verdict = 'starting';
    this.#killedBecause = undefined;
    this.#found = { mark, liveness: new Liveness(performance.now(), this.#around.patience), unwatch };
  }

  /** Of the one in charge. At once: admin is about to start the next one over the file it wrote to. */
  #ended(mark: ProcessMark): void {
    if (this.#found?.mark !== mark) return;
    const path = this.#spec.logPath();
    this.#found = undefined;
    const next = this.#spec.find();
    // A new configuration has taken over, or we end it: nobody died.
    if (this.#stopping || (next !== undefined && next.pid !== mark.pid)) return;
    this.#restarts++;
    const words: LastWords = {
      role: this.name,
      pid: mark.pid,
      startedAt: startedAtMs(mark),
      time: Date.now(),
      how: this.#killedBecause ?? 'it ended; how is told to its parent only',
      text: path === undefined ? '' : tailOf(path),
    };
    this.#lastWords = words;
    this.#around.tell(`${this.name}: ${words.how}; admin starts it again`);
    try {
      this.#around.words.keep(words);
    } catch (error) {
      this.#around.tell(`the last words of ${this.name} cannot be kept: ${(error as Error).message}`);
    }
  }
}
