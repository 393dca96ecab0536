/**
 * The device a unit runs on, as its appliance role tells it: GET /api/device and below. What a machine does not have (slots,
 * ports that are known) is null; a text that has nothing to say is ''. Times are milliseconds since 1970.
 */

export type SlotName = 'A' | 'B';
export type PowerProfile = 'eco' | 'performance';

export interface DeviceSlot {
  /** Of what stands in it; null: nothing that could boot. */
  readonly version: string | null;
  readonly build: string | null;
  /**
   * `good`: runs, and proved healthy; `on trial`: runs, and has not yet; `standby`: can be started; `given up`: will not be
   * started; `empty`: nothing was ever put there.
   */
  readonly state: 'good' | 'on trial' | 'standby' | 'given up' | 'empty';
  /** One sentence for people, without its full stop. */
  readonly words: string;
}

export interface DeviceSlots {
  readonly running: SlotName;
  /** The first is tried first. */
  readonly order: readonly SlotName[];
  /** How often each may be tried: 3 for one known to be good, 0 for one given up. */
  readonly left: Readonly<Record<SlotName, number>>;
  readonly A: DeviceSlot;
  readonly B: DeviceSlot;
}

export interface DeviceRole {
  readonly name: string;
  /** Null: there is no process. */
  readonly pid: number | null;
  readonly state: 'starting' | 'running' | 'silent' | 'waiting' | 'stopped' | 'stopping';
  readonly startedAt: number | null;
  /** How often it was started again since the device started. */
  readonly restarts: number;
  /** Why it does not run as it should. */
  readonly why: string;
}

export interface DevicePort {
  readonly name: string;
  /** What is printed on the case. */
  readonly label: string;
  /** What it is used for: `arm`, `bridge`, `uplink`, `inner`, `off`. */
  readonly role: string;
  readonly link: boolean;
  readonly mbit: number | null;
  readonly mac: string;
  /** With prefix lengths. */
  readonly addresses: readonly string[];
}

export interface DeviceBoot {
  /** Why the machine started. */
  readonly reason: string;
  /** From then until all was well; null before that. */
  readonly seconds: number | null;
  /** All was well, for long enough. */
  readonly good: boolean;
  readonly whyNotGood: string;
}

export interface DeviceStatus {
  readonly version: string;
  readonly board: { readonly id: string; readonly name: string };
  readonly unitId: string;
  readonly hostname: string;
  readonly slot: DeviceSlots | null;
  readonly boot: DeviceBoot;
  readonly roles: readonly DeviceRole[];
  readonly configuration: { readonly source: 'startup' | 'factory' | 'failure'; readonly why: string } | null;
  readonly data: { readonly state: 'good' | 'damaged'; readonly why: string };
  readonly ports: readonly DevicePort[] | null;
  readonly power: { readonly profile: string | null; readonly estimatedWatts: number | null };
  readonly update: DeviceUpdate | null;
  readonly watchdog: {
    /** Null: this board has none. */
    readonly device: string | null;
    readonly timeoutSeconds: number | null;
    /** Why it does not watch as it should. */
    readonly why: string;
  };
  readonly time: {
    readonly synchronized: boolean;
    /** As they were set; none: those that the network tells. */
    readonly servers: readonly string[];
  };
}

export interface DeviceUpdate {
  readonly state: 'none' | 'receiving' | 'checking' | 'ready' | 'failed';
  /** Null until it is known. */
  readonly version: string | null;
  readonly build: string | null;
  /** Written so far. */
  readonly bytes: number;
  readonly size: number | null;
  /** Why it failed. */
  readonly error: string | null;
}

/** What a role wrote before it ended, and how it ended: GET /api/device/words/<role>. */
export interface LastWords {
  readonly role: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** In words: `exit status 3`, `signal SIGSEGV`. */
  readonly how: string;
  readonly text: string;
}
