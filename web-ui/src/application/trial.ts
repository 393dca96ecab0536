/**
 * A configuration on trial, as every page shows it: asked for every few seconds (by whom it was applied does not matter),
 * and at once when this page changed something.
 */

import { signal } from '@preact/signals';
import { ApiError, api } from '../api/client.ts';
import { entrance } from './session.ts';

export interface Trial {
  readonly revision: number;
  /** Who can confirm it. */
  readonly author: string;
  readonly startedMs: number;
  readonly deadlineMs: number;
  /** False while its proxy is starting. */
  readonly serving: boolean;
  readonly remainingMs: number;
}

interface ConfigurationState {
  readonly confirmed: number;
  readonly confirmedMs: number;
  readonly trial: Trial | null;
}

/** `endsAt` by this browser's own clock (`performance.now()`): that of the unit may be another. */
export interface RunningTrial extends Trial {
  readonly endsAt: number;
}

const PERIOD_MS = 4_000;

export const trial = signal<RunningTrial | undefined>(undefined);
/** The number of the configuration in force; 0: none yet, undefined: not known yet. */
export const confirmedRevision = signal<number | undefined>(undefined);

/** Asks now. Call it after applying, confirming, returning. */
export async function refreshTrial(background = false): Promise<void> {
  const state = await api.get<ConfigurationState>('/api/configuration/state', { background });
  confirmedRevision.value = state.confirmed;
  trial.value =
    state.trial === null ? undefined : { ...state.trial, endsAt: performance.now() + state.trial.remainingMs };
}

export async function confirmTrial(revision: number): Promise<void> {
  await api.post('/api/configuration/confirm', { revision });
  await refreshTrial();
}

export async function returnFromTrial(revision: number): Promise<void> {
  await api.post('/api/configuration/return', { revision });
  await refreshTrial();
}

/** Until the function it returns is called. */
export function watchTrial(): () => void {
  const ask = (): void => {
    if (document.visibilityState === 'hidden' || entrance.value.kind !== 'in') return;
    refreshTrial(true).catch((error: unknown) => {
      // The next question comes in a moment; only what is known to be wrong is taken down.
      if (!(error instanceof ApiError)) throw error;
    });
  };
  ask();
  const timer = setInterval(ask, PERIOD_MS);
  document.addEventListener('visibilitychange', ask);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', ask);
  };
}
