/** Who is logged in, and what the unit is: what the application decides its first page by. */

import { signal } from '@preact/signals';
import { ApiError, api, messageOf, setCsrfToken, whenSessionOver } from '../api/client.ts';
import { reconnectLive } from '../api/live.ts';

export type Role = 'viewer' | 'operator' | 'admin';
const RANKS: readonly Role[] = ['viewer', 'operator', 'admin'];

export interface Session {
  readonly user: string;
  readonly role: Role;
  /** What the owner calls the unit. */
  readonly unit: string;
  readonly csrfToken: string;
  readonly sessionId: string;
  /** The unit looks after the device it runs on. */
  readonly device: boolean;
}

export interface UnitState {
  readonly claimed: boolean;
  readonly unit: string;
  readonly version: string;
}

export type Entrance =
  | { readonly kind: 'starting' }
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'unclaimed' }
  /** `over`: he was in, and his session ended. */
  | { readonly kind: 'logged-out'; readonly over: boolean }
  | { readonly kind: 'in'; readonly session: Session };

export const entrance = signal<Entrance>({ kind: 'starting' });
export const unit = signal<UnitState>({ claimed: true, unit: '', version: '' });

/** Of Mahalo alone: the whole one says first which HAProxy it behaves like (`2.6.12-mahalo-0.1.0`). */
export function shortVersion(): string {
  return plainVersion(unit.value.version);
}

export function plainVersion(version: string): string {
  return version.replace(/^.*mahalo-/, '');
}

/** The one who is logged in; pages behind the entrance may rely on it. */
export function currentSession(): Session {
  if (entrance.value.kind !== 'in') throw new Error('nobody is logged in');
  return entrance.value.session;
}

export function mayAct(role: Role): boolean {
  return entrance.value.kind === 'in' && RANKS.indexOf(entrance.value.session.role) >= RANKS.indexOf(role);
}

export function enter(session: Session): void {
  setCsrfToken(session.csrfToken);
  unit.value = { ...unit.value, claimed: true, unit: session.unit };
  entrance.value = { kind: 'in', session };
  reconnectLive();
}

export async function startSession(): Promise<void> {
  whenSessionOver(() => {
    entrance.value = { kind: 'logged-out', over: entrance.value.kind === 'in' };
  });
  entrance.value = { kind: 'starting' };
  try {
    unit.value = await api.get<UnitState>('/api/claim');
    if (!unit.value.claimed) entrance.value = { kind: 'unclaimed' };
    else enter(await api.get<Session>('/api/session'));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return;
    entrance.value = { kind: 'unreachable', reason: messageOf(error) };
  }
}

export async function logOut(): Promise<void> {
  try {
    await api.post('/api/logout', {});
  } catch (error) {
    // Over already: that is what was wanted.
    if (!(error instanceof ApiError && error.status === 401)) throw error;
  }
  entrance.value = { kind: 'logged-out', over: false };
}
