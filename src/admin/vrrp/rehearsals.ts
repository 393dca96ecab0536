/**
 * Fail-overs rehearsed on this unit: one at a time, going on when the page that asked for it is closed, the latest kept with
 * what they measured. The agent does it (docs/vrrp.md, "Rehearsing a fail-over"); whatever happens to us, it takes
 * mastership back by itself.
 */

import type { AuditLog } from '../store/audit-log.ts';
import { askVrrp, type VrrpAnswer } from './vrrp-client.ts';

/** The agent waits up to a minute to be master again. */
const LONGEST_MS = 120_000;
const KEPT = 10;
const MOST_PROGRESS_LINES = 20;

export interface Rehearsal {
  readonly number: number;
  readonly instance: string;
  /** Who asked for it, as in the audit log. */
  readonly by: string;
  readonly startedMs: number;
  /** Null: it is under way. */
  readonly endedMs: number | null;
  readonly progress: readonly string[];
  /** As the agent measured it (docs/vrrp.md); null: not yet, or it failed. */
  readonly report: Readonly<Record<string, unknown>> | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
}

export interface RehearsalRequest {
  readonly instance: string;
  /** The one who asks knows that no other unit may be there. */
  readonly confirmed: boolean;
  readonly by: string;
  readonly source: string;
}

export class Rehearsals {
  readonly #socketPath: () => string;
  readonly #audit: AuditLog;
  readonly #nowMs: () => number;
  /** The newest first. */
  #kept: readonly Rehearsal[] = [];
  #count = 0;

  constructor(socketPath: () => string, audit: AuditLog, nowMs: () => number) {
    this.#socketPath = socketPath;
    this.#audit = audit;
    this.#nowMs = nowMs;
  }

  get latest(): readonly Rehearsal[] {
    return this.#kept;
  }

  /** Undefined: one is under way. */
  start(request: RehearsalRequest): Rehearsal | undefined {
    if (this.#kept[0]?.endedMs === null) return undefined;
    const { instance, by } = request;
    const number = ++this.#count;
    const rehearsal: Rehearsal = {
      number,
      instance,
      by,
      startedMs: this.#nowMs(),
      endedMs: null,
      progress: [],
      report: null,
      failure: null,
    };
    this.#kept = [rehearsal, ...this.#kept].slice(0, KEPT);
    this.#note(request, 'done', `${instance}: begun`);
    void this.#run(number, request);
    return rehearsal;
  }

  async #run(number: number, request: RehearsalRequest): Promise<void> {
    const { instance, confirmed } = request;
    const answer = await askVrrp(
      this.#socketPath(),
      { command: 'rehearse', instance, confirmed },
      {
        answerMs: LONGEST_MS,
        onProgress: (text) =>
          this.#change(number, ({ progress }) => ({ progress: [...progress, text].slice(-MOST_PROGRESS_LINES) })),
      },
    );
    const end = endOf(answer);
    this.#change(number, () => ({ endedMs: this.#nowMs(), ...end }));
    const { report, failure } = end;
    if (failure !== null) this.#note(request, 'failed', `${instance}: ${failure.message}`);
    else {
      const outcome = String(report?.['outcome']);
      const dark = report?.['darkMs'] === null ? 'unknown' : `${report?.['darkMs']} ms`;
      this.#note(request, outcome === 'passed' ? 'done' : 'failed', `${instance}: ${outcome}, dark time ${dark}`);
    }
  }

  #change(number: number, change: (rehearsal: Rehearsal) => Partial<Rehearsal>): void {
    this.#kept = this.#kept.map((one) => (one.number === number ? { ...one, ...change(one) } : one));
  }

  #note({ by, source }: RehearsalRequest, outcome: 'done' | 'failed', detail: string): void {
    this.#audit.add({ actor: by, source, action: 'vrrp.rehearse', outcome, detail: detail.slice(0, 500) });
  }
}

function endOf(answer: VrrpAnswer): Pick<Rehearsal, 'report' | 'failure'> {
  switch (answer.kind) {
    case 'result':
      return { report: answer.result as Readonly<Record<string, unknown>>, failure: null };
    case 'fault':
      return { report: null, failure: { code: answer.code, message: answer.message } };
    case 'unreachable':
      return { report: null, failure: { code: 'unreachable', message: answer.reason } };
  }
}
