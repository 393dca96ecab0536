/** What GET /api/system answers; null is "not known on this machine". */

export interface Port {
  readonly name: string;
  readonly physical: boolean;
  readonly state: string;
  readonly carrier: boolean | null;
  readonly megabitsPerSecond: number | null;
  readonly duplex: string | null;
  readonly mac: string;
  readonly mtu: number;
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

export interface SystemReading {
  readonly timeMs: number;
  readonly uptimeSeconds: number;
  readonly host: string;
  readonly board: string | null;
  readonly versions: {
    readonly mahalo: string;
    readonly kernel: string;
    readonly node: string;
    readonly distribution: string | null;
  };
  readonly processor: {
    readonly architecture: string;
    readonly model: string;
    readonly percent: number;
    readonly coresPercent: readonly number[];
    readonly loadAverages: readonly number[];
    readonly megahertz: number | null;
  };
  readonly memory: {
    readonly totalBytes: number;
    readonly availableBytes: number;
    readonly swapTotalBytes: number;
    readonly swapUsedBytes: number;
    readonly adminBytes: number;
  };
  readonly storage: { readonly totalBytes: number; readonly freeBytes: number };
  readonly temperatureCelsius: number | null;
  readonly clock: { readonly synchronized: boolean | null; readonly estimatedErrorMs: number | null };
  readonly ports: readonly Port[];
  readonly power: {
    readonly watts: number;
    readonly parts: readonly { readonly what: string; readonly watts: number }[];
  } | null;
}
