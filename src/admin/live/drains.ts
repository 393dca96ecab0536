/**
 * Drain and wait: a server gets no new clients, and when it has at most so many sessions it is left drained or goes into
 * maintenance. Progress is told with every snapshot; a wait that is cancelled puts the server back where it was. Waits
 * live in memory: if admin ends, the server stays drained, which is the state to see on every page.
 */

import type { DrainWait, ServerName, WaitState } from '../answers/servers.ts';
import type { AuditLog } from '../store/audit-log.ts';
import type { Snapshot } from './statistics-watch.ts';

export const MOST_WAITS = 32;
/** How long one that has ended can be looked at. */
const KEPT_MS = 10 * 60_000;

export interface DrainRequest extends ServerName {
  readonly sessions: number;
  readonly sessionsAtStart: number;
  readonly afterwards: 'drain' | 'maint';
  readonly before: string;
  readonly timeoutMs: number;
  readonly actor: string;
}

export interface DrainsSettings {
  readonly audit: AuditLog;
  nowMs(): number;
  /** Throws when the proxy refuses. */
  setState(server: ServerName, state: string): Promise<void>;
  /** What changed, for those who look. */
  tell(waits: readonly DrainWait[]): void;
}

export class Drains {
  readonly #settings: DrainsSettings;
  readonly #waits = new Map<number, DrainWait>();
  #serial = 0;

  constructor(settings: DrainsSettings) {
    this.#settings = settings;
  }

  /** The newest first. */
  get waits(): readonly DrainWait[] {
    return [...this.#waits.values()].reverse();
  }

  waitOf({ backend, server }: ServerName): DrainWait | undefined {
    return this.waits.find((one) => one.state === 'waiting' && one.backend === backend && one.server === server);
  }

  /** How many servers are waited for now. */
  get waiting(): number {
    return this.waits.filter(({ state }) => state === 'waiting').length;
  }

  get full(): boolean {
    return this.waiting >= MOST_WAITS;
  }

  /** The server is draining already. */
  add({ timeoutMs, ...request }: DrainRequest): DrainWait {
    const startedMs = this.#settings.nowMs();
    const wait: DrainWait = {
      id: ++this.#serial,
      ...request,
      sessionsNow: request.sessionsAtStart,
      startedMs,
      deadlineMs: startedMs + timeoutMs,
      endedMs: null,
      state: 'waiting',
      reason: '',
    };
    this.#waits.set(wait.id, wait);
    this.#tell();
    return wait;
  }

  /** The server goes back to how it was. Undefined: there is no such wait any more. */
  async cancel(id: number, actor: string): Promise<DrainWait | undefined> {
    const wait = this.#waits.get(id);
    if (wait === undefined || wait.state !== 'waiting') return undefined;
    await this.#settings.setState(wait, wait.before);
    return this.#end(wait, 'cancelled', `${actor} cancelled it`, actor);
  }

  /** The state of a server was set by hand: nothing waits for it any more. */
  forget(server: ServerName, actor: string): void {
    const wait = this.waitOf(server);
    if (wait !== undefined) this.#end(wait, 'cancelled', `${actor} set another state`, actor);
  }

  look(snapshot: Snapshot): void {
    const { timeMs } = snapshot;
    for (const [id, { endedMs }] of this.#waits) {
      if (endedMs !== null && timeMs - endedMs > KEPT_MS) this.#waits.delete(id);
    }
    const waiting = [...this.#waits.values()].filter(({ state }) => state === 'waiting');
    if (waiting.length === 0) return;
    for (const wait of waiting) this.#lookAt(wait, snapshot);
    this.#tell();
  }

  #lookAt(wait: DrainWait, snapshot: Snapshot): void {
    if (snapshot.kind === 'figures') {
      const row = snapshot.rows.find(
        (one) => one['kind'] === 'server' && one['pxname'] === wait.backend && one['svname'] === wait.server,
      );
      if (row === undefined) {
        this.#end(wait, 'failed', 'there is no such server any more', 'device');
        return;
      }
      const sessionsNow = Number(row['scur'] ?? 0);
      const updated: DrainWait = { ...wait, sessionsNow };
      this.#waits.set(wait.id, updated);
      if (sessionsNow <= wait.sessions) {
        void this.#finish(updated);
        return;
      }
    }
    if (snapshot.timeMs >= wait.deadlineMs) {
      const now = this.#waits.get(wait.id) ?? wait;
      this.#end(now, 'timed-out', `${now.sessionsNow} sessions were still open; the server stays drained`, 'device');
    }
  }

  async #finish(wait: DrainWait): Promise<void> {
    const ended = this.#end(wait, 'done', '', 'device');
    if (wait.afterwards !== 'maint') return;
    try {
      await this.#settings.setState(wait, 'maint');
    } catch (error) {
      this.#end(
        ended,
        'failed',
        `it is drained, and could not go into maintenance: ${(error as Error).message}`,
        'device',
      );
    }
  }

  #end(wait: DrainWait, state: WaitState, reason: string, actor: string): DrainWait {
    const ended: DrainWait = { ...wait, state, reason, endedMs: this.#settings.nowMs() };
    this.#waits.set(wait.id, ended);
    const { backend, server, sessionsNow, actor: begunBy } = wait;
    this.#settings.audit.add({
      actor,
      source: '',
      action: 'server.drain',
      outcome: state === 'done' || state === 'cancelled' ? 'done' : 'failed',
      detail: `${backend}/${server} ${state}, ${sessionsNow} sessions, begun by ${begunBy}${reason === '' ? '' : `: ${reason}`}`,
    });
    this.#tell();
    return ended;
  }

  #tell(): void {
    this.#settings.tell(this.waits);
  }
}
