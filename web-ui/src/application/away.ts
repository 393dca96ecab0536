/**
 * The unit is away because somebody wanted it: it starts anew, or it has another address now. Who waits in front of the
 * pages is told so, and where it will be, instead of an error.
 */

import { signal } from '@preact/signals';
import { startSession, type UnitState, unit } from './session.ts';

interface Restart {
  readonly kind: 'restart';
  /** The version that should run then; undefined: the same. */
  readonly expected: string | undefined;
  /** `gone`: it does not answer any more; `back`: it does again, after that. */
  readonly phase: 'going' | 'gone' | 'back';
  /** What runs, once it is back. */
  readonly version: string;
  readonly sinceMs: number;
}

interface Off {
  readonly kind: 'off';
}

interface Moved {
  readonly kind: 'moved';
  /** Where it may be found now. */
  readonly places: readonly string[];
  /** By this browser's own clock (`performance.now()`): when the way back begins by itself. */
  readonly returnsAt: number;
}

export type Away = Restart | Off | Moved;

const PERIOD_MS = 2_000;
/** A question that has no answer yet is no answer. */
const ANSWER_MS = 5_000;

export const away = signal<Away | undefined>(undefined);

let expected: Moved | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

export function awaitRestart(expected?: string): void {
  begin({ kind: 'restart', expected, phase: 'going', version: '', sinceMs: performance.now() });
}

export function tellOff(): void {
  begin({ kind: 'off' });
}

/**
 * Its address may change in a moment.
 * @param places where it answers then, as addresses of pages
 * @param returnsAt as in `Moved`
 */
export function expectMove(places: readonly string[], returnsAt: number): void {
  expected = { kind: 'moved', places, returnsAt };
}

/** It does not answer. @returns whether that was expected; then it is told where it is */
export function noteSilence(): boolean {
  if (away.value !== undefined) return true;
  if (expected === undefined || performance.now() > expected.returnsAt) return false;
  begin(expected);
  return true;
}

/** Back to the pages: the unit says who is logged in. */
export async function comeBack(): Promise<void> {
  clearTimeout(timer);
  away.value = undefined;
  await startSession();
}

function begin(next: Away): void {
  away.value = next;
  clearTimeout(timer);
  if (next.kind !== 'off') timer = setTimeout(() => void look(), PERIOD_MS);
}

async function look(): Promise<void> {
  const version = await versionThere();
  const now = away.value;
  if (now === undefined || now.kind === 'off') return;
  if (now.kind === 'moved') {
    // It answers here (again): whatever it was, the pages go on.
    if (version !== undefined) return comeBack();
  } else {
    if (version === undefined) away.value = { ...now, phase: 'gone' };
    // One that was fast was never seen away, but has forgotten its sessions.
    else if (now.phase === 'gone' || !(await isSessionThere())) {
      unit.value = { ...unit.value, version };
      away.value = { ...now, phase: 'back', version };
      return;
    }
  }
  timer = setTimeout(() => void look(), PERIOD_MS);
}

/** Not by api/client.ts: a session that is over is no surprise here. */
async function versionThere(): Promise<string | undefined> {
  try {
    const answer = await fetch('/api/claim', { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MS) });
    return answer.ok ? ((await answer.json()) as UnitState).version : undefined;
  } catch {
    return undefined; // it is away
  }
}

async function isSessionThere(): Promise<boolean> {
  try {
    const headers = { 'x-background': '1' };
    const answer = await fetch('/api/session', { cache: 'no-store', headers, signal: AbortSignal.timeout(ANSWER_MS) });
    return answer.status !== 401;
  } catch {
    return true; // it went away in between: the next look tells
  }
}
