/**
 * A fail-over on purpose: gives mastership up as a clean stop does, asks for the address until the other unit answers for
 * it, and takes mastership back. What it measures is what clients would see. Pure: time and packets come through a port.
 *
 *   standDown ---- priority 0 ----> the peer's skew ----> first advertisement, first ARP/ND answer ----> endHold
 *       |------------- dark time ------------------------------------------------|
 */

export interface RehearsalPort {
  /** Monotonic, with fractions. */
  nowMs(): number;
  /** False: not master any more. */
  standDown(holdMs: number): boolean;
  endHold(): void;
  /** When the last advertisement with a priority above 0 was taken; -Infinity: never. */
  peerHeardMs(): number;
  isMaster(): boolean;
  /** Asks for the first address again and again; tells once who answered. */
  askForAddress(onAnswer: (mac: string) => void): { close(): void };
  /** Calls until the returned function is called. */
  every(intervalMs: number, call: () => void): () => void;
}

export interface RehearsalPlan {
  readonly address: string;
  /** The longest that a peer may take to answer; longer is a failure. */
  readonly boundMs: number;
  /** How long it waits to be master again afterwards. */
  readonly returnMs: number;
  /** nopreempt, or the peer's priority is not lower: we stay BACKUP. */
  readonly staysBackup: boolean;
}

export interface RehearsalReport {
  readonly outcome: 'passed' | 'nobody-answered' | 'no-answer-for-address' | 'lost-before';
  readonly address: string;
  /** From giving up to the first answer for the address; null: none came. */
  readonly darkMs: number | null;
  readonly answeredBy: string | null;
  /** From giving up to the peer's first advertisement; null: none came. */
  readonly firstAdvertisementMs: number | null;
  /** From ending the hold to being master again; null: we are not. */
  readonly backAfterMs: number | null;
  readonly note: string;
}

/** How often the port is asked how it stands. */
const LOOK_MS = 5;
/** After the first answer the peer keeps the address for so long: it is seen to be stable. */
const SETTLE_MS = 500;

const rounded = (ms: number): number => Math.round(ms * 10) / 10;

export function rehearse(
  port: RehearsalPort,
  plan: RehearsalPlan,
  progress: (text: string) => void,
): Promise<RehearsalReport> {
  return new Promise((resolve) => {
    const startMs = port.nowMs();
    if (!port.standDown(plan.boundMs + SETTLE_MS)) {
      resolve(reportOf(plan, 'lost-before', {}, 'the instance was not master when the rehearsal began'));
      return;
    }
    progress(`gave up being master; waiting for another unit to answer for ${plan.address}`);
    const seen: Seen = {};
    const probe = port.askForAddress((mac) => {
      if (seen.darkMs !== undefined) return;
      seen.darkMs = port.nowMs() - startMs;
      seen.mac = mac;
      progress(`${mac} answers for ${plan.address} after ${rounded(seen.darkMs)} ms`);
    });
    const stopLooking = port.every(LOOK_MS, () => {
      const nowMs = port.nowMs();
      if (seen.advertMs === undefined && port.peerHeardMs() > startMs) {
        seen.advertMs = port.peerHeardMs() - startMs;
        progress(`the peer advertises after ${rounded(seen.advertMs)} ms`);
      }
      const complete = seen.darkMs !== undefined && seen.advertMs !== undefined;
      if (
        complete
          ? nowMs - startMs < Math.max(seen.darkMs ?? 0, seen.advertMs ?? 0) + SETTLE_MS
          : nowMs - startMs < plan.boundMs
      )
        return;
      stopLooking();
      probe.close();
      void takeBack(port, plan, progress).then((back) => resolve(conclusion(plan, seen, back)));
    });
  });
}

interface Seen {
  darkMs?: number;
  mac?: string;
  advertMs?: number;
  backMs?: number;
}

/** Ends the hold; resolves with the time until we were master again, or undefined. */
function takeBack(
  port: RehearsalPort,
  plan: RehearsalPlan,
  progress: (text: string) => void,
): Promise<number | undefined> {
  const startMs = port.nowMs();
  port.endHold();
  progress('the hold is over; taking mastership back as configured');
  return new Promise((resolve) => {
    const stopLooking = port.every(LOOK_MS, () => {
      const passedMs = port.nowMs() - startMs;
      const over = passedMs >= (plan.staysBackup ? SETTLE_MS : plan.returnMs);
      if (!port.isMaster() && !over) return;
      stopLooking();
      resolve(port.isMaster() ? passedMs : undefined);
    });
  });
}

function conclusion(plan: RehearsalPlan, seen: Seen, backMs: number | undefined): RehearsalReport {
  const complete: Seen = backMs === undefined ? seen : { ...seen, backMs };
  const back = backMs !== undefined ? 'master again' : plan.staysBackup ? 'BACKUP, as configured' : 'still BACKUP';
  if (seen.darkMs !== undefined) return reportOf(plan, 'passed', complete, back);
  if (seen.advertMs !== undefined) {
    return reportOf(
      plan,
      'no-answer-for-address',
      complete,
      `a peer advertises, but nobody answered for ${plan.address}; ${back}`,
    );
  }
  return reportOf(plan, 'nobody-answered', complete, `no other unit took over within ${plan.boundMs} ms; ${back}`);
}

function reportOf(plan: RehearsalPlan, outcome: RehearsalReport['outcome'], seen: Seen, note: string): RehearsalReport {
  const figure = (ms: number | undefined): number | null => (ms === undefined ? null : rounded(ms));
  return {
    outcome,
    address: plan.address,
    darkMs: figure(seen.darkMs),
    answeredBy: seen.mac ?? null,
    firstAdvertisementMs: figure(seen.advertMs),
    backAfterMs: figure(seen.backMs),
    note,
  };
}
