/** The device a unit runs on, as its appliance role tells it: GET /api/device and below. Times are milliseconds since 1970. */

export type SlotName = 'A' | 'B';

export interface Slot {
  /** Of what stands in it; '' when that is nothing that could boot. */
  readonly version: string;
  /** `good`, `on trial`, `given up`, `empty` ... */
  readonly state: string;
}

export interface DeviceRole {
  readonly name: string;
  readonly pid: number | null;
  readonly state: string;
  readonly startedAt: number | null;
  readonly restarts: number;
}

export interface DevicePort {
  readonly name: string;
  /** What is printed on the case. */
  readonly label: string;
  readonly link: boolean;
  readonly mbit: number | null;
  readonly mac: string;
  readonly addresses: readonly string[];
}

export interface DeviceStatus {
  readonly version: string;
  readonly board: { readonly id: string; readonly name: string };
  readonly unitId: string;
  readonly hostname: string;
  readonly slot: {
    readonly running: SlotName;
    /** Which is tried first. */
    readonly order: readonly SlotName[];
    /** How often each may still be tried without success; 3: good, 0: given up. */
    readonly left: Readonly<Record<SlotName, number>>;
    readonly A: Slot;
    readonly B: Slot;
  };
  readonly boot: {
    readonly reason: string;
    /** From power-on until it was good. */
    readonly seconds: number | null;
    readonly good: boolean;
    readonly whyNotGood: string;
  };
  readonly roles: readonly DeviceRole[];
  readonly configuration: { readonly source: 'startup' | 'factory' | 'failure'; readonly why: string };
  readonly data: { readonly state: 'good' | 'damaged'; readonly why: string };
  readonly ports: readonly DevicePort[];
  readonly power: { readonly profile: PowerProfile; readonly estimatedWatts: number | null };
  readonly update: DeviceUpdate;
  readonly watchdog: { readonly device: string | null; readonly timeoutSeconds: number | null };
  readonly time: { readonly synchronized: boolean };
}

export type PowerProfile = 'eco' | 'performance';

export interface DeviceUpdate {
  readonly state: 'none' | 'receiving' | 'checking' | 'ready' | 'failed';
  readonly version: string;
  readonly bytes: number;
  readonly size: number;
  readonly error: string;
}
