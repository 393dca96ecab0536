/** Fail-overs, as a client of the address sees them. */
import type { Test } from 'tap';
import type { Traffic } from '../../firmware/emulator/run/traffic.ts';

/** Does it, waits until `who` answers, and tells for how long nobody did. */
export async function takesOver(
  t: Test,
  traffic: Traffic,
  { who, when }: { readonly who: string; readonly when: string },
  deed: () => unknown,
): Promise<void> {
  const fromMs = performance.now();
  await deed();
  t.equal((await traffic.answeredAfter(fromMs, { by: who })).text, who, `${when}: ${who} answers`);
  t.comment(`${when}: ${who} answers; nobody answered for at most ${traffic.darkMs(fromMs).toFixed(0)} ms`);
}
