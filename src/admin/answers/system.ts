/** The machine as it is now (GET /api/system). Null: not known on this machine. */

export interface Port {
  readonly name: string;
  /** A socket in the case, not a bridge, VLAN or tunnel. */
  readonly physical: boolean;
  /** `up`, `down`, `dormant`, `unknown` ... (the kernel's operstate). */
  readonly state: string;
  /** A cable with somebody at its other end; null: the port is switched off. */
  readonly carrier: boolean | null;
  /** Null: no link, or a port without a speed. */
  readonly megabitsPerSecond: number | null;
  readonly duplex: 'full' | 'half' | null;
  readonly mac: string;
  readonly mtu: number;
  /** With prefix length. */
  readonly addresses: readonly string[];
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly receivedPackets: number;
  readonly sentPackets: number;
  readonly receiveErrors: number;
  readonly sendErrors: number;
  readonly receiveDrops: number;
  readonly sendDrops: number;
}

export interface MemoryReading {
  readonly totalBytes: number;
  /** What programs could still get. */
  readonly availableBytes: number;
  readonly swapTotalBytes: number;
  readonly swapUsedBytes: number;
}

export interface PowerPart {
  readonly what: string;
  readonly watts: number;
}

export interface PowerEstimate {
  readonly watts: number;
  readonly parts: readonly PowerPart[];
}

export interface SystemReading {
  readonly timeMs: number;
  readonly uptimeSeconds: number;
  readonly host: string;
  /** As the device tree or the firmware has it; null: not known, or not yet. */
  readonly board: string | null;
  readonly versions: {
    readonly mahalo: string;
    readonly kernel: string;
    readonly node: string;
    /** Null: not known, or not yet. */
    readonly distribution: string | null;
  };
  readonly processor: {
    readonly architecture: string;
    readonly model: string;
    readonly percent: number;
    readonly coresPercent: readonly number[];
    /** Tasks that run or wait, over 1, 5 and 15 minutes. */
    readonly loadAverages: readonly number[];
    readonly megahertz: number | null;
  };
  /** `adminBytes`: of this admin. */
  readonly memory: MemoryReading & { readonly adminBytes: number };
  /** Where configuration and logs are kept. */
  readonly storage: { readonly totalBytes: number; readonly freeBytes: number };
  readonly temperatureCelsius: number | null;
  readonly clock: { readonly synchronized: boolean | null; readonly estimatedErrorMs: number | null };
  readonly ports: readonly Port[];
  readonly power: PowerEstimate | null;
}
