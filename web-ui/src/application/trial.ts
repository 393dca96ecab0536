/**
 * What is in force and what is on trial, of every document of the unit, as every page shows it: asked for every few seconds
 * (by whom it was applied does not matter), and at once when this page changed something.
 */

import { computed, signal } from '@preact/signals';
import { ApiError, api } from '../api/client.ts';
import { noteSilence } from './away.ts';
import { entrance } from './session.ts';

/** The proxy's configuration; keepalived.conf; how the device's ports are used. */
export type DocumentId = 'configuration' | 'vrrp-configuration' | 'device-network';

export interface Trial {
  readonly revision: number;
  /** Who can confirm it. */
  readonly author: string;
  readonly startedMs: number;
  readonly deadlineMs: number;
  /** False while its process is starting. */
  readonly serving: boolean;
  readonly remainingMs: number;
}

interface StateOf<Running> {
  readonly document: DocumentId;
  /** Of its routes. */
  readonly base: string;
  /** The number in force; 0: none yet. */
  readonly confirmed: number;
  readonly trial: Running | null;
}

/** `endsAt` by this browser's own clock (`performance.now()`): that of the unit may be another. */
export interface RunningTrial extends Trial {
  readonly endsAt: number;
}

export type DocumentState = StateOf<RunningTrial>;

const PERIOD_MS = 4_000;
const KEPT = {
  configuration: (revision: number) => `Configuration ${revision} is kept: from now on it boots.`,
  'vrrp-configuration': (revision: number) => `keepalived.conf, revision ${revision}, is kept: from now on it boots.`,
  'device-network': () => 'The network settings are kept.',
} as const;
const RETURNED = {
  configuration: 'The configuration before serves again.',
  'vrrp-configuration': 'The keepalived.conf before is in force again.',
  'device-network': 'The network settings before are in force again.',
} as const;

/** Of every document this unit has; undefined: not known yet. */
export const documentStates = signal<readonly DocumentState[] | undefined>(undefined);

export function stateOf(id: DocumentId): DocumentState | undefined {
  return documentStates.value?.find(({ document }) => document === id);
}

/** Of the proxy's configuration. */
export const trial = computed<RunningTrial | undefined>(() => stateOf('configuration')?.trial ?? undefined);

/** Asks now. Call it after applying, confirming, returning. */
export async function refreshTrials(background = false): Promise<void> {
  const { documents } = await api.get<{ readonly documents: readonly StateOf<Trial>[] }>('/api/trials', { background });
  const now = performance.now();
  documentStates.value = documents.map((one) => ({
    ...one,
    trial: one.trial === null ? null : { ...one.trial, endsAt: now + one.trial.remainingMs },
  }));
}

/** @returns what to tell the person */
export async function confirmTrial({ base, document }: DocumentState, revision: number): Promise<string> {
  await api.post(`${base}/confirm`, { revision });
  await refreshTrials();
  return KEPT[document](revision);
}

/** @returns what to tell the person */
export async function returnFromTrial({ base, document }: DocumentState, revision: number): Promise<string> {
  await api.post(`${base}/return`, { revision });
  await refreshTrials();
  return RETURNED[document];
}

/** Until the function it returns is called. */
export function watchTrials(): () => void {
  const ask = (): void => {
    if (document.visibilityState === 'hidden' || entrance.value.kind !== 'in') return;
    refreshTrials(true).catch((error: unknown) => {
      // The next question comes in a moment; only what is known to be wrong is taken down.
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 0) noteSilence();
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
