/**
 * What the other unit says, asked at most once a second for all who look, and twice a minute when nobody does, so that we
 * know since when it is silent. What it said last is kept, with its time.
 */

import type { AuditLog } from '../store/audit-log.ts';
import { isObject } from '../store/json-file.ts';
import type { Peer } from './peer-store.ts';
import { askPeer, type PeerAnswer, peerPlaceText } from './pinned-request.ts';

const PERIOD_MS = 1_000;
const REST_MS = 30_000;

export type PeerState =
  | 'answers'
  /** Nobody there, or not in time. */
  | 'silent'
  /** Somebody with another certificate: nothing was sent. */
  | 'changed'
  /** It does not take our token (any more), or does not understand us. */
  | 'refused';

export interface PeerView {
  /** Null: it has not been asked yet. */
  readonly state: PeerState | null;
  /** Why it does not answer, or ''. */
  readonly reason: string;
  /** Since when it is in this state. */
  readonly sinceMs: number;
  /** When it answered last; null: not since this admin began. */
  readonly answeredMs: number | null;
  /** What it said then (GET /api/vrrp/unit). */
  readonly said: Readonly<Record<string, unknown>> | null;
}

/** Another certificate may be an attack; a token that is refused is somebody's decision. Silence is neither. */
export function notePeerState(audit: AuditLog): (peer: Peer, state: PeerState, reason: string) => void {
  return ({ place }, state, reason) => {
    if (state !== 'changed' && state !== 'refused') return;
    const detail = `${peerPlaceText(place)}: ${reason}`;
    audit.add({ actor: 'device', source: '', action: `peer.${state}`, outcome: 'refused', detail });
  };
}

const NEVER_ASKED: PeerView = { state: null, reason: '', sinceMs: 0, answeredMs: null, said: null };

export class PeerWatch {
  readonly #peer: () => Peer | undefined;
  readonly #nowMs: () => number;
  readonly #onState: (peer: Peer, state: PeerState, reason: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #asked: Peer | undefined;
  #askedMs = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;
  #view: PeerView = NEVER_ASKED;

  /** @param onState it came into another state than before */
  constructor(
    peer: () => Peer | undefined,
    nowMs: () => number,
    onState: (peer: Peer, state: PeerState, reason: string) => void,
  ) {
    this.#peer = peer;
    this.#nowMs = nowMs;
    this.#onState = onState;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#ask(REST_MS), REST_MS).unref();
    this.#ask(0);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** What is known now; only the first look at a peer waits for its answer. */
  async look(): Promise<PeerView> {
    this.#ask(PERIOD_MS);
    if (this.#view.state === null) await this.#asking;
    return this.#view;
  }

  #ask(periodMs: number): void {
    const peer = this.#peer();
    if (peer !== this.#asked) {
      this.#asked = peer;
      this.#view = NEVER_ASKED;
      this.#asking = undefined;
      this.#askedMs = Number.NEGATIVE_INFINITY;
    }
    const passedMs = this.#nowMs() - this.#askedMs;
    if (peer === undefined || this.#asking !== undefined || (passedMs >= 0 && passedMs < periodMs)) return;
    this.#askedMs = this.#nowMs();
    const asking = this.#exchange(peer).finally(() => {
      if (this.#asking === asking) this.#asking = undefined;
    });
    this.#asking = asking;
  }

  async #exchange(peer: Peer): Promise<void> {
    const { place, fingerprint, token } = peer;
    const answer = await askPeer(place, fingerprint, { method: 'GET', path: '/api/vrrp/unit', token });
    // Somebody else may be our peer by now.
    if (peer !== this.#asked) return;
    const [state, reason] = judge(answer);
    const nowMs = this.#nowMs();
    const before = this.#view;
    this.#view = {
      state,
      reason,
      sinceMs: before.state === state ? before.sinceMs : nowMs,
      answeredMs: state === 'answers' ? nowMs : before.answeredMs,
      said: state === 'answers' && answer.kind === 'answer' ? (answer.body as PeerView['said']) : before.said,
    };
    if (before.state !== state) this.#onState(peer, state, reason);
  }
}

function judge(answer: PeerAnswer): readonly [PeerState, string] {
  switch (answer.kind) {
    case 'silent':
      return ['silent', answer.reason];
    case 'changed':
      return ['changed', `the certificate there has the fingerprint ${answer.fingerprint}`];
    case 'answer':
      return answer.status === 200 && isObject(answer.body)
        ? ['answers', '']
        : ['refused', refusalText(answer.status, answer.body)];
  }
}

/** The other unit's own words for not doing something. */
export function refusalText(status: number, body: unknown): string {
  const error = isObject(body) ? body['error'] : undefined;
  const message = isObject(error) ? error['message'] : undefined;
  return typeof message === 'string' ? message.slice(0, 500) : `it answers with status ${status}`;
}
